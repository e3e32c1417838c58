"""Reads the development data: rows with their unit of splitting, without any row that is held out."""

import hashlib
import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path

FOLDS = 5
DEV_FOLD = 4


@dataclass(frozen=True)
class Row:
    text: str
    label: int
    source: str
    unit: str
    category: str | None = None
    lang: str | None = None

    @property
    def fold(self) -> int:
        return hashlib.sha256(self.unit.encode()).digest()[0] % FOLDS


def normalised(text: str) -> str:
    """The normalised text of SPLITS.md."""
    lower = unicodedata.normalize("NFKC", text).lower()
    kept = "".join(c for c in lower if c.isspace() or unicodedata.category(c)[0] in "LMN")
    return " ".join(kept.split()) or " ".join(lower.split())


def row_hash(text: str) -> str:
    return hashlib.sha256(("sallyport-holdout:" + normalised(text)).encode()).hexdigest()[:16]


class Data:
    """The data folder. Rows that are held out are refused, and counted."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.held_out = set((folder / "holdout-hashes.txt").read_text().split())
        self.refused = 0
        self.hashes: dict[str, str] = {}

    def keep(self, rows):
        kept = [row for row in rows if row_hash(row.text) not in self.held_out]
        self.refused += len(rows) - len(kept)
        return kept

    def raw(self, name: str):
        content = (self.folder / f"{name}.jsonl").read_bytes()
        self.hashes[name] = hashlib.sha256(content).hexdigest()
        for line in content.decode().split("\n"):
            if line:
                row = json.loads(line)
                if row["text"]:
                    yield row

    def read(self, name: str, label=None, every: int = 1, want=None):
        """`every`: only rows whose hash falls into one of so many parts, where a set is too large for its weight."""
        rows = []
        for raw in self.raw(name):
            if want is not None and raw["label"] != want:
                continue
            if every > 1 and int(row_hash(raw["text"]), 16) % every != 0:
                continue
            rows.append(
                Row(
                    text=raw["text"],
                    label=int(raw["label"] == 1) if label is None else label,
                    source=name,
                    unit=raw.get("domain") or raw.get("group") or raw["id"],
                    category=raw.get("category"),
                    lang=raw.get("lang"),
                )
            )
        return self.keep(rows)

    def buried_attacks(self, name: str):
        """The attack strings of buried rows, each once, alone; their unit is the attack."""
        rows = {}
        for raw in self.raw(name):
            if raw["label"] == 1:
                text = raw["text"][raw["attack"]["start"] : raw["attack"]["end"]]
                rows[text] = Row(text, 1, f"{name} attacks", raw["attack_id"])
        return self.keep(list(rows.values()))
