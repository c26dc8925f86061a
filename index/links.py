"""Links as rows: how items hang together. A link goes with either of its ends."""

import json
from collections.abc import Iterable

from index.connection import IN_SCOPE, Connection, Row, scope_values, where, writing
from index.meetings import READY
from models.consent import Scope
from models.knowledge import Link, Relation
from models.ports import Transaction

_OF_MEETING = """
    DELETE FROM link WHERE relation <> :kindred AND (
        source_id IN (SELECT id FROM item WHERE meeting_id = :meeting)
        OR target_id IN (SELECT id FROM item WHERE meeting_id = :meeting))"""
# found outside of any transaction: an end may have been found anew, under another id, since
_KEEP = """
    INSERT OR REPLACE INTO link (source_id, target_id, relation, score, reason)
    SELECT :source_id, :target_id, :relation, :score, :reason
    WHERE 2 = (SELECT count(*) FROM item WHERE id IN (:source_id, :target_id))"""
_LINKS = """
    SELECT * FROM link WHERE id IN (
        SELECT id FROM link WHERE source_id IN (SELECT value FROM json_each(:items))
        UNION SELECT id FROM link WHERE target_id IN (SELECT value FROM json_each(:items))) AND 2 = (
        SELECT count(*) FROM item JOIN meeting ON meeting.id = item.meeting_id{readable})
    ORDER BY score DESC, id"""
_READABLE = where("item.id IN (source_id, target_id)", IN_SCOPE, READY, "item.state <> 'withdrawn'")


class LinkStore:
    """The part of the store that keeps links."""

    connections: Connection

    def save_links(self, tx: Transaction, meeting_id: int, links: Iterable[Link]) -> None:
        """Replaces the links of a meeting's items; see the port."""
        db = writing(tx)
        db.conn.execute(_OF_MEETING, {"meeting": meeting_id, "kindred": Relation.KINDRED})
        for link in links:
            db.conn.execute(
                _KEEP,
                {
                    "source_id": link.source_id,
                    "target_id": link.target_id,
                    "relation": link.relation,
                    "score": link.score,
                    "reason": link.reason,
                },
            )

    def links(self, item_ids: Iterable[int], *, scope: Scope) -> list[Link]:
        """Those of items, at either end, best first; none to what is withdrawn or outside the scope."""
        values = {"items": json.dumps(list(item_ids)), **scope_values(scope)}
        return [_link(row) for row in self.connections.rows(_LINKS.format(readable=_READABLE), values)]


def _link(row: Row) -> Link:
    return Link(
        source_id=row["source_id"],
        target_id=row["target_id"],
        relation=Relation(row["relation"]),
        score=row["score"],
        reason=row["reason"],
    )
