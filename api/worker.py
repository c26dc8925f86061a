"""A worker: claims jobs one after another, keeps its claim alive, and says honestly when one has failed."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from api.intake import INTAKE
from capture.pipeline import Workshop, take_in
from capture.renewal import RENEWAL, renew
from models.errors import CommonloreError, JobPaused, StaleClaim, StoreError
from models.job import Claim, JobState

logger = logging.getLogger(__name__)

WORK: Mapping[str, Callable[..., None]] = {INTAKE: take_in, RENEWAL: renew}
"""What is done for a job, by its kind: called with the claim and the workshop."""
PAUSE = 0.5
"""Seconds between looks at an empty queue."""


class Worker:
    """One of any number that share a queue; works in the thread that calls it."""

    def __init__(self, workshop: Workshop, *, lease: float) -> None:
        self.workshop = workshop
        self.work = WORK
        self.name = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
        self.beat = lease / 4

    def run(self, stop: threading.Event) -> None:
        """Until told to stop; a job that is under way is finished first."""
        self.take_over()
        while not stop.is_set():
            if not self.run_once():
                stop.wait(PAUSE)

    def take_over(self) -> None:
        """Gives back at once what dead workers of this machine held, and clears away what dead jobs left."""
        for holder in self.workshop.queue.holders():
            if _is_gone(holder):
                self.workshop.queue.release(holder)
        self._tidy()

    def run_once(self) -> bool:
        """One job, if there is one; whether there was."""
        claim = self.workshop.queue.claim(self.name)
        if claim is None:
            return False
        with self._heartbeat(claim):
            self._attempt(claim)
        return True

    def wait_for(self, job_ids: set[int]) -> Iterator[None]:
        """Works, or watches others work, until these jobs have ended; yields at each look."""
        self.take_over()
        while any(self._live(job_id) for job_id in job_ids):
            yield
            if not self.run_once():
                time.sleep(PAUSE)

    def _live(self, job_id: int) -> bool:
        return self.workshop.queue.job(job_id).state in (JobState.QUEUED, JobState.RUNNING)

    def _attempt(self, claim: Claim) -> None:
        try:
            self.work[claim.kind](claim, workshop=self.workshop)
        except StaleClaim:
            logger.warning("job %s was taken over by another worker", claim.job_id)
        except JobPaused as pause:
            logger.info("%s", pause)
        except Exception as error:  # noqa: BLE001  # the one boundary: whatever went wrong, the job says so
            self._fail(claim, error)

    def _fail(self, claim: Claim, error: Exception) -> None:
        """Queued again, or dead: then nothing of an intake stays in the library."""
        message, retry = classify(error)
        if not isinstance(error, CommonloreError):
            logger.exception("job %s failed", claim.job_id)
        store, queue = self.workshop.store, self.workshop.queue
        try:
            with store.write() as tx:
                job = queue.fail(tx, claim, error=message, retry=retry)
                if job.state is JobState.DEAD and job.meeting_id is not None and job.kind == INTAKE:
                    store.drop_meeting(tx, job.meeting_id)
        except StaleClaim:
            return
        if job.state is JobState.DEAD:
            self._tidy()

    def _tidy(self) -> None:
        """Removes what the dead job's meeting alone rested on, while nobody can be adding it."""
        with self.workshop.store.write():
            self.workshop.recordings.sweep(self.workshop.store.contents())
        self.workshop.vectors.refresh()
        for sound in self.workshop.work.glob("*.pcm*"):
            if sound.name.split(".")[0] not in self.workshop.store.contents():
                sound.unlink(missing_ok=True)

    @contextmanager
    def _heartbeat(self, claim: Claim) -> Iterator[None]:
        done = threading.Event()

        def beat() -> None:
            while not done.wait(self.beat):
                try:
                    if not self.workshop.queue.heartbeat(claim):
                        return
                except StoreError as error:
                    # the lease is four beats long: one that was missed is made good by the next
                    logger.warning("job %s could not renew its lease: %s", claim.job_id, error)

        thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def _is_gone(worker: str) -> bool:
    """Whether a worker of this machine has ended; of others only their lease can tell."""
    host, pid, _ = worker.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def classify(error: Exception) -> tuple[str, bool]:
    """What to tell people, and whether trying again unchanged may help."""
    if isinstance(error, CommonloreError):
        return str(error), error.transient
    if isinstance(error, OSError):
        return f"the machine could not do it: {error}", True
    return f"something unexpected went wrong ({type(error).__name__}: {error}); please report it", False
