"""Is the service well, and how much is in the library."""

from fastapi import APIRouter, Request

from api import schemas
from api.routes.dependencies import ReaderHere, ServicesHere
from api.shapes import Shape

router = APIRouter(tags=["upkeep"])


@router.get(
    "/health",
    response_model=schemas.Health,
    summary="Whether this service can do its work",
    description="503 where the library cannot be read; `commonlore doctor` looks deeper.",
)
def health(request: Request, services: ServicesHere) -> Shape:
    worker = request.app.state.worker
    status = worker.status if worker else "elsewhere"
    return {
        "status": "degraded" if status.startswith("stopped") else "ok",
        "version": request.app.version,
        "worker": status,
        "waiting": services.queue.pending(),
        "free_bytes": services.recordings.free(),
    }


@router.get("/stats", summary="How many of each noun this reader may read")
def stats(services: ServicesHere, reader: ReaderHere) -> dict[str, int]:
    return services.door.counts(reader)
