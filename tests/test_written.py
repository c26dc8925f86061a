"""Summaries of a large model: every sentence cites what was found; what does not hold is dropped and counted."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from capture.writer import LargeWriter
from models.errors import Unwritten
from models.job import Json
from models.people import OWNER
from models.query import Answer, Question
from search.searcher import Searcher
from tests.toy_library import ToyLibrary

ASKED = Question(text="masks that fit small faces", summary=True)


class Scripted:
    """Writes what it is told to, and remembers what it was shown."""

    model = "toy-writer"

    def __init__(self, reply: str | Callable[[], str]) -> None:
        self.reply = reply
        self.shown = ""

    def write(self, prompt: str, *, schema: dict[str, Json], tokens: int) -> str:
        self.shown = prompt
        return self.reply if isinstance(self.reply, str) else self.reply()


@pytest.fixture
def library(tmp_path: Path) -> ToyLibrary:
    library = ToyLibrary(tmp_path)
    library.meeting("Ann Low: The masks that we have do not fit small faces.", organisation="Elm Trust")
    library.meeting("Cat Moss: We bought masks in 4 sizes and they fit small faces.", organisation="Oak Homes")
    return library


def ask(library: ToyLibrary, reply: str | Callable[[], str]) -> Answer:
    writer = Scripted(reply)
    searcher = Searcher(library.store, library.vectors, library.embedder, writer=writer)
    return searcher.ask(ASKED, reader=OWNER)


def reply(*sentences: tuple[str, list[int]]) -> str:
    return json.dumps({"sentences": [{"text": text, "tellings": tellings} for text, tellings in sentences]})


def place_of(library: ToyLibrary, words: str) -> int:
    groups = ask(library, reply()).groups
    return next(at for at, group in enumerate(groups, 1) if words in group.hit.evidence.quote)


def test_a_sentence_that_holds_is_shown_with_what_it_cites(library: ToyLibrary) -> None:
    at = place_of(library, "4 sizes")
    answer = ask(library, reply(("They bought masks in 4 sizes, which fit small faces.", [at])))
    [cited] = answer.summary
    assert cited.hits == (answer.groups[at - 1].hit.ref,) and not cited.quoted
    assert answer.notices == ()


@pytest.mark.parametrize(
    ("text", "tellings"),
    [
        ("They bought masks in 9 sizes.", [1, 2]),
        ("Doctor Brown bought masks in 4 sizes.", [1, 2]),
        ("Masks in several sizes were bought.", []),
        ("Masks in several sizes were bought.", [7, 0, -1]),
        ("Staff should receive regular training and supervision.", [1, 2]),
        ("", [1]),
    ],
)
def test_what_does_not_hold_is_left_out_and_counted(library: ToyLibrary, text: str, tellings: list[int]) -> None:
    answer = ask(library, reply((text, tellings)))
    assert all(cited.quoted for cited in answer.summary)
    assert answer.summary  # of people's own words instead
    assert answer.notices == ("1 of the 1 sentences of toy-writer rested on nothing told, and were left out",)


@pytest.mark.parametrize("bad", ["", "I cannot answer that.", "{}", '{"sentences": [{"text": 3}]}', "[" * 5000])
def test_a_reply_of_another_form_leaves_peoples_own_words(library: ToyLibrary, bad: str) -> None:
    answer = ask(library, bad)
    assert answer.summary and all(cited.quoted for cited in answer.summary)
    assert answer.notices[0].startswith("toy-writer gave no JSON")


def test_a_reply_in_a_fence_behind_a_thought_is_read(library: ToyLibrary) -> None:
    at = place_of(library, "do not fit")
    fenced = f"<think>Masks?</think>\n```json\n{reply(('The masks do not fit small faces.', [at]))}\n```"
    assert not ask(library, fenced).summary[0].quoted


def test_a_model_that_does_not_answer_costs_no_answer(library: ToyLibrary) -> None:
    def silent() -> str:
        raise Unwritten("did not answer in 1 s")

    answer = ask(library, silent)
    assert answer.found and answer.summary[0].quoted
    assert answer.notices == ("toy-writer did not answer in 1 s: the summary is of people's own words",)


def test_who_said_it_is_not_sent(library: ToyLibrary) -> None:
    writer = Scripted(reply())
    Searcher(library.store, library.vectors, library.embedder, writer=writer).ask(ASKED, reader=OWNER)
    assert "4 sizes" in writer.shown and ASKED.text in writer.shown
    for name in ("Ann Low", "Cat Moss", "Elm Trust", "Oak Homes"):
        assert name not in writer.shown
    before = writer.shown
    question = replace(ASKED, summary=False)
    Searcher(library.store, library.vectors, library.embedder, writer=writer).ask(question, reader=OWNER)
    assert writer.shown is before


def test_an_endpoint_that_is_not_there_is_told_of() -> None:
    writer = LargeWriter("http://127.0.0.1:9/v1", model="m", key=None, timeout=2)
    with pytest.raises(Unwritten, match="could not be reached"):
        writer.write("x", schema={}, tokens=5)
