"""Connections: their settings, their errors, and readers and writers side by side."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.connection import Connection, check_engine, open_database, writing
from index.migrations import open_library
from models.errors import SchemaError, StoreError
from models.ports import Transaction

ROOT = Path(__file__).parents[1]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Connection]:
    connection = open_library(tmp_path)
    yield connection
    connection.close()


@pytest.mark.parametrize("version", [(3, 51, 3), (3, 53, 4), (4, 0, 0), (3, 50, 7), (3, 44, 6)])
def test_an_engine_without_the_bug_is_taken(version: tuple[int, ...]) -> None:
    check_engine(version)


@pytest.mark.parametrize("version", [(3, 51, 2), (3, 40, 1), (3, 50, 6), (3, 44, 5), (3, 45, 0), (3, 51, 0)])
def test_an_engine_that_can_lose_commits_is_refused(version: tuple[int, ...]) -> None:
    with pytest.raises(StoreError, match="pip install"):
        check_engine(version)


def test_every_connection_has_every_setting(library: Connection) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 5000,
        "journal_size_limit": 64 * 1024 * 1024,
        "trusted_schema": 0,
    }
    with library.write() as tx, library.read() as reader:
        for name, value in wanted.items():
            for db in (tx.db, reader):
                assert db.conn.execute(f"PRAGMA {name}").fetchone()[0] == value


def test_a_reader_cannot_write(library: Connection) -> None:
    with pytest.raises(StoreError, match="readonly"), library.read() as db:
        db.conn.execute("DELETE FROM meta")


def test_a_reader_sees_one_state_to_its_end(library: Connection) -> None:
    count = "SELECT count(*) FROM community"
    with library.read() as db:
        assert db.conn.execute(count).fetchone()[0] == 0
        with library.write() as tx:
            tx.db.conn.execute("INSERT INTO community (name) VALUES ('Discharge')")
        assert db.conn.execute(count).fetchone()[0] == 0
    assert len(library.rows("SELECT * FROM community")) == 1


def test_a_transaction_inside_another_is_a_mistake_that_is_told(library: Connection) -> None:
    with library.write(), pytest.raises(RuntimeError, match="hand its tx down"), library.write():
        pass
    with library.write():
        pass


def test_a_foreign_transaction_is_refused() -> None:
    class Other:
        """Some other engine's."""

    foreign: Transaction = Other()
    with pytest.raises(TypeError, match="no open transaction"):
        writing(foreign)


def test_a_file_that_is_no_library_is_told_of_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "commonlore.db"
    path.write_bytes(b"minutes of the meeting, not a database at all" * 200)
    before = path.read_bytes()
    with pytest.raises(SchemaError, match="damaged"):
        open_library(tmp_path)
    assert path.read_bytes() == before


def test_a_closed_library_says_so(tmp_path: Path) -> None:
    library = open_library(tmp_path)
    library.close()
    with pytest.raises(StoreError, match="closed"):
        library.rows("SELECT 1")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["commonlore.db"]


def test_another_process_that_holds_the_file_is_told_of(library: Connection, tmp_path: Path) -> None:
    with library.write() as tx:
        tx.db.conn.execute("PRAGMA busy_timeout = 50")  # the five seconds of every day are too long for a test
    other = open_database(tmp_path / "commonlore.db")
    other.conn.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another process") as caught, library.write():
        pass
    assert caught.value.transient
    other.close()
    with library.write():
        pass


WRITER = """
import sys
from pathlib import Path
from index.migrations import open_library
library = open_library(Path(sys.argv[1]))
for number in range(150):
    with library.write() as tx:
        tx.db.conn.execute("INSERT INTO organisation (name) VALUES (?)", (f"{sys.argv[2]} {number}",))
library.close()
"""


def test_readers_and_writers_of_two_processes_are_never_told_locked(library: Connection, tmp_path: Path) -> None:
    errors: list[BaseException] = []
    reads = 0
    done = threading.Event()

    def read() -> None:
        nonlocal reads
        try:
            while not done.is_set():
                with library.read() as db:
                    first = db.conn.execute("SELECT count(*) FROM organisation").fetchone()
                    assert first == db.conn.execute("SELECT count(*) FROM organisation").fetchone()
                reads += 1
        except BaseException as error:  # noqa: BLE001  # handed to the test's own thread
            errors.append(error)

    def write() -> None:
        try:
            for number in range(150):
                with library.write() as tx:
                    tx.db.conn.execute("INSERT INTO organisation (name) VALUES (?)", (f"here {number}",))
        except BaseException as error:  # noqa: BLE001  # handed to the test's own thread
            errors.append(error)

    other = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), "there"], cwd=ROOT)
    readers = [threading.Thread(target=read) for _ in range(4)]
    writers = [threading.Thread(target=write) for _ in range(1)]
    for thread in readers + writers:
        thread.start()
    assert other.wait(timeout=60) == 0
    for thread in writers:
        thread.join()
    time.sleep(0.05)
    done.set()
    for thread in readers:
        thread.join()
    assert errors == []
    assert reads > 0
    assert library.rows("SELECT count(*) AS n FROM organisation") == [{"n": 300}]
