"""Hits so that each line is another thing: what goes on is one, what belongs to a problem is under it. Pure."""

from collections.abc import Mapping, Sequence

from models.query import Direction, Group, Hit, Linked

UNDER = {
    "problem": (Direction.ANSWERED_BY, Direction.TOLD_IN),
    "practice": (Direction.TOLD_IN,),
}
"""What is read with a hit, by its kind."""
SHOWN = 2
"""So many of each."""
GOES_ON = 2
"""Turns after which the same speaker still goes on: between them somebody nods, or asks for more."""


def grouped(hits: Sequence[Hit], links: Mapping[str, Sequence[Linked]]) -> tuple[Group, ...]:
    """Each hit is in one group or, where it hangs together with an earlier one, under it; `links` are by hit."""
    groups: list[tuple[Hit, list[Hit], tuple[Linked, ...]]] = []
    placed: set[str] = set()
    for hit in hits:
        before = next((group for group in groups if _goes_on(group[0], hit)), None)
        if hit.ref in placed:
            continue
        if before:
            before[1].append(hit)
            continue
        under = _under(hit, links.get(hit.ref, ()))
        placed.update(linked.item.ref for linked in under)
        groups.append((hit, [], under))
    return tuple(Group(hit=hit, more=tuple(more), under=under) for hit, more, under in groups)


def _goes_on(first: Hit, later: Hit) -> bool:
    one, other = first.evidence, later.evidence
    apart = max(other.turn_start - one.turn_end, one.turn_start - other.turn_end)
    return first.meeting_id == later.meeting_id and one.speaker == other.speaker and apart <= GOES_ON


def _under(hit: Hit, links: Sequence[Linked]) -> tuple[Linked, ...]:
    """A few of each direction, best first as they come."""
    return tuple(
        linked
        for direction in UNDER.get(hit.kind, ())
        for linked in [linked for linked in links if linked.direction is direction][:SHOWN]
    )
