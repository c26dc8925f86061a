"""The pages of those who read a meeting: the list, the conversation with its sound, and who was speaking."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.conversation import lay_out, marks_in
from api.media import SAVED, media_type
from api.rendering import render
from api.routes.dependencies import MeetingId, PartOfList, ReaderHere, ServicesHere
from models.meeting import Source

router = APIRouter(prefix="/meetings", default_response_class=HTMLResponse)


@router.get("")
def meetings(services: ServicesHere, reader: ReaderHere, part: PartOfList, community: str = "") -> str:
    found = services.door.meetings(reader, community=community or None)
    return render(
        "meetings.html",
        meetings=found[part],
        total=len(found),
        part=part,
        community=community,
        communities=services.door.communities(reader),
    )


@router.get("/{meeting}")
def meeting(services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId, known: bool = False) -> str:
    found = services.door.meeting(reader, meeting_id)
    items = services.door.items(reader, meeting_id=meeting_id)
    labels = [turn.speaker for turn in services.repairs.conversation(reader, meeting_id).turns]
    turns = lay_out(services.door.transcript(reader, meeting_id), items, labels=labels)
    return render(
        "meeting.html",
        meeting=found,
        known=known,
        playable=found.source is Source.RECORDING and media_type(found.filename) != SAVED,
        turns=turns,
        marks=marks_in(turns),
        items=items,
        voices=services.repairs.voices(reader, meeting_id).cards,
        repair=next((one for one in services.repairs.history(reader, meeting_id) if not one.undone_at), None),
        renewing=services.repairs.is_stale(reader, meeting_id),
    )
