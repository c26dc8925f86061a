"""What people decide about the items of a meeting: each decision is kept, and can be undone."""

from dataclasses import dataclass
from datetime import datetime

from models.knowledge import Candidate, Item, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """Who decides."""

    name: str
    teller: bool = False
    """Whether they told it themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What of an item is to be otherwise; none leaves it as it is."""

    title: str | None = None
    gist: str | None = None
    kind: Kind | None = None
    begin: str | None = None
    """Its first words, or a turn and the number of a sentence in it, as 6.2."""
    end: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a review does to items of one meeting; whatever it touches is then confirmed or withdrawn."""

    what: str
    """In people's words."""
    items: tuple[Item, ...]
    """As they are to be, evidence and all."""
    made: tuple[Candidate, ...] = ()
    """Items that come to be, confirmed, found by what found the first of `items`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One decision that was made."""

    id: int
    meeting_id: int
    item_ids: tuple[int, ...]
    what: str
    reviewer: Reviewer
    made_at: datetime
    undone_at: datetime | None
