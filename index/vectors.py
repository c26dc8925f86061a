"""Nearest vectors, exactly: an index for each community and table, made from the store; only this file knows FAISS.

A vector is kept in whole numbers of one byte each (scalar quantisation), a quarter of what it takes in the store,
and every one is compared. An index is never changed while somebody may be searching it (FAISS crashes then): a
change makes a copy, and the copy takes its place.
"""

import io
import logging
import os
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.embeddings import Ids, Tally, VectorRows, sound
from index.snapshots import Manifest, SnapshotFolder
from models.errors import IndexOutOfDate, StoreError
from models.ports import EVERYWHERE, Narrowed, Subject, Table, Vectors

logger = logging.getLogger(__name__)

WORTH_MAKING_ANEW = 0.2
"""The share of changed vectors above which an index is made anew and its copy on disk replaced."""
SIDE_BY_SIDE = 20_000
"""From so many vectors on, the indexes are searched on several threads: below, starting them costs more."""
LARGEST = 127
"""A byte's, with its sign."""
SPREADS = 6.0
"""How many times the usual size of a number in a vector still fits into its byte."""


class VectorSource(Protocol):
    """What an index is made of: the store's part in it."""

    def library_id(self) -> str: ...

    def last_vector_change(self) -> int: ...

    def vector_indexes(self, *, model: str) -> list[tuple[int, Table]]: ...

    def vector_indexes_changed(self, *, after: int) -> set[tuple[int, Table]]: ...

    def vector_rows(self, community_id: int, table: Table, *, model: str, after: int | None) -> VectorRows: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shelf:
    """One community's vectors of one table, as of one change of the store; never changed, only replaced."""

    index: Any
    """A FAISS index; none where there are no vectors. Its places are those of the arrays."""
    scale: float
    """What the vectors were multiplied by before they were rounded."""
    ids: Ids
    """Rows of the embeddings."""
    subjects: Ids
    voices: Ids
    seq: int
    unsaved: int
    """How many vectors came or went since the copy on disk."""

    @property
    def count(self) -> int:
        return len(self.ids)

    @property
    def codes(self) -> NDArray[np.uint8]:
        """Shape (count, dimension), each 128 above the rounded number; a view, not a copy."""
        if self.index is None:
            return np.zeros((0, 0), dtype=np.uint8)
        size = self.count * self.index.d
        codes: NDArray[np.uint8] = _faiss().rev_swig_ptr(self.index.codes.data(), size)
        return codes.reshape(self.count, self.index.d)


_Key = tuple[int, Table]
_NOTHING: Ids = np.zeros(0, dtype=np.int64)
_EMPTY = _Shelf(index=None, scale=1.0, ids=_NOTHING, subjects=_NOTHING, voices=_NOTHING, seq=0, unsaved=0)
_Found = tuple[Table, Ids, NDArray[np.float32]]
"""What one shelf holds nearest to each query: subjects and similarities, each of shape (queries, some)."""


