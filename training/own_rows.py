"""Rows of our own wording, made from the frames below `own/`, and honest documents from installed packages."""

import random
import re
from pathlib import Path

from rows import Row, row_hash

HERE = Path(__file__).parent
CHOICE = re.compile(r"\{([^{}]*\|[^{}]*)\}")
SLOT = re.compile(r"<([A-Z]+)>")
# Tasks of these families are attacks only where they stand in somebody else's text: none is a row of its own.
CARRIED = "carried-"
# Of the honest documents, so many come with what a user asks about them.
ASKED_SHARE = 0.3


def sections(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in (HERE / "own" / name).read_text(encoding="utf8").split("\n"):
        if line.startswith("## "):
            current = found.setdefault(line[3:].strip(), [])
        elif line and not line.startswith("# "):
            current.append(line)
    return found


class Frames:
    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.slots = sections("slots.txt")
        self.slots["DEED"] = sections("buried.txt").pop("DEED")

    def fill(self, frame: str) -> str:
        while True:
            choice = CHOICE.search(frame)
            slot = next((found for found in SLOT.finditer(frame) if found.group(1) in self.slots), None)
            if choice:
                text = self.random.choice(choice.group(1).split("|"))
                frame = frame[: choice.start()] + text + frame[choice.end() :]
            elif slot:
                text = self.random.choice(self.slots[slot.group(1)])
                frame = frame[: slot.start()] + text + frame[slot.end() :]
            else:
                return re.sub(r"(?<=\S) {2,}", " ", frame.replace("\\n", "\n")).strip()

    def vary(self, text: str) -> str:
        """People do not always write as one should."""
        chance = self.random.random()
        if chance < 0.12:
            return text.lower()
        if chance < 0.17:
            return text.upper()
        return text.rstrip(".!?") if chance < 0.25 else text

    def rows(self, name: str, label: int, per_frame: int, skip=()):
        """The unit is the frame: no frame is on both sides of a split."""
        rows = []
        for family, frames in sections(f"{name}.txt").items():
            if family in skip or family.startswith(CARRIED):
                continue
            for at, frame in enumerate(frames):
                texts = {self.fill(frame): None for _ in range(per_frame)}
                unit = f"own-{name}-{family}-{at}"
                bad = int(label and family != "none")
                rows += [
                    Row(self.vary(text), bad, f"own/{name}", unit, family if bad else None, "en") for text in texts
                ]
        return rows


def document_pieces() -> tuple[dict[str, list[str]], list[str]]:
    """Honest pieces by kind, and what users ask about documents."""
    pieces = sections("documents.txt")
    asked = pieces.pop("ASK")
    return pieces, asked


def fitting(family: str, pieces: dict[str, list[str]]) -> list[str]:
    """The kinds whose name begins as the family's does (code in code); all, where none does."""
    first = family.split("-")[0]
    return [kind for kind in sorted(pieces) if kind.split("-")[0] == first] or sorted(pieces)


def carried_rows(seed: int, per_frame: int = 5, per_task: int = 10):
    """Buried frames inside honest texts, at their beginning, in the middle or at the end. The unit is the frame."""
    frames = Frames(seed)
    pieces, _ = document_pieces()
    rows = []
    for family, lines in sections("buried.txt").items():
        kinds = fitting(family, pieces)
        for at, line in enumerate(lines if family != "DEED" else ()):
            for _ in range(per_task if family.startswith(CARRIED) else per_frame):
                kind = frames.random.choice(kinds)
                many = frames.random.randrange(2, 7)
                around = [frames.fill(frames.random.choice(pieces[kind])) for _ in range(many)]
                around.insert(frames.random.randrange(len(around) + 1), frames.fill(line))
                text = frames.random.choice([" ", "\n", "\n\n"]).join(around)
                rows.append(Row(text, 1, "own/carried", f"own-buried-{family}-{at}", family, "en"))
    return rows


def documents(seed: int, most: int = 2400):
    """Honest texts of the same pieces, some with what a user asks about them. The unit is the first piece."""
    frames = Frames(seed)
    pieces, asked = document_pieces()
    rows = []
    for _ in range(most):
        kind = frames.random.choice(sorted(pieces))
        chosen = [frames.random.choice(pieces[kind]) for _ in range(frames.random.randrange(2, 7))]
        text = frames.random.choice([" ", "\n", "\n\n"]).join(map(frames.fill, chosen))
        if frames.random.random() < ASKED_SHARE:
            parts = [frames.fill(frames.random.choice(asked)), text]
            text = frames.random.choice(["\n", "\n\n"]).join(parts if frames.random.random() < 0.7 else parts[::-1])
        unit = f"own-documents-{kind}-{pieces[kind].index(chosen[0])}"
        rows.append(Row(text, 0, "own/documents", unit, None, "en"))
    return rows


def language_rows(seed: int, per_frame: int = 4):
    """The unit is the frame; a line without a choice stands once."""
    frames = Frames(seed)
    rows = []
    for lang, lines in sections("languages.txt").items():
        for line in lines:
            for text in {frames.fill(line[2:]): None for _ in range(per_frame)}:
                rows.append(Row(text, int(line[0] == "+"), "own/languages", f"own-{line}", None, lang))
    return rows


def packages(root: Path):
    """The packages that `own/packages.txt` names, with their folders."""
    lines = (HERE / "own" / "packages.txt").read_text(encoding="utf8").split("\n")
    for package in (line for line in lines if line and not line.startswith("#")):
        folder = root / "node_modules" / package
        if not folder.is_dir():
            print(f"own/packages.txt: {package} is not installed")
        yield package, folder


def package_documents(root: Path, chunk: int = 3000, most: int = 12000):
    """Their read-me files and change logs, in pieces."""
    rows = []
    for package, folder in packages(root):
        files = sorted(f for f in folder.glob("*.md") if re.match(r"(readme|changelog|history)", f.name, re.I))
        for file in files:
            text = file.read_text(encoding="utf8", errors="replace")[:most]
            for at in range(0, len(text), chunk):
                piece = text[at : at + chunk]
                if len(piece) >= 400:
                    rows.append(Row(piece, 0, "packages", f"package-node_modules/{package}", None, "en"))
    return rows


def package_code(root: Path, files: int = 3, chars: int = 2000):
    """Of each of them the beginnings of a few sources."""
    rows = []
    for package, folder in packages(root):
        found = sorted(f for end in ("js", "ts", "mjs", "cjs") for f in folder.glob(f"**/*.{end}"))
        own = [f for f in found if "node_modules" not in f.relative_to(folder).parts and ".min." not in f.name]
        for file in own[:: max(1, len(own) // files)][:files]:
            text = file.read_text(encoding="utf8", errors="replace")[:chars]
            if len(text) >= 200:
                rows.append(Row(text, 0, "package code", f"package-node_modules/{package}", None, "en"))
    return rows


ADDRESS = re.compile(r"https?://[^\s)>\]\"'`<|]+")


def addresses_in(texts, source: str, most: int = 24):
    """The addresses that honest texts name. The unit is the host, of which there are so many at most."""
    found: dict[str, dict[str, None]] = {}
    for text in texts:
        for address in ADDRESS.findall(text):
            address = address.rstrip(".,;:!*_\\}")
            host = address.split("/")[2].lower()
            if re.fullmatch(r"[a-z0-9.-]+\.[a-z0-9-]+(:\d+)?", host) and "example" not in host:
                found.setdefault(host, {})[address] = None
    return [
        Row(address, 0, source, host)
        for host, addresses in sorted(found.items())
        for address in sorted(sorted(addresses), key=row_hash)[:most]
    ]


def package_addresses(root: Path):
    """Of packages' descriptions and read-me files."""
    packages = json.loads((root / "package-lock.json").read_text())["packages"]
    files = [
        file
        for package in sorted(filter(None, packages))
        for file in sorted([*(root / package).glob("*.md"), root / package / "package.json"])
        if file.exists()
    ]
    return addresses_in((file.read_text(encoding="utf8", errors="replace") for file in files), "package addresses")
