"""The pages of those who ask: the front, an answer, what was told, a community's digest."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field, field_validator

from api import finding_schemas as shape
from api.rendering import render
from api.routes.dependencies import ItemId, OptionalDay, OptionalKind, PartOfList, ReaderHere, ServicesHere
from api.services import Services
from models.job import JobState
from models.meeting import Source
from models.people import Reader
from models.query import Hit, Question
from search.digest import hits_of

router = APIRouter(default_response_class=HTMLResponse)

RECENT = 6


class AskedOnPage(shape.Asked):
    """The form of a question; without one it is shown empty."""

    question: str = Field(default="", max_length=2000, alias="q")
    summary: bool = True

    @field_validator("question")
    @classmethod
    def _says_something(cls, question: str) -> str:
        return question.strip() if any(character.isalnum() for character in question) else ""


def recorded(services: Services, reader: Reader, hits: Iterable[Hit]) -> set[int]:
    """Of the meetings that something was found in, those that can be listened to."""
    meetings = services.door.meetings(reader, ids={hit.meeting_id for hit in hits})
    return {meeting.id for meeting in meetings if meeting.source is Source.RECORDING}


@router.get("/")
def home(services: ServicesHere, reader: ReaderHere) -> str:
    meetings = services.door.meetings(reader)
    jobs = services.door.jobs(reader, limit=RECENT)
    return render(
        "home.html",
        asked=AskedOnPage(),
        communities=services.door.communities(reader),
        held=Counter(meeting.community for meeting in meetings),
        meetings=meetings[:RECENT],
        jobs=[job for job in jobs if job.state is not JobState.DONE],
    )


@router.get("/ask")
def ask(services: ServicesHere, reader: ReaderHere, asked: Annotated[AskedOnPage, Query()]) -> str:
    answer = services.ask(reader, asked.as_question()) if asked.question else None
    return render(
        "ask.html",
        asked=asked,
        answer=answer,
        communities=services.door.communities(reader),
        recorded=recorded(services, reader, answer.hits if answer else ()),
    )


@router.get("/items")
def items(
    services: ServicesHere, reader: ReaderHere, part: PartOfList, kind: OptionalKind = None, community: str = ""
) -> str:
    found = services.door.items(reader, kind=kind, community=community or None)
    return render(
        "items.html",
        items=(shown := found[part]),
        total=len(found),
        part=part,
        kind=kind,
        community=community,
        communities=services.door.communities(reader),
        meetings={
            meeting.id: meeting
            for meeting in services.door.meetings(reader, ids={item.meeting_id for item in shown})
        },
    )


@router.get("/items/{item}")
def item(services: ServicesHere, reader: ReaderHere, item_id: ItemId) -> str:
    found = services.door.item(reader, item_id)
    return render(
        "item.html",
        item=found,
        meeting=services.door.meeting(reader, found.meeting_id),
        links=services.door.linked(reader, item_id),
    )


SIDES = {
    "setting": "Where",
    "affected": "Whom it touches",
    "tried": "What was tried",
    "outcome": "What came of it",
    "told": "What else is told",
}


@router.get("/items/{item}/kindred")
def kindred(services: ServicesHere, reader: ReaderHere, item_id: ItemId) -> str:
    item = services.door.item(reader, item_id)
    found = services.kindred(reader, item_id, Question(text=""))
    return render("kindred.html", item=item, kindred=found, sides=SIDES)


@router.get("/clusters/{community:path}")
def clusters(services: ServicesHere, reader: ReaderHere, community: str) -> str:
    named = services.door.community(reader, community).name
    return render("clusters.html", community=named, clusters=services.clusters(reader, named))


@router.get("/digest/{community:path}")
def digest(
    services: ServicesHere, reader: ReaderHere, community: str, since: OptionalDay = None, organisation: str = ""
) -> str:
    chosen = services.digest(
        reader, community, since=since.isoformat() if since else None, organisation=organisation or None
    )
    return render("digest.html", digest=chosen, recorded=recorded(services, reader, hits_of(chosen)))


@router.get("/api")
def interface(request: Request) -> str:
    """The description for programs, as people read it: the usual page for that comes from another host."""
    return render("interface.html", described=request.app.openapi())
