"""Questions as members would ask them, where they are answered, and how well: readings/asked.jsonl."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from benchmarks.annotated import READINGS
from index.indexer import passages_of
from models.meeting import Transcript, Turn

Place = tuple[str, int, int]
"""A passage by its meeting, its turn and its first character there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question."""

    question: str
    meeting: str
    """Whose telling it was written for."""
    answers: tuple[Place, ...]
    """Passages of that telling."""
    far: tuple[Place, ...]
    """Passages of other meetings that a search brings further down, mostly no answers."""
    grades: Mapping[Place, int]
    """2 for an answer, 1 for something related, 0 for neither; empty where nobody has graded."""


def read_asked() -> list[Asked]:
    lines = (READINGS / "asked.jsonl").read_text(encoding="utf-8").splitlines()
    return [_asked(json.loads(line)) for line in lines]


def _asked(row: dict) -> Asked:  # type: ignore[type-arg]  # JSON as it came
    return Asked(
        question=row["question"],
        meeting=row["meeting"],
        answers=tuple((row["meeting"], turn, begin) for turn, begin in row["answers"]),
        far=tuple((meeting, turn, begin) for meeting, turn, begin in row["far"]),
        grades={(meeting, turn, begin): grade for meeting, turn, begin, grade in row["grades"]},
    )


def texts(shared: Path) -> dict[Place, str]:
    """Every passage of the hearings and of QMSum as it is embedded: behind what it answered."""
    return {
        (name, passage.turn, passage.char_start): f"{passage.context} {passage.text}".strip()
        for name, transcript in _meetings(shared)
        for passage in passages_of(transcript, title=transcript.title or name)
    }


def _meetings(shared: Path) -> Iterator[tuple[str, Transcript]]:
    for folder in ("testimony", "qmsum"):
        for path in sorted((shared / "search" / folder).glob("*.json")):
            raw = json.loads(path.read_text(encoding="utf-8"))
            turns = tuple(Turn(speaker=turn["speaker"], text=turn["text"]) for turn in raw["turns"])
            yield raw["meeting"], Transcript(turns=turns, title=raw.get("title"))


def held_back(asked: Sequence[Asked], *, part: int) -> tuple[list[Asked], list[Asked]]:
    """Those to learn from, and those of every so many-th meeting, in the order of a hash of its name."""
    meetings = sorted({one.meeting for one in asked}, key=lambda name: sha256(name.encode()).hexdigest())
    back = set(meetings[::part])
    return [one for one in asked if one.meeting not in back], [one for one in asked if one.meeting in back]
