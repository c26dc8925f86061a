"""Repairs as rows: a change made to a meeting, and beside it what undoes it."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from index.communities import person_id, sweep_names
from index.connection import IN_SCOPE, Connection, Database, Row, insert, rows_of, scope_values, where, writing
from index.cuts import cut_turn, join_turns
from index.journal import Before
from index.meetings import READY, turn_of, turn_row
from models.consent import Scope
from models.correction import align
from models.errors import InputError, NotFound
from models.knowledge import State
from models.meeting import Turn
from models.ports import Transaction
from models.repair import Change, Name, Repair

_TURNS = """
    SELECT turn.*, speaker.label FROM turn JOIN speaker ON speaker.id = turn.speaker_id
    WHERE turn.meeting_id = ? AND position IN (SELECT value FROM json_each(?))"""
_SPEAKERS = """
    SELECT speaker.id, speaker.label, person.name AS person, organisation.name AS organisation
    FROM speaker LEFT JOIN person ON person.id = speaker.person_id
    LEFT JOIN organisation ON organisation.id = person.organisation_id
    WHERE speaker.meeting_id = ?"""
_CITED = """
    SELECT id, turn_start, char_start, turn_end, char_end FROM evidence WHERE meeting_id = :meeting
    AND EXISTS (SELECT 1 FROM json_each(:turns) AS turns WHERE turns.value BETWEEN turn_start AND turn_end)"""
_FOLLOW = """
    UPDATE evidence SET speaker_id = speaker.id, label = speaker.label
    FROM turn JOIN speaker ON speaker.id = turn.speaker_id
    WHERE turn.meeting_id = evidence.meeting_id AND turn.position = evidence.turn_start
    AND evidence.meeting_id = ? AND evidence.turn_start IN (SELECT value FROM json_each(?))"""
_TOUCHED = """
    SELECT id, look FROM item WHERE meeting_id = :meeting AND state = :confirmed AND id IN (
        SELECT item_id FROM evidence JOIN json_each(:turns) AS turns
        ON turns.value BETWEEN turn_start AND turn_end
        WHERE evidence.meeting_id = :meeting AND review_id IS NULL
        AND evidence.id NOT IN (SELECT value FROM json_each(:known)))"""
_SILENT = (
    "DELETE FROM speaker WHERE meeting_id = ? AND NOT EXISTS (SELECT 1 FROM turn WHERE speaker_id = speaker.id)"
)
_STALE = "UPDATE turn SET stale = 1 WHERE meeting_id = ? AND position IN (SELECT value FROM json_each(?))"
_OF_MEETING = "SELECT repair.* FROM repair JOIN meeting ON meeting.id = repair.meeting_id"


class RepairStore:
    """The part of the store that puts meetings right."""

    connections: Connection

    def repair(self, tx: Transaction, meeting_id: int, change: Change) -> Repair:
        """Makes a change and keeps what undoes it; see the port."""
        db = writing(tx)
        before = Before(
            change=_inverse(db, meeting_id, change),
            evidence=_cited(db, meeting_id, [change.cut.turn] if change.cut else change.turns),
            looks={},
            look=change.look,
            organisations=_without_organisation(db, change.names.values()),
        )
        _make(db, meeting_id, change)
        before.looks = _ask_for_a_look(db, meeting_id, change.stale, change.look)
        row: Row = {
            "meeting_id": meeting_id,
            "what": change.what,
            "before": before.as_text(),
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        return _repair({"id": insert(db, "repair", row), "undone_at": None, **row})

    def undo(self, tx: Transaction, meeting_id: int) -> tuple[Repair, Change]:
        """The last repair that stands is undone, by this change. Raises NotFound where there is none."""
        db = writing(tx)
        sql = "SELECT * FROM repair WHERE meeting_id = ? AND undone_at IS NULL ORDER BY id DESC LIMIT 1"
        found = rows_of(db, sql, (meeting_id,))
        if not found:
            raise NotFound(f"Nothing was put right in m{meeting_id}, or all of it is undone")
        before = Before.of_text(found[0]["before"], found[0]["what"])
        before.take_organisations(db)
        _make(db, meeting_id, before.change)
        before.put_back(db)
        # what people confirmed since rests on the words as they were put right
        known = [row["id"] for row in before.evidence]
        _ask_for_a_look(db, meeting_id, before.change.stale, before.look, known=known)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        db.conn.execute("UPDATE repair SET undone_at = ? WHERE id = ?", (now, found[0]["id"]))
        return _repair({**found[0], "undone_at": now}), before.change

    def repairs(self, meeting_id: int, *, scope: Scope) -> list[Repair]:
        """Newest first, with those that were undone."""
        values = {"id": meeting_id, **scope_values(scope)}
        conditions = where("meeting.id = :id", IN_SCOPE, READY)
        rows = self.connections.rows(f"{_OF_MEETING}{conditions} ORDER BY repair.id DESC", values)
        return [_repair(row) for row in rows]

    def revision(self, meeting_id: int) -> int:
        """Another number after every repair and every undoing. Raises NotFound."""
        found = self.connections.rows("SELECT revision FROM meeting WHERE id = ?", (meeting_id,))
        if not found:
            raise NotFound(f"There is no meeting m{meeting_id} any more: it was removed meanwhile")
        return int(found[0]["revision"])

    def stale_turns(self, meeting_id: int) -> frozenset[int]:
        """Positions of the turns whose items have to be found anew."""
        sql = "SELECT position FROM turn WHERE meeting_id = ? AND stale"
        return frozenset(row["position"] for row in self.connections.rows(sql, (meeting_id,)))

    def mark_renewed(self, tx: Transaction, meeting_id: int) -> None:
        """No turn is stale any more."""
        writing(tx).conn.execute("UPDATE turn SET stale = 0 WHERE meeting_id = ? AND stale", (meeting_id,))


def _make(db: Database, meeting_id: int, change: Change) -> None:
    """The change itself: rows of turns and speakers, and what follows them."""
    if change.cut:
        cut_turn(db, meeting_id, change.cut)
    if change.joined:
        join_turns(db, meeting_id, change.joined)
    before = _turns(db, meeting_id, change.turns)
    speakers = _speakers_for(db, meeting_id, change)
    for position, turn in change.turns.items():
        db.conn.execute(
            """UPDATE turn SET speaker_id = :speaker_id, text = :text, start = :start, "end" = :end, words = :words
            WHERE meeting_id = :meeting AND position = :position""",
            {**turn_row(turn, speakers[turn.speaker]), "meeting": meeting_id, "position": position},
        )
    for label, name in change.names.items():
        person = person_id(db, name[0], name[1]) if name else None
        db.conn.execute("UPDATE speaker SET person_id = ? WHERE id = ?", (person, speakers[label]))
    db.conn.execute(_FOLLOW, (meeting_id, _json(change.turns)))
    if not change.cut and not change.joined:  # which have moved it with the turns
        _move_evidence(db, meeting_id, {at: (before[at], turn) for at, turn in change.turns.items()})
    db.conn.execute(_SILENT, (meeting_id,))
    db.conn.execute(_STALE, (meeting_id, _json(change.stale)))
    db.conn.execute("UPDATE meeting SET revision = revision + 1 WHERE id = ?", (meeting_id,))
    sweep_names(db)


def _turns(db: Database, meeting_id: int, positions: Iterable[int]) -> dict[int, Turn]:
    rows = rows_of(db, _TURNS, (meeting_id, _json(positions)))
    turns = {row["position"]: turn_of(row, row["label"]) for row in rows}
    missing = sorted(set(positions) - set(turns))
    if missing:
        raise InputError(f"m{meeting_id} has no turn {missing[0] + 1} any more: read it again")
    return turns


def _speakers_for(db: Database, meeting_id: int, change: Change) -> dict[str, int]:
    """The row of each label; made for those the change brings in."""
    rows = {row["label"]: int(row["id"]) for row in rows_of(db, _SPEAKERS, (meeting_id,))}
    for label in dict.fromkeys([*(turn.speaker for turn in change.turns.values()), *change.names]):
        if label not in rows:
            rows[label] = insert(db, "speaker", {"meeting_id": meeting_id, "label": label})
    return rows


def _inverse(db: Database, meeting_id: int, change: Change) -> Change:
    """What undoes it: the turns as they are, and the names of every voice that may go or be renamed."""
    turns = _turns(db, meeting_id, [change.cut.turn] if change.cut else change.turns)
    labels = {turn.speaker for turn in turns.values()} | set(change.names)
    names: dict[str, Name | None] = {
        row["label"]: (row["person"], row["organisation"]) if row["person"] else None
        for row in rows_of(db, _SPEAKERS, (meeting_id,))
        if row["label"] in labels
    }
    stale = frozenset(turns) if change.cut else change.stale
    return Change(what=change.what, turns=turns, names=names, joined=change.cut, stale=stale)


def _cited(db: Database, meeting_id: int, positions: Iterable[int]) -> list[Row]:
    return rows_of(db, _CITED, {"meeting": meeting_id, "turns": _json(positions)})


def _move_evidence(db: Database, meeting_id: int, turns: Mapping[int, tuple[Turn, Turn]]) -> None:
    """Evidence points at the same words, wherever in their turn they stand now."""
    moves = {at: align(was.text, now.text) for at, (was, now) in turns.items() if was.text != now.text}
    for row in _cited(db, meeting_id, moves):
        start, end = row["char_start"], row["char_end"]
        first, last = moves.get(row["turn_start"]), moves.get(row["turn_end"])
        if first and row["turn_start"] == row["turn_end"]:
            start, end = first.moved(start, end)
        else:
            start = first.moved(start, start + 1)[0] if first else start
            end = last.moved(end - 1, end)[1] if last else end
        db.conn.execute("UPDATE evidence SET char_start = ?, char_end = ? WHERE id = ?", (start, end, row["id"]))


def _ask_for_a_look(
    db: Database, meeting_id: int, stale: Iterable[int], look: str | None, *, known: Iterable[int] = ()
) -> dict[int, str | None]:
    """What was asked of the confirmed items before; not of those whose evidence is known to be right."""
    if look is None:
        return {}
    values = {
        "meeting": meeting_id,
        "confirmed": State.CONFIRMED,
        "turns": _json(stale),
        "known": json.dumps([*known]),
    }
    rows = rows_of(db, _TOUCHED, values)
    sql = "UPDATE item SET look = ? WHERE id IN (SELECT value FROM json_each(?))"
    db.conn.execute(sql, (look, json.dumps([row["id"] for row in rows])))
    return {row["id"]: row["look"] for row in rows}


def _without_organisation(db: Database, names: Iterable[Name | None]) -> list[int]:
    """People who are about to be given one."""
    given = [name[0] for name in names if name and name[1]]
    sql = "SELECT id FROM person WHERE organisation_id IS NULL AND name IN (SELECT value FROM json_each(?))"
    return [row["id"] for row in rows_of(db, sql, (json.dumps(given, ensure_ascii=False),))]


def _json(positions: Iterable[int]) -> str:
    return json.dumps(sorted(positions))


def _repair(row: Row) -> Repair:
    return Repair(
        id=row["id"],
        meeting_id=row["meeting_id"],
        what=row["what"],
        made_at=datetime.fromisoformat(row["made_at"]),
        undone_at=datetime.fromisoformat(row["undone_at"]) if row["undone_at"] else None,
    )
