"""What speakers allow, and the one rule of who may read what."""

from dataclasses import dataclass
from enum import StrEnum

from models.people import Reader


class Consent(StrEnum):
    """What a speaker allows to be done with their words."""

    BY_NAME = "by name"
    BY_ROLE = "by role only"
    UNATTRIBUTED = "unattributed"
    NOT_KEPT = "not kept"


class Visibility(StrEnum):
    """Who may read a meeting or an item."""

    COMMUNITY = "community"
    SYSTEM = "system"
    STEWARDS = "stewards"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The communities whose knowledge may be read: everything the store hands out is asked for with one."""

    community_ids: frozenset[int] | None
    """None means all of them."""

    def allows(self, community_id: int | None) -> bool:
        """What belongs to no community is for those who may read everything."""
        return self.community_ids is None or community_id in self.community_ids

    def narrowed(self, community_ids: frozenset[int]) -> "Scope":
        """This scope, and within it these communities alone."""
        if self.community_ids is None:
            return Scope(community_ids=community_ids)
        return Scope(community_ids=self.community_ids & community_ids)


EVERYTHING = Scope(community_ids=None)
"""For the pipeline and for upkeep, which read for nobody."""


def scope_of(reader: Reader) -> Scope:
    """The rule: the owner reads everything, a member what their communities keep."""
    return EVERYTHING if reader.owner else Scope(community_ids=reader.community_ids)
