"""Vectors as rows: the truth from which every vector index is made and caught up."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.connection import Connection, Row, rows_of, writing
from models.errors import IndexOutOfDate
from models.ports import Embedding, Subject, Table, Transaction, Vectors

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many vectors there are and the sum of their ids: two sets that agree in both are taken for the same."""

    count: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorRows:
    """What became of the vectors of one index since a change: what is gone, what is new or has another voice."""

    seq: int
    """The number of the last change this takes account of."""
    gone: Ids
    ids: Ids
    subjects: Ids
    """What each stands for: a row of the index's table."""
    voices: Ids
    """Who said it: a row of the speakers, or where that is not known the meeting's row below zero."""
    vectors: Vectors
    tally: Tally
    """Of all the vectors of this index, new or not."""


# kept beside the vector because each community's vectors are an index of their own
_KEEP = """
    INSERT INTO embedding (community_id, {table}_id, model, vector)
    SELECT meeting.community_id, {table}.id, ?, ?
    FROM {table} JOIN meeting ON meeting.id = {table}.meeting_id WHERE {table}.id = ?"""
_UNEMBEDDED = """
    SELECT 'passage' AS "table", passage.id FROM passage JOIN meeting ON meeting.id = passage.meeting_id
    WHERE meeting.ready AND NOT EXISTS (SELECT 1 FROM embedding WHERE passage_id = passage.id AND model = :model)
    UNION ALL SELECT 'item', item.id FROM item JOIN meeting ON meeting.id = item.meeting_id
    WHERE meeting.ready AND NOT EXISTS (SELECT 1 FROM embedding WHERE item_id = item.id AND model = :model)"""
_ROWS = {
    Table.PASSAGE: """
        SELECT embedding.id, passage_id AS subject, turn.speaker_id AS voice, vector
        FROM embedding JOIN passage ON passage.id = passage_id JOIN turn ON turn.id = passage.turn_id""",
    Table.ITEM: """
        SELECT embedding.id, item_id AS subject, vector, ifnull((
            SELECT speaker_id FROM evidence WHERE item_id = item.id AND review_id IS NULL
            ORDER BY evidence.id LIMIT 1), -item.meeting_id) AS voice
        FROM embedding JOIN item ON item.id = item_id""",
}
_ALL = " WHERE embedding.community_id = :community AND model = :model ORDER BY embedding.id"
_NEW = """
    WHERE model = :model AND embedding.id IN (
        SELECT embedding_id FROM vector_change
        WHERE community_id = :community AND subject = :table AND seq > :after AND op <> 'remove')
    ORDER BY embedding.id"""
_TALLY = """
    SELECT count(*) AS count, ifnull(sum(id), 0) AS total FROM embedding
    WHERE community_id = :community AND model = :model AND {table}_id IS NOT NULL"""
_GONE = """
    SELECT embedding_id AS id FROM vector_change
    WHERE community_id = :community AND subject = :table AND seq > :after AND op = 'remove'"""
_SHELVES = """
    SELECT DISTINCT community_id, CASE WHEN item_id IS NULL THEN 'passage' ELSE 'item' END AS "table"
    FROM embedding WHERE model = ? ORDER BY 1, 2"""
_KEPT = """
    SELECT {table}_id AS id, vector FROM embedding
    WHERE model = ? AND {table}_id IN (SELECT value FROM json_each(?))"""


