"""The annotated transcripts of the shared data, as the tagger sees them, and their folds."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from capture.cues import Signs, signs
from capture.linguist import Sentence
from capture.tagger import BEGIN, END, INSIDE, KINDS
from models.knowledge import Kind
from models.meeting import Transcript, Turn
from models.ports import Embedder, Vectors

FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """One item as a reader marked it: first and last sentence, both included."""

    kind: Kind
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """One transcript with its sentences, what a tagger is given of each, and what readers marked."""

    name: str
    domain: str
    transcript: Transcript
    sentences: tuple[Sentence, ...]
    embeddings: Vectors
    signs: Signs
    marked: tuple[Marked, ...]

    def targets(self) -> NDArray[np.float32]:
        """Shape (sentences, kinds, 3), ones where a sentence lies in, begins or ends an item."""
        out = np.zeros((len(self.sentences), len(KINDS), 3), dtype=np.float32)
        for item in self.marked:
            kind = KINDS.index(item.kind)
            out[item.first : item.last + 1, kind, INSIDE] = 1
            out[item.first, kind, BEGIN] = 1
            out[item.last, kind, END] = 1
        return out

    def spans(self, kind: Kind) -> list[tuple[int, int]]:
        return [(item.first, item.last) for item in self.marked if item.kind == kind]


def read_annotated(folder: Path, embedder: Embedder) -> list[Annotated]:
    """All of them, in order of name; the sentences are those the annotations count in."""
    if not any((folder / "transcripts").glob("*.json")):
        raise SystemExit(
            f"{folder}: no transcripts/ in it; `commonlore export --annotations FOLDER` writes such a one"
        )
    raw = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((folder / "transcripts").glob("*.json"))]
    sentences = [_sentences(one) for one in raw]
    vectors = embedder.embed([sentence.text for each in sentences for sentence in each])
    edges = np.cumsum([0, *(len(each) for each in sentences)])
    return [
        Annotated(
            name=one["meeting"],
            domain=one["meeting"].split("_")[0],
            transcript=Transcript(turns=tuple(_turn(turn) for turn in one["turns"])),
            sentences=tuple(each),
            embeddings=vectors[begin:end],
            signs=signs(each),
            marked=_marked(folder / "annotations" / f"{one['meeting']}.jsonl"),
        )
        for one, each, begin, end in zip(raw, sentences, edges[:-1], edges[1:], strict=True)
    ]


def folds(annotated: Sequence[Annotated], *, count: int, seed: int) -> list[list[int]]:
    """Places of whole transcripts, each in one fold, the domains spread evenly."""
    rng = random.Random(seed)
    out: list[list[int]] = [[] for _ in range(count)]
    dealt = 0
    for domain in sorted({one.domain for one in annotated}):
        places = [place for place, one in enumerate(annotated) if one.domain == domain]
        rng.shuffle(places)
        for place in places:
            out[dealt % count].append(place)
            dealt += 1
    return out


def _turn(turn: dict[str, str]) -> Turn:
    return Turn(speaker=turn["speaker"], text=turn["text"])


def _sentences(raw: dict[str, list[dict[str, str]]]) -> list[Sentence]:
    turns = raw["turns"]
    return [
        Sentence(
            turn=turn,
            char_start=begin,
            char_end=end,
            text=turns[turn]["text"][begin:end],
            speaker=turns[turn]["speaker"],
        )
        for turn, begin, end in ((int(a), int(b), int(c)) for a, b, c in raw["sentences"])
    ]


def _marked(path: Path) -> tuple[Marked, ...]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return tuple(Marked(kind=Kind(line["kind"]), first=line["start"], last=line["end"]) for line in lines)
