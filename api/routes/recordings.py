"""The file a meeting came from, whole or in parts, so that a player can jump."""

import re
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse
from starlette.datastructures import MutableHeaders

from api.media import SAVED, media_type
from api.routes.dependencies import MeetingId, ReaderHere, ServicesHere
from api.schemas import Responses

router = APIRouter(tags=["meetings"])

PARTS: Responses = {
    200: {
        "description": "The file; sound and video to be played, anything else to be saved",
        "content": {"audio/*": {}, "video/*": {}, SAVED: {}},
    },
    206: {"description": "The part that the Range header asked for"},
    304: {"description": "The file is the one that If-None-Match names"},
    416: {"description": "The file is shorter than that"},
}
RANGES = re.compile(r"bytes=\s*(?:\d+-\d*|-\d+)(?:\s*,\s*(?:\d+-\d*|-\d+))*\s*")
RANGE = re.compile(r"(\d*)-(\d*)")


@router.head("/meetings/{meeting}/recording", include_in_schema=False)
@router.get(
    "/meetings/{meeting}/recording",
    response_class=FileResponse,
    responses=PARTS,
    summary="The recording itself; range requests are answered",
)
def play_recording(request: Request, services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId) -> Response:
    meeting = services.door.meeting(reader, meeting_id)
    path = services.door.recording(reader, meeting_id)
    kind = media_type(meeting.filename)
    _keep_to(request, path)
    response = FileResponse(
        path,
        stat_result=path.stat(),
        media_type=kind,
        filename=meeting.filename,
        content_disposition_type="attachment" if kind == SAVED else "inline",
    )
    etag = response.headers["etag"]
    if etag in re.split(r"\s*,\s*", request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers={"etag": etag})
    return response


def _keep_to(request: Request, path: Path) -> None:
    """Leaves of the Range header what the file has; one that makes no sense is as good as none (RFC 9110, 14.2).

    Raises 416 where nothing is left.
    """
    headers = MutableHeaders(scope=request.scope)
    asked = headers.get("range")
    if asked is None:
        return
    size = path.stat().st_size
    ranges = [match.groups() for match in RANGE.finditer(asked)] if RANGES.fullmatch(asked) else []
    if not ranges or any(first and last and int(last) < int(first) for first, last in ranges):
        del headers["range"]
        return
    there = [f"{first}-{last}" for first, last in ranges if (int(first) < size if first else int(last) > 0)]
    if not there:
        raise HTTPException(
            416,
            f"the recording has {size} bytes: ask for some of those",
            headers={"Content-Range": f"bytes */{size}"},
        )
    headers["range"] = f"bytes={','.join(there)}"
