"""Bare text leads back to what was written, and the further readings are whole."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.annotated import READINGS
from benchmarks.bare import bare
from models.knowledge import Kind
from models.meeting import Transcript, Turn


@given(st.text(max_size=60))
def test_bare_text_has_no_case_and_leads_back(text: str) -> None:
    read = bare(Transcript(turns=(Turn(speaker="A", text=text),)))
    [turn] = read.transcript.turns
    assert "  " not in turn.text and not turn.text.startswith(" ")
    for letter, place in zip(turn.text, read.places[0], strict=True):
        assert letter == " " or letter == text[place].lower()
        assert letter == " " or letter.isalnum() or letter in "'’"


def test_what_is_found_in_bare_text_is_told_where_it_was_written() -> None:
    text = "Well -- we ring them. Twice!"
    read = bare(Transcript(turns=(Turn(speaker="A", text=text),)))
    [turn] = read.transcript.turns
    assert turn.text == "well we ring them twice "
    found = {"turn_start": 0, "char_start": 5, "turn_end": 0, "char_end": 17, "title": "x"}
    back = read.back(found)
    assert text[back["char_start"] : back["char_end"]] == "we ring them"
    assert back["title"] == "x"


@pytest.mark.parametrize(
    ("source", "meetings", "items"), [("testimony", 85, 4431), ("qmsum", 10, 555), ("again", 8, 325)]
)
def test_the_further_readings_say_where_items_lie_and_no_word(source: str, meetings: int, items: int) -> None:
    lines = (READINGS / f"{source}.jsonl").read_text(encoding="utf-8").splitlines()
    read = [json.loads(line) for line in lines]
    assert (len({one["meeting"] for one in read}), len(read)) == (meetings, items)
    for one in read:
        assert set(one) == {"meeting", "kind", "turn_start", "char_start", "turn_end", "char_end", "sure"}
        assert Kind(one["kind"]) and isinstance(one["sure"], bool)
        assert (one["turn_start"], one["char_start"]) < (one["turn_end"], one["char_end"])
