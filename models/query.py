"""A question, what was found for it, and the answer made of that; and what hangs together with what was found."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.knowledge import Evidence, Item, Kind, State
from models.meeting import Meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a member asks, in plain words, and where they want to hear from."""

    text: str
    organisation: str | None = None
    """The asker's own: what `elsewhere` leaves out and what others are preferred to."""
    elsewhere: bool = False
    """Only other organisations (or, where no organisation is known, other communities) than the asker's."""
    community: str | None = None
    kind: Kind | None = None
    since: str | None = None
    """ISO 8601 calendar date: nothing said before it."""
    limit: int = 10

    @property
    def asks_everybody(self) -> bool:
        """Whether nothing was left out that might have answered: only then an empty answer is a gap."""
        return not (self.elsewhere or self.since or self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing found, with the words it rests on and why it is here."""

    kind: str
    """story, problem, practice or passage."""
    ref: str
    """i12 for an item, t7 for a passage."""
    title: str
    gist: str
    meeting_id: int
    meeting: str
    """The external id the meeting came with, else its own (m12)."""
    meeting_title: str
    date: str | None
    community: str
    organisation: str | None
    evidence: Evidence
    score: float
    why: str
    state: State | None = None
    """Of an item, so that a draft is never shown as confirmed; a passage has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Somebody who told of what was asked, and the hits that show it."""

    name: str
    organisation: str | None
    community: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the library has for a question: hits best first, and whether that is an answer at all."""

    question: str
    found: bool
    hits: tuple[Hit, ...]
    people: tuple[Telling, ...]
    retrievers: tuple[str, ...]
    """What took part in finding: names and weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A question nobody here could answer yet."""

    id: int
    question: str
    community: str | None
    asked_at: datetime


class Direction(StrEnum):
    """A relation as seen from one of its ends."""

    ANSWERS = "answers"
    ANSWERED_BY = "answered by"
    TELLS_OF = "tells of"
    TOLD_IN = "told in"
    KINDRED = "kindred"


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """The other end of a link, and why it is there."""

    direction: Direction
    item: Item
    meeting: Meeting
    organisation: str | None
    """Of who told it, else of the meeting."""
    score: float
    reason: str
