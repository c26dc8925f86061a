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
    summary: bool = False
    """Whether a few sentences that answer are wanted before the hits: choosing them takes its time."""
    until: str | None = None
    """ISO 8601 calendar date: nothing said after it."""
    person: str | None = None
    """Only what this person told."""
    at: str | None = None
    """Only what people of this organisation told."""
    state: State | None = None
    """Only items in this state, or passages too where it is not said."""

    @property
    def asks_everybody(self) -> bool:
        """Whether nothing was left out that might have answered: only then an empty answer is a gap."""
        return not (self.elsewhere or self.of_items or self.since or self.until or self.person or self.at)

    @property
    def of_items(self) -> bool:
        """Whether passages are not asked for: they are of no kind, and nobody confirms them."""
        return self.kind is not None or self.state is not None


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
    by: tuple[str, ...] = ()
    """What brought it: meaning, words, or both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Somebody who told of what was asked, and the hits that show it."""

    name: str
    organisation: str | None
    community: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One thing that was found: a hit, what goes on with it, and what hangs together with it."""

    hit: Hit
    more: tuple[Hit, ...]
    """Hits further down in which the same speaker goes on."""
    under: "tuple[Linked, ...]"
    """The practices that answer a problem, the stories in which it was lived through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A sentence of a summary, and the hits it rests on."""

    text: str
    hits: tuple[str, ...]
    """Their ids, never none."""
    quoted: bool
    """Whether it is word for word what somebody said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the library has for a question: hits best first, and whether that is an answer at all."""

    question: str
    found: bool
    hits: tuple[Hit, ...]
    people: tuple[Telling, ...]
    retrievers: tuple[str, ...]
    """What took part in finding: names and weights."""
    groups: tuple[Group, ...] = ()
    """The hits again, so that each stands for another thing."""
    summary: tuple[Cited, ...] = ()
    """A few sentences that answer, where they were asked for."""
    notices: tuple[str, ...] = ()
    """What was missing while it was found: whole sentences with the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A question nobody here could answer yet."""

    id: int
    question: str
    community: str | None
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptQuestion:
    """A question a member keeps, to be told of new answers to it."""

    id: int
    question: Question
    kept_at: datetime

    @property
    def ref(self) -> str:
        """The id people type: q3."""
        return f"q{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnswer:
    """What was told since that answers a kept question."""

    kept: KeptQuestion
    hits: tuple[Hit, ...]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """What two tellers said of one side of what they met, each in their own words."""

    side: str
    """alike, or in what they differ: a facet (setting, affected, tried, outcome), or told."""
    here: str
    there: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kindred:
    """The same kind of thing told elsewhere."""

    item: Item
    meeting: Meeting
    organisation: str | None
    """Of who told it, else of the meeting."""
    score: float
    """How near in meaning, -1 to 1."""
    alike: Contrast | None
    differs: tuple[Contrast, ...]
    answered_by: tuple[Linked, ...]
    """The practices that answered it there."""
    open: str | None
    """What is still open there."""
    echoes: tuple[Item, ...]
    """Where the same organisation told of it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Items of one kind, the most typical first."""

    items: tuple[Item, ...]
    terms: tuple[str, ...]
    """What most of them speak of, in their words; none where each speaks of something else."""

    @property
    def alone(self) -> bool:
        return len(self.items) == 1
