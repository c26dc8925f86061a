"""The vector indexes: the contract on FAISS, and what copies on disk and threads can do to them."""

import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.store import SqliteStore
from index.vectors import FaissVectors
from models.errors import DiskFull, IndexOutOfDate
from models.ports import Subject, Table
from tests.contracts import NEARLY, VectorContract
from tests.specimens import DIMENSION, RANG, keep_meeting, keep_vectors, unit_vectors

QUERY = unit_vectors(1, seed=9)[0]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path)
    yield store
    store.close()


@pytest.fixture
def vectors(store: SqliteStore, tmp_path: Path) -> FaissVectors:
    return reopened(store, tmp_path)


class TestFaissVectors(VectorContract):
    """The contract, on FAISS."""


def reopened(store: SqliteStore, home: Path, *, model: str = "toy-1") -> FaissVectors:
    """As another process, or the same after a restart, finds it."""
    return FaissVectors(home / "vectors", store=store, model=model)


def keep(store: SqliteStore, count: int, *, seed: int = 0, title: str = "Winter beds") -> list[Subject]:
    meeting_id = keep_meeting(store, title=title)
    with store.write() as tx:
        rows = store.save_passages(tx, meeting_id, [RANG] * count)
    subjects = [Subject(table=Table.PASSAGE, id=row) for row in rows]
    keep_vectors(store, subjects, unit_vectors(count, seed=seed))
    return subjects


def found(vectors: FaissVectors, limit: int = 10) -> list[tuple[Subject, float]]:
    [nearest] = vectors.search([1], QUERY[None, :], limit=limit)
    return nearest


def copies(home: Path, suffix: str) -> list[Path]:
    return sorted((home / "vectors").glob(f"community-1-passage.*{suffix}"))


