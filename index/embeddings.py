"""Vectors as rows: the truth from which every vector index is made and caught up."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.connection import Connection, Database, Row, rows_of, writing
from models.errors import IndexOutOfDate
from models.ports import Embedding, Subject, Transaction, Vectors, View

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many vectors there are and the sum of their ids: two sets that agree in both are taken for the same."""

    count: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorRows:
    """What became of the vectors of one index since some change: those gone, and those that are new."""

    seq: int
    """The number of the last change this takes account of."""
    gone: Ids
    ids: Ids
    vectors: Vectors
    tally: Tally
    """Of all the vectors of this index, new or not."""


# kept beside the vector because each community's vectors are an index of their own
_COMMUNITY = """
    SELECT meeting.community_id AS community
    FROM meeting JOIN {table} ON {table}.meeting_id = meeting.id WHERE {table}.id = ?"""
_TABLES = {"passage": "passage_id", "item": "item_id"}
_UNEMBEDDED = """
    SELECT 'passage' AS "table", passage.id FROM passage JOIN meeting ON meeting.id = passage.meeting_id
    WHERE meeting.ready AND :views > (
        SELECT count(*) FROM embedding WHERE passage_id = passage.id AND model = :model)
    UNION ALL SELECT 'item', item.id FROM item JOIN meeting ON meeting.id = item.meeting_id
    WHERE meeting.ready AND :views > (
        SELECT count(*) FROM embedding WHERE item_id = item.id AND model = :model)"""
_ALL = "SELECT id, vector FROM embedding WHERE community_id = ? AND view = ? AND model = ? ORDER BY id"
_NEW = """
    SELECT id, vector FROM embedding WHERE model = :model AND id IN (
        SELECT embedding_id FROM vector_change
        WHERE community_id = :community AND view = :view AND seq > :after AND op = 'add') ORDER BY id"""
_TALLY = """
    SELECT count(*) AS count, ifnull(sum(id), 0) AS total FROM embedding
    WHERE community_id = ? AND view = ? AND model = ?"""
_GONE = """
    SELECT embedding_id AS id FROM vector_change
    WHERE community_id = ? AND view = ? AND seq > ? AND op = 'remove'"""


