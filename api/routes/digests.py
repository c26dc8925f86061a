"""Digests over HTTP: a community's reading for a new joiner, or what is new since a day."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from api import finding_schemas as shape
from api import schemas
from api.guard import CONTENT_POLICY
from api.rendering import render_html, render_markdown, style_hash
from api.routes.dependencies import ReaderHere, ServicesHere
from api.shapes import record_to_json

router = APIRouter(tags=["finding"])


class Format(StrEnum):
    """How a digest is written."""

    JSON = "json"
    MARKDOWN = "md"
    HTML = "html"


FORMATS: schemas.Responses = {200: {"model": shape.Digest, "content": {"text/markdown": {}, "text/html": {}}}}
STANDING_ALONE = CONTENT_POLICY.replace("style-src 'self'", f"style-src '{style_hash()}'")


@router.get(
    "/digests/{community:path}", responses=FORMATS, summary="What a new joiner of a community should read first"
)
def show_digest(
    services: ServicesHere,
    reader: ReaderHere,
    community: str,
    format: Format = Format.JSON,
    since: Annotated[date | None, Query(description="Only what was said since this day")] = None,
    organisation: Annotated[
        str | None, Query(max_length=200, description="The joiner's own: others come first")
    ] = None,
) -> Response:
    digest = services.digest(
        reader, community, since=since.isoformat() if since else None, organisation=organisation
    )
    match format:
        case Format.MARKDOWN:
            return PlainTextResponse(render_markdown(digest), media_type="text/markdown")
        case Format.HTML:
            return HTMLResponse(render_html(digest), headers={"Content-Security-Policy": STANDING_ALONE})
    return JSONResponse(record_to_json(digest))
