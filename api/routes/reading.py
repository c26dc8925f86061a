"""The pages of those who read a meeting: the list, the conversation with its sound, and who was speaking."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse

from api.conversation import lay_out
from api.media import SAVED, media_type
from api.rendering import render
from api.routes.dependencies import MeetingId, PartOfList, ReaderHere, ServicesHere
from models.errors import InputError
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
    return render(
        "meeting.html",
        meeting=found,
        known=known,
        playable=found.source is Source.RECORDING and media_type(found.filename) != SAVED,
        turns=lay_out(services.door.transcript(reader, meeting_id), items),
        items=items,
        speakers=services.door.speakers(reader, meeting_id),
    )


@router.post("/{meeting}/speakers")
def name_speaker(
    services: ServicesHere,
    reader: ReaderHere,
    meeting_id: MeetingId,
    label: Annotated[str, Form(max_length=200)],
    person: Annotated[str, Form(max_length=200)] = "",
    organisation: Annotated[str, Form(max_length=200)] = "",
) -> RedirectResponse:
    if not person.strip():
        raise InputError(f"{label}: write the name of who it was, or leave the voice unnamed")
    services.name(reader, meeting_id, label, person=person.strip(), organisation=organisation.strip() or None)
    return RedirectResponse(f"/meetings/m{meeting_id}#voices", status_code=303)
