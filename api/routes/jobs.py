"""Jobs over HTTP: how far is what was handed in."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse

from api import schemas
from api.routes.dependencies import JobId, ReaderHere, ServicesHere
from api.shapes import Shape, job_to_json
from models.job import JobState

router = APIRouter(tags=["jobs"])

LOOK = 0.5
"""Seconds between looks at a job that is watched."""


def _known(services: ServicesHere, reader: ReaderHere, job_id: JobId) -> int:
    """Before the stream begins: in the midst of it nobody can be told that there is no such job."""
    return services.door.job(reader, job_id).id


KnownJob = Annotated[int, Depends(_known)]


@router.get("/jobs", response_model=schemas.Jobs, summary="The latest jobs, newest first")
def list_jobs(services: ServicesHere, reader: ReaderHere, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> Shape:
    return {"jobs": [job_to_json(job) for job in services.door.jobs(reader, limit=limit)]}


@router.get("/jobs/{job}", response_model=schemas.Job, summary="One job: its step, and how much is done")
def show_job(services: ServicesHere, reader: ReaderHere, job_id: JobId) -> Shape:
    return job_to_json(services.door.job(reader, job_id))


@router.post(
    "/jobs/{job}/pause",
    response_model=schemas.Job,
    summary="Pause a job",
    description="It stops at its next checkpoint, and keeps what is done until it is resumed.",
)
def pause_job(services: ServicesHere, reader: ReaderHere, job_id: JobId) -> Shape:
    return job_to_json(services.pause_job(reader, job_id))


@router.post("/jobs/{job}/resume", response_model=schemas.Job, summary="Let a paused job go on where it stopped")
def resume_job(services: ServicesHere, reader: ReaderHere, job_id: JobId) -> Shape:
    return job_to_json(services.resume_job(reader, job_id))


@router.get(
    "/jobs/{job}/events",
    response_class=EventSourceResponse,
    summary="One job as it goes on, as server-sent events",
    description="Each event is the job, sent when it has changed; the stream ends when the job has.",
)
async def watch_job(
    request: Request, services: ServicesHere, reader: ReaderHere, job_id: KnownJob
) -> AsyncIterator[schemas.Job]:
    last = None
    # a service that closes waits for its answers, and a job may take hours
    while not request.app.state.closing():
        job = await run_in_threadpool(services.door.job, reader, job_id)
        if job != last:
            yield schemas.Job.model_validate(job_to_json(job))
        if job.state in (JobState.DONE, JobState.DEAD):
            return
        last = job
        await asyncio.sleep(LOOK)
