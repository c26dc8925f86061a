"""The queue in the library's file: the contract, and workers that are killed and workers that wake too late."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from index.jobs import SqliteQueue
from index.store import SqliteStore
from models.job import JobState
from tests.contracts import Clock, QueueContract

ROOT = Path(__file__).parents[1]
LEASE = 0.4
JOBS, STEPS = 30, 3
WORKERS = 3
KILLS, STOPS = 8, 3


@dataclass
class OpenedQueue:
    """A library's store and queue."""

    store: SqliteStore
    queue: SqliteQueue
    clock: Clock


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenedQueue]:
    clock = Clock()
    store = SqliteStore(tmp_path)
    yield OpenedQueue(store=store, queue=SqliteQueue(store.connections, lease=60, now=clock), clock=clock)
    store.close()


class TestSqliteQueue(QueueContract):
    """The contract, on SQLite."""


def test_what_a_dead_worker_held_can_be_given_back_at_once(opened: OpenedQueue) -> None:
    with opened.store.write() as tx:
        opened.queue.enqueue(tx, kind="intake", key="1", subject="x", meeting_id=None, payload={})
    first = opened.queue.claim("this machine:77")
    assert opened.queue.holders() == ["this machine:77"]
    assert opened.queue.release("another:77") == 0
    assert opened.queue.claim("this machine:78") is None
    assert opened.queue.release("this machine:77") == 1
    second = opened.queue.claim("this machine:78")
    assert first and second and second.attempt == 2


def test_an_ended_job_forgets_what_it_was_told(opened: OpenedQueue) -> None:
    with opened.store.write() as tx:
        opened.queue.enqueue(tx, kind="intake", key="1", subject="x", meeting_id=None, payload={"names": "Mair"})
    claim = opened.queue.claim("worker 1")
    assert claim
    with opened.store.write() as tx:
        opened.queue.commit_step(tx, claim, step="window 1", result="we rang")
        opened.queue.finish(tx, claim)
    left = opened.store.connections.rows("SELECT payload, (SELECT count(*) FROM job_step) AS steps FROM job")
    assert left == [{"payload": "{}", "steps": 0}]


# Each step leaves a row that nothing stops from being written twice, in the transaction that notes the step.
WORKER = """
import sys, time
from pathlib import Path
from index.jobs import SqliteQueue
from index.store import SqliteStore
from models.errors import StaleClaim

store = SqliteStore(Path(sys.argv[1]))
queue = SqliteQueue(store.connections, lease=float(sys.argv[2]))
while queue.pending():
    claim = queue.claim(sys.argv[3])
    if claim is None:
        time.sleep(0.02)
        continue
    try:
        for step in range(int(sys.argv[4])):
            if str(step) in claim.steps:
                continue
            time.sleep(0.1)
            with store.write() as tx:
                left = (f"{claim.job_id} {step}",)
                tx.db.conn.execute("INSERT INTO turn_of_test (left) VALUES (?)", left)
                time.sleep(0.005)
                queue.commit_step(tx, claim, step=str(step), result=step)
        with store.write() as tx:
            queue.finish(tx, claim)
    except StaleClaim:
        with open(sys.argv[5], "a") as stale:
            stale.write(f"{claim.job_id}\\n")
"""


def start(home: Path, number: int, stale: Path) -> subprocess.Popen[bytes]:
    arguments = [str(home), str(LEASE), f"worker {number}", str(STEPS), str(stale)]
    return subprocess.Popen([sys.executable, "-c", WORKER, *arguments], cwd=ROOT)


def test_killed_and_stopped_workers_lose_nothing_and_keep_nothing_twice(tmp_path: Path) -> None:
    stale = tmp_path / "stale.txt"
    store = SqliteStore(tmp_path / "library")
    queue = SqliteQueue(store.connections, lease=LEASE)
    with store.write() as tx:
        tx.db.conn.execute("CREATE TABLE turn_of_test (left TEXT)")
        for number in range(JOBS):
            queue.enqueue(tx, kind="test", key=str(number), subject="x", meeting_id=None, payload={})
    kills, stops = torment(tmp_path / "library", queue, stale)
    left = store.connections.rows("SELECT left, count(*) AS n FROM turn_of_test GROUP BY left")
    states = {job.state for job in queue.jobs(limit=JOBS)}
    store.close()
    assert (kills, stops) == (KILLS, STOPS)
    assert states == {JobState.DONE}
    assert {row["n"] for row in left} == {1}
    assert len(left) == JOBS * STEPS


def torment(home: Path, queue: SqliteQueue, stale: Path) -> tuple[int, int]:
    """Kills and stops workers at random until everything is done; how many of each."""
    rng = random.Random(7)
    kills = stops = 0
    workers = {number: start(home, number, stale) for number in range(WORKERS)}
    ends = time.monotonic() + 180
    while queue.pending():
        assert time.monotonic() < ends, "the jobs do not end"
        time.sleep(rng.uniform(0.02, 0.12))
        number = rng.choice(sorted(workers))
        if f"worker {number}" not in queue.holders():
            continue
        if stops * 2 < kills and stops < STOPS:
            stop_past_lease(workers[number])
            stops += 1
        elif kills < KILLS:
            workers[number].kill()
            workers[number].wait()
            workers[number] = start(home, number, stale)
            kills += 1
    for worker in workers.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.wait(timeout=5)
        worker.kill()
        worker.wait()
    return kills, stops


def stop_past_lease(worker: subprocess.Popen[bytes]) -> None:
    """The machine froze, say: others take its job over before it goes on."""
    os.kill(worker.pid, signal.SIGSTOP)
    time.sleep(LEASE * 2)
    os.kill(worker.pid, signal.SIGCONT)


def test_a_worker_that_wakes_after_its_job_was_taken_over_is_refused(tmp_path: Path) -> None:
    store, stale = SqliteStore(tmp_path / "library"), tmp_path / "stale.txt"
    queue = SqliteQueue(store.connections, lease=LEASE)
    with store.write() as tx:
        tx.db.conn.execute("CREATE TABLE turn_of_test (left TEXT)")
        job_id = queue.enqueue(tx, kind="test", key="1", subject="x", meeting_id=None, payload={})
    worker = start(tmp_path / "library", 1, stale)
    while not queue.holders():
        time.sleep(0.005)
    with store.write():  # so that it is stopped outside of a transaction of its own
        os.kill(worker.pid, signal.SIGSTOP)
    time.sleep(LEASE * 2)
    claim = queue.claim("worker 2")
    assert claim and claim.job_id == job_id
    with store.write() as tx:
        queue.finish(tx, claim)
    os.kill(worker.pid, signal.SIGCONT)
    worker.wait(timeout=30)
    store.close()
    assert stale.read_text().split() == [str(job_id)]
