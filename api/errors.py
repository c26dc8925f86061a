"""Our errors as HTTP: problem details for programs, a page in plain words for people."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api.guard import SAFETY
from api.problem import PROBLEM_TYPE, problem
from api.rendering import render
from models.errors import (
    CommonloreError,
    ConfigError,
    ConsentError,
    DiskFull,
    IndexOutOfDate,
    InputError,
    JobPaused,
    NotFound,
    SchemaError,
    StaleClaim,
    StoreError,
    Unwritten,
    WeightsError,
)

logger = logging.getLogger(__name__)

API = "/api/"
BROKEN = "Something unexpected went wrong here; the log of the service says what. Please report it."
CUT_OFF = "the upload was cut off before its end; send it again"

STATUSES: dict[type[CommonloreError], HTTPStatus] = {
    InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    ConsentError: HTTPStatus.FORBIDDEN,
    ConfigError: HTTPStatus.INTERNAL_SERVER_ERROR,
    WeightsError: HTTPStatus.INTERNAL_SERVER_ERROR,
    DiskFull: HTTPStatus.INSUFFICIENT_STORAGE,
    SchemaError: HTTPStatus.INTERNAL_SERVER_ERROR,
    StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    IndexOutOfDate: HTTPStatus.SERVICE_UNAVAILABLE,
    StaleClaim: HTTPStatus.CONFLICT,
    JobPaused: HTTPStatus.CONFLICT,
    Unwritten: HTTPStatus.BAD_GATEWAY,
}


def status_of(error: CommonloreError) -> HTTPStatus:
    """Of the nearest class in the tree that has one."""
    for kind in type(error).__mro__:
        if kind in STATUSES:
            return STATUSES[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def answer(request: Request, status: int, detail: str, **more: object) -> Response:
    """A problem for programs, a page for people, by where they asked."""
    path = request.url.path
    body = problem(status, detail, instance=path, **more)
    if path.startswith(API):
        return JSONResponse(body, status_code=status, media_type=PROBLEM_TYPE)
    return HTMLResponse(render("error.html", problem=body), status_code=status)


def install_errors(app: FastAPI) -> None:
    """Every error that leaves a handler goes through one of these."""

    @app.exception_handler(CommonloreError)
    def ours(request: Request, error: CommonloreError) -> Response:
        status = status_of(error)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            logger.error("%s %s: %s", request.method, request.url.path, error)
        return answer(request, status, str(error))

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        detail = error.detail
        if detail == HTTPStatus(error.status_code).phrase:  # the router's own, which names nothing
            detail = f"{request.method} {request.url.path}: {detail.lower()}; /api says what there is"
        response = answer(request, error.status_code, detail)
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        faults = [_fault(fault["loc"], fault["msg"]) for fault in error.errors()]
        detail = "; ".join(f"{fault['where']}: {fault['message']}" for fault in faults)
        return answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=faults)

    @app.exception_handler(ClientDisconnect)
    def gone(request: Request, error: ClientDisconnect) -> Response:
        return answer(request, HTTPStatus.BAD_REQUEST, CUT_OFF)

    @app.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> Response:
        """What nobody foresaw: the reader learns nothing of the inside, the log has it whole."""
        response = answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, BROKEN)
        response.headers.update(SAFETY)  # this one is sent from outside the guard
        return response


def _fault(where: tuple[str | int, ...], message: str) -> dict[str, str]:
    """Which field, without the "query" or "body" in front of it."""
    return {"where": ".".join(str(part) for part in where[1:]) or "body", "message": message}
