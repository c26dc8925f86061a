"""Reading what a large model replied: JSON of the form that was asked for, or nothing."""

import re

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.knowledge import Facets, Kind

MOST_ITEMS = 200
_THOUGHT = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)
"""What some models think aloud first."""
_FENCED = re.compile(r"^\s*```\w*\s*(.*?)\s*```\s*$", re.DOTALL)


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class Proposal(_Shape):
    """An item as the model proposes it: nothing of it is believed yet."""

    kind: Kind
    quote: str
    title: str = ""
    gist: str = ""
    facets: Facets = Facets()


class _Proposals(_Shape):
    items: list[Proposal] = Field(max_length=MOST_ITEMS)


def read(text: str) -> list[Proposal] | None:
    """None where it is not what was asked for."""
    bare = _THOUGHT.sub("", text)
    fenced = _FENCED.match(bare)
    try:
        return _Proposals.model_validate_json(fenced[1] if fenced else bare).items
    except ValidationError:
        return None