class FaissVectors:
    """The indexes of one library and one embedder; other embedders' vectors are never mixed in."""

    def __init__(self, folder: Path, *, store: VectorSource, model: str) -> None:
        self._snapshots = SnapshotFolder(folder)
        self._store = store
        self.model = model
        self._shelves: dict[_Key, _Shelf] = {}
        self._seen = 0
        self._lock = threading.Lock()

    def search(
        self,
        communities: Iterable[int],
        queries: Vectors,
        *,
        tables: Iterable[Table] = Table,
        narrowed: Narrowed = EVERYWHERE,
        limit: int,
    ) -> list[list[tuple[Subject, float]]]:
        """For each query, shape (n, dimension), the subjects and similarities, best first, of all communities."""
        shelves = [(key[1], self._current(key)) for key in product(communities, tables)]
        wanted = [(table, shelf) for table, shelf in shelves if shelf.count]
        if limit < 1 or not wanted or not len(queries):
            return [[] for _ in queries]
        selection = _Selection(narrowed)

        def nearest(one: tuple[Table, _Shelf]) -> _Found:
            table, shelf = one
            places = selection.places(table, shelf)
            return table, *_nearest(shelf, _fitting(queries, shelf), places, min(limit, shelf.count))

        if sum(shelf.count for _, shelf in wanted) < SIDE_BY_SIDE:
            found = [nearest(one) for one in wanted]
        else:
            with ThreadPoolExecutor(min(len(wanted), os.cpu_count() or 1)) as threads:
                found = list(threads.map(nearest, sorted(wanted, key=lambda one: -one[1].count)))
        return [_best(found, row, limit) for row in range(len(queries))]

    def refresh(self) -> None:
        """Brings the indexes that are open up to the store; the others catch up when they are first searched."""
        self._catch_up()

    def rebuild(self) -> int:
        """Makes every index anew from the store; how many vectors there are. Raises IndexOutOfDate, DiskFull."""
        with self._lock:
            self._shelves = {key: self._made(key) for key in self._store.vector_indexes(model=self.model)}
            self._seen = min((shelf.seq for shelf in self._shelves.values()), default=self._seen)
            self._snapshots.clear()
            for key, shelf in self._shelves.items():
                self._save(key, shelf)
            return sum(shelf.count for shelf in self._shelves.values())

    def mismatches(self) -> list[str]:
        """What of the copies on disk does not agree with the store; a damaged copy is then made anew."""
        names = {_name(key): key for key in self._store.vector_indexes(model=self.model)}
        found = []
        for name, manifest in self._snapshots.newest().items():
            if name in names and manifest is None:
                found.append(f"the copy of {name} on disk is damaged")
        for key in names.values():
            try:
                with self._lock:
                    shelf = self._opened(key)
                if _vectors_differ(shelf, self._rows(key, None)):
                    found.append(f"{_name(key)} does not hold what the store holds")
            except IndexOutOfDate as error:
                found.append(f"{_name(key)}: {error}")
        return found

    # --- keeping up with the store -------------------------------------------------------------------------

    def _current(self, key: _Key) -> _Shelf:
        if self._seen < self._store.last_vector_change():
            self._catch_up()
        shelf = self._shelves.get(key)
        if shelf is None:
            with self._lock:
                shelf = self._shelves.get(key) or self._opened(key)
                self._shelves[key] = shelf
        return shelf

    def _catch_up(self) -> None:
        """Only the indexes that something happened to are looked at: what a meeting costs is its own."""
        with self._lock:
            latest = self._store.last_vector_change()
            changed = self._store.vector_indexes_changed(after=self._seen) if self._shelves else set()
            for key in changed & self._shelves.keys():
                self._shelves[key] = self._caught_up(key, self._shelves[key])
            self._seen = max(self._seen, latest)

    def _opened(self, key: _Key) -> _Shelf:
        """From its copy on disk where that is whole and of this library and embedder, else from the store."""
        library, latest = self._store.library_id(), self._store.last_vector_change()
        found = self._snapshots.load(
            _name(key),
            lambda m: m.library == library and m.model == self.model and m.seq <= latest,
        )
        if found:
            manifest, content = found
            shelf = _read(content, seq=manifest.seq)
            if shelf and (shelf.count, shelf.index.d) == (manifest.count, manifest.dimension):
                return self._caught_up(key, shelf)
        return self._made_and_saved(key)

    def _caught_up(self, key: _Key, shelf: _Shelf) -> _Shelf:
        """The shelf after what changed in the store since."""
        rows = self._rows(key, shelf.seq)
        changed = shelf.unsaved + len(np.union1d(rows.gone, rows.ids))
        if changed > WORTH_MAKING_ANEW * shelf.count or not _within(rows.vectors, shelf.scale):
            return self._made_and_saved(key)
        if len(rows.gone) or len(rows.ids):
            shelf = replace(_changed(shelf, rows), unsaved=changed)
        if _tally(shelf) != rows.tally:
            # the copy is of a library that went another way: one put back from a backup
            return self._made_and_saved(key)
        return replace(shelf, seq=rows.seq)

    def _made_and_saved(self, key: _Key) -> _Shelf:
        shelf = self._made(key)
        try:
            self._save(key, shelf)
        except StoreError as error:
            # the copy only spares time at the next start: without it everything is still found
            logger.warning("the vector index was not saved: %s", error)
        return shelf

    def _made(self, key: _Key) -> _Shelf:
        rows = self._rows(key, None)
        if not len(rows.ids):
            return replace(_EMPTY, seq=rows.seq)
        scale = _scale_for(rows.vectors)
        return _shelved(
            _coded(rows.vectors, scale),
            scale=scale,
            ids=rows.ids,
            subjects=rows.subjects,
            voices=rows.voices,
            seq=rows.seq,
        )

    def _rows(self, key: _Key, after: int | None) -> VectorRows:
        rows = self._store.vector_rows(*key, model=self.model, after=after)
        if not sound(rows.vectors).all():
            raise IndexOutOfDate("Some vectors are damaged: run `commonlore rebuild`")
        return rows

    def _save(self, key: _Key, shelf: _Shelf) -> None:
        if not shelf.count:
            return
        library = self._store.library_id()
        self._snapshots.save(
            _name(key),
            _written(shelf),
            lambda sha256: Manifest(
                library=library,
                model=self.model,
                dimension=shelf.index.d,
                count=shelf.count,
                seq=shelf.seq,
                sha256=sha256,
            ),
        )


