"""Putting meetings right over HTTP: who the voices are, whose a turn is, what was said in it; and undoing it.

Turns are 0-based positions here, as in every JSON; people on the pages and the command line count from 1.
"""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api import repair_schemas as shape
from api import schemas
from api.repairs import Repaired
from api.routes.dependencies import ItemId, MeetingId, ReaderHere, ServicesHere
from api.shapes import Shape, kept_item_to_json, repair_to_json, voice_to_json

router = APIRouter(tags=["putting right"])

LATER = "The transcript changes at once; `job_id` names the job that finds anew what rests on it, if anything does."
Turn = Annotated[int, Path(ge=0, description="0-based position in the meeting's turns", examples=[5])]


@router.get(
    "/meetings/{meeting}/voices",
    response_model=shape.Voices,
    summary="Each voice, with what may tell who it was",
    description="Suggestions are what was heard in the meeting. They are never applied by themselves.",
)
def show_voices(
    services: ServicesHere,
    reader: ReaderHere,
    meeting_id: MeetingId,
    attendee: Annotated[
        list[str],
        Query(max_length=200, description="Who was there: spells suggestions right"),
    ] = [],  # noqa: B006  # FastAPI copies it
) -> Shape:
    found = services.repairs.voices(reader, meeting_id, attendees=[(name, None) for name in attendee])
    return {
        "voices": [voice_to_json(card) for card in found.cards],
        "unplaced": [person for person, _ in found.unplaced],
    }


@router.put(
    "/meetings/{meeting}/speakers",
    response_model=shape.Repaired,
    summary="Say who voices were, many at once",
)
def name_speakers(services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId, names: shape.Names) -> Shape:
    named = {one.label: (one.person, one.organisation) for one in names.names}
    return repaired_to_json(services.repairs.name(reader, meeting_id, named))


@router.post(
    "/meetings/{meeting}/merge",
    response_model=shape.Repaired,
    summary="Make two voices one",
    description=LATER,
)
def merge(services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId, merging: shape.Merging) -> Shape:
    return repaired_to_json(services.repairs.merge(reader, meeting_id, merging.voice, merging.into))


@router.post(
    "/meetings/{meeting}/split",
    response_model=shape.Repaired,
    summary="Give the turns of one voice, from one on, to another voice",
    description=LATER,
)
def split(services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId, splitting: shape.Splitting) -> Shape:
    repaired = services.repairs.split(
        reader,
        meeting_id,
        splitting.voice,
        begin=str(splitting.turn_start + 1),
        end=None if splitting.turn_end is None else str(splitting.turn_end + 1),
        label=splitting.label,
    )
    return repaired_to_json(repaired)


@router.post(
    "/meetings/{meeting}/reassign",
    response_model=shape.Repaired,
    summary="Give turns to another voice",
    description=LATER,
)
def reassign(
    services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId, reassigning: shape.Reassigning
) -> Shape:
    turns = ",".join(str(turn + 1) for turn in reassigning.turns)
    if reassigning.begin:
        return repaired_to_json(
            services.repairs.divide(
                reader, meeting_id, turns, reassigning.voice, begin=reassigning.begin, new=reassigning.new
            )
        )
    return repaired_to_json(
        services.repairs.reassign(reader, meeting_id, turns, reassigning.voice, new=reassigning.new)
    )


@router.put(
    "/meetings/{meeting}/turns/{turn}",
    response_model=shape.Repaired,
    summary="Write what was said in a turn",
    description=f"Words that stay keep their times; the others are marked as a person's. {LATER}",
)
def correct(
    services: ServicesHere,
    reader: ReaderHere,
    meeting_id: MeetingId,
    turn: Turn,
    correcting: shape.Correcting,
) -> Shape:
    return repaired_to_json(services.repairs.correct(reader, meeting_id, str(turn + 1), correcting.text))


@router.post(
    "/meetings/{meeting}/replace",
    response_model=shape.Repaired,
    summary="Write some words for others in the whole meeting",
    description=f"Whole words, whatever their case. {LATER}",
)
def replace(services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId, replacing: shape.Replacing) -> Shape:
    return repaired_to_json(services.repairs.replace(reader, meeting_id, replacing.old, replacing.new))


@router.get("/meetings/{meeting}/repairs", response_model=shape.Repairs, summary="What was put right, newest first")
def list_repairs(services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId) -> Shape:
    return {"repairs": [repair_to_json(repair) for repair in services.repairs.history(reader, meeting_id)]}


@router.post(
    "/meetings/{meeting}/undo",
    response_model=shape.Repaired,
    summary="Undo the last repair that stands",
    description=f"Again for the one before. {LATER}",
)
def undo(services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId) -> Shape:
    return repaired_to_json(services.repairs.undo(reader, meeting_id))


@router.post("/items/{item}/looked", response_model=schemas.Item, summary="Say that an item was looked at again")
def looked(services: ServicesHere, reader: ReaderHere, item_id: ItemId) -> Shape:
    services.repairs.looked_at(reader, item_id)
    item = services.door.item(reader, item_id)
    return kept_item_to_json(item, meeting=services.door.meeting(reader, item.meeting_id))


def repaired_to_json(repaired: Repaired) -> Shape:
    job = None if repaired.job_id is None else f"j{repaired.job_id}"
    return {**repair_to_json(repaired.repair), "job_id": job}
