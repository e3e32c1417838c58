"""What each head learns from: which rows, how much they weigh, and what may be flagged of honest ones."""

import base64
import codecs
import random
from collections import Counter
from pathlib import Path

from own_rows import Frames, carried_rows, documents, language_rows, package_code, package_documents
from rows import Data, Row, row_hash

ROOT = Path(__file__).parent.parent
SEED = 7

CATEGORIES = [
    "hate",
    "harassment",
    "sexual-content",
    "self-harm",
    "violent-crime",
    "cybercrime",
    "controlled-substance",
    "indiscriminate-weapon",
    "other-nonviolent-crime",
]
# Names of categories in the sets that tell them.
KNOWN = {
    "hat": "hate",
    "hate": "hate",
    "offensive": "harassment",
    "cae": "sexual-content",
    "scr": "sexual-content",
    "ssh": "self-harm",
    "vcr": "violent-crime",
    "cbr": "indiscriminate-weapon",
    "nvc": "other-nonviolent-crime",
    **{name: name for name in CATEGORIES},
}

# Weight of a row by its source; 1 where none is named.
WEIGHTS = {
    "own/languages": 1.0,
    "own/buried": 0.7,
    "own/carried": 0.7,
    "own/documents": 0.5,
    "injection/deepset_train": 2.0,
    "topics/clinc_train_val": 0.5,
}


def honest_rows(data: Data) -> list[Row]:
    rows = plain_honest_rows(data)
    return [*rows, *disguised(rows), *repeated(rows), *loose_words(rows)]


def plain_honest_rows(data: Data) -> list[Row]:
    frames = Frames(SEED)
    return data.keep([
        *data.read("benign/awesome_prompts_70", label=0),
        *data.read("benign/cse_instruct_prompts", label=0),
        *data.read("benign/goodwiins_benign", label=0),
        *data.read("benign/self_instruct", label=0),
        *data.read("topics/clinc_train_val", label=0, every=2),
        *data.read("malicious_code/cse_instruct_benign_code", label=0),
        *data.read("injection/bipia_train_buried_code", want=0),
        *data.read("injection/bipia_train_buried_email", want=0),
        *data.read("injection/bipia_train_buried_table", want=0),
        *data.read("toxic_content/mlc_baseline", want=0),
        *data.read("toxic_content/davidson", want=0),
        *frames.rows("benign", 0, 12),
        *frames.rows("documents", 0, 10),
        *documents(SEED + 4),
        *package_documents(ROOT),
        *package_code(ROOT),
    ])


DISGUISES = [
    lambda text: text.encode().hex(),
    lambda text: base64.b64encode(text.encode()).decode(),
    lambda text: "".join(f"\\u{ord(c):04x}" for c in text if ord(c) < 0x10000),
    lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    lambda text: "".join(f"&#{ord(c)};" for c in text),
    lambda text: " ".join(text),
    lambda text: text.translate(str.maketrans("aeiost", "431057")),
    lambda text: codecs.encode(text, "rot13"),
    lambda text: text[::-1],
]


def disguised(rows: list[Row], one_in: int = 12, chars_max: int = 400) -> list[Row]:
    """Honest texts stay honest when they are encoded."""
    made = []
    for row in rows:
        number = int(row_hash(row.text), 16)
        if number % one_in == 0 and len(row.text) <= chars_max:
            text = DISGUISES[number // one_in % len(DISGUISES)](row.text)
            made.append(Row(text, 0, "disguised", row.unit))
    return made


def repeated(rows: list[Row], one_in: int = 25, chars_max: int = 120) -> list[Row]:
    """Honest sentences stay honest when they are said again and again."""
    made = []
    for row in rows:
        number = int(row_hash(row.text), 16) // 1000
        if number % one_in == 0 and len(row.text) <= chars_max:
            text = " ".join([row.text] * (3 + number // one_in % 12))
            made.append(Row(text, 0, "repeated", row.unit))
    return made


def loose_words(rows: list[Row], one_in: int = 20, most: int = 2000) -> list[Row]:
    """Common words in no order ask for nothing."""
    draw = random.Random(SEED)
    texts = sorted({row.text for row in rows if row.lang in (None, "en")})
    found = Counter(word.lower().strip(".,;:!?") for text in texts for word in text.split()[:60])
    common = [word for word, _ in sorted(found.items(), key=lambda item: (-item[1], item[0])) if word.isalpha()][:most]
    made = []
    for at in range(len(rows) // one_in):
        text = " ".join(
            " ".join(draw.choice(common) for _ in range(draw.randrange(4, 16))).capitalize() + "."
            for _ in range(draw.randrange(1, 12))
        )
        made.append(Row(text, 0, "loose words", f"loose-words-{at}"))
    return made


def injection_rows(data: Data) -> list[Row]:
    frames = Frames(SEED + 1)
    return data.keep([
        *data.read("injection/deepset_train"),
        *data.read("injection/garak_small"),
        *data.read("injection/goodwiins_attacks"),
        *data.read("injection/inthewild_jailbreaks"),
        *data.read("injection/neuralchemy"),
        *data.read("injection/tensor_trust_hijacking"),
        *data.buried_attacks("injection/bipia_train_buried_code"),
        *frames.rows("attacks", 1, 10),
        *frames.rows("buried", 1, 8, skip=("DEED",)),
        *carried_rows(SEED + 5),
        *language_rows(SEED + 3),
    ])


def toxic_rows(data: Data) -> list[Row]:
    frames = Frames(SEED + 2)
    honest = [row for row in frames.rows("toxic", 1, 24)]
    return data.keep([
        *data.read("toxic_content/davidson", want=1),
        *data.read("toxic_content/decodingtrust_prompts"),
        *data.read("toxic_content/mlc_baseline", want=1),
        *data.read("toxic_content/garak_harm_requests"),
        *data.read("injection/deepset_train", want=0),
        *[row for row in data.read("injection/neuralchemy", want=0)],
        *honest,
    ])


# Shares of honest texts that may be flagged: all together, per source, and where no source is named.
INJECTION_LIMITS = {
    "pooled": 0.007,
    "usual": 0.013,
    "benign/awesome_prompts_70": 0.02,
    "benign/self_instruct": 0.03,
    "own/documents": 0.06,
    "own/benign": 0.05,
    "own/languages": 0.04,
    "packages": 0.03,
    "repeated": 0.03,
}
TOXIC_LIMITS = {
    "pooled": 0.02,
    "usual": 0.01,
    "toxic_content/davidson": 0.06,
    "toxic_content/decodingtrust_prompts": 0.08,
    "toxic_content/mlc_baseline": 0.08,
    "own/toxic": 0.12,
}
