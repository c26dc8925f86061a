"""The pages of those who add: hand something in, and watch what becomes of it."""

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api import schemas
from api.intake import Added
from api.rendering import render
from api.routes.dependencies import JobId, ReaderHere, ServicesHere
from api.services import Services
from api.uploads import file_name, landing, receive_form
from models.errors import InputError
from models.job import JobState
from models.people import Reader

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/add")
def add_form(services: ServicesHere, reader: ReaderHere, community: str = "") -> str:
    return _form(services, reader, given={"community": community}, error=None)


@router.post("/add")
async def add(request: Request, services: ServicesHere, reader: ReaderHere) -> Response:
    """As browsers without a script send it; what was wrong is said above the form, with what was written kept."""
    given: dict[str, str] = {}
    try:
        with landing(services.home) as place:
            given = await receive_form(request, place)
            handed = _handed(given)
            added: Added = await run_in_threadpool(
                services.add, place.path, about=handed.as_about(), name=handed.name
            )
    except InputError as error:
        page = await run_in_threadpool(_form, services, reader, given=given, error=str(error))
        return HTMLResponse(page, status_code=422)
    where = f"/jobs/j{added.job_id}" if added.job_id else f"/meetings/m{added.meeting_id}?known=1"
    return RedirectResponse(where, status_code=303)


@router.get("/jobs/{job}")
def job(request: Request, services: ServicesHere, reader: ReaderHere, job_id: JobId) -> Response:
    found = services.door.job(reader, job_id)
    if found.state is JobState.DONE and found.meeting_id is not None and not found.remarks:
        return RedirectResponse(f"/meetings/m{found.meeting_id}", status_code=303)
    worker = request.app.state.worker
    stopped = worker.status if worker and worker.status != "running" else ""
    return HTMLResponse(render("job.html", job=found, stopped=stopped))


@router.post("/jobs/{job}/pause")
def pause(services: ServicesHere, reader: ReaderHere, job_id: JobId) -> Response:
    return RedirectResponse(f"/jobs/{services.pause_job(reader, job_id).ref}", status_code=303)


@router.post("/jobs/{job}/resume")
def resume(services: ServicesHere, reader: ReaderHere, job_id: JobId) -> Response:
    return RedirectResponse(f"/jobs/{services.resume_job(reader, job_id).ref}", status_code=303)


def _form(services: Services, reader: Reader, *, given: dict[str, str], error: str | None) -> str:
    written = {field: given.get(field, "") for field in schemas.Handed.model_fields}
    communities = services.door.communities(reader)
    return render("add.html", given=written, error=error, communities=communities, leaving=services.leaving)


def _handed(given: dict[str, str]) -> schemas.Handed:
    """Raises InputError, which names the field."""
    written = {field: value for field, value in given.items() if value}
    try:
        return schemas.Handed.model_validate({**written, "name": file_name(given.get("name", ""))})
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{first['loc'][0]}: {first['msg'][0].lower()}{first['msg'][1:]}") from error
