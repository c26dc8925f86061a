"""The annotated transcripts, as the tagger sees them, and their folds.

Two sources: those of the shared data, which everything is measured on, and further ones that were read for this
project (readings/), which are only ever learned from.
"""

import json
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from capture.cues import Signs, signs
from capture.linguist import Linguist, Sentence
from capture.marks import BEGIN, END, INSIDE, KINDS
from models.knowledge import Kind
from models.meeting import Transcript, Turn

FOLDS = 5
READINGS = Path(__file__).parent / "readings"
"""Of each source a file; which transcripts they are of, its README.md says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """One item as a reader marked it: first and last sentence, both included."""

    kind: Kind
    first: int
    last: int


@dataclass(frozen=True, kw_only=True)
class Annotated:
    """One transcript with its sentences, and what readers marked."""

    name: str
    domain: str
    transcript: Transcript
    sentences: tuple[Sentence, ...]
    marked: tuple[Marked, ...]
    given: bool = True
    """By those whose marks everything is measured by: thresholds are set on these alone."""

    @cached_property
    def signs(self) -> Signs:
        return signs(self.sentences)

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


def read_annotated(folder: Path) -> list[Annotated]:
    """All of them, in order of name; the sentences are those the annotations count in."""
    if not any((folder / "transcripts").glob("*.json")):
        raise SystemExit(
            f"{folder}: no transcripts/ in it; `commonlore export --annotations FOLDER` writes such a one"
        )
    raw = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((folder / "transcripts").glob("*.json"))]
    return [
        Annotated(
            name=one["meeting"],
            domain=one["meeting"].split("_")[0],
            transcript=_transcript(one),
            sentences=tuple(_sentences(one)),
            marked=_marked(folder / "annotations" / f"{one['meeting']}.jsonl"),
        )
        for one in raw
    ]


def read_readings(shared: Path, linguist: Linguist) -> list[Annotated]:
    """The further transcripts: of their sentences those are in an item of which it covers half or more."""
    out = []
    for source, folder in (("testimony", "search/testimony"), ("qmsum", "search/qmsum")):
        for name, items in _items_of(source).items():
            transcript = _transcript(json.loads((shared / folder / f"{name}.json").read_text(encoding="utf-8")))
            sentences = linguist.sentences(transcript.turns)
            out.append(
                Annotated(
                    name=name,
                    domain=name.removeprefix("committee_").split("_")[0],
                    transcript=transcript,
                    sentences=tuple(sentences),
                    marked=_placed(items, sentences),
                    given=False,
                )
            )
    return out


def read_again(given: Sequence[Annotated]) -> list[Annotated]:
    """Those of the given transcripts that the reader of the further ones read too, as that reader marked them."""
    items = _items_of("again")
    return [
        replace(one, marked=_placed(items[one.name], one.sentences), given=False)
        for one in given
        if one.name in items
    ]


def _items_of(source: str) -> dict[str, list[dict[str, Any]]]:
    by_meeting: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (READINGS / f"{source}.jsonl").read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        by_meeting[item["meeting"]].append(item)
    return by_meeting


def _placed(items: Sequence[Mapping[str, Any]], sentences: Sequence[Sentence]) -> tuple[Marked, ...]:
    found = ((item["kind"], _inside(item, sentences)) for item in items)
    return tuple(Marked(kind=Kind(kind), first=inside[0], last=inside[-1]) for kind, inside in found if inside)


def _inside(item: Mapping[str, Any], sentences: Sequence[Sentence]) -> list[int]:
    begin, end = (item["turn_start"], item["char_start"]), (item["turn_end"], item["char_end"])
    return [
        number
        for number, sentence in enumerate(sentences)
        if begin[0] <= sentence.turn <= end[0]
        and 2 * _both(sentence, begin, end) >= sentence.char_end - sentence.char_start
    ]


def _both(sentence: Sentence, begin: tuple[int, int], end: tuple[int, int]) -> int:
    """Characters of the sentence that lie between."""
    low = max(sentence.char_start, begin[1]) if sentence.turn == begin[0] else sentence.char_start
    high = min(sentence.char_end, end[1]) if sentence.turn == end[0] else sentence.char_end
    return high - low


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


def _transcript(raw: Mapping[str, Any]) -> Transcript:
    return Transcript(turns=tuple(Turn(speaker=turn["speaker"], text=turn["text"]) for turn in raw["turns"]))


def _sentences(raw: Mapping[str, Any]) -> list[Sentence]:
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
