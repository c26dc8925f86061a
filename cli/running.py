"""Commands that run until they are told to stop: serve and work."""

import ipaddress
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from api.shapes import job_to_json
from cli import session
from cli.options import AsJson
from cli.render import print_json, say, tell
from cli.waiting import tell_leaving, tell_remarks
from models.errors import ConfigError
from models.job import Job, JobState
from models.people import OWNER

if TYPE_CHECKING:
    from api.services import Services

PAUSE = 0.5
"""Seconds between looks at an empty queue."""
LOOK_BACK = 200
"""Jobs looked at for those that ended since the last look."""


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Of this machine alone, until there is sign-in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8421,
    worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Whether to take in what is queued as well.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Open the pages and the HTTP interface."""
    _must_be_loopback(host)
    _must_be_free(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    with session.library(context.obj, fresh=True) as services:
        if as_json:
            print_json({"address": address, "home": str(services.home), "worker": worker})
        else:
            say(f"Commonlore is open at {address}  (Ctrl-C closes it)")
        tell_leaving(services)
        session.serve_pages(services, host=host, port=port, worker=worker)
        tell("Closed.")


def _must_be_loopback(host: str) -> None:
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ConfigError(
            f"--host {host}: there is no sign-in yet, so the pages are for this machine alone; use 127.0.0.1"
        )


def _must_be_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as uvicorn does: what has just closed is free
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigError(
                f"port {port} cannot be opened ({error.strerror}); choose another with --port"
            ) from error


def work(
    context: typer.Context,
    until_empty: Annotated[bool, typer.Option("--until-empty", help="End when nothing is queued.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take in what is queued; any number of workers can share a library."""
    with session.library(context.obj, fresh=True) as services, _told_to_stop() as stop:
        if not until_empty:
            tell(f"Working on {services.home}  (Ctrl-C ends it after the job under way)")
        tell_leaving(services)
        for job in _worked(services, stop, until_empty=until_empty):
            if as_json:
                print_json(job_to_json(job))
            else:
                say(f"{job.ref}  {job.subject}: {job.error if job.state is JobState.DEAD else _done(job)}")
            tell_remarks(job)


def _done(job: Job) -> str:
    return "found anew what was told there" if job.kind == "renewal" else "taken in"


def _worked(services: "Services", stop: threading.Event, *, until_empty: bool) -> Iterator[Job]:
    """Each job as it ends; by this worker or another that shares the queue."""
    worker = services.worker()
    worker.take_over()
    seen = {job.id for job in services.door.jobs(OWNER, limit=LOOK_BACK) if job.finished_at}
    while not stop.is_set():
        worked = worker.run_once()
        latest = services.door.jobs(OWNER, limit=LOOK_BACK)
        ended = [job for job in latest if job.finished_at and job.id not in seen]
        seen |= {job.id for job in ended}
        yield from reversed(ended)
        if until_empty and not services.queue.pending():
            return
        if not worked:
            stop.wait(PAUSE)


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """Set by Ctrl-C or SIGTERM; a second one ends the process at once, which the queue survives."""
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        signal.signal(number, before[signal.Signals(number)])
        tell("Ending after the job under way; once more ends it now, and another worker takes it over.")
        stop.set()

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
