"""Meetings over HTTP: hand one in, list them, read one, say who spoke."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api import schemas
from api.routes.dependencies import MeetingId, PartOfList, ReaderHere, ServicesHere
from api.shapes import Shape, kept_item_to_json, meeting_to_json, speaker_to_json, transcript_to_json
from api.uploads import file_name, landing, receive_body

router = APIRouter(tags=["meetings"])

FILE = {
    "requestBody": {
        "description": "The bare file, at most 4 GiB: a recording (sound or video), a transcript (WebVTT, SRT, "
        "text, Markdown, JSON) or a journal entry (text, Markdown).",
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
DUPLICATE = {"model": schemas.Added, "description": "The same content is in this community already"}
CURL = "curl --data-binary @call.m4a 'http://localhost:8421/api/v1/meetings?name=call.m4a&community=Care%20homes'"


@router.post(
    "/meetings",
    status_code=202,
    response_model=schemas.Added,
    responses={200: DUPLICATE},
    openapi_extra=FILE,
    summary="Hand in a recording, a transcript or a journal entry",
    description=f"Answers once the file is kept; the rest is a job, named by the Location header.\n\n`{CURL}`",
)
async def add_meeting(
    request: Request, response: Response, services: ServicesHere, handed: Annotated[schemas.Handed, Query()]
) -> Shape:
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise HTTPException(415, "send the bare file as the body (curl --data-binary @FILE), not a form")
    name = file_name(handed.name)
    with landing(services.home) as place:
        await receive_body(request, place)
        added = await run_in_threadpool(services.add, place.path, about=handed.as_about(), name=name)
    meeting, job = f"m{added.meeting_id}", f"j{added.job_id}" if added.job_id else None
    response.headers["Location"] = f"/api/v1/jobs/{job}" if job else f"/api/v1/meetings/{meeting}"
    response.status_code = 202 if job else 200
    return {"name": name, "meeting_id": meeting, "job_id": job, "duplicate": added.duplicate}


@router.get("/meetings", response_model=schemas.Meetings, summary="The meetings, newest first")
def list_meetings(
    services: ServicesHere, reader: ReaderHere, part: PartOfList, community: str | None = None
) -> Shape:
    if community:
        community = services.door.community(reader, community).name
    meetings = services.door.meetings(reader, community=community)
    return {"total": len(meetings), "meetings": [meeting_to_json(meeting) for meeting in meetings[part]]}


@router.get("/meetings/{meeting}", response_model=schemas.Meeting, summary="One meeting")
def show_meeting(services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId) -> Shape:
    return meeting_to_json(services.door.meeting(reader, meeting_id))


@router.get(
    "/meetings/{meeting}/transcript",
    response_model=schemas.Transcript,
    response_model_exclude_unset=True,
    summary="What was said, turn by turn, word by word where the times are known",
)
def show_transcript(services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId) -> Shape:
    return transcript_to_json(services.door.transcript(reader, meeting_id))


@router.get("/meetings/{meeting}/items", response_model=schemas.Items, summary="What was told in it")
def show_items(services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId) -> Shape:
    meeting = services.door.meeting(reader, meeting_id)
    items = services.door.items(reader, meeting_id=meeting_id)
    return {"total": len(items), "items": [kept_item_to_json(item, meeting=meeting) for item in items]}


@router.get("/meetings/{meeting}/speakers", response_model=schemas.Speakers, summary="Who spoke")
def show_speakers(services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId) -> Shape:
    services.door.meeting(reader, meeting_id)
    return {"speakers": [speaker_to_json(speaker) for speaker in services.door.speakers(reader, meeting_id)]}


@router.put(
    "/meetings/{meeting}/speakers/{label:path}",
    response_model=schemas.Speaker,
    summary="Say who a voice was",
    description="The same name in another meeting is the same person. Say only what you know: unknown may stay so.",
)
def name_speaker(
    services: ServicesHere,
    reader: ReaderHere,
    meeting_id: MeetingId,
    label: Annotated[str, Path(description="As the transcript or the machine called it", examples=["Speaker 2"])],
    naming: schemas.Naming,
) -> Shape:
    speaker = services.name(
        reader, meeting_id, label, person=naming.person.strip(), organisation=naming.organisation
    )
    return speaker_to_json(speaker)
