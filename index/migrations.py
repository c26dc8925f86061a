"""Opening a library, and bringing an older one up to this version.

Opening never changes a library: one of another schema is refused, and `migrate` alone brings it up to date.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from index.connection import FILENAME, Connection, Database, open_database, translated
from index.schema import LATEST, migrations
from models.errors import NotFound, SchemaError, StoreError


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What `migrate` did: the schema before and after, and where the copy of before lies."""

    before: int
    after: int
    copy: Path | None


def schema_of(db: Database) -> int:
    version: int = db.conn.execute("PRAGMA user_version").fetchone()[0]
    return version


def open_library(home: Path) -> Connection:
    """The library in this folder, made where there is none; refuses one of another schema."""
    path = home / FILENAME
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"Cannot make a library at {home}: {error.strerror}; choose another --home") from error
    if _is_blank(path):
        _bring_up_to_date(path)
    else:
        _refuse_other_schemas(path)
    return Connection(path)


def _is_blank(path: Path) -> bool:
    """No file, or one in which nothing was made yet: another process, or one that was killed, has only begun."""
    if not path.exists():
        return True
    with _opened(path) as db:
        return not db.conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def _refuse_other_schemas(path: Path) -> None:
    with _opened(path) as db:
        schema = schema_of(db)
    if schema > LATEST:
        raise SchemaError(
            f"{path} was made by a newer Commonlore (schema {schema}, this one knows {LATEST}): update Commonlore"
        )
    if schema < LATEST:
        raise SchemaError(
            f"{path} is of an older Commonlore (schema {schema} of {LATEST}): run `commonlore migrate` first"
        )


@contextmanager
def _opened(path: Path) -> Iterator[Database]:
    db = open_database(path)
    try:
        with translated(path):
            yield db
    finally:
        db.close()


def _bring_up_to_date(path: Path) -> None:
    """All steps in one transaction: whoever is killed in the midst, or races another, finds the old or the new."""
    with _opened(path) as db:
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            if schema_of(db) < LATEST:
                migrations.apply(db)
                db.conn.execute(f"PRAGMA user_version = {LATEST}")
            db.conn.execute("COMMIT")
        finally:
            db.rollback()


def migrate(home: Path) -> Migrated:
    """Brings the library in this folder up to this version, after putting a copy of it beside it."""
    path = home / FILENAME
    if not path.exists():
        raise NotFound(f"There is no library at {home}: choose another --home, or `commonlore add` makes one")
    with _opened(path) as db:
        before = schema_of(db)
    if before == LATEST:
        return Migrated(before=before, after=before, copy=None)
    if before > LATEST:
        _refuse_other_schemas(path)
    copy = _copy_of(path, before) if before else None
    _bring_up_to_date(path)
    return Migrated(before=before, after=LATEST, copy=copy)


def _copy_of(path: Path, schema: int) -> Path:
    """A whole copy, checked and on the disk; VACUUM INTO, as a page-wise backup starts over at each write."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    copy = path.with_name(f"{path.stem}-schema{schema}-{stamp}.db")
    part = copy.with_suffix(".part")
    try:
        with _opened(path) as db:
            db.conn.execute("VACUUM INTO ?", (str(part),))
        _must_be_sound(part)
        _sync(part)
        part.replace(copy)
        _sync(path.parent)
    except OSError as error:
        raise StoreError(f"Cannot copy {path} ({error.strerror}); nothing was migrated: make room there") from error
    finally:
        part.unlink(missing_ok=True)
    return copy


def _must_be_sound(copy: Path) -> None:
    db = Database(copy)
    try:
        verdict = db.conn.execute("PRAGMA quick_check").fetchone()[0]
    finally:
        db.close()
    if verdict != "ok":
        raise SchemaError(f"The library is damaged ({verdict}) and was not migrated: run `commonlore doctor`")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
