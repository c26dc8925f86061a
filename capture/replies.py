"""Reading what a large model replied: JSON of the form that was asked for, or nothing."""

import json
import re

from pydantic import BaseModel, ConfigDict, Field

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
        # put right first: servers that hold a model to a grammar let it break lines within a string
        reply = json.dumps(json.loads(fenced[1] if fenced else bare, strict=False))
        return _Proposals.model_validate_json(reply).items
    except (ValueError, RecursionError):
        return None
