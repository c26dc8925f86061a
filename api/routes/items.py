"""Items over HTTP: stories, problems and practices."""

from fastapi import APIRouter

from api import schemas
from api.routes.dependencies import ItemId, PartOfList, ReaderHere, ServicesHere
from api.shapes import Shape, kept_item_to_json, linked_item_to_json
from models.job import Json
from models.knowledge import Kind, State

router = APIRouter(tags=["items"])


@router.get(
    "/items",
    response_model=schemas.Items,
    summary="What was told",
    description="Withdrawn items only where `state=withdrawn` asks for them.",
)
def list_items(
    services: ServicesHere,
    reader: ReaderHere,
    part: PartOfList,
    community: str | None = None,
    kind: Kind | None = None,
    state: State | None = None,
) -> Shape:
    if community:
        community = services.door.community(reader, community).name
    items = services.door.items(reader, community=community, kind=kind, state=state)
    meetings = {meeting.id: meeting for meeting in services.door.meetings(reader)}
    shown: list[Json] = [kept_item_to_json(item, meeting=meetings[item.meeting_id]) for item in items[part]]
    return {"total": len(items), "items": shown}


@router.get(
    "/items/{item}",
    response_model=schemas.LinkedItem,
    summary="One item with the words it rests on, and what hangs together with it",
)
def show_item(services: ServicesHere, reader: ReaderHere, item_id: ItemId) -> Shape:
    item = services.door.item(reader, item_id)
    meeting = services.door.meeting(reader, item.meeting_id)
    return linked_item_to_json(item, meeting=meeting, links=services.door.linked(reader, item_id))
