"""Questions that members keep, as rows: each reader's own."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

from index.connection import Connection, Row, rows_of, writing
from models.errors import NotFound
from models.knowledge import Kind, State
from models.ports import Transaction
from models.query import KeptQuestion, Question

_KEEP = """
    INSERT INTO kept_question (reader, asked, kept_at) VALUES (?, ?, ?)
    ON CONFLICT (reader, asked) DO UPDATE SET asked = excluded.asked RETURNING *"""


class QuestionStore:
    """The part of the store that keeps questions for those who asked them."""

    connections: Connection

    def keep_question(self, tx: Transaction, question: Question, *, reader: str) -> KeptQuestion:
        """Kept twice it is kept once."""
        asked = json.dumps(asdict(question), ensure_ascii=False)
        values = (reader, asked, datetime.now(UTC).isoformat(timespec="seconds"))
        return _kept(rows_of(writing(tx), _KEEP, values)[0])

    def drop_question(self, tx: Transaction, question_id: int, *, reader: str) -> None:
        """Raises NotFound for one that this reader has not kept."""
        sql = "DELETE FROM kept_question WHERE id = ? AND reader = ?"
        if not writing(tx).conn.execute(sql, (question_id, reader)).rowcount:
            raise NotFound(f"You keep no question q{question_id}: `commonlore kept` lists those you do")

    def kept_questions(self, *, reader: str) -> list[KeptQuestion]:
        """Kept first first."""
        sql = "SELECT * FROM kept_question WHERE reader = ? ORDER BY id"
        return [_kept(row) for row in self.connections.rows(sql, (reader,))]


def _kept(row: Row) -> KeptQuestion:
    asked = json.loads(row["asked"])
    asked["kind"] = Kind(asked["kind"]) if asked["kind"] else None
    asked["state"] = State(asked["state"]) if asked["state"] else None
    return KeptQuestion(id=row["id"], question=Question(**asked), kept_at=datetime.fromisoformat(row["kept_at"]))
