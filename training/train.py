"""Trains all models: one table of weights for all heads of a model. Seeded; the same data give the same bytes."""

import argparse
import hashlib
import json
import sys
import time
from pathlib import Path

import numpy as np

from features import Features
from heads import IGNORED, Head, Task, calibration
from joined import Joined, join
from own_rows import package_code, package_documents
from rows import Data, Row
from second_stage import train_second_stage
from tasks import (
    CATEGORIES,
    INJECTION_LIMITS,
    KNOWN,
    TOXIC_LIMITS,
    WEIGHTS,
    honest_rows,
    injection_rows,
    toxic_rows,
)
from urls import BUCKETS as URL_BUCKETS
from urls import train_url_model

ROOT = Path(__file__).parent.parent
STRENGTH = 4.0
CATEGORY_STRENGTH = 2.0


def alone(task: Task, limits: dict, without: tuple[str, ...] = ()) -> tuple[Head, float]:
    head = task.fit(without)
    return head, task.threshold(head, limits, without)


def joined(task: Task, limits: dict, without: tuple[str, ...] = ()) -> tuple[Joined, float]:
    head = join(task, limits, without)
    return head, head.threshold


def left_out(task: Task, learn, limits: dict, groups: list[tuple[str, ...]]) -> dict:
    """Each source scored by a model that never saw it, at a threshold that never saw it."""
    told = {}
    for group in groups:
        head, threshold = learn(task, limits, group)
        scores = head.scores(task.features, task.rises)
        told.update(task.shares(scores, threshold, np.isin(task.sources, group)))
        for source in group:
            print(f"  without {source}: {told[source]}", flush=True)
    return told


def trained(task: Task, name: str, learn, limits: dict):
    head, threshold = learn(task, limits)
    scores = head.scores(task.features, task.rises)
    at = task.dev & task.used
    described = {
        "name": name,
        "decides": True,
        "threshold": threshold,
        "calibration": calibration(scores[at], task.labels[at]),
        "trainedOn": int((task.used & ~task.dev).sum()),
        "scores": {"dev": task.shares(scores, threshold, at)},
    }
    print(name, "threshold", threshold)
    for source, shares in described["scores"]["dev"].items():
        print("  ", source, shares)
    return head, described


def injection_heads(task: Task):
    """The two heads and what the manifest says of them; the scores stand with the first."""
    both, described = trained(task, "injection", joined, INJECTION_LIMITS)
    described["carriers"] = both.carriers
    shared = {name: described[name] for name in ("decides", "threshold", "calibration")}
    print("carriers", both.carriers)
    return [(both.first, described), (both.second, {"name": "injection-own", "joins": "injection", **shared})]


def category_heads(rows, features: Features, task: Task):
    """Which category a toxic text is of; only their order counts."""
    names = [KNOWN.get(row.category or "") for row in rows]
    for category in CATEGORIES:
        labels = [
            IGNORED if name is None or row.label == 0 else int(name == category) for row, name in zip(rows, names)
        ]
        head = Task(rows, features, labels, features.plain, task.weights, CATEGORY_STRENGTH).fit()
        yield head, {"name": category, "threshold": 0.0, "calibration": {"slope": 1.0, "shift": 0.0}}


def write(name: str, version: str, features: str, heads: list[Head], described: list[dict], data: Data, out: Path):
    columns = []
    for head, entry in zip(heads, described):
        weights, scale = head.quantised()
        entry.update(scale=scale, bias=round(head.bias, 6))
        columns.append(weights)
    content = np.stack(columns, axis=1).tobytes()
    write_model(name, version, features, len(columns[0]), content, described, data, out, {})


