"""Nearest vectors, exactly: an index for each community and view, made from the store; only this file knows FAISS.

An index is never changed while somebody may be searching it (FAISS crashes then): a change makes a copy, and the
copy takes its place.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.embeddings import Ids, Tally, VectorRows, sound
from index.snapshots import Manifest, SnapshotFolder
from models.errors import IndexOutOfDate, StoreError
from models.ports import View

logger = logging.getLogger(__name__)

WORTH_MAKING_ANEW = 0.2
"""The share of changed vectors above which an index is made anew and its copy on disk replaced."""


class VectorSource(Protocol):
    """What an index is made of: the store's part in it."""

    def library_id(self) -> str: ...

    def last_vector_change(self) -> int: ...

    def vector_indexes(self, *, model: str) -> list[tuple[int, View]]: ...

    def vector_rows(self, community_id: int, view: View, *, model: str, after: int | None) -> VectorRows: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shelf:
    """One community's vectors of one view, as of one change of the store; never changed, only replaced."""

    index: Any
    """A FAISS index whose ids are those of the embeddings; none where there are no vectors."""
    seq: int
    unsaved: int
    """How many vectors came or went since the copy on disk."""

    @property
    def count(self) -> int:
        return self.index.ntotal if self.index else 0


_Key = tuple[int, View]
_EMPTY = _Shelf(index=None, seq=0, unsaved=0)


class FaissVectors:
    """The indexes of one library and one embedder; other embedders' vectors are never mixed in."""

    def __init__(self, folder: Path, *, store: VectorSource, model: str) -> None:
        self._snapshots = SnapshotFolder(folder)
        self._store = store
        self.model = model
        self._shelves: dict[_Key, _Shelf] = {}
        self._lock = threading.Lock()

    def search(
        self, community_id: int, view: View, query: NDArray[np.float32], *, limit: int
    ) -> list[tuple[int, float]]:
        """Embedding ids and similarities, best first, of one view of one community."""
        shelf = self._current((community_id, view))
        if not shelf.count or limit < 1:
            return []
        similarities, ids = shelf.index.search(self._fitting(query, shelf), min(limit, shelf.count))
        return [(int(i), float(s)) for i, s in zip(ids[0], similarities[0], strict=True) if i >= 0]

    def scores(
        self, community_id: int, view: View, query: NDArray[np.float32], ids: Sequence[int]
    ) -> dict[int, float]:
        """The similarity of given embeddings; ids that are not in this index are left out."""
        shelf = self._current((community_id, view))
        known = np.intersect1d(np.array(ids, dtype=np.int64), _ids_of(shelf))
        if not known.size:
            return {}
        similarities = shelf.index.reconstruct_batch(known) @ self._fitting(query, shelf)[0]
        return dict(zip(known.tolist(), similarities.tolist(), strict=True))

    def refresh(self) -> None:
        """Brings the indexes that are open up to the store; the others catch up when they are first searched."""
        for key in list(self._shelves):
            self._current(key)

    def rebuild(self) -> int:
        """Makes every index anew from the store; how many vectors there are. Raises IndexOutOfDate, DiskFull."""
        with self._lock:
            self._shelves = {key: self._made(key) for key in self._store.vector_indexes(model=self.model)}
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

    def _current(self, key: _Key) -> _Shelf:
        _faiss()
        latest = self._store.last_vector_change()
        shelf = self._shelves.get(key)
        if shelf is None or shelf.seq < latest:
            with self._lock:
                shelf = self._shelves.get(key)
                shelf = self._opened(key) if shelf is None else self._caught_up(key, shelf)
                self._shelves[key] = shelf
        return shelf

    def _opened(self, key: _Key) -> _Shelf:
        """From its copy on disk where that is whole and of this library and embedder, else from the store."""
        library, latest = self._store.library_id(), self._store.last_vector_change()
        found = self._snapshots.load(
            _name(key),
            lambda m: m.library == library and m.model == self.model and m.seq <= latest,
        )
        if found:
            manifest, content = found
            index = _deserialised(content)
            if index is not None and (index.ntotal, index.d) == (manifest.count, manifest.dimension):
                return self._caught_up(key, _Shelf(index=index, seq=manifest.seq, unsaved=0))
        return self._made_and_saved(key)

    def _caught_up(self, key: _Key, shelf: _Shelf) -> _Shelf:
        """The shelf after what changed in the store since."""
        rows = self._rows(key, shelf.seq)
        changed = shelf.unsaved + len(rows.gone) + len(rows.ids)
        if changed > WORTH_MAKING_ANEW * shelf.count:
            return self._made_and_saved(key)
        if len(rows.gone) or len(rows.ids):
            shelf = _Shelf(index=_changed(shelf.index, rows), seq=rows.seq, unsaved=changed)
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
        faiss = _faiss()
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(rows.vectors.shape[1]))
        index.add_with_ids(rows.vectors, rows.ids)
        return _Shelf(index=index, seq=rows.seq, unsaved=0)

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
            _faiss().serialize_index(shelf.index).tobytes(),
            lambda sha256: Manifest(
                library=library,
                model=self.model,
                dimension=shelf.index.d,
                count=shelf.count,
                seq=shelf.seq,
                sha256=sha256,
            ),
        )

    def _fitting(self, query: NDArray[np.float32], shelf: _Shelf) -> NDArray[np.float32]:
        row = np.ascontiguousarray(query, dtype=np.float32).reshape(1, -1)
        if row.shape[1] != shelf.index.d or not np.isfinite(row).all():
            raise IndexOutOfDate(
                f"The question has {row.shape[1]} dimensions and the index {shelf.index.d}, or is no number: "
                "run `commonlore rebuild` after changing the embedder"
            )
        return row


def _faiss() -> Any:
    """FAISS, one thread a search: for one question the second thread costs more than it brings."""
    import faiss

    faiss.omp_set_num_threads(1)  # holds for the calling thread alone, so it is said at each call
    return faiss


def _name(key: _Key) -> str:
    community_id, view = key
    return f"community-{community_id}-{view}"


def _changed(index: Any, rows: VectorRows) -> Any:
    """A copy without what is gone and with what is new. FAISS would keep an id twice: it is taken out first."""
    index = _faiss().clone_index(index)
    index.remove_ids(np.union1d(rows.gone, rows.ids))
    if len(rows.ids):
        if rows.vectors.shape[1] != index.d:
            raise IndexOutOfDate("Some vectors have another dimension: run `commonlore rebuild`")
        index.add_with_ids(rows.vectors, rows.ids)
    return index


def _ids_of(shelf: _Shelf) -> Ids:
    if not shelf.count:
        return np.array([], dtype=np.int64)
    ids: Ids = _faiss().vector_to_array(shelf.index.id_map)
    return ids


def _tally(shelf: _Shelf) -> Tally:
    ids = _ids_of(shelf)
    return Tally(count=len(ids), total=int(ids.sum()))


def _vectors_differ(shelf: _Shelf, rows: VectorRows) -> bool:
    if not np.array_equal(np.sort(_ids_of(shelf)), np.sort(rows.ids)):
        return True
    return bool(len(rows.ids)) and not np.array_equal(shelf.index.reconstruct_batch(rows.ids), rows.vectors)


def _deserialised(content: bytes) -> Any:
    """None for what is no index."""
    try:
        return _faiss().deserialize_index(np.frombuffer(content, dtype=np.uint8))
    except RuntimeError:
        return None
