"""Whether the library is well: what `doctor` looks at, and the way out of each thing it finds."""

from collections.abc import Callable
from dataclasses import dataclass

from index.connection import ENGINE, rows_of, translated
from index.jobs import SqliteQueue
from index.recordings import FolderRecordings
from index.schema import LATEST
from index.store import SqliteStore
from index.vectors import FaissVectors
from models.errors import CommonloreError, StoreError
from models.job import JobState

GIBIBYTE = 1024**3
LAST_JOBS = 200
# a job that is live although its meeting was taken in
_RENEWING = """
    SELECT job.id FROM job JOIN meeting ON meeting.id = job.meeting_id
    WHERE meeting.ready AND job.state IN ('queued', 'running')"""
RESTORE = "put the library back from a backup; until then take a copy of it and add nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at: how it is, and what to do where it is not well."""

    name: str
    ok: bool
    message: str
    remedy: str = ""


def check_library(
    store: SqliteStore, vectors: FaissVectors, recordings: FolderRecordings, queue: SqliteQueue
) -> list[Check]:
    """Everything, in order of how bad it would be; a check that cannot be made counts as not well.

    Reads every recording: some seconds a gigabyte.
    """
    return [
        _made("engine", lambda: _engine(store)),
        _made("file", lambda: _file(store)),
        _made("references", lambda: _references(store)),
        _made("words", lambda: _words(store)),
        _made("vectors", lambda: _vectors(store, vectors)),
        _made("recordings", lambda: _recordings(store, recordings)),
        _made("uploads", lambda: _uploads(store, recordings)),
        _made("jobs", lambda: _jobs(queue)),
        _made("room", lambda: _room(recordings)),
    ]


def _made(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except CommonloreError as error:
        return Check(name=name, ok=False, message=str(error), remedy=RESTORE)


def _engine(store: SqliteStore) -> Check:
    schema = store.connections.rows("PRAGMA user_version")[0]["user_version"]
    return Check(
        name="engine",
        ok=schema == LATEST,
        message=f"SQLite {ENGINE}, schema {schema} of {LATEST}",
        remedy="" if schema == LATEST else "run `commonlore migrate`",
    )


def _file(store: SqliteStore) -> Check:
    with store.connections.read() as db:
        wrong = [row["quick_check"] for row in rows_of(db, "PRAGMA quick_check")]
    if wrong == ["ok"]:
        return Check(name="file", ok=True, message=f"{store.connections.path} is sound")
    return Check(name="file", ok=False, message=f"{store.connections.path}: {wrong[0]}", remedy=RESTORE)


def _references(store: SqliteStore) -> Check:
    wrong = store.connections.rows("PRAGMA foreign_key_check")
    if not wrong:
        return Check(name="references", ok=True, message="every row rests on one that is there")
    tables = ", ".join(sorted({row["table"] for row in wrong}))
    message = f"{len(wrong)} rows rest on nothing, in: {tables}"
    return Check(name="references", ok=False, message=message, remedy=RESTORE)


def _words(store: SqliteStore) -> Check:
    try:
        with translated(store.connections.path), store.write() as tx:
            store.check_words(tx)
    except StoreError as error:
        return Check(name="words", ok=False, message=f"full text: {error}", remedy="run `commonlore rebuild`")
    return Check(name="words", ok=True, message="the full text is that of the rows")


def _vectors(store: SqliteStore, vectors: FaissVectors) -> Check:
    wrong = vectors.mismatches()
    missing = len(store.unembedded(model=vectors.model))
    if missing and store.connections.rows(_RENEWING):
        wait = f"the vector indexes are those of the store; {missing} vectors wait for a meeting's renewal"
        return Check(
            name="vectors", ok=not wrong, message="; ".join([wait, *wrong]), remedy="run `commonlore work`"
        )
    if missing:
        wrong.append(f"{missing} passages and items have no vector of {vectors.model}")
    if wrong:
        return Check(name="vectors", ok=False, message="; ".join(wrong), remedy="run `commonlore rebuild`")
    return Check(name="vectors", ok=True, message="the vector indexes are those of the store")


def _recordings(store: SqliteStore, recordings: FolderRecordings) -> Check:
    wanted = sorted(store.contents())
    missing = [sha256 for sha256 in wanted if not recordings.holds(sha256)]
    damaged = [sha256 for sha256 in wanted if sha256 not in missing and recordings.damaged(sha256)]
    if not missing and not damaged:
        return Check(name="recordings", ok=True, message=f"all {len(wanted)} are there and unchanged")
    first = (missing + damaged)[0]
    return Check(
        name="recordings",
        ok=False,
        message=f"{len(missing)} missing, {len(damaged)} changed on disk (the first: {first})",
        remedy="put these files back from a backup, or add the recordings again",
    )


def _uploads(store: SqliteStore, recordings: FolderRecordings) -> Check:
    kept = store.contents()
    left = [path for path in recordings.files() if path.name not in kept] + recordings.half_done()
    return Check(
        name="uploads",
        ok=not left,
        message=f"{len(left)} files that no meeting rests on" if left else "no file is left over",
        remedy=f"remove them, or leave them: they only take room (the first: {left[0]})" if left else "",
    )


def _jobs(queue: SqliteQueue) -> Check:
    """A file that could not be used is told of, but the library is none the worse for it."""
    jobs = queue.jobs(limit=LAST_JOBS)
    dead = [job for job in jobs if job.state is JobState.DEAD]
    message = f"{queue.pending()} waiting or running; {len(dead)} of the last {len(jobs)} failed"
    if dead:
        message += f", the latest {dead[0].ref} ({dead[0].subject}): {dead[0].error}"
    return Check(name="jobs", ok=True, message=message)


def _room(recordings: FolderRecordings) -> Check:
    free = recordings.free()
    enough = free >= recordings.reserve
    return Check(
        name="room",
        ok=enough,
        message=f"{free / GIBIBYTE:.1f} GiB free",
        remedy=""
        if enough
        else f"free some: new recordings need {recordings.reserve / GIBIBYTE:.0f} GiB beside them",
    )
