"""Fits linear heads over hashed features, weighs windows of long texts, and puts weights into bytes."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from features import Features
from rows import DEV_FOLD

SEED = 11
IGNORED = -1
# A smaller source says too little about its false positives.
SOURCE_TEXTS_MIN = 70
# Of an attack's windows, so many of the highest are kept in the second round: the rest of it may be honest.
TELLING_SHARE = 0.3
# Of honest windows every fourth is learnt from at first, then those that came near to be flagged too.
FIRST_SHARE = 0.25
NEAR_SCORE = -3.0


@dataclass
class Head:
    weights: np.ndarray
    bias: float
    windows: np.ndarray

    def scores(self, features: Features, rises: bool) -> np.ndarray:
        return features.best(features.matrix @ self.weights + self.bias, self.windows, rises)

    def quantised(self):
        """Bytes whose signed squares are the weights, so that small ones are not lost; and what 1 stands for."""
        scale = float(np.abs(self.weights).max() / 127**2)
        roots = np.sign(self.weights) * np.sqrt(np.abs(self.weights) / scale)
        return np.round(roots).astype(np.int8), scale


def fit(features, labels, row_weights, use, windows, strength: float) -> Head:
    """`labels`, `row_weights` and `use` are of texts, `windows` says which of theirs count."""
    owner = features.owner
    weights = row_weights[owner] / np.sqrt(features.windows[owner])
    honest = labels[owner] == 0
    some = np.random.RandomState(SEED).random_sample(len(owner)) < FIRST_SHARE
    often = features.windows[owner] > 4
    usable = use[owner] & windows
    first = usable & (~honest | some | ~often)
    rough = weights * np.where(honest & often, 1 / FIRST_SHARE, 1)
    nothing = Head(np.zeros(features.matrix.shape[1]), 0.0, windows)
    head = fit_once(features, labels, rough, first, strength, nothing, 30)
    scores = features.matrix @ head.weights + head.bias
    second = usable & np.where(honest, some | ~often | (scores > NEAR_SCORE), telling(features, labels, scores))
    return fit_once(features, labels, weights, second, strength, head, 60)


def fit_once(features, labels, weights, chosen, strength, start: Head, steps: int) -> Head:
    """Logistic regression with half the squared weights as its price, in so many steps from `start`."""
    at = np.nonzero(chosen)[0]
    matrix = features.matrix[at]
    columns = matrix.T
    signs = np.where(labels[features.owner[at]] == 1, 1, -1).astype(np.float32)
    costs = (weights[at] * strength).astype(np.float32)

    def loss(values):
        margins = signs * (matrix @ values[:-1].astype(np.float32) + np.float32(values[-1]))
        slopes = -costs * signs * expit(-margins)
        fall = np.append(columns @ slopes, slopes.sum(dtype=np.float64)) + values
        return float((costs * np.logaddexp(0, -margins)).sum(dtype=np.float64) + values @ values / 2), fall

    from_here = np.append(start.weights, start.bias)
    found = minimize(loss, from_here, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 8}).x
    return Head(found[:-1], float(found[-1]), start.windows)


def telling(features: Features, labels: np.ndarray, scores: np.ndarray) -> np.ndarray:
    keep = np.ones(len(scores), bool)
    starts = np.searchsorted(features.owner, np.arange(len(features.windows)))
    for text in np.nonzero((labels == 1) & (features.windows > 2))[0]:
        span = slice(starts[text], starts[text] + features.windows[text])
        most = max(2, int(np.ceil(features.windows[text] * TELLING_SHARE)))
        keep[span] = scores[span] >= np.sort(scores[span])[-most]
    return keep


def calibration(scores: np.ndarray, labels: np.ndarray):
    """Platt's two numbers, on texts that were not learnt from, both classes weighed alike."""
    model = LogisticRegression(C=1e6, class_weight="balanced", random_state=SEED).fit(scores.reshape(-1, 1), labels)
    return {"slope": round(float(model.coef_[0][0]), 5), "shift": round(float(model.intercept_[0]), 5)}


def threshold_for(scores, labels, sources, pooled: float, limits: dict[str, float], usual: float) -> float:
    """The lowest one at which no source, and not all together, is flagged more than it may be."""
    honest = labels == 0
    found = float(np.quantile(scores[honest], 1 - pooled))
    binding = "pooled"
    for source in sorted(set(sources[honest])):
        own = scores[honest & (sources == source)]
        if len(own) < SOURCE_TEXTS_MIN:
            continue
        asked = float(np.quantile(own, 1 - limits.get(source, usual)))
        if asked > found:
            found, binding = asked, source
    print(f"threshold {found:.3f}, set by {binding}")
    return round(found + 1e-4, 4)


class Task:
    """One head's labels over the rows that it learns from."""

    def __init__(self, rows, features: Features, labels, windows, weights, strength: float, rises=False):
        self.features = features
        self.rises = rises
        self.windows = windows
        self.labels = np.array(labels)
        self.sources = np.array([row.source for row in rows])
        self.dev = np.array([row.fold == DEV_FOLD for row in rows])
        self.weights = weights
        self.strength = strength
        self.used = self.labels != IGNORED

    def fit(self, without: tuple[str, ...] = ()) -> Head:
        use = self.used & ~self.dev & ~np.isin(self.sources, without)
        return fit(self.features, self.labels, self.weights, use, self.windows, self.strength)

    def threshold(self, head: Head, limits: dict, without: tuple[str, ...] = ()) -> float:
        at = self.used & self.dev & ~np.isin(self.sources, without)
        rest = {name: share for name, share in limits.items() if name not in ("pooled", "usual")}
        scores = head.scores(self.features, self.rises)
        return threshold_for(
            scores[at], self.labels[at], self.sources[at], limits["pooled"], rest, limits["usual"]
        )

    def shares(self, scores: np.ndarray, threshold: float, where: np.ndarray) -> dict:
        """Per source: recall, false positives, and of how many."""
        told = {}
        for source in sorted(set(self.sources[where & self.used])):
            own = where & (self.sources == source)
            entry = {}
            for name, label in (("recall", 1), ("falsePositives", 0)):
                texts = own & (self.labels == label)
                if texts.any():
                    entry[name] = [round(float((scores[texts] >= threshold).mean()), 4), int(texts.sum())]
            told[source] = entry
        return told
