"""What hangs together with an item, for somebody who reads it: only what they may read at both ends."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from models.consent import Scope
from models.knowledge import Item, Link, Relation
from models.meeting import Meeting
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


def linked_to(item_ids: Iterable[int], *, store: Store, scope: Scope) -> dict[int, list[Linked]]:
    """Of each item, direction by direction, in each the best first."""
    wanted = list(item_ids)
    links = store.links(wanted, scope=scope)
    of_each = {item_id: _few(item_id, [link for link in links if _touches(item_id, link)]) for item_id in wanted}
    ends = {_other(item_id, link) for item_id, some in of_each.items() for link in some}
    others = _others(ends, store=store, scope=scope)
    return {
        item_id: sorted(
            (
                others[_other(item_id, link)].seen(_seen(item_id, link), link)
                for link in some
                if _other(item_id, link) in others
            ),
            key=lambda linked: list(Direction).index(linked.direction),
        )
        for item_id, some in of_each.items()
    }


@dataclass(frozen=True, slots=True)
class _End:
    """The other end of a link."""

    item: Item
    meeting: Meeting
    organisation: str | None

    def seen(self, direction: Direction, link: Link) -> Linked:
        return Linked(
            direction=direction,
            item=self.item,
            meeting=self.meeting,
            organisation=self.organisation,
            score=link.score,
            reason=link.reason,
        )


def _others(item_ids: set[int], *, store: Store, scope: Scope) -> dict[int, _End]:
    items = store.items(scope=scope, ids=item_ids) if item_ids else []
    meeting_ids = {item.meeting_id for item in items}
    meetings = {meeting.id: meeting for meeting in store.meetings(scope=scope, ids=meeting_ids)} if items else {}
    voices = store.speakers_of(meeting_ids, scope=scope) if items else []
    return {
        item.id: _End(
            item,
            meetings[item.meeting_id],
            organisation_of(
                item.evidence,
                (voice for voice in voices if voice.meeting_id == item.meeting_id),
                meetings[item.meeting_id],
            ),
        )
        for item in items
    }


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


def _touches(item_id: int, link: Link) -> bool:
    return item_id in (link.source_id, link.target_id)