class EmbeddingStore:
    """The part of the store that keeps vectors."""

    connections: Connection

    def save_embeddings(self, tx: Transaction, embeddings: Sequence[Embedding], *, model: str) -> None:
        """Replaces those of the same subjects and views; those of subjects that are gone are left out.

        Raises IndexOutOfDate for a vector that is not finite or not of length 1.
        """
        db = writing(tx)
        for embedding in embeddings:
            if not sound(embedding.vector[None, :])[0]:
                raise IndexOutOfDate(f"{model} gave a vector that is not of length 1: choose another embedder")
            _replace(db, embedding, model)

    def unembedded(self, *, model: str) -> list[Subject]:
        """Subjects of meetings that are ready that lack a vector of this model for any view."""
        rows = self.connections.rows(_UNEMBEDDED, {"model": model, "views": len(View)})
        return [Subject(table=row["table"], id=row["id"]) for row in rows]

    def subjects(self, embedding_ids: Iterable[int]) -> dict[int, Subject]:
        """What these vectors stand for; unknown ids are left out."""
        sql = "SELECT id, passage_id, item_id FROM embedding WHERE id IN (SELECT value FROM json_each(?))"
        ids = json.dumps([int(embedding_id) for embedding_id in embedding_ids])
        return {row["id"]: _subject(row) for row in self.connections.rows(sql, (ids,))}

    def embedding_ids(self, subjects: Iterable[Subject], *, view: View) -> dict[Subject, int]:
        sql = """SELECT id, passage_id, item_id FROM embedding
            WHERE view = :view AND passage_id IN (SELECT value FROM json_each(:passage))
            UNION ALL SELECT id, passage_id, item_id FROM embedding
            WHERE view = :view AND item_id IN (SELECT value FROM json_each(:item))"""
        wanted = list(subjects)
        ids = {table: json.dumps([s.id for s in wanted if s.table == table]) for table in _TABLES}
        return {_subject(row): row["id"] for row in self.connections.rows(sql, {"view": view, **ids})}

    def kept_vectors(
        self, subjects: Iterable[Subject], *, view: View, model: str
    ) -> dict[Subject, NDArray[np.float32]]:
        """Of those that have one of this model."""
        rows = self.embedding_ids(subjects, view=view)
        sql = "SELECT id, vector FROM embedding WHERE model = ? AND id IN (SELECT value FROM json_each(?))"
        kept = self.connections.rows(sql, (model, json.dumps(list(rows.values()))))
        vectors = dict(zip((row["id"] for row in kept), _vectors(kept), strict=True))
        return {subject: vectors[row] for subject, row in rows.items() if row in vectors}

    # what a vector index is made of

    def library_id(self) -> str:
        """Made once with the library; a copy of an index says which library it is of."""
        return str(self.connections.rows("SELECT value FROM meta WHERE key = 'library'")[0]["value"])

    def last_vector_change(self) -> int:
        """A number that grows with every vector kept or removed."""
        return int(self.connections.rows("SELECT ifnull(max(seq), 0) AS seq FROM vector_change")[0]["seq"])

    def vector_indexes(self, *, model: str) -> list[tuple[int, View]]:
        """The communities and views that have vectors of this model."""
        sql = "SELECT DISTINCT community_id, view FROM embedding WHERE model = ? ORDER BY community_id, view"
        return [(row["community_id"], View(row["view"])) for row in self.connections.rows(sql, (model,))]

    def vector_rows(self, community_id: int, view: View, *, model: str, after: int | None) -> VectorRows:
        """The vectors of one index: all of them, or what changed after the change of this number."""
        with self.connections.read() as db:
            seq = rows_of(db, "SELECT ifnull(max(seq), 0) AS seq FROM vector_change")[0]["seq"]
            if after is None:
                rows, gone = rows_of(db, _ALL, (community_id, view, model)), []
            else:
                values = {"community": community_id, "view": view, "model": model, "after": after}
                rows = rows_of(db, _NEW, values)
                gone = rows_of(db, _GONE, (community_id, view, after))
            tally = Tally(**rows_of(db, _TALLY, (community_id, view, model))[0])
        return VectorRows(seq=seq, gone=_ids(gone), ids=_ids(rows), vectors=_vectors(rows), tally=tally)

    def unsound_embeddings(self, *, model: str) -> list[int]:
        """Ids of vectors of this model that are damaged: embed their subjects anew."""
        rows = self.connections.rows("SELECT id, vector FROM embedding WHERE model = ?", (model,))
        if not rows:
            return []
        size = max({len(row["vector"]) for row in rows}, key=[len(row["vector"]) for row in rows].count)
        odd = [row["id"] for row in rows if len(row["vector"]) != size]
        rows = [row for row in rows if len(row["vector"]) == size]
        return sorted(odd + [int(i) for i in _ids(rows)[~sound(_vectors(rows))]])


def sound(vectors: Vectors) -> NDArray[np.bool_]:
    """Which rows are finite and of length 1: an index takes anything in, and then finds nonsense."""
    lengths: NDArray[np.float64] = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
    with np.errstate(invalid="ignore"):
        return np.isfinite(lengths) & (np.abs(lengths - 1.0) <= 1e-3)


def _replace(db: Database, embedding: Embedding, model: str) -> None:
    subject = embedding.subject
    column = _TABLES[subject.table]
    community = rows_of(db, _COMMUNITY.format(table=subject.table), (subject.id,))
    if not community:
        return
    db.table("embedding").delete_where(f"{column} = ? AND view = ?", [subject.id, embedding.view])
    db.table("embedding").insert(
        {
            "community_id": community[0]["community"],
            column: subject.id,
            "view": embedding.view,
            "model": model,
            "vector": np.ascontiguousarray(embedding.vector, dtype="<f4").tobytes(),
        }
    )


def _subject(row: Row) -> Subject:
    if row["item_id"] is not None:
        return Subject(table="item", id=row["item_id"])
    return Subject(table="passage", id=row["passage_id"])


def _ids(rows: Sequence[Row]) -> Ids:
    return np.array([row["id"] for row in rows], dtype=np.int64)


def _vectors(rows: Sequence[Row]) -> Vectors:
    if len({len(row["vector"]) for row in rows}) > 1:
        raise IndexOutOfDate("Some vectors are damaged: run `commonlore rebuild`")
    dimension = len(rows[0]["vector"]) // 4 if rows else 0
    return np.frombuffer(b"".join(row["vector"] for row in rows), dtype="<f4").reshape(len(rows), dimension)
