"""The web service put together: the interface under /api/v1, the pages beside it, a worker behind them."""

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api import schemas
from api.errors import install_errors
from api.guard import Guard
from api.problem import PROBLEM_TYPE
from api.routes import (
    adding,
    ask,
    digests,
    health,
    introducing,
    items,
    jobs,
    meetings,
    mending,
    pages,
    reading,
    recordings,
    repairing,
    reviewing,
    vocabularies,
)
from api.services import Services
from api.uploads import sweep_landings
from models.errors import CommonloreError

logger = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "web" / "static"
AGAIN = 5.0
"""Seconds until a worker that could not reach the library tries again."""
PATIENCE = 3.0
"""Seconds a stopping service gives its worker; a job under way is then left to its lease and goes on later."""

DESCRIPTION = """
Commonlore keeps what communities of practice tell each other, and answers who elsewhere has met
something like this.

Begin with `POST /api/v1/meetings`: the recording is the body. Watch `GET /api/v1/jobs/{job}` until it is done,
then ask: `GET /api/v1/ask?question=…`.

Ids are short and say what they name: m3 a meeting, i12 an item, t7 a passage, j5 a job.
Every error is a problem detail (RFC 9457) whose `detail` names the thing and the way out.
Until sign-in exists the service answers this machine alone.
"""
TAGS = [
    {"name": "meetings", "description": "Recordings, transcripts and journal entries, and who said what in them"},
    {
        "name": "putting right",
        "description": "Names, voices and words heard wrongly; every repair can be undone",
    },
    {"name": "jobs", "description": "What goes on after something was handed in"},
    {"name": "items", "description": "Stories, problems and practices with the words they rest on"},
    {"name": "reviewing", "description": "People confirm, put right or reject what was found; each can be undone"},
    {"name": "finding", "description": "Who has met this, what they did, and the second they told it"},
    {"name": "upkeep", "description": "Is it well, and how much is in it"},
]
PROBLEM_SCHEMA = {"schema": {"$ref": "#/components/schemas/Problem"}}
PROBLEMS: schemas.Responses = {"4XX": {"model": schemas.Problem}, "5XX": {"model": schemas.Problem}}


class EmbeddedWorker:
    """A worker in a thread of this process, for a library that one machine serves."""

    def __init__(self, services: Services) -> None:
        self.status = "running"
        self._services = services
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(PATIENCE)

    def _work(self) -> None:
        """A library that cannot be reached now may be later; the status says so meanwhile."""
        while not self._stop.is_set():
            try:
                worker = self._services.worker()
                self.status = "running"
                worker.run(self._stop)
            except (CommonloreError, OSError) as error:
                self.status = f"stopped: {error}"
                logger.error("the worker stopped and tries again: %s", error)
                self._stop.wait(AGAIN)


class Service(FastAPI):
    """Describes its errors under the media type they are sent with, which the framework cannot be told."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            for operations in super().openapi()["paths"].values():
                for operation in operations.values():
                    for status in PROBLEMS:
                        operation["responses"][status]["content"] = {PROBLEM_TYPE: PROBLEM_SCHEMA}
        return super().openapi()


def build_app(services: Services, *, worker: bool = True) -> FastAPI:
    """`worker=False` where `commonlore work` does the work in processes of its own."""
    app = Service(
        title="Commonlore",
        version=version("commonlore"),
        summary="What communities of practice tell each other, kept and found again.",
        description=DESCRIPTION,
        openapi_tags=TAGS,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # both come from another host, which hospitals cannot reach and the guard's policy refuses
        redoc_url=None,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=_lifespan,
        # what people ask stays here, also where the machine's environment would have it reported
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.services = services
    app.state.worker = EmbeddedWorker(services) if worker else None
    app.state.closing = lambda: False  # who serves it may say otherwise
    app.add_middleware(Guard)
    install_errors(app)
    taking_in = (meetings, repairing, vocabularies, recordings, items, reviewing, jobs)
    for room in (*taking_in, ask, introducing, digests, health):
        app.include_router(room.router, prefix="/api/v1", responses=PROBLEMS)
    for room in (pages, adding, reading, mending):
        app.include_router(room.router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    worker: EmbeddedWorker | None = app.state.worker
    sweep_landings(app.state.services.home)
    if worker:
        worker.start()
    yield
    if worker:
        worker.stop()
