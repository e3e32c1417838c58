"""Trains the model of addresses: sums over hashed pieces, and small trees over these sums and the address's shape."""

import hashlib
import json
import subprocess
from collections import Counter
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from addresses import USUAL, honest_addresses, well_known_hosts
from forest import packed
from heads import SEED, Head, calibration, threshold_for
from own_rows import addresses_in, package_addresses
from rows import DEV_FOLD, FOLDS, Data

ROOT = Path(__file__).parent.parent
BUCKETS = 1 << 17
PARTS, PART_SHIFT = 5, 20
STRENGTH = 8.0
PHISHING = "url_cats/urls_80"
# Honest code and prompts: they name addresses too.
TEXTS = [
    "benign/awesome_prompts_70",
    "benign/self_instruct",
    "injection/bipia_train_buried_code",
    "malicious_code/cse_instruct_benign_code",
    "malicious_code/mpsd_powershell_80",
]
OWN = [f"own/{kind}" for kind in USUAL]
# To trees, honest addresses that were found weigh more than made ones.
FOUND_WEIGHT = 2.0
WEIGHTS = {PHISHING: 3.0, "package addresses": 2.0, "addresses in texts": 2.0, **dict.fromkeys(OWN, 2.0)}
# Kinds of hosts that the engine knows are judged here as if it did not: the hosts of others of that kind.
LIMITS = {
    "pooled": 0.008,
    "usual": 0.015,
    PHISHING: 0.008,
    "package addresses": 0.025,
    "addresses in texts": 0.1,
    "own/firms": 0.005,
    "own/companies": 0.005,
    "own/made": 0.04,
}
# Left out together: kinds that say little about each other.
GROUPS = [
    ("package addresses", "addresses in texts"),
    ("own/banks", "own/government"),
    ("own/firms", "own/made", "own/domains", "own/well known"),
]
TREES = {"max_iter": 200, "max_leaf_nodes": 6, "min_samples_leaf": 100, "learning_rate": 0.08, "l2_regularization": 5.0}


def coin(unit: str) -> bool:
    return hashlib.sha256(b"well known " + unit.encode()).digest()[0] % 2 == 0


class Addresses:
    """Rows with the sums' matrices, one for each part of the address, and the numbers of its shape."""

    def __init__(self, data: Data):
        texts = [row.text for name in TEXTS for row in data.read(name, want=0)]
        named = [*package_addresses(ROOT), *addresses_in(texts, "addresses in texts")]
        self.rows = [*data.read(PHISHING), *named, *honest_addresses(5)]
        self.labels = np.array([row.label for row in self.rows])
        self.sources = np.array([row.source for row in self.rows])
        self.folds = np.array([row.fold for row in self.rows])
        often = Counter(row.unit for row in self.rows)
        self.weights = np.array(
            [3.0 if row.label == 1 else WEIGHTS[row.source] / np.sqrt(often[row.unit]) for row in self.rows]
        )
        found = (self.labels == 0) & ~np.isin(self.sources, OWN)
        self.tree_weights = self.weights * np.where(found, FOUND_WEIGHT, 1.0)
        self.known = well_known_hosts()
        self.read([row.text for row in self.rows])
        counts = [np.asarray(matrix.sum(1)).ravel() for matrix in self.parts]
        self.roots = [np.sqrt(np.maximum(1, count)) for count in counts]
        self.root = np.sqrt(np.maximum(1, sum(counts)))
        self.whole = sparse.csr_matrix(sparse.diags(1 / self.root) @ sum(self.parts))

    def read(self, texts: list[str]) -> None:
        node = ROOT / "node_modules/.bin/node"
        lines = "".join(json.dumps(text) + "\n" for text in [" ".join(self.known), *texts])
        run = subprocess.run(
            [node, ROOT / "training/featurise-urls.ts"], input=lines.encode(), stdout=subprocess.PIPE, check=True
        )
        values, at = np.frombuffer(run.stdout, dtype=np.int32), 0
        buckets, pointers, shapes = [], [0], []
        for _ in texts:
            many, numbers = values[at : at + 2]
            buckets.append(values[at + 2 : at + 2 + many])
            pointers.append(pointers[-1] + many)
            at += 2 + many + numbers
            shapes.append(values[at - numbers : at].view(np.float32))
        self.shapes = np.array(shapes)
        joined, owner = np.concatenate(buckets), np.repeat(np.arange(len(texts)), np.diff(pointers))
        self.parts = []
        for part in range(PARTS):
            of = joined >> PART_SHIFT == part
            indices = (owner[of], joined[of] & ((1 << PART_SHIFT) - 1))
            self.parts.append(sparse.csr_matrix((np.ones(of.sum(), np.float32), indices), (len(texts), BUCKETS)))

    def linear(self, use: np.ndarray) -> Head:
        """Rounded as the engine reads it."""
        model = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=60, tol=2e-2, random_state=SEED)
        model.fit(self.whole[use], self.labels[use], sample_weight=self.weights[use])
        bytes_, scale = Head(model.coef_[0], 0.0, np.ones(1, bool)).quantised()
        roots = bytes_.astype(float)
        return Head(roots * np.abs(roots) * scale, round(float(model.intercept_[0]), 6), np.ones(1, bool))

    def numbers(self, head: Head, at: np.ndarray, learning: bool) -> np.ndarray:
        """What trees see. Hosts of our own kinds pass for unknown; half of them are learnt as what they are."""
        sums = np.stack([matrix[at] @ head.weights for matrix in self.parts], axis=1)
        shapes = self.shapes[at].copy()
        for row, index in enumerate(at):
            if self.sources[index] in OWN and not (learning and coin(self.rows[index].unit)):
                shapes[row, 0] = 0
        means = sums / np.stack([root[at] for root in self.roots], axis=1)
        whole = sums.sum(axis=1) / self.root[at] + head.bias
        return np.column_stack([whole, means, shapes]).astype(np.float32)


