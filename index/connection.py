"""Connections to the library's one SQLite file: a single writer, any number of readers, every setting in one place.

Two processes may have the same file open (the web service and a worker); SQLite keeps them apart, this file
keeps the threads of one process apart.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database as Database  # for the files of this room, which know it through this one
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # it is pysqlite3, as our dependencies say

from models.consent import Scope
from models.errors import DiskFull, SchemaError, StoreError
from models.ports import Transaction

FILENAME = "commonlore.db"
ENGINE: str = sqlite3.sqlite_version
MEBIBYTE = 1024 * 1024
SETTINGS = {
    # first, so that the others wait for another process that makes them
    "busy_timeout": "5000",
    "journal_mode": "WAL",
    # what a person was told is kept must survive the power going
    "synchronous": "FULL",
    "foreign_keys": "ON",
    # struck words must leave no bytes in the file; the full text has a switch of its own, see m003
    "secure_delete": "ON",
    "journal_size_limit": str(64 * MEBIBYTE),
    "trusted_schema": "OFF",
}
Row = dict[str, Any]


def check_engine(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> None:
    """Refuses an SQLite that can lose commits when two connections share a write-ahead log."""
    repaired = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    if not repaired:
        raise StoreError(
            f"SQLite {'.'.join(map(str, version))} can lose what it was given (its WAL-reset bug); "
            "install a newer one with: pip install 'pysqlite3>=0.6.1'"
        )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as ours."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", None) or ""
        if name.startswith("SQLITE_FULL"):
            raise DiskFull(f"No room left for {path}: free some space there and try again") from error
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise StoreError(f"{path} is being written to by another process; try again in a moment") from error
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            raise SchemaError(f"{path} is damaged ({error}): run `commonlore doctor`, then restore") from error
        raise StoreError(f"{path}: {error}; `commonlore doctor` says more") from error


def open_database(path: Path, *, read_only: bool = False) -> Database:
    """One connection with every setting made; readers cannot write even by mistake."""
    check_engine()
    mode = "ro" if read_only else "rwc"
    with translated(path):
        raw = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode={mode}",
            uri=True,
            check_same_thread=False,  # lent to one thread at a time, by the lock and the pool below
            isolation_level=None,
        )
        db = Database(raw)
        for name, value in SETTINGS.items():
            raw.execute(f"PRAGMA {name} = {value}").fetchall()
        return db


def in_memory() -> Database:
    """A database of its own that no file holds, to be lent to one thread at a time."""
    return Database(sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None))


class Writing:
    """An open transaction of the SQLite store: what `Transaction` is here."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.open = True


def writing(tx: Transaction) -> Database:
    """The connection inside a transaction of this engine."""
    if not isinstance(tx, Writing) or not tx.open:
        raise TypeError("this is no open transaction of the SQLite store: take one from `with store.write() as tx`")
    return tx.db


class Connection:
    """The way to one library file, shared by the store and the queue of a process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = open_database(path)
        self._write_lock = threading.Lock()
        self._writing_thread: int | None = None
        self._idle: list[Database] = []
        self._idle_lock = threading.Lock()
        self._closed = False

    @contextmanager
    def write(self) -> Iterator[Writing]:
        """One transaction at a time in this process, and between processes: kept whole or not at all."""
        if self._writing_thread == threading.get_ident():
            raise RuntimeError("a transaction is open in this thread already: hand its tx down instead")
        with self._write_lock:
            self._writing_thread = threading.get_ident()
            try:
                with translated(self.path), self._transaction() as tx:
                    yield tx
            finally:
                self._writing_thread = None

    @contextmanager
    def _transaction(self) -> Iterator[Writing]:
        # IMMEDIATE: a transaction that reads first and then writes would else fail at once as "locked"
        self._writer.conn.execute("BEGIN IMMEDIATE")
        tx = Writing(self._writer)
        try:
            yield tx
            self._writer.conn.execute("COMMIT")
        finally:
            tx.open = False
            self._writer.rollback()  # does nothing after a commit

    @contextmanager
    def read(self) -> Iterator[Database]:
        """A reading connection for the length of the block, which sees one state of the library."""
        with translated(self.path):
            db = self._borrow()
            try:
                db.conn.execute("BEGIN")
                yield db
            finally:
                db.rollback()
                self._give_back(db)

    def _borrow(self) -> Database:
        with self._idle_lock:
            if self._closed:
                raise StoreError(f"{self.path} was closed already")
            if self._idle:
                return self._idle.pop()
        return open_database(self.path, read_only=True)

    def _give_back(self, db: Database) -> None:
        with self._idle_lock:
            if not self._closed:
                self._idle.append(db)
                return
        db.close()

    def rows(self, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> list[Row]:
        """All rows of one query by a reading connection."""
        with self.read() as db:
            return rows_of(db, sql, params)

    def checkpoint(self) -> bool:
        """Moves the write-ahead log into the file and empties it; False while a reader still needs it."""
        with self._write_lock, translated(self.path):
            busy, _, _ = self._writer.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def close(self) -> None:
        with self._idle_lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for db in idle:
            db.close()
        with self._write_lock:
            self._writer.close()  # last, so that it can empty the write-ahead log


def rows_of(db: Database, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> list[Row]:
    """All rows of one query as dictionaries."""
    cursor = db.conn.execute(sql, params)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def insert(db: Database, table: str, row: Row) -> int:
    """Keeps one row; its id."""
    key = db.table(table).insert(row).last_pk
    return int(key)  # type: ignore[arg-type]  # every table of ours has a whole number for its key


def where(*conditions: str | None) -> str:
    """The conditions that are wanted, joined; each is a constant of this room, never a user's text."""
    wanted = [condition for condition in conditions if condition]
    return f" WHERE {' AND '.join(wanted)}" if wanted else ""


IN_SCOPE = "(:everything OR meeting.community_id IN (SELECT value FROM json_each(:communities)))"
"""For queries that join meeting; its values come from `scope_values`."""


def scope_values(scope: Scope) -> Row:
    """The values that IN_SCOPE needs."""
    ids = sorted(scope.community_ids or ())
    return {"everything": scope.community_ids is None, "communities": str(ids)}
