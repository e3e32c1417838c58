"""Asks the engine's own code for the features of texts, so that trainer and engine mean the same."""

import json
import subprocess
from pathlib import Path

import numpy as np
import scipy.sparse as sparse

ROOT = Path(__file__).parent.parent
BUCKETS = 1 << 18
# As in src/engine/models/carriers.ts.
CARRIERS = ["prose", "code", "table", "mail", "fields"]
# As in src/engine/models/learned-spans.ts.
RISE, FEW_TOKENS, MANY_TOKENS = 0.5, 128, 1024


class Features:
    """One matrix row for each window of each text; `owner` says whose it is, `reading` in which way it is read."""

    def __init__(self, texts: list[str], script: str = "featurise.ts", buckets: int = BUCKETS):
        node = ROOT / "node_modules/.bin/node"
        lines = "".join(json.dumps(text) + "\n" for text in texts)
        run = subprocess.run(
            [node, ROOT / "training" / script], input=lines.encode(), stdout=subprocess.PIPE, check=True
        )
        values = np.frombuffer(run.stdout, dtype=np.int32)
        indices, data, pointers, owner, reading, tokens, carriers, at = [], [], [0], [], [], [], [], 0
        for text in range(len(texts)):
            windows = values[at]
            tokens.append(values[at + 1])
            carriers.append(values[at + 2])
            at += 3
            for _ in range(windows):
                count = values[at + 1]
                reading.append(values[at])
                at += 2
                indices.append(values[at : at + count])
                data.append(np.full(count, 1 / np.sqrt(max(1, count)), np.float32))
                at += count
                pointers.append(pointers[-1] + count)
                owner.append(text)
        shape = (len(owner), buckets)
        self.matrix = sparse.csr_matrix((np.concatenate(data), np.concatenate(indices), np.array(pointers)), shape)
        self.matrix.sum_duplicates()
        self.owner = np.array(owner)
        self.tokens = np.array(tokens)
        self.carriers = np.array([CARRIERS[carrier] for carrier in carriers])
        self.plain = np.array(reading) == 0
        self.windows = np.bincount(self.owner, minlength=len(texts))

    def best(self, scores: np.ndarray, windows: np.ndarray, rises: bool) -> np.ndarray:
        """The highest score of each text, among its windows that count; less what a longer text must have more."""
        best = np.full(len(self.windows), -99.0)
        np.maximum.at(best, self.owner[windows], scores[windows])
        if not rises:
            return best
        return best - RISE * np.log(np.clip(self.tokens, FEW_TOKENS, MANY_TOKENS) / FEW_TOKENS)
