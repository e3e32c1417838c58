"""Two heads that are one: attacks of the sets and our own wording are learnt apart, the higher score counts."""

from dataclasses import dataclass

import numpy as np

from heads import SOURCE_TEXTS_MIN, Head, Task, calibration, threshold_for

# Attacks of the one head and of the other; both learn from all honest texts.
OWN = ("own/attacks", "own/buried", "own/carried")
SETS = (
    "injection/bipia_train_buried_code attacks",
    "injection/deepset_train",
    "injection/garak_small",
    "injection/goodwiins_attacks",
    "injection/inthewild_jailbreaks",
    "injection/neuralchemy",
    "injection/tensor_trust_hijacking",
)
# Of the honest texts that may be flagged, these shares; some are flagged by both.
SETS_SHARE, OWN_SHARE = 1.0, 0.5
# Of honest texts of a kind, so many may be flagged, and of one source among them.
KIND_LIMITS = {"pooled": 0.01, "usual": 0.02}
# Documents of our own wording are made to be hard, and are no measure of how common such texts are.
HARD_LIMITS = {"pooled": 0.08, "usual": 0.08}
EASE_MAX = 1.2


@dataclass
class Joined:
    first: Head
    second: Head
    threshold: float
    carriers: dict[str, float]

    def scores(self, features, rises: bool) -> np.ndarray:
        best = np.maximum(self.first.scores(features, rises), self.second.scores(features, rises))
        return best + np.array([self.carriers.get(carrier, 0.0) for carrier in features.carriers])


def mixed(heads: list[tuple[float, Head]]) -> Head:
    weights = sum(share * head.weights for share, head in heads)
    return Head(weights, sum(share * head.bias for share, head in heads), heads[0][1].windows)


def join(task: Task, limits: dict, without: tuple[str, ...] = ()) -> Joined:
    """The second head is put on the first one's scale, so that one threshold holds for both."""
    both = task.fit(without)
    first = mixed([(2 / 3, both), (1 / 3, task.fit((*without, *OWN)))])
    second = task.fit((*without, *SETS))
    at = task.used & task.dev & ~np.isin(task.sources, without)

    def told(head: Head, share: float) -> tuple[float, float]:
        scores = head.scores(task.features, task.rises)
        prose = at & (task.features.carriers == "prose")
        threshold = limited(scores, task, prose, {name: limit * share for name, limit in limits.items()})
        return threshold, calibration(scores[at], task.labels[at])["slope"]

    threshold, slope = told(first, SETS_SHARE)
    _, other_slope = told(second, OWN_SHARE)
    second = mixed([(other_slope / slope, second)])
    second.bias += threshold - told(second, OWN_SHARE)[0]
    plain = Joined(first, second, threshold, {})
    return Joined(first, second, threshold, eases(task, plain, at))


def eases(task: Task, joined: Joined, at: np.ndarray) -> dict[str, float]:
    """How much lower than the threshold the honest texts of a kind leave off; nobody gains by a disguise as one."""
    scores = joined.scores(task.features, task.rises)
    found = {}
    for carrier in sorted({str(carrier) for carrier in task.features.carriers} - {"prose"}):
        own = at & (task.features.carriers == carrier)
        hard = own & np.char.startswith(task.sources, "own/")
        if (own & ~hard & (task.labels == 0)).sum() < SOURCE_TEXTS_MIN:
            continue
        left = joined.threshold - max(
            limited(scores, task, own & ~hard, KIND_LIMITS), limited(scores, task, hard, HARD_LIMITS)
        )
        found[carrier] = round(float(np.clip(left, 0, EASE_MAX)), 3)
    return found


def limited(scores: np.ndarray, task: Task, at: np.ndarray, limits: dict) -> float:
    rest = {name: share for name, share in limits.items() if name not in ("pooled", "usual")}
    return threshold_for(scores[at], task.labels[at], task.sources[at], limits["pooled"], rest, limits["usual"])
