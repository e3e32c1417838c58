"""Trains the tiny classifier of the second stage: hashed word pieces and their pairs, written as an ONNX model."""

import hashlib
import json
import subprocess
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import scipy.sparse as sparse
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegression

from heads import threshold_for
from rows import DEV_FOLD, Data, Row
from tasks import INJECTION_LIMITS, WEIGHTS, honest_rows, injection_rows

ROOT = Path(__file__).parent.parent
NAME = "second-stage"
SEED = 11
# As in src/engine/second-stage/passages.ts.
LEFT_CHARS, PASSAGE_CHARS = 300, 1600
TOKENS = 512
TABLE = 1 << 17
PAIR, SKIP = (7919, 104729), (15485863, 32452843)
WORDS, PIECES, CHARS_MIN = 6000, 2000, 20
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
# So many times more honest texts may be found than by the first stage: it has let all but a few of them pass before.
LENIENCE = 3
# Of attacks that are buried, only what stands around them.
BURIED = ["injection/bipia_train_buried_code", "injection/bipia_train_buried_email", "injection/bipia_train_buried_table"]


def passages(rows: list[Row]) -> list[Row]:
    return [
        Row(row.text[at : at + PASSAGE_CHARS], row.label, row.source, row.unit, row.category, row.lang)
        for row in rows
        for at in range(0, len(row.text), PASSAGE_CHARS)
    ]


def buried(data: Data) -> list[Row]:
    rows = []
    for name in BURIED:
        for raw in data.raw(name):
            if raw["label"] == 1:
                at = max(0, raw["attack"]["start"] - LEFT_CHARS)
                unit = raw.get("group") or raw["id"]
                rows.append(Row(raw["text"][at : at + PASSAGE_CHARS], 1, name, unit))
    return data.keep(rows)


def words_of(text: str):
    """As the tokenizer parts them: small letters without accents, signs alone, every ideograph alone."""
    plain = unicodedata.normalize("NFD", text.lower())
    spaced = []
    for c in plain:
        kind = unicodedata.category(c)
        if kind == "Mn" or (kind[0] == "C" and not c.isspace()):
            continue
        alone = kind[0] == "P" or (c.isascii() and not c.isalnum() and not c.isspace()) or 0x4E00 <= ord(c) <= 0x9FFF
        spaced.append(f" {c} " if alone else c)
    return "".join(spaced).split()


def most(counts: Counter, count: int) -> list[str]:
    return [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:count]]


def tokenizer(rows: list[Row]) -> dict:
    words = Counter(word for row in rows if row.fold != DEV_FOLD for word in words_of(row.text) if len(word) <= 40)
    chars, pieces = Counter(), Counter()
    for word, count in words.items():
        for c in word:
            chars[c] += count
        for size in (2, 3, 4):
            if len(word) > size:
                pieces[word[:size]] += count
                for at in range(1, len(word) - size + 1):
                    pieces[f"##{word[at : at + size]}"] += count
    kept = [c for c in most(chars, len(chars)) if chars[c] >= CHARS_MIN]
    entries = [*SPECIAL, *kept, *(f"##{c}" for c in kept), *most(words, WORDS), *most(pieces, PIECES)]
    vocab = {entry: number for number, entry in enumerate(dict.fromkeys(entries))}
    added = [
        {"id": vocab[token], "content": token, "single_word": False, "lstrip": False, "rstrip": False,
         "normalized": False, "special": True}
        for token in SPECIAL
    ]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                       "strip_accents": True, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", vocab["[SEP]"]], "cls": ["[CLS]", vocab["[CLS]"]]},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": vocab},
    }


def token_ids(texts: list[str], file: Path) -> list[np.ndarray]:
    node = ROOT / "node_modules/.bin/node"
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    command = [node, ROOT / "training/tokenise.ts", file, str(TOKENS)]
    run = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, check=True)
    values, at, found = np.frombuffer(run.stdout, dtype=np.int32), 0, []
    for _ in texts:
        found.append(values[at + 1 : at + 1 + values[at]].astype(np.int64))
        at += 1 + values[at]
    return found


def rows_of_table(ids: np.ndarray, words: int) -> np.ndarray:
    """The rows of the weight table that a text's tokens, pairs and pairs with a gap stand for; as in the model."""
    rest = TABLE - words
    pairs = words + (ids[:-1] * PAIR[0] + ids[1:] * PAIR[1]) % rest
    gaps = words + (ids[:-2] * SKIP[0] + ids[2:] * SKIP[1]) % rest
    return np.concatenate([ids, pairs, gaps])


def matrix(ids: list[np.ndarray], words: int):
    rows = [rows_of_table(it, words) for it in ids]
    pointers = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    data = np.concatenate([np.full(len(row), 1 / np.sqrt(len(row)), np.float32) for row in rows])
    made = sparse.csr_matrix((data, np.concatenate(rows), pointers), (len(rows), TABLE))
    made.sum_duplicates()
    return made


