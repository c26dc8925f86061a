"""A worker keeps what it holds through a bad moment, and says when it cannot go on."""

import time
from pathlib import Path

from api.app import EmbeddedWorker
from api.intake import About
from api.worker import Worker
from index.jobs import SqliteQueue
from models.errors import StoreError
from models.job import Claim, JobState
from tests.sounds import tone
from tests.toy_services import ToyServices, nap, work_until_empty


class BusyOnce(SqliteQueue):
    """Its first heartbeat meets a library that another process is writing to."""

    beats = 0

    def heartbeat(self, claim: Claim) -> bool:
        self.beats += 1
        if self.beats == 1:
            raise StoreError("the library is being written to by another process; try again in a moment")
        return super().heartbeat(claim)


def test_a_missed_heartbeat_is_made_good_by_the_next(tmp_path: Path) -> None:
    services = ToyServices(tmp_path / "library", pause=nap(0.3), lease=0.4)
    queue = BusyOnce(services.store.connections, lease=0.4)
    services.queue = queue
    services.add(tone(tmp_path / "call.wav", seconds=4), about=About(community="Care homes"))
    work_until_empty(services)

    assert queue.beats > 1
    assert [(job.state, job.attempt) for job in services.queue.jobs()] == [(JobState.DONE, 1)]


class NoFolder(ToyServices):
    """A library whose folder may not be written to."""

    def worker(self) -> Worker:
        raise PermissionError(13, "Permission denied", str(self.home / "work"))


def test_a_worker_that_may_not_write_says_that_it_has_stopped(tmp_path: Path) -> None:
    worker = EmbeddedWorker(NoFolder(tmp_path / "library"))
    worker.start()
    for _ in range(100):
        if worker.status != "running":
            break
        time.sleep(0.02)
    worker.stop()

    assert worker.status.startswith("stopped: ") and "Permission denied" in worker.status
