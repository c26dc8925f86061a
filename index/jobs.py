"""The queue: a table of jobs beside the rows they work on, so that a job and its reason are kept together.

A worker holds a job by a lease that it keeps renewing. Who lost the lease to another is refused by the attempt
number, which is one higher for each holder: nothing that a stopped and late woken worker does is kept.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from index.connection import Connection, Database, Row, insert, rows_of, writing
from models.errors import InputError, NotFound, StaleClaim
from models.job import Claim, Job, JobState, Json, seconds_left
from models.ports import Transaction

MOST_TRIES = 5
"""Claims without one step done in between, after which a job is given up: dead where it failed, else paused."""
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=5)

_CLAIM = """
    UPDATE job SET state = 'running', attempt = attempt + 1, tries = tries + 1, worker = :worker,
        lease_until = :until, moved_at = :now, error = NULL
    WHERE id = (
        SELECT id FROM job
        WHERE (state = 'queued' AND run_after <= :now) OR (state = 'running' AND lease_until <= :now)
        ORDER BY id LIMIT 1)
    RETURNING *"""
_LAST = "id = :id AND attempt = :attempt AND state"
# who was paused in the midst of a step may still keep it
_HELD = f"{_LAST} IN ('running', 'paused')"
_SINCE = "(julianday(:now) - julianday(ifnull(moved_at, :now))) * 86400"
_PROGRESS = f"""
    UPDATE job SET step = :step,
        worked = worked + iif(:fraction > fraction, {_SINCE}, 0),
        moved_at = iif(:fraction > fraction, :now, moved_at),
        fraction = max(fraction, :fraction)
    WHERE {_HELD}"""  # noqa: S608  # a constant of this file


def wall_clock() -> datetime:
    return datetime.now(UTC)


class SqliteQueue:
    """The jobs of one library; any number of workers and processes may share it."""

    def __init__(self, connections: Connection, *, lease: float, now: Callable[[], datetime] = wall_clock) -> None:
        self._connections = connections
        self._lease = timedelta(seconds=lease)
        self._now = now

    def enqueue(
        self,
        tx: Transaction,
        *,
        kind: str,
        key: str,
        subject: str,
        meeting_id: int | None,
        payload: Mapping[str, Json],
    ) -> int:
        """In the transaction that made the reason for it; one live job a key: the same id again."""
        db = writing(tx)
        live = rows_of(db, "SELECT id FROM job WHERE key = ? AND state NOT IN ('done', 'dead')", (key,))
        if live:
            return int(live[0]["id"])
        now = _text(self._now())
        whose = rows_of(db, "SELECT community_id FROM meeting WHERE id IS ?", (meeting_id,))
        job = {
            "community_id": whose[0]["community_id"] if whose else None,
            "kind": kind,
            "key": key,
            "subject": subject,
            "meeting_id": meeting_id,
            "payload": json.dumps(dict(payload), ensure_ascii=False),
            "state": JobState.QUEUED,
            "run_after": now,
            "created_at": now,
        }
        return insert(db, "job", job)

    def claim(self, worker: str) -> Claim | None:
        """The oldest job that is queued, or whose holder's lease ran out; none where there is nothing to do.

        A job that was held five times without a step done is paused, and says why.
        """
        now = self._now()
        values = {"worker": worker, "until": _text(now + self._lease), "now": _text(now)}
        # most looks find nothing to do: those need no place in the line of writers
        if not self._connections.rows(_WAITING, values):
            return None
        with self._connections.write() as tx:
            self._pause_hopeless(tx.db, values["now"])
            claimed = rows_of(tx.db, _CLAIM, values)
            if not claimed:
                return None
            steps = rows_of(tx.db, "SELECT step, result FROM job_step WHERE job_id = ?", (claimed[0]["id"],))
        return _claim(claimed[0], steps)

    def heartbeat(self, claim: Claim) -> bool:
        """Renews the lease; False where the job was taken over."""
        with self._connections.write() as tx:
            return self._renew(tx.db, claim)

    def progress(self, claim: Claim, *, step: str, fraction: float) -> None:
        """What people see; a stale claim changes nothing."""
        seen = {"step": step, "fraction": min(max(fraction, 0.0), 1.0), "now": _text(self._now())}
        with self._connections.write() as tx:
            tx.db.conn.execute(_PROGRESS, {**seen, **_values(claim)})

    def commit_step(self, tx: Transaction, claim: Claim, *, step: str, result: Json) -> None:
        """Keeps a step's result with the rows it wrote. Raises StaleClaim, and then nothing is kept."""
        db = writing(tx)
        self._must_hold(db, claim)
        db.conn.execute(
            "INSERT OR REPLACE INTO job_step (job_id, step, result) VALUES (?, ?, ?)",
            (claim.job_id, step, json.dumps(result, ensure_ascii=False)),
        )
        db.conn.execute("UPDATE job SET tries = 1 WHERE id = ?", (claim.job_id,))

    def note(self, tx: Transaction, claim: Claim, remarks: Sequence[str]) -> None:
        """Keeps what people should know of how it went, in place of what was noted before. Raises StaleClaim."""
        db = writing(tx)
        self._must_hold(db, claim)
        noted = json.dumps(list(remarks), ensure_ascii=False)
        db.conn.execute("UPDATE job SET remarks = ? WHERE id = ?", (noted, claim.job_id))

    def finish(self, tx: Transaction, claim: Claim) -> None:
        """Raises StaleClaim. What the steps noted is removed: it is in the library now."""
        db = writing(tx)
        self._must_hold(db, claim)
        self._end(db, claim.job_id, state=JobState.DONE, error=None)

    def fail(self, tx: Transaction, claim: Claim, *, error: str, retry: bool) -> Job:
        """Queues it again after a while, or ends it as dead: for good, or after the last attempt.

        One that was paused meanwhile stays so, unless it is dead.
        """
        db = writing(tx)
        held = rows_of(db, f"SELECT tries FROM job WHERE {_HELD}", _values(claim))  # noqa: S608  # a constant of this file
        if not held:
            raise _stale(claim)
        if retry and held[0]["tries"] < MOST_TRIES:
            pause = min(FIRST_PAUSE * 2 ** (held[0]["tries"] - 1), LONGEST_PAUSE)
            db.conn.execute(
                """UPDATE job SET state = iif(state = 'paused', 'paused', 'queued'), error = ?, run_after = ?,
                worker = NULL WHERE id = ?""",
                (error, _text(self._now() + pause), claim.job_id),
            )
        else:
            self._end(db, claim.job_id, state=JobState.DEAD, error=error)
        return self._job(rows_of(db, "SELECT * FROM job WHERE id = ?", (claim.job_id,))[0])

    def pause(self, job_id: int) -> Job:
        """Nobody claims it until it is resumed; who holds it may still keep the step under way, finish or fail."""
        return self._turn(
            job_id, "UPDATE job SET state = 'paused' WHERE id = :id AND state IN ('queued', 'running')"
        )

    def resume(self, job_id: int) -> Job:
        """Queues a paused job again, to go on after the steps it has; one that is not paused stays as it is."""
        sql = """UPDATE job SET state = 'queued', run_after = :now, tries = 0, worker = NULL
            WHERE id = :id AND state = 'paused'"""
        return self._turn(job_id, sql)

    def is_paused(self, claim: Claim) -> bool:
        """Whether its holder, who is still the last one, should stop: asked at each checkpoint."""
        sql = f"SELECT 1 AS paused FROM job WHERE {_LAST} = 'paused'"  # noqa: S608  # a constant of this file
        return bool(self._connections.rows(sql, _values(claim)))

    def release(self, worker: str, *, failed: bool = True) -> int:
        """Gives back at once what a worker held that is gone; how many jobs.

        `failed` is False where it was told to stop: that says nothing against the job.
        """
        with self._connections.write() as tx:
            sql = "UPDATE job SET lease_until = ?, tries = tries - ? WHERE worker = ? AND state = 'running'"
            return int(tx.db.conn.execute(sql, (_text(self._now()), not failed, worker)).rowcount)

    def holders(self) -> list[str]:
        """The workers that hold a job now, alive or not."""
        sql = "SELECT DISTINCT worker FROM job WHERE state = 'running' ORDER BY worker"
        return [row["worker"] for row in self._connections.rows(sql)]

    def job(self, job_id: int) -> Job:
        """Raises NotFound."""
        found = self._connections.rows("SELECT * FROM job WHERE id = ?", (job_id,))
        if not found:
            raise NotFound(f"There is no job j{job_id}")
        return self._job(found[0])

    def jobs(self, *, limit: int = 50) -> list[Job]:
        """Newest first."""
        newest = self._connections.rows("SELECT * FROM job ORDER BY id DESC LIMIT ?", (limit,))
        return [self._job(row) for row in newest]

    def pending(self) -> int:
        """How many are queued or running; those that are paused wait for a person."""
        sql = "SELECT count(*) AS n FROM job WHERE state IN ('queued', 'running')"
        return int(self._connections.rows(sql)[0]["n"])

    def _turn(self, job_id: int, sql: str) -> Job:
        with self._connections.write() as tx:
            found = rows_of(tx.db, "SELECT state FROM job WHERE id = ?", (job_id,))
            if found and found[0]["state"] in (JobState.DONE, JobState.DEAD):
                raise InputError(f"j{job_id} has ended: `commonlore show j{job_id}` says how")
            tx.db.conn.execute(sql, {"id": job_id, "now": _text(self._now())})
        return self.job(job_id)

    def _renew(self, db: Database, claim: Claim) -> bool:
        sql = f"UPDATE job SET lease_until = :until WHERE {_LAST} = 'running'"  # noqa: S608  # a constant of this file
        values = {"until": _text(self._now() + self._lease), **_values(claim)}
        return bool(db.conn.execute(sql, values).rowcount)

    def _must_hold(self, db: Database, claim: Claim) -> None:
        """Still the holder, and of a job whose meeting was not removed meanwhile."""
        sql = f"SELECT 1 AS held FROM job WHERE {_HELD} AND meeting_id IS :meeting"  # noqa: S608  # a constant of this file
        if not rows_of(db, sql, _values(claim)):
            raise _stale(claim)

    def _end(self, db: Database, job_id: int, *, state: JobState, error: str | None) -> None:
        # the payload and the steps hold people's names and words: an ended job has no more need of them
        db.conn.execute("DELETE FROM job_step WHERE job_id = ?", (job_id,))
        db.conn.execute(
            """UPDATE job SET state = ?, error = ?, finished_at = ?, payload = '{}', lease_until = NULL,
            fraction = CASE WHEN ? = 'done' THEN 1.0 ELSE fraction END WHERE id = ?""",
            (state, error, _text(self._now()), state, job_id),
        )

    def _pause_hopeless(self, db: Database, now: str) -> None:
        """A job that takes its worker down with it waits for a person: what was handed in is not thrown away."""
        why = f"its worker stopped {MOST_TRIES} times at the same step; give it more memory, then resume it"
        db.conn.execute(
            """UPDATE job SET state = 'paused', worker = NULL, error = ?
            WHERE state = 'running' AND lease_until <= ? AND tries >= ?""",
            (why, now, MOST_TRIES),
        )

    def _job(self, row: Row) -> Job:
        return Job(
            id=row["id"],
            kind=row["kind"],
            subject=row["subject"],
            meeting_id=row["meeting_id"],
            community_id=row["community_id"],
            state=JobState(row["state"]),
            step=row["step"],
            fraction=row["fraction"],
            left=self._left(row) if row["state"] == JobState.RUNNING else None,
            attempt=row["attempt"],
            error=row["error"],
            created_at=datetime.fromisoformat(row["created_at"]),
            finished_at=datetime.fromisoformat(row["finished_at"]) if row["finished_at"] else None,
            remarks=tuple(json.loads(row["remarks"])),
        )

    def _left(self, row: Row) -> float | None:
        moved = datetime.fromisoformat(row["moved_at"]) if row["moved_at"] else self._now()
        still = (self._now() - moved).total_seconds()
        return seconds_left(fraction=row["fraction"], worked=row["worked"], still=still)


_WAITING = """
    SELECT 1 AS waiting FROM job
    WHERE (state = 'queued' AND run_after <= :now) OR (state = 'running' AND lease_until <= :now) LIMIT 1"""


def _stale(claim: Claim) -> StaleClaim:
    return StaleClaim(f"Job j{claim.job_id} is held by another worker now, or its meeting was removed")


def _values(claim: Claim) -> Row:
    return {"id": claim.job_id, "attempt": claim.attempt, "meeting": claim.meeting_id}


def _text(moment: datetime) -> str:
    """Of one length and one zone, so that SQL can compare them."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _claim(row: Row, steps: list[Row]) -> Claim:
    return Claim(
        job_id=row["id"],
        attempt=row["attempt"],
        worker=row["worker"],
        kind=row["kind"],
        meeting_id=row["meeting_id"],
        payload=json.loads(row["payload"]),
        steps={step["step"]: json.loads(step["result"]) for step in steps},
    )
