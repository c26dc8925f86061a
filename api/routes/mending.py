"""The forms that put a meeting right: each does one thing and shows the meeting again, where it was done."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from api.routes.dependencies import ItemId, MeetingId, ReaderHere, ServicesHere
from models.errors import InputError

router = APIRouter(default_response_class=RedirectResponse)

Short = Annotated[str, Form(max_length=200)]
Turn = Annotated[int, Form(ge=0)]


@router.post("/meetings/{meeting}/speakers")
def name_speaker(
    services: ServicesHere,
    reader: ReaderHere,
    meeting_id: MeetingId,
    label: Short,
    person: Short = "",
    organisation: Short = "",
) -> RedirectResponse:
    if not person.strip():
        raise InputError(f"{label}: write the name of who it was, or leave the voice unnamed")
    services.name(reader, meeting_id, label, person=person.strip(), organisation=organisation.strip() or None)
    return _back(meeting_id, "voices")


@router.post("/meetings/{meeting}/merge")
def merge(
    services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId, voice: Short, into: Short
) -> RedirectResponse:
    services.repairs.merge(reader, meeting_id, voice, into)
    return _back(meeting_id, "voices")


@router.post("/meetings/{meeting}/text")
def correct(
    services: ServicesHere,
    reader: ReaderHere,
    meeting_id: MeetingId,
    turn: Turn,
    text: Annotated[str, Form(max_length=100_000)] = "",
) -> RedirectResponse:
    services.repairs.correct(reader, meeting_id, str(turn + 1), text)
    return _back(meeting_id, f"turn-{turn}")


class WhoSaidIt(BaseModel):
    """A turn, the label it has now, and whose it is: a label that is not there yet makes a new voice."""

    turn: int = Field(ge=0)
    label: str = Field(max_length=200)
    voice: str = Field(default="", max_length=200)
    begin: str = Field(default="", max_length=500)
    """The words of the turn from which on it is theirs; empty for the whole."""
    following: bool = False
    """Whether the voice's later turns go along."""


@router.post("/meetings/{meeting}/voice")
def reassign(
    services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId, said: Annotated[WhoSaidIt, Form()]
) -> RedirectResponse:
    turn = str(said.turn + 1)
    if said.following:
        to = said.voice.strip() or None
        services.repairs.split(reader, meeting_id, said.label, begin=turn, end=None, label=to)
    elif said.begin.strip():
        services.repairs.divide(reader, meeting_id, turn, said.voice, begin=said.begin, new=True)
    else:
        services.repairs.reassign(reader, meeting_id, turn, said.voice, new=True)
    return _back(meeting_id, f"turn-{said.turn}")


@router.post("/meetings/{meeting}/replace")
def replace(
    services: ServicesHere,
    reader: ReaderHere,
    meeting_id: MeetingId,
    old: Annotated[str, Form(max_length=500)] = "",
    new: Annotated[str, Form(max_length=500)] = "",
) -> RedirectResponse:
    services.repairs.replace(reader, meeting_id, old, new)
    return _back(meeting_id, "repaired")


@router.post("/meetings/{meeting}/undo")
def undo(services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId) -> RedirectResponse:
    services.repairs.undo(reader, meeting_id)
    return _back(meeting_id, "repaired")


@router.post("/items/{item}/looked")
def looked(services: ServicesHere, reader: ReaderHere, item_id: ItemId) -> RedirectResponse:
    services.repairs.looked_at(reader, item_id)
    return RedirectResponse(f"/items/i{item_id}", status_code=303)


def _back(meeting_id: int, where: str) -> RedirectResponse:
    return RedirectResponse(f"/meetings/m{meeting_id}#{where}", status_code=303)
