"""The shapes of putting meetings right over HTTP, described for strangers like those of api/schemas.py."""

import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api import schemas


class Name(schemas.Naming):
    label: str = Field(description="The voice, by its label or the name it has now", examples=["Speaker 2"])


class Names(BaseModel):
    names: list[Name] = Field(min_length=1, max_length=200)


class Sample(BaseModel):
    """A sentence to know a voice by."""

    turn: int = Field(description="0-based position in the meeting's turns")
    start: schemas.Seconds
    end: schemas.Seconds
    text: str


class Suggestion(BaseModel):
    """Somebody who a voice may be, with the words that say so; never applied by itself."""

    label: str = Field(examples=["Speaker 2"])
    person: str = Field(examples=["Ama Mensah"])
    organisation: schemas.OrganisationName
    how: Literal["said it themselves", "was given the floor", "was thanked"]
    quote: str = Field(examples=["I'm Ama Mensah from Northgate."])
    turn: int = Field(description="0-based position of the turn that holds the words")
    start: schemas.Seconds
    times: int = Field(description="How often the name was heard for this voice")
    listed: bool | None = Field(description="Whether the attendees have it; null where none were given")


class Voice(schemas.Speaker):
    """A voice with what may tell who it was."""

    turns: int = Field(description="How many it has")
    words: int
    seconds: float | None = Field(description="How long it speaks; null where no times are known")
    samples: list[Sample]
    suggestion: Suggestion | None


class Voices(BaseModel):
    voices: list[Voice]
    unplaced: list[str] = Field(description="Attendees that no voice was found for")


class Merging(BaseModel):
    """Voices may be said by label or by name."""

    voice: str = Field(max_length=200, examples=["Speaker 3"])
    into: str = Field(max_length=200, description="The voice it really is", examples=["Speaker 1"])


class Splitting(BaseModel):
    """Turns are 0-based positions in the meeting's turns."""

    voice: str = Field(max_length=200, examples=["Speaker 2"])
    turn_start: int = Field(ge=0, description="The first turn that is not theirs")
    turn_end: int | None = Field(default=None, ge=0, description="The last one; null for all that follow")
    label: str | None = Field(default=None, max_length=200, description="Whose they are; null for a new voice")


class Reassigning(BaseModel):
    """Turns are 0-based positions in the meeting's turns."""

    turns: list[Annotated[int, Field(ge=0)]] = Field(min_length=1, max_length=1000, examples=[[5]])
    voice: str = Field(max_length=200, description="Whose they are; Unknown where nobody can tell")
    begin: str | None = Field(
        default=None,
        min_length=1,
        max_length=500,
        description="Of one turn, only from these words on, or from a time as 3:14: the turn becomes two",
    )
    new: bool = Field(default=False, description="A voice that was not told apart so far")


class Correcting(BaseModel):
    text: str = Field(max_length=100_000, description="All that was said in the turn")


class Replacing(BaseModel):
    old: str = Field(max_length=500, examples=["Jason L.D."])
    new: str = Field(max_length=500, examples=["JSON-LD"])


class Repair(BaseModel):
    """One thing that was put right in a meeting."""

    id: int
    meeting_id: str = Field(examples=["m3"])
    what: str = Field(description="In people's words", examples=["“Jason L.D.” is “JSON-LD” in 3 places"])
    made_at: datetime.datetime
    undone_at: datetime.datetime | None


class Repaired(Repair):
    job_id: str | None = Field(description="Finds anew what rests on it; null where nothing does", examples=["j5"])


class Repairs(BaseModel):
    repairs: list[Repair]
