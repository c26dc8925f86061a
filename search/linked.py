"""What hangs together with an item, for somebody who reads it: only what they may read at both ends."""

from collections import Counter

from models.consent import Scope
from models.knowledge import Item, Link, Relation
from models.ports import Store
from models.query import Direction, Linked
from search.people import organisation_of

SHOWN = 5
"""Links of an item in one direction that are a reading and not a list."""

_SEEN = {
    (Relation.ANSWERS, True): Direction.ANSWERS,
    (Relation.ANSWERS, False): Direction.ANSWERED_BY,
    (Relation.TELLS_OF, True): Direction.TELLS_OF,
    (Relation.TELLS_OF, False): Direction.TOLD_IN,
    (Relation.KINDRED, True): Direction.KINDRED,
    (Relation.KINDRED, False): Direction.KINDRED,
}
"""By relation, and whether it goes out from the item that is read."""


def linked_to(item_id: int, *, store: Store, scope: Scope) -> list[Linked]:
    """Direction by direction, in each the best first."""
    links = _few(item_id, store.links(item_id, scope=scope))
    others = {item.id: item for item in store.items(scope=scope, ids=[_other(item_id, link) for link in links])}
    found = [
        _linked(_seen(item_id, link), link, others[_other(item_id, link)], store=store, scope=scope)
        for link in links
        if _other(item_id, link) in others
    ]
    return sorted(found, key=lambda linked: list(Direction).index(linked.direction))


def _few(item_id: int, links: list[Link]) -> list[Link]:
    held: Counter[Direction] = Counter()
    few: list[Link] = []
    for link in links:
        held[_seen(item_id, link)] += 1
        if held[_seen(item_id, link)] <= SHOWN:
            few.append(link)
    return few


def _seen(item_id: int, link: Link) -> Direction:
    return _SEEN[link.relation, link.source_id == item_id]


def _other(item_id: int, link: Link) -> int:
    return link.target_id if link.source_id == item_id else link.source_id


def _linked(direction: Direction, link: Link, other: Item, *, store: Store, scope: Scope) -> Linked:
    meeting = store.meeting(other.meeting_id, scope=scope)
    return Linked(
        direction=direction,
        item=other,
        meeting=meeting,
        organisation=organisation_of(other.evidence, store.speakers(meeting.id, scope=scope), meeting),
        score=link.score,
        reason=link.reason,
    )
