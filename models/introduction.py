"""A request to be introduced to who told of something: they decide, and until then neither knows the other."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Answered(StrEnum):
    """What became of a request."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One of the two, as the other learns of them once the request is accepted."""

    name: str
    reach: str
    """How they can be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """A request as the store keeps it: nobody is shown it whole."""

    id: int
    told_in: str
    """What they told, by its id: i12 or t7."""
    about: str
    """What the asker wants to talk about, in their words."""
    state: Answered
    asked_at: datetime
    decided_at: datetime | None
    asker: Party
    asked: Party

    @property
    def ref(self) -> str:
        """The id people type: n4."""
        return f"n{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenIntroduction:
    """A request as one of the two sees it."""

    ref: str
    told_in: str
    about: str
    state: Answered
    asked_at: datetime
    other: Party | None
    """Who the other is; none before the request is accepted."""


def seen_by_asker(introduction: Introduction) -> SeenIntroduction:
    return _seen(introduction, introduction.asked)


def seen_by_asked(introduction: Introduction) -> SeenIntroduction:
    return _seen(introduction, introduction.asker)


def _seen(introduction: Introduction, other: Party) -> SeenIntroduction:
    return SeenIntroduction(
        ref=introduction.ref,
        told_in=introduction.told_in,
        about=introduction.about,
        state=introduction.state,
        asked_at=introduction.asked_at,
        other=other if introduction.state is Answered.ACCEPTED else None,
    )
