"""Deciding about items over HTTP: confirm, edit, reject, split, merge; and undoing it."""

from fastapi import APIRouter

from api import review_schemas as shape
from api.reviews import Reviewed
from api.routes.dependencies import ItemId, MeetingId, ReaderHere, ServicesHere, row_id
from api.shapes import Shape, kept_item_to_json, record_to_json, review_to_json
from models.job import Json

router = APIRouter(tags=["reviewing"])

CONFIRMS = "What a person has put right is confirmed. Words are always cut anew from the transcript."


@router.get("/meetings/{meeting}/drafts", response_model=shape.Drafts, summary="What waits for somebody to decide")
def list_drafts(services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId) -> Shape:
    meeting = services.door.meeting(reader, meeting_id)
    drafts: list[Json] = [
        kept_item_to_json(item, meeting=meeting) for item in services.reviews.drafts(reader, meeting_id)
    ]
    return {"drafts": drafts}


@router.get("/meetings/{meeting}/reviews", response_model=shape.Reviews, summary="What was decided, newest first")
def list_reviews(services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId) -> Shape:
    return {"reviews": [review_to_json(made) for made in services.reviews.history(reader, meeting_id)]}


@router.post(
    "/meetings/{meeting}/reviews/undo",
    response_model=shape.Reviewed,
    summary="Undo the last decision about a meeting's items",
    description="Again for the one before. Repairs have an undo of their own.",
)
def undo_review(services: ServicesHere, reader: ReaderHere, meeting_id: MeetingId) -> Shape:
    return reviewed_to_json(services.reviews.undo(reader, meeting_id))


@router.get("/items/{item}/sentences", response_model=shape.Sentences, summary="The sentences around an item")
def list_sentences(services: ServicesHere, reader: ReaderHere, item_id: ItemId) -> Shape:
    return {"sentences": record_to_json(services.reviews.sentences(reader, item_id))}


@router.get("/items/{item}/reviews", response_model=shape.Reviews, summary="What was decided about an item")
def list_item_reviews(services: ServicesHere, reader: ReaderHere, item_id: ItemId) -> Shape:
    meeting_id = services.door.item(reader, item_id).meeting_id
    made = services.reviews.history(reader, meeting_id, item_id=item_id)
    return {"reviews": [review_to_json(review) for review in made]}


@router.post("/items/{item}/confirm", response_model=shape.Reviewed, summary="Say that an item is right")
def confirm_item(
    services: ServicesHere, reader: ReaderHere, item_id: ItemId, deciding: shape.Deciding | None = None
) -> Shape:
    teller = deciding.teller if deciding else None
    return reviewed_to_json(services.reviews.confirm(reader, item_id, teller=teller))


@router.patch(
    "/items/{item}",
    response_model=shape.Reviewed,
    summary="Put an item's title, gist, kind or ends right",
    description=CONFIRMS,
)
def edit_item(services: ServicesHere, reader: ReaderHere, item_id: ItemId, editing: shape.Editing) -> Shape:
    return reviewed_to_json(services.reviews.edit(reader, item_id, editing.as_edit(), teller=editing.teller))


@router.post(
    "/items/{item}/reject",
    response_model=shape.Reviewed,
    summary="Withdraw an item",
    description="It is found by nobody from then on, and is not proposed again. Confirming takes it back.",
)
def reject_item(services: ServicesHere, reader: ReaderHere, item_id: ItemId, rejecting: shape.Rejecting) -> Shape:
    return reviewed_to_json(services.reviews.reject(reader, item_id, rejecting.reason, teller=rejecting.teller))


@router.post(
    "/items/{item}/split",
    response_model=shape.Reviewed,
    summary="Make two of an item",
    description=f"The second is called by its first words until somebody edits it. {CONFIRMS}",
)
def split_item(services: ServicesHere, reader: ReaderHere, item_id: ItemId, splitting: shape.Splitting) -> Shape:
    return reviewed_to_json(services.reviews.split(reader, item_id, splitting.at, teller=splitting.teller))


@router.post(
    "/items/{item}/merge",
    response_model=shape.Reviewed,
    summary="Make one of two items of a meeting",
    description=f"The other one is withdrawn as told with this one. {CONFIRMS}",
)
def merge_items(services: ServicesHere, reader: ReaderHere, item_id: ItemId, merging: shape.Merging) -> Shape:
    other = row_id(merging.other, "item")
    return reviewed_to_json(services.reviews.merge(reader, item_id, other, teller=merging.teller))


@router.post(
    "/items/{item}/undo",
    response_model=shape.Reviewed,
    summary="Undo the last decision about an item",
    description="Again for the one before.",
)
def undo_item(services: ServicesHere, reader: ReaderHere, item_id: ItemId) -> Shape:
    meeting_id = services.door.item(reader, item_id).meeting_id
    return reviewed_to_json(services.reviews.undo(reader, meeting_id, item_id=item_id))


def reviewed_to_json(reviewed: Reviewed) -> Shape:
    job = None if reviewed.job_id is None else f"j{reviewed.job_id}"
    return {**review_to_json(reviewed.review), "job_id": job}
