"""Reviews as rows: what people decided about items, and beside it what undoes it."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from index.connection import IN_SCOPE, Connection, Database, Row, insert, rows_of, scope_values, where, writing
from index.evidence import add_evidence, refuse_strange, voices_of
from index.items import add_item, facets_row
from index.meetings import READY, turn_of
from models.citation import Span, cite
from models.consent import Scope
from models.decisions import WORDS_PUT_RIGHT
from models.errors import InputError, NotFound
from models.knowledge import Candidate, Item, State
from models.meeting import Turn
from models.ports import Transaction
from models.review import Decision, Review, Reviewer

KEPT = ("kind", "state", "title", "gist", "facets", "look", "reason", "found_as")
"""What of an item's row a review may change."""
WORDING = ("title", "gist", "quote")
"""What an item is found by."""
PLACE = ("turn_start", "char_start", "turn_end", "char_end")

_ITEM = """
    SELECT item.*, quote, turn_start, char_start, turn_end, char_end FROM item
    JOIN evidence ON evidence.id = (
        SELECT min(id) FROM evidence WHERE item_id = item.id AND review_id IS NULL)
    WHERE item.id = ? AND item.meeting_id = ?"""
_PUT = """
    UPDATE item SET kind = :kind, state = :state, title = :title, gist = :gist, facets = :facets,
        look = :look, reason = :reason, found_as = :found_as
    WHERE id = :id"""
_TURNS = """
    SELECT turn.*, coalesce(person.name, speaker.label) AS speaker FROM turn
    JOIN speaker ON speaker.id = turn.speaker_id LEFT JOIN person ON person.id = speaker.person_id
    WHERE turn.meeting_id = ? ORDER BY position"""
_REVIEWS = """
    SELECT review.*, (SELECT json_group_array(item_id) FROM review_item WHERE review_id = review.id) AS items
    FROM review JOIN meeting ON meeting.id = review.meeting_id"""
_OF_ITEM = "review.id IN (SELECT review_id FROM review_item WHERE item_id = :item)"
# a later decision about any of the same items stands on this one
_LATER = """
    SELECT other.item_id FROM review_item AS one JOIN review_item AS other ON other.item_id = one.item_id
    JOIN review ON review.id = other.review_id
    WHERE one.review_id = :id AND review.id > :id AND review.undone_at IS NULL LIMIT 1"""
_REVISED = "UPDATE meeting SET revision = revision + 1 WHERE id = ?"
_STALE = "UPDATE turn SET stale = 1 WHERE meeting_id = ? AND position BETWEEN ? AND ?"


