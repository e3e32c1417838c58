"""Trains the model of addresses: which look like those that phish."""

from collections import Counter
from pathlib import Path

import numpy as np

from features import Features
from heads import IGNORED, Task
from addresses import USUAL, honest_addresses
from own_rows import package_addresses
from rows import Data

ROOT = Path(__file__).parent.parent
BUCKETS = 1 << 17
STRENGTH = 12.0
OWN = [f"own/{kind}" for kind in USUAL]
HONEST_WEIGHT = {"package addresses": 2.0, **dict.fromkeys(OWN, 2.0)}
LIMITS = {"pooled": 0.006, "usual": 0.006}
# Left out together: kinds that say little about each other.
GROUPS = [("package addresses",), ("own/banks", "own/government"), ("own/firms", "own/domains")]


def url_task(data: Data) -> Task:
    rows = [*data.read("url_cats/urls_80"), *package_addresses(ROOT), *honest_addresses(5)]
    features = Features([row.text for row in rows], "featurise-urls.ts", BUCKETS)
    often = Counter(row.unit for row in rows)
    weights = [
        3.0 if row.label == 1 else HONEST_WEIGHT.get(row.source, 3.0) / np.sqrt(often[row.unit]) for row in rows
    ]
    return Task(rows, features, [row.label for row in rows], features.plain, np.array(weights), STRENGTH)