# --- searching ---------------------------------------------------------------------------------------------------


class _Selection:
    """Where in a shelf the things stand that a search is narrowed to."""

    def __init__(self, narrowed: Narrowed) -> None:
        self._voices = _sorted(narrowed.voices)
        self._items = _sorted(narrowed.items)

    def places(self, table: Table, shelf: _Shelf) -> Ids | None:
        """None for all of them."""
        items = self._items if table is Table.ITEM else None
        if self._voices is None and items is None:
            return None
        wanted = np.ones(shelf.count, dtype=bool)
        if self._voices is not None:
            wanted &= _among(shelf.voices, self._voices)
        if items is not None:
            wanted &= _among(shelf.subjects, items)
        return np.flatnonzero(wanted)


def _sorted(rows: frozenset[int] | None) -> Ids | None:
    return None if rows is None else np.array(sorted(rows), dtype=np.int64)


def _among(values: Ids, wanted: Ids) -> NDArray[np.bool_]:
    return np.isin(values, wanted)


def _nearest(
    shelf: _Shelf, queries: NDArray[np.float32], places: Ids | None, limit: int
) -> tuple[Ids, NDArray[np.float32]]:
    """Subjects and similarities, each of shape (queries, at most limit), of these places of a shelf."""
    faiss = _faiss()
    coded = np.rint(queries * shelf.scale)
    given = {}
    if places is not None:
        limit = min(limit, len(places))
        if not limit:
            return np.zeros((len(queries), 0), dtype=np.int64), np.zeros((len(queries), 0), dtype=np.float32)
        selector = (
            faiss.IDSelectorBatch(places)
            if len(places) < shelf.count // 64
            else faiss.IDSelectorBitmap(_bitmap(places, shelf.count))
        )
        given = {"params": faiss.SearchParameters(sel=selector)}
    products, found = shelf.index.search(coded, limit, **given)
    return shelf.subjects[found], products / np.float32(shelf.scale**2)


def _bitmap(places: Ids, count: int) -> NDArray[np.uint8]:
    wanted = np.zeros(count, dtype=bool)
    wanted[places] = True
    return np.packbits(wanted, bitorder="little")


def _best(found: Sequence[_Found], row: int, limit: int) -> list[tuple[Subject, float]]:
    """Of what all shelves hold nearest to one query, the nearest."""
    tables = [table for table, ids, _ in found for _ in range(ids.shape[1])]
    ids = np.concatenate([ids[row] for _, ids, _ in found])
    similarities = np.concatenate([near[row] for _, _, near in found])
    order = np.argsort(-similarities, kind="stable")[:limit]
    return [(Subject(table=tables[at], id=int(ids[at])), float(similarities[at])) for at in order]


def _fitting(queries: Vectors, shelf: _Shelf) -> NDArray[np.float32]:
    rows = np.ascontiguousarray(queries, dtype=np.float32)
    if rows.ndim != 2 or rows.shape[1] != shelf.index.d or not np.isfinite(rows).all():
        raise IndexOutOfDate(
            f"The question has {rows.shape[-1]} dimensions and the index {shelf.index.d}, or is no number: "
            "run `commonlore rebuild` after changing the embedder"
        )
    return rows


