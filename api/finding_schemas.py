"""The shapes of finding over HTTP: questions, answers, kindred things, people, digests."""

import datetime
from dataclasses import replace
from typing import Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from api.schemas import CommunityName, Evidence, Item, Link, Meeting, OrganisationName, Place
from models.introduction import Answered
from models.knowledge import Kind, State
from models.query import Direction, Question


class Contrast(BaseModel):
    """What two tellers said of one side of what they met, each in their own words."""

    side: str = Field(description="alike, or in what they differ: setting, affected, tried, outcome, or told")
    here: str
    there: str


class Kindred(Item):
    """The same kind of thing, told elsewhere."""

    score: float = Field(description="How near in meaning, -1 to 1")
    alike: Contrast | None
    differs: list[Contrast]
    answered_by: list[Link] = Field(description="The practices that answered it there")
    open: str | None = Field(description="What is still open there")
    told_again: list[str] = Field(description="Where the same organisation told of it again", examples=[["i12"]])


class AllKindred(BaseModel):
    kindred: list[Kindred] = Field(description="Nearest first, each organisation once")


class ClusterMember(BaseModel):
    id: str = Field(examples=["i12"])
    title: str
    state: Literal["draft", "confirmed"]


class Cluster(BaseModel):
    """Things of one kind."""

    terms: list[str] = Field(description="What most of them speak of, in their words")
    items: list[ClusterMember] = Field(description="The most typical first")


class Clusters(BaseModel):
    clusters: list[Cluster] = Field(description="The largest first")


class Hit(Evidence, Place):
    """One thing found, with the words it rests on and why it is here."""

    kind: Literal["story", "problem", "practice", "passage"]
    id: str = Field(description="i12 for an item, t7 for a passage", examples=["i12"])
    title: str
    gist: str
    score: float
    why: str = Field(description="Why this is here, in plain words")
    by: list[str] = Field(description="What brought it: meaning, words, or both")


class Under(BaseModel):
    """What is read with a hit."""

    relation: Direction
    id: str = Field(examples=["i12"])
    kind: Kind
    title: str
    organisation: OrganisationName


class Group(BaseModel):
    """One thing that was found."""

    hit: str = Field(description="Its id", examples=["i12"])
    more: list[str] = Field(description="Hits further down in which the same speaker goes on")
    under: list[Under] = Field(description="Practices that answer a problem, stories in which it was lived through")


class Cited(BaseModel):
    """A sentence of a summary."""

    text: str
    hits: list[str] = Field(description="The hits it rests on, never none", examples=[["i12"]])
    quoted: bool = Field(description="Whether it is word for word what somebody said")


class Teller(BaseModel):
    """Somebody who told of what was asked."""

    name: str
    organisation: OrganisationName
    community: CommunityName
    hits: list[str] = Field(description="The ids of the hits that show it", examples=[["i12", "t7"]])


class Answer(BaseModel):
    """What the library has for a question, and whether that is an answer at all."""

    question: str
    found: bool = Field(description="False: nobody here has told of this yet, and the question is kept as a gap")
    hits: list[Hit] = Field(description="Best first")
    people: list[Teller]
    retrievers: list[str] = Field(description="What took part in finding: names and weights")
    groups: list[Group] = Field(description="The hits again, so that each stands for another thing")
    summary: list[Cited] = Field(description="A few sentences that answer, where `summary` asks for them")
    notices: list[str] = Field(description="What was missing while it was found, and the way out")


class Telling(BaseModel):
    """Somebody who has met this, with the evidence whole."""

    name: str
    organisation: OrganisationName
    community: CommunityName
    hits: list[Hit]


class People(BaseModel):
    people: list[Telling]


class Narrowing(BaseModel):
    """Where somebody wants to hear from."""

    organisation: str | None = Field(default=None, max_length=200, description="The asker's own")
    elsewhere: bool = Field(
        default=False, description="Only other organisations (or, where none is known, other communities)"
    )
    community: str | None = Field(default=None, max_length=200, description="This community alone")
    at: str | None = Field(default=None, max_length=200, description="What people of this organisation told alone")
    person: str | None = Field(default=None, max_length=200, description="What this person told alone")
    since: datetime.date | None = Field(default=None, description="Nothing said before this day")
    until: datetime.date | None = Field(default=None, description="Nothing said after this day")
    limit: int = Field(default=10, ge=1, le=100, description="How many at most")

    @field_validator("organisation", "community", "at", "person", "since", "until", mode="before")
    @classmethod
    def _blank_is_none(cls, given: object) -> object:
        """A form sends every field, also those nobody filled in."""
        return None if given == "" else given

    def as_question(self) -> Question:
        """Of no words."""
        return Question(
            text="",
            organisation=self.organisation,
            elsewhere=self.elsewhere,
            community=self.community,
            at=self.at,
            person=self.person,
            since=self.since.isoformat() if self.since else None,
            until=self.until.isoformat() if self.until else None,
            limit=self.limit,
        )


