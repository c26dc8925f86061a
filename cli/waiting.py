"""Waiting for jobs: this process works through the queue in one thread and watches it in another."""

import logging
import os
import socket
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cli.progress import Show, shown
from cli.render import tell
from models.errors import CommonloreError
from models.job import Job, JobState

if TYPE_CHECKING:
    from api.services import Services

LOOK = 0.2
"""Seconds between two looks at the queue."""
JOBS_SHOWN = 500
"""Of the newest: one that was queued before these must have been waiting for long."""
LOG = "commonlore.log"
"""In the library's folder; made when there is something to put into it."""
ENDED = (JobState.DONE, JobState.DEAD, JobState.PAUSED)
"""For who waits: what a person paused waits for a person."""


def wait_for(services: "Services", job_ids: Iterable[int]) -> dict[int, Job]:
    """Works until these jobs have ended, with progress; each as it ended. Ctrl-C leaves the rest queued."""
    wanted, stop = set(job_ids), threading.Event()
    if not wanted:
        return {}
    tell_leaving(services)
    with _details(services.home / LOG), ThreadPoolExecutor(max_workers=1, thread_name_prefix="worker") as pool:
        hands = pool.submit(_work, services, wanted, stop)
        try:
            with shown() as show:
                ended = _watch(services, wanted, hands=hands, show=show)
        except KeyboardInterrupt:
            _leave_at_once(services)
            raise
        finally:
            stop.set()
    for job in ended.values():
        tell_remarks(job)
    return ended


def tell_leaving(services: "Services") -> None:
    """Before a word of it does."""
    if services.leaving:
        tell(services.leaving)


def tell_remarks(job: Job) -> None:
    """What people should know of how a job went."""
    for remark in job.remarks:
        tell(f"{job.subject}: {remark}")


@contextmanager
def _details(path: Path) -> Iterator[None]:
    """Where the worker's account of what nobody expected goes: the terminal gets one line of it."""
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s: %(message)s"))
    logger = logging.getLogger("api.worker")
    logger.addHandler(handler)
    before = _size(path)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()
    if _size(path) > before:
        tell(f"Something unexpected happened; the details are in {path}")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _leave_at_once(services: "Services") -> None:
    """Without closing the library under the thread that writes to it: to the job it is as if the power had gone."""
    with suppress(CommonloreError):
        for worker in services.queue.holders():
            if worker.startswith(f"{socket.gethostname()}:{os.getpid()}:"):
                # so that others need not wait for the lease to run out
                services.queue.release(worker, failed=False)
    tell("Stopped. Nothing is lost: `commonlore work` goes on with what is queued.")
    sys.stderr.flush()
    os._exit(1)


def _work(services: "Services", job_ids: set[int], stop: threading.Event) -> None:
    for _ in services.worker().wait_for(job_ids):
        if stop.is_set():
            return


def _watch(services: "Services", wanted: set[int], *, hands: Future[None], show: Show) -> dict[int, Job]:
    ended: dict[int, Job] = {}
    while wanted - ended.keys():
        wait([hands], timeout=LOOK)
        working, waiting = not hands.done(), True
        for place, job_id in enumerate(sorted(wanted), 1):
            if job_id in ended:
                continue
            job = services.queue.job(job_id)
            name = job.subject if len(wanted) == 1 else f"{place} of {len(wanted)}  {job.subject}"
            show.tell(name, *_doing(job), left=job.left)
            waiting = waiting and job.state is JobState.QUEUED
            if job.state in ENDED:
                ended[job_id] = job
        if waiting:
            _show_others(services, wanted, show=show)
        if not working:
            hands.result()  # raises what stopped the work, if anything did
    return ended


def _show_others(services: "Services", wanted: set[int], *, show: Show) -> None:
    """What was queued before comes first: whoever waits for it should see that."""
    for job in services.queue.jobs(limit=JOBS_SHOWN):
        if job.state is JobState.RUNNING and job.id < min(wanted):
            show.tell(f"first {job.subject}", *_doing(job), left=job.left)


def _doing(job: Job) -> tuple[str, float]:
    if job.state is JobState.DONE:
        return "done", 1.0
    if job.state is JobState.DEAD:
        return "failed", job.fraction
    if job.state is JobState.PAUSED:
        return "paused", job.fraction
    if job.state is JobState.QUEUED and job.error:
        return f"trying again soon ({job.error})", job.fraction
    return job.step, job.fraction