def write_model(name, version, features, buckets, content: bytes, heads: list[dict], data: Data, out: Path, more: dict):
    manifest = {
        "name": name,
        "version": version,
        "features": features,
        "buckets": buckets,
        "sha256": hashlib.sha256(content).hexdigest(),
        "refusedRows": data.refused,
        "data": dict(sorted(data.hashes.items())),
        "ownData": own_hashes(),
        **more,
        "heads": heads,
    }
    out.mkdir(exist_ok=True)
    (out / f"{name}.bin").write_bytes(content)
    (out / f"{name}.json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(f"{out / name}.bin: {len(content)} bytes")


def own_hashes() -> dict:
    files = sorted((ROOT / "training/own").iterdir())
    told = {str(f.relative_to(ROOT)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}
    pieces = "".join(row.text for row in [*package_documents(ROOT), *package_code(ROOT)])
    return {**told, "packages": hashlib.sha256(pieces.encode()).hexdigest()}


# Sources that are left out together: none of a group says much about another.
INJECTION_GROUPS = [
    ("injection/deepset_train", "injection/tensor_trust_hijacking", "packages"),
    ("injection/neuralchemy", "benign/goodwiins_benign"),
    (
        "injection/garak_small",
        "injection/goodwiins_attacks",
        "injection/inthewild_jailbreaks",
        "benign/awesome_prompts_70",
    ),
]
TOXIC_GROUPS = [
    ("toxic_content/davidson", "toxic_content/garak_harm_requests"),
    ("toxic_content/decodingtrust_prompts", "toxic_content/mlc_baseline"),
    ("own/toxic",),
]


def train_text(data: Data, out: Path, validate: bool) -> None:
    honest, attacks, toxic = honest_rows(data), injection_rows(data), toxic_rows(data)
    rows = [*honest, *attacks, *toxic]
    print(f"{len(rows)} rows, {data.refused} refused: their hashes are held out", flush=True)
    features = Features([row.text for row in rows])
    print(f"{len(features.owner)} windows", flush=True)
    kinds = ["honest"] * len(honest) + ["attack"] * len(attacks) + ["toxic"] * len(toxic)
    weights = np.array([WEIGHTS.get(row.source, 1.0) for row in rows])
    everything = np.ones(len(features.owner), bool)

    def labels(other: str) -> list[int]:
        """Honest rows are so for both heads; what one looks for says nothing to the other."""
        return [IGNORED if kind == other else row.label for row, kind in zip(rows, kinds)]

    injection = Task(rows, features, labels("toxic"), everything, weights, STRENGTH, rises=True)
    toxicity = Task(rows, features, labels("attack"), features.plain, weights, STRENGTH)
    results = [
        *injection_heads(injection),
        trained(toxicity, "toxic", alone, TOXIC_LIMITS),
        *category_heads(rows, features, toxicity),
    ]
    heads, described = map(list, zip(*results))
    write("text", "1", "text-2", heads, described, data, out)
    if validate:
        described[0]["scores"]["leftOut"] = left_out(injection, joined, INJECTION_LIMITS, INJECTION_GROUPS)
        described[2]["scores"]["leftOut"] = left_out(toxicity, alone, TOXIC_LIMITS, TOXIC_GROUPS)
        write("text", "1", "text-2", heads, described, data, out)


def train_urls(data: Data, out: Path, validate: bool) -> None:
    content, head, more = train_url_model(data, validate)
    write_model("url", "2", "url-2", URL_BUCKETS, content, [head], data, out, more)


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--data", type=Path, default=ROOT / "../shared/data")
    options.add_argument("--out", type=Path, default=ROOT / "models")
    options.add_argument("--validate", action="store_true", help="also leave sets out in turn; takes long")
    options.add_argument("--only", choices=["text", "url"])
    options.add_argument("--second-stage", action="store_true", help="the classifier of the second stage alone")
    given = options.parse_args()
    if not (given.data / "SPLITS.md").exists():
        print(f"no development data in {given.data}: nothing was trained")
        return 1
    started = time.time()
    if given.second_stage:
        train_second_stage(Data(given.data), given.out)
        return 0
    if given.only != "url":
        train_text(Data(given.data), given.out, given.validate)
    if given.only != "text":
        train_urls(Data(given.data), given.out, given.validate)
    print(f"{time.time() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