class ReviewStore:
    """The part of the store that keeps what people decide."""

    connections: Connection

    def review(
        self, tx: Transaction, meeting_id: int, decision: Decision, *, reviewer: Reviewer
    ) -> tuple[Review, bool]:
        """Makes a decision and keeps what undoes it; see the port."""
        db = writing(tx)
        turns = _turns(db, meeting_id)
        before = [_before(db, meeting_id, item.id, turns) for item in decision.items]
        row: Row = {
            "meeting_id": meeting_id,
            "what": decision.what,
            "who": reviewer.name,
            "teller": reviewer.teller,
            "before": json.dumps(before, ensure_ascii=False),
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        row |= {"id": insert(db, "review", row), "undone_at": None}
        for item, was in zip(decision.items, before, strict=True):
            _change(db, row, item, was)
        made = [_make(db, meeting_id, candidate, before[0]["id"]) for candidate in decision.made]
        items = [item.id for item in decision.items] + made
        sql = "INSERT INTO review_item SELECT ?, value FROM json_each(?)"
        db.conn.execute(sql, (row["id"], json.dumps(items)))
        reworded = _reworded(db, meeting_id, before)
        return _review({**row, "items": json.dumps(items)}), bool(made) or reworded

    def undo_review(self, tx: Transaction, review_id: int) -> tuple[Review, bool]:
        """Takes a decision back; see the port."""
        db = writing(tx)
        row = _standing(db, review_id)
        meeting_id, before = row["meeting_id"], json.loads(row["before"])
        now = [_before(db, meeting_id, was["id"], []) for was in before]
        made = set(json.loads(row["items"])) - {was["id"] for was in before}
        db.conn.execute("DELETE FROM item WHERE id IN (SELECT value FROM json_each(?))", (json.dumps([*made]),))
        for was in before:
            _put_back(db, review_id, was)
        stale, reworded = _mind_the_words(db, meeting_id, before), _reworded(db, meeting_id, now)
        row["undone_at"] = datetime.now(UTC).isoformat(timespec="seconds")
        db.conn.execute("UPDATE review SET undone_at = ? WHERE id = ?", (row["undone_at"], review_id))
        return _review(row), stale or reworded

    def reviews(self, meeting_id: int, *, scope: Scope, item_id: int | None = None) -> list[Review]:
        """Newest first, with those that were undone; of one item only where asked for."""
        values = {"id": meeting_id, "item": item_id, **scope_values(scope)}
        conditions = where("meeting.id = :id", IN_SCOPE, READY, None if item_id is None else _OF_ITEM)
        rows = self.connections.rows(f"{_REVIEWS}{conditions} ORDER BY review.id DESC", values)
        return [_review(row) for row in rows]


def _before(db: Database, meeting_id: int, item_id: int, turns: Sequence[Turn]) -> Row:
    """An item as it is, with its wording and with what stands in the transcript where its words were."""
    found = rows_of(db, _ITEM, (item_id, meeting_id))
    if not found:
        raise NotFound(
            f"There is no item i{item_id} in m{meeting_id} any more: `commonlore items` lists those there are"
        )
    row = {name: found[0][name] for name in ("id", *KEPT, "quote")}
    return row | {"said": _said(turns, found[0]) if turns else None}


def _change(db: Database, review: Row, item: Item, was: Row) -> None:
    """The item's row, and its evidence where that is another; what it was is set aside and not lost."""
    values = {name: getattr(item, name) for name in KEPT} | {"facets": facets_row(item.facets), "id": item.id}
    db.conn.execute(_PUT, values)
    [row] = rows_of(db, _ITEM, (item.id, review["meeting_id"]))
    same = all(row[name] == getattr(item.evidence, name) for name in (*PLACE, "quote"))
    if not same:
        sql = "UPDATE evidence SET review_id = ? WHERE item_id = ? AND review_id IS NULL"
        db.conn.execute(sql, (review["id"], item.id))
        voices = voices_of(db, review["meeting_id"])
        refuse_strange(item, review["meeting_id"], voices)
        for piece in item.pieces:
            add_evidence(db, item.id, review["meeting_id"], piece, voices)


def _make(db: Database, meeting_id: int, candidate: Candidate, like: int) -> int:
    """A new item that people confirmed, found by what found another."""
    [row] = rows_of(db, "SELECT extractor FROM item WHERE id = ?", (like,))
    item_id = add_item(db, meeting_id, candidate, voices_of(db, meeting_id), row["extractor"])
    db.conn.execute("UPDATE item SET state = ? WHERE id = ?", (State.CONFIRMED, item_id))
    return item_id


def _standing(db: Database, review_id: int) -> Row:
    """Raises NotFound, and InputError where a later decision rests on it."""
    found = rows_of(db, f"{_REVIEWS} WHERE review.id = ? AND undone_at IS NULL", (review_id,))
    if not found:
        raise NotFound("That decision was undone meanwhile")
    if later := rows_of(db, _LATER, {"id": review_id}):
        ref = f"i{later[0]['item_id']}"
        raise InputError(f"{ref} was decided about again since: undo that first, `commonlore review {ref} --undo`")
    return found[0]


def _put_back(db: Database, review_id: int, was: Row) -> None:
    db.conn.execute(_PUT, {name: was[name] for name in ("id", *KEPT)})
    aside = (was["id"], review_id)
    if rows_of(db, "SELECT id FROM evidence WHERE item_id = ? AND review_id = ?", aside):
        db.conn.execute("DELETE FROM evidence WHERE item_id = ? AND review_id IS NULL", (was["id"],))
        db.conn.execute("UPDATE evidence SET review_id = NULL WHERE item_id = ? AND review_id = ?", aside)


def _mind_the_words(db: Database, meeting_id: int, before: Iterable[Row]) -> bool:
    """Where the transcript was put right since: drafts are to be found anew, what is confirmed asks for a look."""
    turns, stale = _turns(db, meeting_id), False
    for was in before:
        [row] = rows_of(db, _ITEM, (was["id"], meeting_id))
        said = _said(turns, row)
        if row["state"] == State.DRAFT and said != row["quote"]:
            db.conn.execute(_STALE, (meeting_id, row["turn_start"], row["turn_end"]))
            db.conn.execute(_REVISED, (meeting_id,))
            stale = True
        elif row["state"] == State.CONFIRMED and said != was["said"]:
            db.conn.execute("UPDATE item SET look = ? WHERE id = ?", (WORDS_PUT_RIGHT, row["id"]))
    return stale


def _reworded(db: Database, meeting_id: int, before: Iterable[Row]) -> bool:
    """Takes their vectors from items that are told otherwise; a renewal at work begins again because of it."""
    reworded = []
    for was in before:
        [row] = rows_of(db, _ITEM, (was["id"], meeting_id))
        if any(row[name] != was[name] for name in WORDING):
            reworded.append(was["id"])
    if reworded:
        sql = "DELETE FROM embedding WHERE item_id IN (SELECT value FROM json_each(?))"
        db.conn.execute(sql, (json.dumps(reworded),))
        db.conn.execute(_REVISED, (meeting_id,))
    return bool(reworded)


def _turns(db: Database, meeting_id: int) -> list[Turn]:
    return [turn_of(row, row["speaker"]) for row in rows_of(db, _TURNS, (meeting_id,))]


def _said(turns: Sequence[Turn], row: Row) -> str:
    return cite(turns, Span(**{name: row[name] for name in PLACE})).quote


def _review(row: dict[str, Any]) -> Review:
    return Review(
        id=row["id"],
        meeting_id=row["meeting_id"],
        item_ids=tuple(sorted(json.loads(row["items"]))),
        what=row["what"],
        reviewer=Reviewer(name=row["who"], teller=bool(row["teller"])),
        made_at=datetime.fromisoformat(row["made_at"]),
        undone_at=datetime.fromisoformat(row["undone_at"]) if row["undone_at"] else None,
    )