def test_a_copy_on_disk_is_used_and_caught_up(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(store, 40)
    before = found(reopened(store, tmp_path))
    [copy] = copies(tmp_path, ".faiss")
    asked: list[int | None] = []
    really = store.vector_rows

    def watched(community_id: int, table: Table, *, model: str, after: int | None) -> object:
        if table is Table.PASSAGE:
            asked.append(after)
        return really(community_id, table, model=model, after=after)

    monkeypatch.setattr(store, "vector_rows", watched)
    assert found(reopened(store, tmp_path)) == before
    keep(store, 3, seed=5, title="Another")
    later = reopened(store, tmp_path)
    assert len(found(later, limit=99)) == 43
    assert None not in asked  # it read what was new, never all
    assert copies(tmp_path, ".faiss") == [copy]


def test_a_copy_is_replaced_when_much_has_changed_and_two_are_kept(store: SqliteStore, tmp_path: Path) -> None:
    for number in range(4):
        keep(store, 10 * 2**number, seed=number, title=str(number))
        found(reopened(store, tmp_path))
    assert len(copies(tmp_path, ".faiss")) == len(copies(tmp_path, ".json")) == 2


def test_no_damaged_copy_is_ever_searched(store: SqliteStore, tmp_path: Path) -> None:
    keep(store, 30)
    vectors = reopened(store, tmp_path)
    before = found(vectors)
    rng = random.Random(3)
    for number in range(30):
        [copy] = copies(tmp_path, ".faiss")
        whole = copy.read_bytes()
        copy.write_bytes(damaged(whole, rng, way=number % 3))
        if copy.read_bytes() == whole:
            continue
        assert [wrong for wrong in vectors.mismatches() if "damaged" in wrong]
        assert found(reopened(store, tmp_path)) == before
        vectors.rebuild()
    assert vectors.mismatches() == []


def damaged(content: bytes, rng: random.Random, *, way: int) -> bytes:
    at = rng.randrange(len(content))
    if way == 0:
        return content[:at]
    if way == 1:
        return content[:at] + bytes([content[at] ^ 1 << rng.randrange(8)]) + content[at + 1 :]
    return content[:at] + bytes(min(512, len(content) - at)) + content[at + 512 :]


@pytest.mark.parametrize("wrong", [b"", b"{}", b"not json", b'{"sha256": 1}', b"\xff\xfe"])
def test_a_copy_whose_manifest_is_damaged_is_not_used(store: SqliteStore, tmp_path: Path, wrong: bytes) -> None:
    keep(store, 12)
    before = found(reopened(store, tmp_path))
    [manifest] = copies(tmp_path, ".json")
    manifest.write_bytes(wrong)
    assert found(reopened(store, tmp_path)) == before


def test_the_copy_before_stands_in_for_one_that_was_damaged(store: SqliteStore, tmp_path: Path) -> None:
    keep(store, 10)
    found(reopened(store, tmp_path))
    keep(store, 10, seed=4, title="Another")
    before = found(reopened(store, tmp_path), limit=99)
    copies(tmp_path, ".faiss")[-1].write_bytes(b"")
    assert found(reopened(store, tmp_path), limit=99) == before


def test_a_copy_of_another_library_is_not_used(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("two", 2)):
        store = SqliteStore(tmp_path / name)
        keep(store, 12, seed=seed)
        before = found(reopened(store, tmp_path / name))
        if name == "two":
            (tmp_path / "one" / "vectors").rename(tmp_path / "two" / "other")
            for path in (tmp_path / "two" / "vectors").iterdir():
                path.unlink()
            for path in (tmp_path / "two" / "other").iterdir():
                path.rename(tmp_path / "two" / "vectors" / path.name)
            assert found(reopened(store, tmp_path / "two")) == before
        store.close()


def test_a_copy_of_a_later_state_than_a_restored_library_is_not_used(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    keep(store, 12)
    before = found(reopened(store, tmp_path))
    store.close()
    backup = (tmp_path / "commonlore.db").read_bytes()
    store = SqliteStore(tmp_path)
    keep(store, 12, seed=3, title="Another")
    found(reopened(store, tmp_path))
    store.close()
    (tmp_path / "commonlore.db").write_bytes(backup)
    store = SqliteStore(tmp_path)
    assert found(reopened(store, tmp_path)) == before
    keep(store, 11, seed=5, title="Yet another")  # the same ids again, for other vectors
    best = np.sort(np.concatenate([unit_vectors(12), unit_vectors(11, seed=5)]) @ QUERY)[::-1][:10]
    assert [score for _, score in found(reopened(store, tmp_path))] == pytest.approx(best.tolist(), abs=NEARLY)
    store.close()


def test_an_embedder_of_another_name_starts_from_nothing(store: SqliteStore, tmp_path: Path) -> None:
    subjects = keep(store, 12)
    found(reopened(store, tmp_path))
    other = reopened(store, tmp_path, model="toy-2")
    assert found(other) == []
    assert {one for one in store.unembedded(model="toy-2") if one.table == "passage"} == set(subjects)
    keep_vectors(store, subjects, unit_vectors(12, dimension=5, seed=2), model="toy-2")
    assert len(other.search([1], unit_vectors(1, dimension=5), limit=99)[0]) == 12
    assert found(reopened(store, tmp_path)) == []


def test_damaged_vectors_in_the_store_are_refused(store: SqliteStore, tmp_path: Path) -> None:
    keep(store, 12)
    with store.write() as tx:
        tx.db.conn.execute("DROP TRIGGER embedding_fixed")
        tx.db.conn.execute("UPDATE embedding SET vector = zeroblob(?) WHERE id = 5", (4 * DIMENSION,))
    with pytest.raises(IndexOutOfDate, match="commonlore rebuild"):
        found(reopened(store, tmp_path))


def test_a_disk_that_is_full_costs_the_copy_and_not_the_answer(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(store, 12)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    vectors = reopened(store, tmp_path)
    assert len(found(vectors)) == 10
    assert list((tmp_path / "vectors").iterdir()) == []
    with pytest.raises(DiskFull, match="free some space"):
        vectors.rebuild()


def test_rebuilding_removes_every_older_copy(store: SqliteStore, tmp_path: Path) -> None:
    keep(store, 10)
    vectors = reopened(store, tmp_path)
    found(vectors)
    (tmp_path / "vectors" / "killed.faiss.tmp").write_bytes(b"half")
    with store.write() as tx:
        store.drop_meeting(tx, 1)
    assert vectors.rebuild() == 0
    assert list((tmp_path / "vectors").iterdir()) == []


def test_searching_while_vectors_come_and_go_is_safe_and_whole(store: SqliteStore, tmp_path: Path) -> None:
    keep(store, 20)
    vectors = reopened(store, tmp_path)
    errors: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        try:
            while not done.is_set():
                scores = [score for _, score in found(vectors, limit=15)]
                assert len(scores) == 15
                assert scores == sorted(scores, reverse=True)
        except BaseException as error:  # noqa: BLE001  # handed to the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(24):
        keep(store, 3, seed=number, title=f"Added {number}")
        if number % 4 == 3:
            with store.write() as tx:
                store.drop_meeting(tx, number)
        vectors.refresh()
    done.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert vectors.mismatches() == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
@given(
    st.lists(
        st.tuples(st.sampled_from(["keep", "replace", "drop", "restart", "search"]), st.integers(0, 5)), max_size=25
    )
)
def test_whatever_happens_the_index_finds_what_the_store_holds(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    home = tmp_path_factory.mktemp("library")
    store = SqliteStore(home)
    vectors = reopened(store, home)
    held: dict[Subject, np.ndarray] = {}
    kept: dict[int, list[Subject]] = {}
    for number, (step, which) in enumerate(steps):
        if step == "keep":
            subjects = keep(store, which + 1, seed=number, title=str(number))
            held |= dict(zip(subjects, unit_vectors(which + 1, seed=number), strict=True))
            kept[max(meeting for meeting in store_ids(store))] = subjects
        elif step == "replace" and held:
            subject = sorted(held, key=lambda one: one.id)[which % len(held)]
            held[subject] = unit_vectors(1, seed=1000 + number)[0]
            keep_vectors(store, [subject], held[subject][None, :])
        elif step == "drop" and kept:
            meeting_id = sorted(kept)[which % len(kept)]
            with store.write() as tx:
                store.drop_meeting(tx, meeting_id)
            held = {one: row for one, row in held.items() if one not in kept[meeting_id]}
            del kept[meeting_id]
        elif step == "restart":
            vectors = reopened(store, home)
        else:
            assert_same(store, vectors, held)
    assert_same(store, vectors, held)
    store.close()


def store_ids(store: SqliteStore) -> list[int]:
    return [row["id"] for row in store.connections.rows("SELECT id FROM meeting")]


def assert_same(store: SqliteStore, vectors: FaissVectors, held: dict[Subject, np.ndarray]) -> None:
    """Each community has its own index: that of the last kept is asked, since dropping all makes a new one."""
    wanted = {subject: float(row @ QUERY) for subject, row in held.items()}
    communities = [row["id"] for row in store.connections.rows("SELECT id FROM community")]
    [got] = vectors.search(communities, QUERY[None, :], limit=1000)
    assert dict(got) == pytest.approx(wanted, abs=NEARLY)
