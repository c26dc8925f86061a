"""The shapes of the HTTP interface, described for strangers: what OpenAPI shows and every answer is held to."""

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.intake import About
from models.knowledge import Kind
from models.meeting import Doubt
from models.query import Direction

Responses = dict[int | str, dict[str, Any]]
"""What an operation may answer besides its success, as OpenAPI describes it."""
Seconds = Annotated[
    float | None, Field(description="From the start of the recording; null where no times are known")
]
CommunityName = Annotated[str, Field(description="The community's name", examples=["Credentials community"])]
OrganisationName = Annotated[str | None, Field(description="Where people work", examples=["Northgate NHS Trust"])]


class Problem(BaseModel):
    """What went wrong and the way out (RFC 9457)."""

    type: str = Field(examples=["urn:commonlore:problem:not-here"])
    title: str = Field(examples=["Not here"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["no meeting m99 here; `commonlore meetings` lists them"])
    instance: str = Field(examples=["/api/v1/meetings/m99"])
    errors: list[dict[str, str]] = Field(
        default=[], description="Field by field, where the request itself was wrong"
    )


class Evidence(BaseModel):
    """The words something rests on, and exactly where they were said."""

    speaker: str
    turn_start: int = Field(description="0-based position in the meeting's turns")
    char_start: int = Field(description="Offset in the text of the first turn")
    turn_end: int
    char_end: int = Field(description="Offset in the text of the last turn")
    start: Seconds
    end: Seconds
    quote: str = Field(description="The words themselves; nothing is ever quoted that was not said")


class Place(BaseModel):
    """Where something was said."""

    meeting: str = Field(description="The external id the meeting came with, else its own", examples=["m3"])
    meeting_id: str = Field(description="The id for /meetings/{meeting}", examples=["m3"])
    meeting_title: str
    date: str | None = Field(description="YYYY-MM-DD", examples=["2026-03-14"])
    community: CommunityName
    organisation: OrganisationName


class Facets(BaseModel):
    """The sides of an item, each null where nothing was said of it."""

    setting: str | None
    affected: str | None
    tried: str | None
    outcome: str | None
    open: str | None


class Item(Evidence, Place):
    """One piece of tacit knowledge: a story, a problem or a practice."""

    id: str = Field(examples=["i12"])
    kind: Kind
    state: Literal["draft", "confirmed", "withdrawn"] = Field(description="The extractor proposes, people confirm")
    look: str | None = Field(
        description="Why a person should look at it again: its words were put right since it was confirmed"
    )
    reason: str | None = Field(description="Why a person rejected it; null where nobody did")
    title: str
    gist: str
    confidence: float = Field(description="The extractor's own, 0 to 1")
    facets: Facets
    further: list[Evidence] = Field(
        default=[], description="Where else in the meeting nearly the same was told, in the order it was said"
    )
    extractor: str = Field(description="Name and version of what proposed it")
    created_at: datetime.datetime


class Link(Evidence, Place):
    """Another item that hangs together with the one that was asked for."""

    relation: Direction = Field(description="Of the item that was asked for to this one")
    score: float = Field(description="0 to 1")
    reason: str = Field(examples=["said right after it by the same person; both speak of waiting lists"])
    id: str = Field(examples=["i12"])
    kind: Kind
    state: Literal["draft", "confirmed"]
    title: str
    gist: str


class LinkedItem(Item):
    """An item with what hangs together with it."""

    links: list[Link] = Field(description="Few and good, relation by relation, in each the best first")


class Items(BaseModel):
    total: int
    items: list[Item]


class Meeting(BaseModel):
    """One conversation kept in the library."""

    id: str = Field(examples=["m3"])
    meeting: str = Field(description="The external id it came with, else its own", examples=["m3"])
    title: str
    date: str | None = Field(description="YYYY-MM-DD", examples=["2026-03-14"])
    community: CommunityName
    organisation: OrganisationName
    source: Literal["recording", "transcript", "journal"] = Field(description="How it reached the library")
    filename: str
    language: str | None = Field(description="ISO 639-1 code", examples=["en"])
    duration: float | None = Field(description="Seconds", examples=[461.2])
    created_at: datetime.datetime


class Meetings(BaseModel):
    total: int
    meetings: list[Meeting]


class Word(BaseModel):
    word: str
    start: float
    end: float
    probability: float | None = Field(description="The transcriber's own, 0 to 1")
    doubt: Doubt | None = Field(
        default=None, description="Why it was perhaps never said; such words are never quoted"
    )
    corrected: bool = Field(default=False, description="Written by a person who put the transcript right")


class Turn(BaseModel):
    """What one voice said before another spoke."""

    speaker: str
    text: str
    start: Seconds
    end: Seconds
    words: list[Word] = Field(description="In the order of the text; empty where no times are known below the turn")
    written: bool = Field(default=False, description="In the meeting's chat, and not said")


class Transcript(BaseModel):
    """The project's own transcript JSON, as `commonlore add` takes it in again."""

    meeting: str | None
    title: str | None
    date: str | None
    community: str | None
    organisation: str | None
    language: str | None
    duration: float | None
    turns: list[Turn]


class Speaker(BaseModel):
    """A voice in one meeting, named or not."""

    meeting_id: str = Field(examples=["m3"])
    label: str = Field(description="As the transcript or the machine called it", examples=["Speaker 2"])
    person: str | None = Field(description="Who it was, once somebody has said so", examples=["Ama Mensah"])
    organisation: OrganisationName


class Speakers(BaseModel):
    speakers: list[Speaker]


class Naming(BaseModel):
    """Who a voice was."""

    person: str = Field(min_length=1, max_length=200, examples=["Ama Mensah"])
    organisation: str | None = Field(default=None, max_length=200, examples=["Northgate NHS Trust"])


Term = Annotated[str, Field(min_length=1, max_length=80, examples=["ICB"])]


class Vocabulary(BaseModel):
    """Names and acronyms that the transcriber is to listen for, added last first."""

    terms: list[str]


class VocabularyChange(BaseModel):
    """What is removed first, and then added; a term that is there already is spelt as it comes now."""

    add: list[Term] = Field(default=[], max_length=200)
    remove: list[Term] = Field(default=[], max_length=200)


class Handed(BaseModel):
    """What is said of a file beside its bytes."""

    name: str = Field(
        max_length=1000,
        description="What the file is called: its ending says what kind of file it is",
        examples=["call.m4a"],
    )
    community: str | None = Field(
        default=None,
        max_length=200,
        description="Made where it is new; may be left out where the transcript itself names one",
        examples=["Care homes"],
    )
    organisation: str | None = Field(default=None, max_length=200, examples=["Northgate NHS Trust"])
    title: str | None = Field(default=None, max_length=300, examples=["Monthly call"])
    date: datetime.date | None = Field(default=None, description="The day it was held", examples=["2026-03-14"])
    language: str | None = Field(
        default=None, pattern="^[a-z]{2,3}$", description="ISO 639-1 code; found out where it is left out"
    )
    speakers: int | None = Field(
        default=None, ge=1, le=50, description="How many voices there are, where that is known"
    )

    def as_about(self) -> About:
        return About(
            community=self.community,
            organisation=self.organisation,
            title=self.title,
            date=self.date.isoformat() if self.date else None,
            language=self.language,
            speakers=self.speakers,
        )


class Added(BaseModel):
    """What became of a file that was handed in."""

    name: str = Field(examples=["call.m4a"])
    meeting_id: str = Field(examples=["m3"])
    job_id: str | None = Field(description="Watch it at /jobs/{job}; null for what was here already")
    duplicate: bool = Field(description="The same content is in this community already, or on its way")


class Job(BaseModel):
    """Work that goes on after the request has been answered."""

    id: str = Field(examples=["j5"])
    kind: str = Field(examples=["intake"])
    subject: str = Field(description="What it works on", examples=["call.m4a"])
    meeting_id: str | None = Field(description="What comes of it", examples=["m3"])
    state: Literal["queued", "running", "paused", "done", "dead"] = Field(
        description="A paused job waits to be resumed and keeps what is done; a dead one has failed for good and "
        "says why, and nothing it began remains in the library"
    )
    step: str = Field(examples=["Writing down what was said"])
    fraction: float = Field(description="How much of the whole is done, 0 to 1", examples=[0.42])
    left: float | None = Field(
        description="Seconds it will still take; null while that would be a guess", examples=[95.0]
    )
    attempt: int
    error: str | None
    remarks: list[str] = Field(
        description="What people should know of how it went, as how much a large model left unread"
    )
    created_at: datetime.datetime
    finished_at: datetime.datetime | None


class Jobs(BaseModel):
    jobs: list[Job]


class Health(BaseModel):
    """Whether this service can do its work."""

    status: Literal["ok", "degraded"]
    version: str
    worker: str = Field(description="running, elsewhere, or why it has stopped", examples=["running"])
    waiting: int = Field(description="Jobs that are queued or running")
    free_bytes: int = Field(description="Room left where the library lives")
