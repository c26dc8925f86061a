"""Items over HTTP: stories, problems and practices."""

from typing import Annotated

from fastapi import APIRouter, Query

from api import finding_schemas as shape
from api import schemas
from api.routes.dependencies import ItemId, PartOfList, ReaderHere, ServicesHere
from api.shapes import Shape, cluster_to_json, kept_item_to_json, kindred_to_json, linked_item_to_json
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
    there = services.door.meetings(reader, ids={item.meeting_id for item in items[part]})
    meetings = {meeting.id: meeting for meeting in there}
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


@router.get(
    "/items/{item}/kindred",
    response_model=shape.AllKindred,
    summary="The same kind of thing, told elsewhere",
    description=(
        "Of the item's own kind and not of its own organisation: what is alike and what differs in the tellers' "
        "own words, what answered it there, and what is still open."
    ),
)
def kindred(
    services: ServicesHere, reader: ReaderHere, item_id: ItemId, asked: Annotated[shape.Narrowing, Query()]
) -> Shape:
    found = services.kindred(reader, item_id, asked.as_question())
    return {"kindred": [kindred_to_json(one) for one in found]}


@router.get(
    "/clusters",
    response_model=shape.Clusters,
    summary="Which of a community's problems are of one kind",
    description="Those that are confirmed, where any are; else the drafts.",
)
def clusters(services: ServicesHere, reader: ReaderHere, community: str, kind: Kind = Kind.PROBLEM) -> Shape:
    return {"clusters": [cluster_to_json(one) for one in services.clusters(reader, community, kind=kind)]}