class EmbeddingStore:
    """The part of the store that keeps vectors."""

    connections: Connection

    def save_embeddings(self, tx: Transaction, embeddings: Sequence[Embedding], *, model: str) -> None:
        """Replaces those of the same subjects; those of subjects that are gone are left out.

        Raises IndexOutOfDate for a vector that is not finite or not of length 1.
        """
        db = writing(tx)
        if embeddings and not sound(np.stack([embedding.vector for embedding in embeddings])).all():
            raise IndexOutOfDate(f"{model} gave a vector that is not of length 1: choose another embedder")
        for table in Table:
            mine = [embedding for embedding in embeddings if embedding.subject.table == table]
            ids = json.dumps([embedding.subject.id for embedding in mine])
            db.conn.execute(
                f"DELETE FROM embedding WHERE {table}_id IN (SELECT value FROM json_each(?))",  # noqa: S608  # a constant
                (ids,),
            )
            db.conn.executemany(
                _KEEP.format(table=table),
                [(model, _bytes(embedding.vector), embedding.subject.id) for embedding in mine],
            )

    def unembedded(self, *, model: str) -> list[Subject]:
        """Subjects of meetings that are ready that have no vector of this model."""
        rows = self.connections.rows(_UNEMBEDDED, {"model": model})
        return [Subject(table=Table(row["table"]), id=row["id"]) for row in rows]

    def unembedded_reason(self) -> str | None:
        """Why some subjects may have no vector, and the way out; none where all have one."""
        found = self.connections.rows("SELECT value FROM meta WHERE key = 'unembedded'")
        return found[0]["value"] if found else None

    def note_unembedded(self, tx: Transaction, reason: str | None) -> None:
        """Kept until all have one again, whatever becomes of this process."""
        db = writing(tx)
        db.conn.execute("DELETE FROM meta WHERE key = 'unembedded'")
        if reason:
            db.conn.execute("INSERT INTO meta (key, value) VALUES ('unembedded', ?)", (reason,))

    def kept_vectors(self, subjects: Iterable[Subject], *, model: str) -> dict[Subject, NDArray[np.float32]]:
        """Of those that have one of this model."""
        wanted = list(subjects)
        kept: dict[Subject, NDArray[np.float32]] = {}
        for table in Table:
            ids = json.dumps([subject.id for subject in wanted if subject.table == table])
            rows = self.connections.rows(_KEPT.format(table=table), (model, ids))
            named = [Subject(table=table, id=row["id"]) for row in rows]
            kept |= dict(zip(named, _vectors(rows), strict=True))
        return kept

    # what a vector index is made of

    def library_id(self) -> str:
        """Made once with the library; a copy of an index says which library it is of."""
        return str(self.connections.rows("SELECT value FROM meta WHERE key = 'library'")[0]["value"])

    def last_vector_change(self) -> int:
        """A number that grows with every vector kept or removed, and with every other voice put to one."""
        return int(self.connections.rows("SELECT ifnull(max(seq), 0) AS seq FROM vector_change")[0]["seq"])

    def vector_indexes(self, *, model: str) -> list[tuple[int, Table]]:
        """The communities, and what of them, that have vectors of this model."""
        return [(row["community_id"], Table(row["table"])) for row in self.connections.rows(_SHELVES, (model,))]

    def vector_indexes_changed(self, *, after: int) -> set[tuple[int, Table]]:
        """Those that something happened to after the change of this number."""
        sql = "SELECT DISTINCT community_id, subject FROM vector_change WHERE seq > ?"
        return {(row["community_id"], Table(row["subject"])) for row in self.connections.rows(sql, (after,))}

    def vector_rows(self, community_id: int, table: Table, *, model: str, after: int | None) -> VectorRows:
        """The vectors of one index: all of them, or what changed after the change of this number."""
        values = {"community": community_id, "table": table, "model": model, "after": after}
        with self.connections.read() as db:
            seq = rows_of(db, "SELECT ifnull(max(seq), 0) AS seq FROM vector_change")[0]["seq"]
            rows = rows_of(db, _ROWS[table] + (_ALL if after is None else _NEW), values)
            gone = [] if after is None else rows_of(db, _GONE, values)
            tally = Tally(**rows_of(db, _TALLY.format(table=table), values)[0])
        return VectorRows(
            seq=seq,
            gone=_ids(gone),
            ids=_ids(rows),
            subjects=_ids(rows, "subject"),
            voices=_ids(rows, "voice"),
            vectors=_vectors(rows),
            tally=tally,
        )

    def unsound_embeddings(self, *, model: str) -> list[Subject]:
        """What has a vector of this model that is damaged: it has to be embedded anew."""
        rows = self.connections.rows("SELECT passage_id, item_id, vector FROM embedding WHERE model = ?", (model,))
        if not rows:
            return []
        size = max({len(row["vector"]) for row in rows}, key=[len(row["vector"]) for row in rows].count)
        odd = [row for row in rows if len(row["vector"]) != size]
        rows = [row for row in rows if len(row["vector"]) == size]
        whole = sound(_vectors(rows))
        return [_subject(row) for row in odd + [row for row, well in zip(rows, whole, strict=True) if not well]]


def sound(vectors: Vectors) -> NDArray[np.bool_]:
    """Which rows are finite and of length 1: an index takes anything in, and then finds nonsense."""
    lengths: NDArray[np.float64] = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
    with np.errstate(invalid="ignore"):
        return np.isfinite(lengths) & (np.abs(lengths - 1.0) <= 1e-3)


def _bytes(vector: NDArray[np.float32]) -> bytes:
    return np.ascontiguousarray(vector, dtype="<f4").tobytes()


def _subject(row: Row) -> Subject:
    if row["item_id"] is not None:
        return Subject(table=Table.ITEM, id=row["item_id"])
    return Subject(table=Table.PASSAGE, id=row["passage_id"])


def _ids(rows: Sequence[Row], column: str = "id") -> Ids:
    return np.array([row[column] for row in rows], dtype=np.int64)


def _vectors(rows: Sequence[Row]) -> Vectors:
    if len({len(row["vector"]) for row in rows}) > 1:
        raise IndexOutOfDate("Some vectors are damaged: run `commonlore rebuild`")
    dimension = len(rows[0]["vector"]) // 4 if rows else 0
    return np.frombuffer(b"".join(row["vector"] for row in rows), dtype="<f4").reshape(len(rows), dimension)
