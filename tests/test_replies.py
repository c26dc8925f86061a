"""A reply is what was asked for, or nothing; what is asked for is what is read."""

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.prompt import SCHEMA, prompt
from capture.replies import Proposal, read
from models.knowledge import Facets, Kind
from tests.toy_model import proposal

ITEM = proposal("We ring them.", facets={"setting": "at night", "open": None})
GOOD = json.dumps({"items": [ITEM]})


@pytest.mark.parametrize(
    "text", [GOOD, f"```json\n{GOOD}\n```", f" ```\n{GOOD}``` \n", f"<think>Hm, {{}}.</think>\n{GOOD}"]
)
def test_a_reply_is_read_through_what_models_wrap_around_it(text: str) -> None:
    [found] = read(text) or []

    assert (found.kind, found.quote, found.facets) == (Kind.PROBLEM, "We ring them.", Facets(setting="at night"))


def test_a_reply_of_nothing_is_no_broken_one() -> None:
    assert read('{"items": []}') == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sure! Here are the items.",
        GOOD[:-2],
        "[]",
        '{"items": null}',
        '{"items": [{"kind": "rant", "quote": "x"}]}',
        '{"items": [{"kind": "story"}]}',
        '{"items": [{"kind": "story", "quote": 7}]}',
        '{"items": [{"kind": "story", "quote": "\\ud800"}]}',
        json.dumps({"items": [ITEM] * 201}),
        "[" * 100_000,
    ],
)
def test_what_was_not_asked_for_is_nothing(text: str) -> None:
    assert read(text) is None


@given(st.text())
def test_no_reply_does_harm(text: str) -> None:
    assert read(text) is None or isinstance(read(text), list)


def test_the_schema_asks_for_what_is_read_and_is_as_strict_as_services_want_it() -> None:
    schema: Any = SCHEMA
    item = schema["properties"]["items"]["items"]

    assert set(item["properties"]) == set(Proposal.model_fields)
    assert list(item["properties"]["facets"]["properties"]) == [side.name for side in fields(Facets)]
    for part in (schema, item, item["properties"]["facets"]):
        assert part["additionalProperties"] is False
        assert part["required"] == list(part["properties"])


def test_the_prompt_holds_the_schema_and_the_transcript_and_asks_again_more_plainly() -> None:
    assert json.dumps(SCHEMA) in prompt("A: Hello.") and "\nA: Hello.\n" in prompt("A: Hello.")
    assert prompt("A: Hello.", again=True).startswith(prompt("A: Hello."))
    assert len(prompt("A: Hello.", again=True)) > len(prompt("A: Hello."))