def graph(roots: np.ndarray, scale: float, bias: float, words: int) -> onnx.ModelProto:
    nodes, constants = [], []

    def constant(name: str, value) -> str:
        constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def node(op: str, inputs: list[str], output: str, **attributes) -> str:
        nodes.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    table, last = constant("table", roots), constant("one", np.array([1], np.int64))
    rest, base = constant("rest", np.int64(TABLE - words)), constant("base", np.int64(words))
    ends = constant("end", np.array([np.iinfo(np.int64).max], np.int64))
    starts = {gap: constant(f"from{gap}", np.array([gap], np.int64)) for gap in (0, 1, 2)}
    stops = {gap: constant(f"to{gap}", np.array([-gap], np.int64)) for gap in (1, 2)}

    def apart(of: str, gap: int, name: str) -> tuple[str, str]:
        before = node("Slice", [of, starts[0], stops[gap], last], f"{name}_before{gap}")
        return before, node("Slice", [of, starts[gap], ends, last], f"{name}_after{gap}")

    found = [("ids", "input_ids", "attention_mask")]
    for gap, (first, second) in ((1, PAIR), (2, SKIP)):
        before, after = apart("input_ids", gap, "ids")
        left = node("Mul", [before, constant(f"first{gap}", np.int64(first))], f"left{gap}")
        right = node("Mul", [after, constant(f"second{gap}", np.int64(second))], f"right{gap}")
        mixed = node("Mod", [node("Add", [left, right], f"mixed{gap}"), rest], f"bucket{gap}")
        masks = apart("attention_mask", gap, "mask")
        found.append((f"pair{gap}", node("Add", [mixed, base], f"row{gap}"), node("Mul", [*masks], f"mask{gap}")))
    sums, counts = [], []
    for name, rows, mask in found:
        known = node("Cast", [mask], f"{name}_known", to=TensorProto.FLOAT)
        root = node("Cast", [node("Gather", [table, rows], f"{name}_root")], f"{name}_float", to=TensorProto.FLOAT)
        weight = node("Mul", [root, node("Abs", [root], f"{name}_size")], f"{name}_weight")
        sums.append(node("ReduceSum", [node("Mul", [weight, known], f"{name}_own"), last], f"{name}_sum", keepdims=1))
        counts.append(node("ReduceSum", [known, last], f"{name}_count", keepdims=1))
    total, count = node("Sum", sums, "total"), node("Sqrt", [node("Sum", counts, "count")], "root_count")
    scaled = node("Mul", [node("Div", [total, count], "shrunk"), constant("scale", np.float32(scale / 2))], "scaled")
    half = node("Add", [scaled, constant("bias", np.float32(bias / 2))], "half")
    node("Concat", [node("Neg", [half], "honest"), half], "logits", axis=1)
    tokens = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
              for name in ("input_ids", "attention_mask")]
    logits = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 2])]
    made = helper.make_model(
        helper.make_graph(nodes, NAME, tokens, logits, constants),
        opset_imports=[helper.make_opsetid("", 17)],
        producer_name="sallyport",
        ir_version=9,
    )
    onnx.checker.check_model(made)
    return made


def train_second_stage(data: Data, out: Path) -> None:
    # What is said again counts once in the first stage, which is not in doubt about it.
    once = [row for row in [*honest_rows(data), *injection_rows(data)] if row.source != "repeated"]
    rows = passages(once) + buried(data)
    print(f"{len(rows)} passages, {data.refused} refused: their hashes are held out", flush=True)
    out.mkdir(exist_ok=True)
    tokens = out / f"{NAME}.tokenizer.json"
    made = tokenizer(rows)
    tokens.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf8")
    words = len(made["model"]["vocab"])
    features = matrix(token_ids([row.text for row in rows], tokens), words)
    labels, dev = np.array([row.label for row in rows]), np.array([row.fold == DEV_FOLD for row in rows])
    sources = np.array([row.source for row in rows])
    weights = np.array([WEIGHTS.get(row.source, 1.0) for row in rows])
    fitted = LogisticRegression(C=4.0, solver="liblinear", max_iter=60, tol=4e-3, random_state=SEED)
    fitted.fit(features[~dev], labels[~dev], sample_weight=weights[~dev])
    scale = float(np.abs(fitted.coef_[0]).max() / 127**2)
    roots = np.round(np.sign(fitted.coef_[0]) * np.sqrt(np.abs(fitted.coef_[0]) / scale)).astype(np.int8)
    kept = roots.astype(np.float64) * np.abs(roots.astype(np.float64)) * scale
    scores = features @ kept
    limits = {name: LENIENCE * share for name, share in INJECTION_LIMITS.items()}
    pooled, usual = limits.pop("pooled"), limits.pop("usual")
    # Half is where the verdict turns: the bias is what puts the threshold there.
    threshold = threshold_for(scores[dev], labels[dev], sources[dev], pooled, limits, usual)
    model = graph(roots, scale, -threshold, words).SerializeToString(deterministic=True)
    (out / f"{NAME}.onnx").write_bytes(model)
    shares = {}
    for source in sorted(set(sources[dev])):
        for name, label in (("recall", 1), ("falsePositives", 0)):
            own = dev & (sources == source) & (labels == label)
            if own.any():
                shares.setdefault(source, {})[name] = [round(float((scores[own] >= threshold).mean()), 4), int(own.sum())]
    manifest = {
        "name": NAME,
        "version": "1",
        "detector": "injection",
        "label": 1,
        "threshold": 0.5,
        "tokens": TOKENS,
        "sha256": {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in (out / f"{NAME}.onnx", tokens)},
        "refusedRows": data.refused,
        "data": dict(sorted(data.hashes.items())),
        "trainedOn": int((~dev).sum()),
        "scores": {"dev": shares},
    }
    (out / f"{NAME}.json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(f"{out / NAME}.onnx: {len(model)} bytes; {words} word pieces")
    for source, told in shares.items():
        print("  ", source, told)
