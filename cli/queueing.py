"""Commands on the queue: what is being taken in, and pausing and resuming it."""

from typing import Annotated

import typer

from api.shapes import job_to_json
from cli import session
from cli.options import AsJson
from cli.render import joined, print_json, print_table, say
from models.errors import NotFound
from models.job import Job, JobState, left_in_words
from models.people import OWNER
from models.reference import parse_ref

JobRef = Annotated[str, typer.Argument(metavar="JOB", help="Its id, as j5.")]


def jobs(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=1000, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what is being taken in, waits or has ended, newest first."""
    with session.library(context.obj) as services:
        found = services.door.jobs(OWNER, limit=limit)
    if as_json:
        print_json([job_to_json(job) for job in found])
    elif found:
        print_table(["id", "file", "state", "how far"], [(j.ref, j.subject, j.state.value, _far(j)) for j in found])
    else:
        say("Nothing was handed in yet.")


def pause(context: typer.Context, job: JobRef, as_json: AsJson = False) -> None:
    """Stop a job at its next checkpoint; what is done of it is kept."""
    with session.library(context.obj) as services:
        paused = services.pause_job(OWNER, _row(job))
    _say(paused, f"paused; commonlore resume {paused.ref} goes on with it", as_json=as_json)


def resume(context: typer.Context, job: JobRef, as_json: AsJson = False) -> None:
    """Let a paused job go on where it stopped."""
    with session.library(context.obj) as services:
        resumed = services.resume_job(OWNER, _row(job))
    _say(resumed, f"{resumed.state.value}; commonlore work goes on with what is queued", as_json=as_json)


def _row(ref: str) -> int:
    noun, row = parse_ref(ref)
    if noun != "job":
        raise NotFound(f"'{ref}' is the id of a {noun}; `commonlore jobs` lists those of jobs")
    return row


def _say(job: Job, what: str, *, as_json: bool) -> None:
    if as_json:
        print_json(job_to_json(job))
    else:
        say(f"{job.ref}  {job.subject}: {what}")


def _far(job: Job) -> str:
    if job.state is JobState.DEAD:
        return job.error or ""
    if job.state is JobState.DONE:
        return ""
    return joined(f"{job.fraction:.0%}", job.step, left_in_words(job.left))
