"""The shapes of deciding about items over HTTP, described for strangers like those of api/schemas.py."""

import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api import schemas
from models.knowledge import Kind
from models.review import Edit

Place = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=500,
        description="Words of the transcript, or a turn and the number of a sentence in it, both counted from 1",
        examples=["We rang the hospice", "6.2"],
    ),
]


class Deciding(BaseModel):
    """Who decides: the reader, unless it is the one who told the item."""

    teller: str | None = Field(
        default=None,
        max_length=200,
        description="Who told it, deciding about it themselves; refused for anybody else",
        examples=["Ama Mensah"],
    )


class Editing(Deciding):
    """What is to be otherwise; null leaves it as it is. An edited item is confirmed."""

    title: str | None = Field(default=None, max_length=300)
    gist: str | None = Field(default=None, max_length=2000)
    kind: Kind | None = None
    begin: Place = None
    end: Place = None

    def as_edit(self) -> Edit:
        return Edit(title=self.title, gist=self.gist, kind=self.kind, begin=self.begin, end=self.end)


class Rejecting(Deciding):
    reason: str = Field(max_length=1000, description="Kept with the item", examples=["Only a vague worry"])


class Splitting(Deciding):
    at: str = Field(
        min_length=1,
        max_length=500,
        description="Where the second begins: its first words, or a turn and the number of a sentence, from 1",
        examples=["They took four people home"],
    )


class Merging(Deciding):
    other: str = Field(description="The item that is told with this one from now on", examples=["i15"])


class Review(BaseModel):
    """One decision about items of a meeting."""

    id: int
    meeting_id: str = Field(examples=["m3"])
    items: list[str] = Field(description="Those it touched or made", examples=[["i12"]])
    what: str = Field(description="In people's words", examples=["i12 edited: a practice, not a story"])
    who: str = Field(examples=["owner"])
    teller: bool = Field(description="Whether who decided had told it themselves")
    made_at: datetime.datetime
    undone_at: datetime.datetime | None


class Reviewed(Review):
    job_id: str | None = Field(description="Makes it findable anew; null where nothing has to be", examples=["j5"])


class Reviews(BaseModel):
    reviews: list[Review]


class Sentence(BaseModel):
    """By turn and number, both counted from 1, people say where an item begins and ends."""

    turn: int
    number: int
    speaker: str
    text: str
    inside: bool = Field(description="Whether the item holds any of it")


class Sentences(BaseModel):
    sentences: list[Sentence]


class Drafts(BaseModel):
    drafts: list[schemas.Item] = Field(description="In the order in which they were told")
