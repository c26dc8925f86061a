"""Items and passages as rows: what was found in a meeting, and the words it rests on."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from index.connection import IN_SCOPE, Connection, Database, Row, insert, rows_of, scope_values, where, writing
from index.evidence import Voices, add_evidence, evidence_of, further_evidence, refuse_strange, voices_of
from index.meetings import READY
from models.consent import Scope
from models.errors import InputError, NotFound
from models.knowledge import Candidate, Evidence, Facets, Item, Kind, State
from models.meeting import Passage, Turn, seconds_of, word_of
from models.ports import KeptPassage, Transaction

_ITEMS = """
    SELECT item.*, evidence.turn_start, evidence.char_start, evidence.turn_end, evidence.char_end,
        evidence.start, evidence."end", evidence.quote,
        coalesce(person.name, speaker.label, evidence.label) AS speaker
    FROM item JOIN meeting ON meeting.id = item.meeting_id
    JOIN community ON community.id = meeting.community_id
    JOIN evidence ON evidence.id = (
        SELECT min(id) FROM evidence WHERE item_id = item.id AND review_id IS NULL)
    LEFT JOIN speaker ON speaker.id = evidence.speaker_id
    LEFT JOIN person ON person.id = speaker.person_id"""
_PASSAGES = """
    SELECT passage.*, turn.position, ifnull(person.name, speaker.label) AS speaker
    FROM passage JOIN meeting ON meeting.id = passage.meeting_id
    JOIN turn ON turn.id = passage.turn_id
    JOIN speaker ON speaker.id = turn.speaker_id
    LEFT JOIN person ON person.id = speaker.person_id"""
_STRETCH = ("position", "char_start", "char_end", "text", "context")
_CUT = """
    SELECT passage.id, turn.position, char_start, char_end, passage.text, context
    FROM passage JOIN turn ON turn.id = passage.turn_id WHERE passage.meeting_id = ?"""


class ItemStore:
    """The part of the store that keeps items and passages."""

    connections: Connection

    def save_items(
        self, tx: Transaction, meeting_id: int, candidates: Sequence[Candidate], *, extractor: str
    ) -> list[int]:
        """Replaces the drafts of the meeting; what people confirmed or withdrew stays.

        Raises InputError for a candidate whose evidence lies outside the meeting.
        """
        db = writing(tx)
        db.conn.execute("DELETE FROM item WHERE meeting_id = ? AND state = ?", (meeting_id, State.DRAFT))
        voices = voices_of(db, meeting_id)
        return [add_item(db, meeting_id, candidate, voices, extractor) for candidate in candidates]

    def replace_drafts(
        self,
        tx: Transaction,
        meeting_id: int,
        item_ids: Iterable[int],
        candidates: Sequence[Candidate],
        *,
        extractor: str,
    ) -> list[int]:
        """Puts candidates in the place of these drafts; one that was confirmed or withdrawn meanwhile stays."""
        db = writing(tx)
        db.conn.execute(
            """DELETE FROM item WHERE meeting_id = ? AND state = ?
            AND id IN (SELECT value FROM json_each(?))""",
            (meeting_id, State.DRAFT, json.dumps(list(item_ids))),
        )
        voices = voices_of(db, meeting_id)
        return [add_item(db, meeting_id, candidate, voices, extractor) for candidate in candidates]

    def looked_at(self, tx: Transaction, item_id: int) -> None:
        """Somebody has looked at it again. Raises NotFound."""
        if not writing(tx).conn.execute("UPDATE item SET look = NULL WHERE id = ?", (item_id,)).rowcount:
            raise NotFound(f"There is no item i{item_id}: `commonlore items` lists those there are")

    def items(
        self,
        *,
        scope: Scope,
        ids: Iterable[int] | None = None,
        meeting_id: int | None = None,
        community: str | None = None,
        kind: Kind | None = None,
        state: State | None = None,
    ) -> list[Item]:
        """Withdrawn ones only where asked for by state; in order of id.

        Those of a meeting on its way in only where asked for by meeting, and by who reads everything.
        """
        conditions = where(
            IN_SCOPE,
            "meeting.ready" if meeting_id is None else f"item.meeting_id = :meeting_id AND {READY}",
            None if ids is None else "item.id IN (SELECT value FROM json_each(:ids))",
            "community.name = :community" if community else None,
            "item.kind = :kind" if kind else None,
            "item.state = :state" if state else "item.state <> 'withdrawn'",
        )
        values = {
            **scope_values(scope),
            "ids": json.dumps(list(ids or ())),
            "meeting_id": meeting_id,
            "community": community,
            "kind": kind,
            "state": state,
        }
        return self._items(f"{_ITEMS}{conditions} ORDER BY item.id", values)

    def item(self, item_id: int, *, scope: Scope) -> Item:
        """Whatever its state. Raises NotFound."""
        values = {"id": item_id, **scope_values(scope)}
        found = self._items(_ITEMS + where("item.id = :id", IN_SCOPE, READY), values)
        if not found:
            raise NotFound(f"There is no item i{item_id}: `commonlore items` lists those there are")
        return found[0]

    def _items(self, sql: str, values: Row) -> list[Item]:
        with self.connections.read() as db:
            rows = rows_of(db, sql, values)
            further = further_evidence(db, [row["id"] for row in rows])
        return [_item(row, further.get(row["id"], ())) for row in rows]

    def save_passages(self, tx: Transaction, meeting_id: int, passages: Sequence[Passage]) -> list[int]:
        """Replaces the passages of the meeting. Raises InputError for one that its turn does not hold."""
        db = writing(tx)
        db.conn.execute("DELETE FROM passage WHERE meeting_id = ?", (meeting_id,))
        return _added(db, meeting_id, passages)

    def renew_passages(self, tx: Transaction, meeting_id: int, passages: Sequence[Passage]) -> list[int]:
        """Keeps those of the meeting that are the same and replaces the others; the ids of the new ones."""
        db = writing(tx)
        kept = rows_of(db, _CUT, (meeting_id,))
        wanted = Counter(_stretch(passage) for passage in passages)
        gone = [row["id"] for row in kept if not _taken(wanted, tuple(row[name] for name in _STRETCH))]
        db.conn.execute("DELETE FROM passage WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(gone),))
        new = [passage for passage in passages if _taken(wanted, _stretch(passage))]
        return _added(db, meeting_id, new)

    def passages(
        self, *, scope: Scope, ids: Iterable[int] | None = None, meeting_id: int | None = None
    ) -> list[KeptPassage]:
        """In order of id; of a meeting on its way in as `items` does it."""
        conditions = where(
            IN_SCOPE,
            "meeting.ready" if meeting_id is None else f"passage.meeting_id = :meeting_id AND {READY}",
            None if ids is None else "passage.id IN (SELECT value FROM json_each(:ids))",
        )
        values = {**scope_values(scope), "ids": json.dumps(list(ids or ())), "meeting_id": meeting_id}
        rows = self.connections.rows(f"{_PASSAGES}{conditions} ORDER BY passage.id", values)
        return [_passage(row) for row in rows]


def add_item(db: Database, meeting_id: int, candidate: Candidate, voices: Voices, extractor: str) -> int:
    """Keeps a draft. Raises InputError where its evidence lies outside the meeting."""
    refuse_strange(candidate, meeting_id, voices)
    item = {
        "meeting_id": meeting_id,
        "community_id": _community_of(db, meeting_id),
        "kind": candidate.kind,
        "state": State.DRAFT,
        "title": candidate.title,
        "gist": candidate.gist,
        "confidence": candidate.confidence,
        "facets": facets_row(candidate.facets),
        "extractor": candidate.extractor or extractor,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    item_id = insert(db, "item", item)
    for piece in candidate.pieces:
        add_evidence(db, item_id, meeting_id, piece, voices)
    return item_id


def facets_row(facets: Facets) -> str:
    return json.dumps(asdict(facets), ensure_ascii=False)


def _community_of(db: Database, meeting_id: int) -> int:
    return int(rows_of(db, "SELECT community_id FROM meeting WHERE id = ?", (meeting_id,))[0]["community_id"])


def _added(db: Database, meeting_id: int, passages: Sequence[Passage]) -> list[int]:
    turns, community = _turns_by_position(db, meeting_id), _community_of(db, meeting_id)
    rows = [_passage_row(meeting_id, passage, turns) | {"community_id": community} for passage in passages]
    return [insert(db, "passage", row) for row in rows]


def _turns_by_position(db: Database, meeting_id: int) -> dict[int, Row]:
    sql = 'SELECT id, position, text, start, "end", words FROM turn WHERE meeting_id = ?'
    return {row["position"]: row for row in rows_of(db, sql, (meeting_id,))}


def _passage_row(meeting_id: int, passage: Passage, turns: dict[int, Row]) -> Row:
    turn = turns.get(passage.turn)
    if turn is None or turn["text"][passage.char_start : passage.char_end] != passage.text:
        raise InputError(f"m{meeting_id} does not say '{passage.text[:40]}' in turn {passage.turn}")
    start, end = seconds_of(_timed(turn), passage.char_start, passage.char_end)
    return {
        "meeting_id": meeting_id,
        "turn_id": turn["id"],
        "char_start": passage.char_start,
        "char_end": passage.char_end,
        "text": passage.text,
        "context": passage.context,
        "start": start,
        "end": end,
    }


def _stretch(passage: Passage) -> tuple[int, int, int, str, str]:
    return passage.turn, passage.char_start, passage.char_end, passage.text, passage.context


def _taken(wanted: Counter[tuple[Any, ...]], stretch: tuple[Any, ...]) -> bool:
    """Takes one of this stretch out of those that are wanted, where there is one."""
    if wanted[stretch] <= 0:
        return False
    wanted[stretch] -= 1
    return True


def _timed(row: Row) -> Turn:
    words = json.loads(row["words"])
    return Turn(
        speaker="",
        text=row["text"],
        start=row["start"],
        end=row["end"],
        words=tuple(map(word_of, words)),
    )


def _item(row: Row, further: tuple[Evidence, ...]) -> Item:
    return Item(
        id=row["id"],
        meeting_id=row["meeting_id"],
        kind=Kind(row["kind"]),
        state=State(row["state"]),
        title=row["title"],
        gist=row["gist"],
        confidence=row["confidence"],
        evidence=evidence_of(row),
        facets=Facets(**json.loads(row["facets"])),
        extractor=row["extractor"],
        created_at=datetime.fromisoformat(row["created_at"]),
        look=row["look"],
        reason=row["reason"],
        found_as=Kind(row["found_as"]) if row["found_as"] else None,
        further=further,
    )


def _passage(row: Row) -> KeptPassage:
    return KeptPassage(
        id=row["id"],
        meeting_id=row["meeting_id"],
        speaker=row["speaker"],
        passage=Passage(
            turn=row["position"],
            char_start=row["char_start"],
            char_end=row["char_end"],
            text=row["text"],
            context=row["context"],
        ),
        start=row["start"],
        end=row["end"],
    )
