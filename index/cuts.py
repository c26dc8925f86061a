"""A turn cut in two, and two joined again: rows of turns move, and evidence with them."""

from index.connection import Database
from models.repair import Cut

# by way of negative places, as no two turns may stand in one for a moment
_AWAY = """
    UPDATE turn SET position = -(position + :by) WHERE meeting_id = :meeting AND position > :turn"""
_BACK = "UPDATE turn SET position = -position WHERE meeting_id = :meeting AND position < 0"
_COPY = """
    INSERT INTO turn (meeting_id, position, speaker_id, text, start, "end", words, written)
    SELECT meeting_id, position + 1, speaker_id, text, start, "end", words, written FROM turn
    WHERE meeting_id = :meeting AND position = :turn"""
_GONE = "DELETE FROM turn WHERE meeting_id = :meeting AND position = :turn + 1"
# what begins or ends behind the cut belongs to the second turn; an end stands behind its last character
_SPREAD = """
    UPDATE evidence SET
        turn_start = turn_start + (turn_start > :turn OR (turn_start = :turn AND char_start >= :at)),
        char_start = char_start - CASE WHEN turn_start = :turn AND char_start >= :at THEN :at ELSE 0 END,
        turn_end = turn_end + (turn_end > :turn OR (turn_end = :turn AND char_end > :at)),
        char_end = char_end - CASE WHEN turn_end = :turn AND char_end > :at THEN :at ELSE 0 END
    WHERE meeting_id = :meeting AND turn_end >= :turn"""
_DRAW_IN = """
    UPDATE evidence SET
        turn_start = turn_start - (turn_start > :turn),
        char_start = char_start + CASE WHEN turn_start = :turn + 1 THEN :at ELSE 0 END,
        turn_end = turn_end - (turn_end > :turn),
        char_end = char_end + CASE WHEN turn_end = :turn + 1 THEN :at ELSE 0 END
    WHERE meeting_id = :meeting AND turn_end > :turn"""


def cut_turn(db: Database, meeting_id: int, cut: Cut) -> None:
    """Makes room for the second turn, which still says the whole: what each says is written with the change."""
    values = {"meeting": meeting_id, "turn": cut.turn, "at": cut.at, "by": 1}
    for statement in (_AWAY, _BACK, _COPY, _SPREAD):
        db.conn.execute(statement, _needed(statement, values))


def join_turns(db: Database, meeting_id: int, cut: Cut) -> None:
    """Takes the second turn of a cut away, with its passages: the first is written whole with the change."""
    values = {"meeting": meeting_id, "turn": cut.turn, "at": cut.at, "by": -1}
    for statement in (_DRAW_IN, _GONE, _AWAY, _BACK):
        db.conn.execute(statement, _needed(statement, values))


def _needed(statement: str, values: dict[str, int]) -> dict[str, int]:
    return {name: value for name, value in values.items() if f":{name}" in statement}
