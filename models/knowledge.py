"""Tacit knowledge: stories, problems and practices, the words they rest on, and how they hang together."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a person told; the exact test of each is in docs/words.md."""

    STORY = "story"
    PROBLEM = "problem"
    PRACTICE = "practice"


class State(StrEnum):
    """The extractor proposes, people confirm."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The words something rests on, and where and when they were said.

    Turns are 0-based positions in the meeting; characters are offsets in the text of the first and the last
    turn; seconds are none where the transcript has none. Where the speaker went on after an interruption the
    quote joins their words with " … " and leaves the interruption out.
    """

    speaker: str
    turn_start: int
    char_start: int
    turn_end: int
    char_end: int
    start: float | None
    end: float | None
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """The sides of an item, each none where nothing was said of it."""

    setting: str | None = None
    affected: str | None = None
    tried: str | None = None
    outcome: str | None = None
    open: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What the extractor proposes: an item before it is kept."""

    kind: Kind
    title: str
    gist: str
    confidence: float
    evidence: Evidence
    facets: Facets = field(default_factory=Facets)
    further: tuple[Evidence, ...] = ()
    """Where else in the meeting nearly the same was told, in the order it was said."""
    extractor: str | None = None
    """Name and version of what proposed it, where that is another than the extractor that was asked."""

    @property
    def pieces(self) -> tuple[Evidence, ...]:
        """All its evidence, the best told first."""
        return (self.evidence, *self.further)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What an extractor made of a transcript."""

    candidates: tuple[Candidate, ...] = ()
    """In order of where they begin."""
    remarks: tuple[str, ...] = ()
    """What people should know of how it went: whole sentences with counts, and no word of the meeting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One piece of tacit knowledge taken from a meeting."""

    id: int
    meeting_id: int
    kind: Kind
    state: State
    title: str
    gist: str
    confidence: float
    evidence: Evidence
    facets: Facets
    extractor: str
    """Name and version of what proposed it."""
    created_at: datetime
    look: str | None = None
    """Why a person should look at it again: its words were put right since it was confirmed; none: all is well."""
    reason: str | None = None
    """Why a person rejected it; none where nobody did."""
    found_as: Kind | None = None
    """The kind it was proposed as, where a person says it is another."""
    further: tuple[Evidence, ...] = ()
    """Where else in the meeting nearly the same was told, in the order it was said."""

    @property
    def pieces(self) -> tuple[Evidence, ...]:
        """All its evidence, the best told first."""
        return (self.evidence, *self.further)

    @property
    def ref(self) -> str:
        """The id people type: i12."""
        return f"i{self.id}"


class Relation(StrEnum):
    """How one item hangs together with another."""

    ANSWERS = "answers"
    TELLS_OF = "tells of"
    KINDRED = "kindred"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A practice answers a problem, a story tells of either, two problems are kindred."""

    source_id: int
    target_id: int
    relation: Relation
    score: float
    """0 to 1."""
    reason: str
    """In people's words, and such as can be checked against the two."""
