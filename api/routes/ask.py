"""Finding over HTTP: an answer to a question, who has met it, and the communities there are."""

from typing import Annotated

from fastapi import APIRouter, Query

from api import finding_schemas as shape
from api.routes.dependencies import ReaderHere, ServicesHere
from api.shapes import Shape, answer_to_json, record_to_json, telling_to_json

router = APIRouter(tags=["finding"])

ABOUT = (
    "Hits by meaning and by words, best first, each with the words it rests on and the second they were said. "
    "`found` is false where nobody here has told of this: the question is then kept as a gap."
)


@router.get("/ask", response_model=shape.Answer, summary="Ask what others have met and done", description=ABOUT)
def ask(services: ServicesHere, reader: ReaderHere, asked: Annotated[shape.Asked, Query()]) -> Shape:
    return answer_to_json(services.ask(reader, asked.as_question()), linked=True)


@router.post("/ask", response_model=shape.Answer, summary="The same, for long questions", description=ABOUT)
def ask_at_length(services: ServicesHere, reader: ReaderHere, asked: shape.Asked) -> Shape:
    return answer_to_json(services.ask(reader, asked.as_question()), linked=True)


@router.get("/people", response_model=shape.People, summary="Who has met this, with the evidence")
def people(services: ServicesHere, reader: ReaderHere, asked: Annotated[shape.Asked, Query()]) -> Shape:
    tellings = services.people(reader, asked.as_question())
    return {"people": [telling_to_json(telling, linked=True) for telling in tellings]}


@router.get("/communities", response_model=shape.Communities, summary="The communities of this library")
def communities(services: ServicesHere, reader: ReaderHere) -> Shape:
    return {"communities": [record_to_json(community) for community in services.door.communities(reader)]}