class Asked(Narrowing):
    """A question, in plain words, and where the asker wants to hear from."""

    question: str = Field(
        min_length=1,
        max_length=2000,
        description="What are you facing?",
        examples=["How do we prove who signed a shipping document?"],
    )
    kind: Kind | None = Field(default=None, description="Stories, problems or practices alone")
    state: State | None = Field(default=None, description="Items in this state alone")
    summary: bool = Field(default=False, description="Whether a few sentences that answer are wanted first")

    @field_validator("question")
    @classmethod
    def _says_something(cls, question: str) -> str:
        """A gap that nobody can read helps nobody."""
        if not any(character.isalnum() for character in question):
            raise ValueError("write what you are facing, in words")
        return question.strip()

    @field_validator("kind", "state", mode="before")
    @classmethod
    def _none_where_blank(cls, given: object) -> object:
        return None if given == "" else given

    def as_question(self) -> Question:
        return replace(
            super().as_question(), text=self.question, kind=self.kind, state=self.state, summary=self.summary
        )


class Charter(BaseModel):
    """A community's answers to its four questions; null where it has not answered yet."""

    what: str | None = Field(description="What are we trying to do?")
    how: str | None = Field(description="How do we need to do it?")
    who: str | None = Field(description="Who needs to do it?")
    know: str | None = Field(description="How will we know we are doing it?")


class Community(BaseModel):
    """Practitioners of many organisations who share a concern and a practice."""

    id: int
    name: CommunityName
    phase: str | None = Field(description="discovering, coalescing, maturing, stewardship or transformation")
    charter: Charter


class Communities(BaseModel):
    communities: list[Community]


class Difficulty(BaseModel):
    """A problem the community lives with, and practices told in it that are near to it."""

    problem: Hit
    practices: list[Hit]


class Gap(BaseModel):
    """A question nobody here could answer yet."""

    id: int
    question: str
    community: str | None
    asked_at: datetime.datetime


class KeptQuestion(BaseModel):
    """A question that is kept for who asked it, with what narrows it."""

    id: str = Field(examples=["q3"])
    question: str
    organisation: str | None
    elsewhere: bool
    community: str | None
    kind: Kind | None
    since: str | None
    limit: int
    until: str | None
    person: str | None
    at: str | None
    state: State | None
    kept_at: datetime.datetime


class KeptQuestions(BaseModel):
    questions: list[KeptQuestion] = Field(description="Kept first first")


class NewAnswer(BaseModel):
    """What was told since that answers a question the reader keeps."""

    kept: KeptQuestion
    hits: list[Hit]


class Digest(BaseModel):
    """A curated reading of a community, computed from what its members told."""

    community: Community
    since: str | None
    for_organisation: str | None
    counts: dict[str, int] = Field(description="Of what this digest was chosen from")
    domain: list[str] = Field(description="What it talks about most, in its own words")
    begin: list[Hit] = Field(description="One story, one problem, one practice: a quarter of an hour")
    stories: list[Hit]
    problems: list[Difficulty]
    practices: list[Hit]
    people: list[Telling]
    unanswered: list[Hit] = Field(description="Problems that no practice told here comes near to")
    gaps: list[Gap]
    meetings: list[Meeting] = Field(description="What it was chosen from, newest first")
    new_answers: list[NewAnswer] = Field(description="What of it answers questions that the reader keeps")


class Party(BaseModel):
    """Who one of the two is, and how to reach them."""

    name: str
    reach: str


class Wanted(BaseModel):
    """A request to be introduced to who told something."""

    told_in: str = Field(max_length=30, description="The item or passage they told", examples=["i12"])
    about: str = Field(min_length=1, max_length=2000, description="What you would like to talk about")
    name: str = Field(min_length=1, max_length=200, description="Who you are: told only if they accept")
    reach: str = Field(min_length=1, max_length=500, description="How to reach you: told only if they accept")


class Introduction(BaseModel):
    """A request as one of the two sees it."""

    ref: str = Field(examples=["n4"])
    told_in: str = Field(examples=["i12"])
    about: str
    state: Answered
    asked_at: datetime.datetime
    other: Party | None = Field(description="Who the other is; null before it is accepted")


class Introductions(BaseModel):
    introductions: list[Introduction]


class Whose(BaseModel):
    """The one who asked, or the one who was asked."""

    by: str | None = Field(default=None, max_length=200)
    of: str | None = Field(default=None, max_length=200)

    @model_validator(mode="after")
    def _one_of_them(self) -> "Whose":
        if bool(self.by) == bool(self.of):
            raise ValueError("say whose: `by` for who asked, or `of` for who was asked")
        return self


class Decided(BaseModel):
    """The answer of the one who was asked."""

    reach: str | None = Field(
        default=None, min_length=1, max_length=500, description="How you can be reached; null declines"
    )


class Findable(BaseModel):
    findable: bool
