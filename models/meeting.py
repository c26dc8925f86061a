"""A meeting and what was said in it: words, turns, speakers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

UNKNOWN_SPEAKER = "Unknown"
"""The label of a voice nobody could tell apart: a wrong name is worse than none."""


class Source(StrEnum):
    """How a meeting reached the library."""

    RECORDING = "recording"
    TRANSCRIPT = "transcript"
    JOURNAL = "journal"


class Doubt(StrEnum):
    """Why what the transcriber wrote was perhaps never said: such words are shown as doubtful and never quoted."""

    LOOP = "loop"
    """It goes round in circles."""
    SILENCE = "silence"
    """Hardly anything is to be heard there."""
    IMPROBABLE = "improbable"
    """The transcriber itself hardly believes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word and when it was said; seconds from the start of the recording."""

    word: str
    start: float
    end: float
    probability: float | None = None
    """The transcriber's own, 0 to 1; none where the times come from a transcript."""
    doubt: Doubt | None = None
    corrected: bool = False
    """Written by a person who put the transcript right."""


WordRow: TypeAlias = list[str | float | bool | None]
"""A word as short as it can be kept: word, start, end, probability and, only where they say something, the rest."""


def word_row(word: Word) -> WordRow:
    row: WordRow = [word.word, word.start, word.end, word.probability]
    return [*row, word.doubt, word.corrected] if word.doubt or word.corrected else row


def word_of(row: Sequence[Any]) -> Word:
    """What `word_row` made."""
    word, start, end, probability, *rest = row
    doubt, corrected = rest or (None, False)
    return Word(
        word=word,
        start=start,
        end=end,
        probability=probability,
        doubt=Doubt(doubt) if doubt else None,
        corrected=corrected,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one voice said before another spoke."""

    speaker: str
    text: str
    start: float | None = None
    end: float | None = None
    words: tuple[Word, ...] = ()
    """In the order of `text`, which holds each of them; empty where no times are known below the turn."""
    written: bool = False
    """In the meeting's chat, and not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A conversation in writing, with whatever its source said about itself."""

    turns: tuple[Turn, ...]
    meeting: str | None = None
    """The external id the meeting came with."""
    title: str | None = None
    date: str | None = None
    """ISO 8601 calendar date, YYYY-MM-DD."""
    community: str | None = None
    organisation: str | None = None
    language: str | None = None
    """ISO 639-1 code."""
    duration: float | None = None
    withheld: frozenset[str] = frozenset()
    """Speakers whose words are sent to no large model, wherever it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One conversation kept in the library."""

    id: int
    external_id: str | None
    title: str
    date: str | None
    community: str
    community_id: int
    organisation: str | None
    source: Source
    content_sha256: str
    """Of the file it came from: the same file again is known by it."""
    recording_sha256: str
    """Of what is kept of that file, and found by it: of a film its sound alone."""
    filename: str
    language: str | None
    duration: float | None
    ready: bool
    """False until the intake has run to its end: such a meeting is shown to nobody but as a job."""
    created_at: datetime

    @property
    def ref(self) -> str:
        """The id people type: m12."""
        return f"m{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A voice in one meeting, named or not."""

    id: int
    meeting_id: int
    label: str
    """As the transcript or the diarizer called it."""
    person: str | None
    person_id: int | None
    organisation: str | None
    findable: bool = True
    """Whether they are named to who asks who has met something."""

    @property
    def name(self) -> str:
        return self.person or self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of one turn, short enough to be quoted whole: what the search reads.

    `turn` is the 0-based position in the meeting, `char_start` and `char_end` are offsets in that turn's text.
    """

    turn: int
    char_start: int
    char_end: int
    text: str
    context: str
    """What was being answered: the end of the turn before, or the meeting's title. Never quoted."""


def word_offsets(turn: Turn) -> list[tuple[int, int]]:
    """Where each word of the turn stands in its text; a word that is not there gets an empty span."""
    spans: list[tuple[int, int]] = []
    at = 0
    for word in turn.words:
        found = turn.text.find(word.word, at)
        if found < 0:
            spans.append((at, at))
        else:
            at = found + len(word.word)
            spans.append((found, at))
    return spans


def doubtful_spans(turn: Turn) -> list[tuple[int, int]]:
    """The characters of a turn that were perhaps never said; neighbours are joined."""
    spans: list[tuple[int, int]] = []
    before = False
    for word, (begin, end) in zip(turn.words, word_offsets(turn), strict=True):
        if word.doubt and spans and before:
            spans[-1] = (spans[-1][0], end)
        elif word.doubt and begin < end:
            spans.append((begin, end))
        before = word.doubt is not None
    return spans


def seconds_of(turn: Turn, char_start: int, char_end: int) -> tuple[float | None, float | None]:
    """When these characters of a turn were said.

    From the words where they have times, else by even speed between the turn's own start and end, else none.
    """
    inside = [
        word
        for word, (begin, end) in zip(turn.words, word_offsets(turn), strict=True)
        if begin < char_end and end > char_start
    ]
    if inside:
        return inside[0].start, inside[-1].end
    if turn.start is None or turn.end is None or not turn.text:
        return turn.start, turn.end
    pace = (turn.end - turn.start) / len(turn.text)
    return round(turn.start + char_start * pace, 2), round(turn.start + char_end * pace, 2)
