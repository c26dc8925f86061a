"""Evidence as rows: the words items rest on. An item may have several pieces; the best told was kept first."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from index.connection import Database, Row, rows_of
from models.errors import InputError
from models.knowledge import Candidate, Evidence, Item

Voices = Mapping[int, tuple[int, str]]
"""Whose each turn of a meeting is, by its position: the row of the voice, and its label."""

_FURTHER = """
    SELECT evidence.*, coalesce(person.name, speaker.label, evidence.label) AS speaker
    FROM evidence LEFT JOIN speaker ON speaker.id = evidence.speaker_id
    LEFT JOIN person ON person.id = speaker.person_id
    WHERE item_id IN (SELECT value FROM json_each(?)) AND evidence.review_id IS NULL
    AND evidence.id > (
        SELECT min(id) FROM evidence AS best WHERE best.item_id = evidence.item_id AND best.review_id IS NULL)
    ORDER BY evidence.id"""


def voices_of(db: Database, meeting_id: int) -> Voices:
    sql = """SELECT turn.position, speaker.id, speaker.label
        FROM turn JOIN speaker ON speaker.id = turn.speaker_id WHERE turn.meeting_id = ?"""
    return {row["position"]: (row["id"], row["label"]) for row in rows_of(db, sql, (meeting_id,))}


def refuse_strange(told: Candidate | Item, meeting_id: int, voices: Voices) -> None:
    """Raises InputError for what rests on words outside the meeting."""
    if any(piece.turn_start not in voices or piece.turn_end not in voices for piece in told.pieces):
        raise InputError(f"'{told.title}' rests on turns that m{meeting_id} does not have")


def add_evidence(db: Database, item_id: int, meeting_id: int, piece: Evidence, voices: Voices) -> None:
    speaker_id, label = voices[piece.turn_start]
    row = {"item_id": item_id, "meeting_id": meeting_id, "speaker_id": speaker_id, "label": label}
    said = {name: value for name, value in asdict(piece).items() if name != "speaker"}
    db.table("evidence").insert(row | said)


def further_evidence(db: Database, item_ids: Iterable[int]) -> dict[int, tuple[Evidence, ...]]:
    """What each of these items rests on besides the best told, where there is more."""
    further: dict[int, list[Evidence]] = defaultdict(list)
    for row in rows_of(db, _FURTHER, (json.dumps(list(item_ids)),)):
        further[row["item_id"]].append(evidence_of(row))
    return {item_id: tuple(pieces) for item_id, pieces in further.items()}


def evidence_of(row: Row) -> Evidence:
    """From any row that has its columns and the name of the speaker."""
    return Evidence(
        speaker=row["speaker"],
        turn_start=row["turn_start"],
        char_start=row["char_start"],
        turn_end=row["turn_end"],
        char_end=row["char_end"],
        start=row["start"],
        end=row["end"],
        quote=row["quote"],
    )