def _faiss() -> Any:
    """FAISS, one thread a search: for one question the second thread costs more than it brings."""
    import faiss

    faiss.omp_set_num_threads(1)  # holds for the calling thread alone, so it is said at each call
    return faiss


# --- what a shelf is made of -------------------------------------------------------------------------------------


def _scale_for(vectors: Vectors) -> float:
    """So that the numbers of these vectors, and of others like them, fit into a byte."""
    usual = LARGEST * np.sqrt(vectors.shape[1]) / SPREADS
    return float(min(usual, LARGEST / np.abs(vectors).max()))


def _within(vectors: Vectors, scale: float) -> bool:
    return not vectors.size or bool(np.abs(vectors).max() * scale <= LARGEST + 0.5)


def _coded(vectors: Vectors, scale: float) -> NDArray[np.uint8]:
    codes: NDArray[np.uint8] = (np.rint(vectors * scale) + (LARGEST + 1)).astype(np.uint8)
    return codes


def _shelved(codes: NDArray[np.uint8], *, scale: float, ids: Ids, subjects: Ids, voices: Ids, seq: int) -> _Shelf:
    faiss = _faiss()
    index = None
    if len(codes):
        kind = faiss.ScalarQuantizer.QT_8bit_direct_signed
        index = faiss.IndexScalarQuantizer(codes.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
        index.add_sa_codes(np.ascontiguousarray(codes))
    return _Shelf(index=index, scale=scale, ids=ids, subjects=subjects, voices=voices, seq=seq, unsaved=0)


def _changed(shelf: _Shelf, rows: VectorRows) -> _Shelf:
    """A copy without what is gone and with what is new; what is told by another voice is both."""
    if len(rows.ids) and rows.vectors.shape[1] != shelf.index.d:
        raise IndexOutOfDate("Some vectors have another dimension: run `commonlore rebuild`")
    left = ~np.isin(shelf.ids, np.union1d(rows.gone, rows.ids))
    new = _coded(rows.vectors.reshape(len(rows.ids), shelf.index.d), shelf.scale)
    return _shelved(
        np.concatenate([shelf.codes[left], new]),
        scale=shelf.scale,
        ids=np.concatenate([shelf.ids[left], rows.ids]),
        subjects=np.concatenate([shelf.subjects[left], rows.subjects]),
        voices=np.concatenate([shelf.voices[left], rows.voices]),
        seq=shelf.seq,
    )


def _tally(shelf: _Shelf) -> Tally:
    return Tally(count=shelf.count, total=int(shelf.ids.sum()))


def _vectors_differ(shelf: _Shelf, rows: VectorRows) -> bool:
    mine, theirs = np.argsort(shelf.ids), np.argsort(rows.ids)
    pairs = [(shelf.ids, rows.ids), (shelf.subjects, rows.subjects), (shelf.voices, rows.voices)]
    if shelf.count != len(rows.ids) or any((one[mine] != other[theirs]).any() for one, other in pairs):
        return True
    return shelf.count > 0 and bool((shelf.codes[mine] != _coded(rows.vectors, shelf.scale)[theirs]).any())


# --- a copy on disk ----------------------------------------------------------------------------------------------


def _name(key: _Key) -> str:
    community_id, table = key
    return f"community-{community_id}-{table}"


def _written(shelf: _Shelf) -> bytes:
    file = io.BytesIO()
    np.savez(
        file,
        codes=shelf.codes,
        scale=np.array(shelf.scale),
        ids=shelf.ids,
        subjects=shelf.subjects,
        voices=shelf.voices,
    )
    return file.getvalue()


def _read(content: bytes, *, seq: int) -> _Shelf | None:
    """None for what is no shelf."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return _shelved(
                file["codes"],
                scale=float(file["scale"]),
                ids=file["ids"],
                subjects=file["subjects"],
                voices=file["voices"],
                seq=seq,
            )
    except (ValueError, KeyError, OSError, RuntimeError):
        return None