class Fit:
    """Sums and trees, and for each row a score by such as never learnt from its fold."""

    def __init__(self, given: Addresses, without: tuple[str, ...] = ()):
        self.given = given
        use = ~np.isin(given.sources, without)
        learnt = use & (given.folds != DEV_FOLD)
        folds = [fold for fold in range(FOLDS) if fold != DEV_FOLD]
        learning, asked = {}, {}
        for fold in folds:
            head = given.linear(learnt & (given.folds != fold))
            at = np.nonzero(given.folds == fold)[0]
            learning[fold] = (at, given.numbers(head, at, True))
            asked[fold] = given.numbers(head, at, False)
        self.scores = np.zeros(len(given.rows))
        for fold in folds:
            at = learning[fold][0]
            trees = self.trees([learning[other] for other in folds if other != fold], use)
            self.scores[at] = trees.decision_function(asked[fold])
        self.model = self.trees(list(learning.values()), use)
        self.head = given.linear(learnt)
        at = np.nonzero((given.folds == DEV_FOLD) | ~use)[0]
        self.scores[at] = self.model.decision_function(given.numbers(self.head, at, False))
        self.learnt = int(learnt.sum())
        self.threshold = self.lowest(use)

    def trees(self, parts: list[tuple[np.ndarray, np.ndarray]], use: np.ndarray) -> HistGradientBoostingClassifier:
        at, numbers = np.concatenate([at for at, _ in parts]), np.concatenate([numbers for _, numbers in parts])
        mine = use[at]
        model = HistGradientBoostingClassifier(**TREES, early_stopping=False, random_state=SEED)
        given = self.given
        with threadpool_limits(1):
            return model.fit(numbers[mine], given.labels[at[mine]], sample_weight=given.tree_weights[at[mine]])

    def lowest(self, use: np.ndarray) -> float:
        limits = {name: share for name, share in LIMITS.items() if name not in ("pooled", "usual")}
        given = self.given
        return threshold_for(
            self.scores[use], given.labels[use], given.sources[use], LIMITS["pooled"], limits, LIMITS["usual"]
        )

    def shares(self, where: np.ndarray) -> dict:
        given, told = self.given, {}
        for source in sorted(set(given.sources[where])):
            entry = {}
            for name, label in (("recall", 1), ("falsePositives", 0)):
                at = where & (given.sources == source) & (given.labels == label)
                if at.any():
                    entry[name] = [round(float((self.scores[at] >= self.threshold).mean()), 4), int(at.sum())]
            told[source] = entry
        return told


def train_url_model(data: Data, validate: bool) -> tuple[bytes, dict, dict]:
    """The model's bytes, the entry of its head, and what else the manifest says."""
    given = Addresses(data)
    fit = Fit(given)
    dev = given.folds == DEV_FOLD
    weights, scale = fit.head.quantised()
    scores = {"dev": fit.shares(dev), "unseenFolds": fit.shares(~dev)}
    for name, told in scores.items():
        print(name, *(f"\n  {source} {shares}" for source, shares in told.items()), flush=True)
    if validate:
        scores["leftOut"] = {}
        for group in GROUPS:
            scores["leftOut"] |= Fit(given, without=group).shares(np.isin(given.sources, group))
            print({source: scores["leftOut"][source] for source in group}, flush=True)
    head = {
        "name": "phishing",
        "decides": True,
        "threshold": fit.threshold,
        "calibration": calibration(fit.scores, given.labels),
        "trainedOn": fit.learnt,
        "scores": scores,
        "scale": scale,
        "bias": fit.head.bias,
    }
    forest, described = packed(fit.model)
    described["numbers"] = 1 + PARTS + given.shapes.shape[1]
    return weights.tobytes() + forest, head, {"forest": described, "wellKnown": " ".join(given.known)}
