"""The check-up: well where all is well, and every kind of damage named with its remedy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.checkup import Check, check_library
from index.indexer import Indexer
from index.jobs import SqliteQueue
from index.recordings import FolderRecordings
from index.store import SqliteStore
from index.vectors import FaissVectors
from models.consent import EVERYTHING
from tests.specimens import keep_meeting
from tests.toys import ToyEmbedder


class Library:
    """A library with one meeting that is whole: rows, words, vectors, recording."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.store = SqliteStore(home)
        self.queue = SqliteQueue(self.store.connections, lease=60)
        self.recordings = FolderRecordings(home / "recordings")
        self.recordings.reserve = 1
        self.vectors = FaissVectors(home / "vectors", store=self.store, model="toy-1")
        keep_meeting(self.store)
        # the hash that the specimen's meeting says its recording has
        self.sha256 = self.recordings.keep([b"Winter beds Discharge"])
        Indexer(self.store, ToyEmbedder()).embed_missing()
        self.vectors.rebuild()

    def wrong(self) -> dict[str, Check]:
        """What is not well, by name."""
        checks = check_library(self.store, self.vectors, self.recordings, self.queue)
        assert [check.name for check in checks] == NAMES
        return {check.name: check for check in checks if not check.ok}


NAMES = ["engine", "file", "references", "words", "vectors", "recordings", "uploads", "jobs", "room"]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path)
    yield library
    library.store.close()


def test_a_whole_library_is_well(library: Library) -> None:
    assert library.store.contents() == {library.sha256}
    assert library.wrong() == {}


def test_full_text_of_other_rows_is_found(library: Library) -> None:
    with library.store.write() as tx:
        tx.db.conn.execute("INSERT INTO said (said) VALUES ('delete-all')")
    wrong = library.wrong()
    assert set(wrong) == {"words"}
    assert "commonlore rebuild" in wrong["words"].remedy
    library.store.rebuild_words()
    assert library.wrong() == {}


def test_a_damaged_vector_is_found(library: Library) -> None:
    with library.store.write() as tx:
        tx.db.conn.execute("DROP TRIGGER embedding_fixed")
        tx.db.conn.execute("UPDATE embedding SET vector = zeroblob(256) WHERE id = 1")
    wrong = library.wrong()
    assert set(wrong) == {"vectors"}
    assert "commonlore rebuild" in wrong["vectors"].remedy


def test_a_vector_that_is_missing_is_found(library: Library) -> None:
    with library.store.write() as tx:
        tx.db.conn.execute("DELETE FROM embedding WHERE id = 1")
    assert set(library.wrong()) == {"vectors"}


def test_a_damaged_copy_of_an_index_is_found(library: Library) -> None:
    for copy in (library.home / "vectors").glob("*.faiss"):
        copy.write_bytes(copy.read_bytes()[:-1])
    assert set(library.wrong()) == {"vectors"}


def test_a_row_that_rests_on_nothing_is_found(library: Library) -> None:
    with library.store.write() as tx:
        db = tx.db
    # as a program that does not keep foreign keys might leave it
    db.conn.execute("PRAGMA foreign_keys = OFF")
    db.conn.execute("INSERT INTO speaker (meeting_id, label) VALUES (77, 'nobody')")
    db.conn.execute("PRAGMA foreign_keys = ON")
    wrong = library.wrong()
    assert set(wrong) == {"references"}
    assert "speaker" in wrong["references"].message


@pytest.mark.parametrize("damage", ["missing", "changed"])
def test_a_recording_that_is_not_as_it_was_is_found(library: Library, damage: str) -> None:
    path = library.recordings.path(library.sha256)
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(b"another sound")
    wrong = library.wrong()
    assert set(wrong) == {"recordings"}
    assert f"1 {damage}" in wrong["recordings"].message


def test_a_file_that_no_meeting_rests_on_is_found(library: Library) -> None:
    library.recordings.keep([b"left over"])
    assert set(library.wrong()) == {"uploads"}
    library.recordings.sweep(library.store.contents())
    assert library.wrong() == {}


def test_a_failed_job_is_told_of(library: Library) -> None:
    with library.store.write() as tx:
        library.queue.enqueue(tx, kind="intake", key="1", subject="beds.m4a", meeting_id=None, payload={})
    claim = library.queue.claim("worker 1")
    assert claim
    with library.store.write() as tx:
        library.queue.fail(tx, claim, error="no sound in it", retry=False)
    checks = check_library(library.store, library.vectors, library.recordings, library.queue)
    [jobs] = [check for check in checks if check.name == "jobs"]
    assert jobs.ok and "j1 (beds.m4a): no sound in it" in jobs.message


def test_too_little_room_is_told_of(library: Library) -> None:
    library.recordings.reserve = 1 << 60
    assert set(library.wrong()) == {"room"}


def test_a_damaged_file_is_told_of_and_the_other_checks_still_made(library: Library) -> None:
    assert library.store.meetings(scope=EVERYTHING)
    library.store.connections.checkpoint()
    library.store.close()
    path = library.home / "commonlore.db"
    content = bytearray(path.read_bytes())
    for page in range(4, len(content) // 4096 - 2, 3):
        content[page * 4096 : page * 4096 + 1000] = b"\x5a" * 1000
    path.write_bytes(bytes(content))
    library.store = SqliteStore(library.home)
    library.vectors = FaissVectors(library.home / "vectors", store=library.store, model="toy-1")
    library.queue = SqliteQueue(library.store.connections, lease=60)
    wrong = library.wrong()
    assert "file" in wrong
    assert "backup" in wrong["file"].remedy
