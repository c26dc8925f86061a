"""The file a meeting came from, whole or in parts, so that a player can jump."""

from fastapi import APIRouter
from fastapi.responses import FileResponse

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
    416: {"description": "The file is shorter than that"},
}


@router.get(
    "/meetings/{meeting}/recording",
    response_class=FileResponse,
    responses=PARTS,
    summary="The recording itself; range requests are answered",
)
def play_recording(services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId) -> FileResponse:
    meeting = services.door.meeting(reader, meeting_id)
    kind = media_type(meeting.filename)
    return FileResponse(
        services.door.recording(reader, meeting_id),
        media_type=kind,
        filename=meeting.filename,
        content_disposition_type="attachment" if kind == SAVED else "inline",
    )
