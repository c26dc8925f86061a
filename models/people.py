"""People, the organisations they work in and the communities they belong to."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person does in a community."""

    MEMBER = "member"
    DOCUMENTER = "documenter"
    CONVENER = "convener"


class Phase(StrEnum):
    """How far along a community is (Wenger, McDermott and Snyder, Cultivating Communities of Practice, 2002)."""

    DISCOVERING = "discovering"
    COALESCING = "coalescing"
    MATURING = "maturing"
    STEWARDSHIP = "stewardship"
    TRANSFORMATION = "transformation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charter:
    """A community's answers to its four questions; none where it has not answered yet."""

    what: str | None = None
    how: str | None = None
    who: str | None = None
    know: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Where a person works: a trust, council, school, charity."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """Practitioners of many organisations who share a concern and a practice."""

    id: int
    name: str
    phase: Phase | None = None
    charter: Charter = field(default_factory=Charter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who spoke, once a person has said who the voice was."""

    id: int
    name: str
    organisation: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """For whom something is read: the owner of the library, or a member of some communities."""

    name: str
    owner: bool = False
    community_ids: frozenset[int] = frozenset()


OWNER = Reader(name="owner", owner=True)
"""Whoever holds the library on their own machine: the only reader until sign-in exists."""
