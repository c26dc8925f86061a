"""Bringing people together over HTTP, and questions kept for those who asked them."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api import finding_schemas as shape
from api.routes.dependencies import ReaderHere, ServicesHere, row_id
from api.shapes import Shape, kept_question_to_json, record_to_json
from models.introduction import Party, SeenIntroduction
from models.job import Json

router = APIRouter(tags=["finding"])

UNKNOWN = "Until it is accepted neither of the two learns who the other is, or anything of them."


@router.post(
    "/introductions",
    response_model=shape.Introduction,
    status_code=201,
    summary="Ask to be introduced",
    description=UNKNOWN,
)
def introduce(services: ServicesHere, reader: ReaderHere, wanted: shape.Wanted) -> Shape:
    asker = Party(name=wanted.name, reach=wanted.reach)
    return _shape(services.introduce(reader, wanted.told_in, about=wanted.about, asker=asker))


@router.get(
    "/introductions",
    response_model=shape.Introductions,
    summary="Requests as the asker, or the one who was asked, sees them",
    description=UNKNOWN,
)
def introductions(services: ServicesHere, reader: ReaderHere, whose: Annotated[shape.Whose, Query()]) -> Shape:
    if whose.by:
        found = services.introductions_asked_by(reader, whose.by)
    else:
        found = services.introductions_asked_of(reader, whose.of or "")
    shown: list[Json] = [_shape(one) for one in found]
    return {"introductions": shown}


@router.post(
    "/introductions/{introduction}/decision",
    response_model=shape.Introduction,
    summary="Accept or decline",
    description="For the one who was asked. Accepting tells each how the other can be reached.",
)
def decide(services: ServicesHere, reader: ReaderHere, introduction: str, decision: shape.Decided) -> Shape:
    row = row_id(introduction, "introduction")
    return _shape(services.decide_introduction(reader, row, reach=decision.reach))


def _shape(seen: SeenIntroduction) -> Shape:
    shown = record_to_json(seen)
    assert isinstance(shown, dict)
    return shown


@router.put(
    "/people/{person:path}/findable",
    status_code=204,
    summary="Whether somebody is named to who asks who has met something",
)
def set_findable(services: ServicesHere, person: str, choice: shape.Findable) -> Response:
    services.set_findable(person, findable=choice.findable)
    return Response(status_code=204)


@router.get("/questions", response_model=shape.KeptQuestions, summary="The questions you keep")
def kept_questions(services: ServicesHere, reader: ReaderHere) -> Shape:
    shown: list[Json] = [kept_question_to_json(kept) for kept in services.kept_questions(reader)]
    return {"questions": shown}


@router.post(
    "/questions",
    response_model=shape.KeptQuestion,
    status_code=201,
    summary="Keep a question",
    description="Digests of what is new show its new answers.",
)
def keep_question(services: ServicesHere, reader: ReaderHere, asked: shape.Asked) -> Shape:
    return kept_question_to_json(services.keep_question(reader, asked.as_question()))


@router.delete("/questions/{question}", status_code=204, summary="Keep a question no longer")
def drop_question(services: ServicesHere, reader: ReaderHere, question: str) -> Response:
    services.drop_question(reader, row_id(question, "kept question"))
    return Response(status_code=204)
