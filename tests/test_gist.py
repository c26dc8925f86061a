"""A gist stands alone: it says what it leans on, and breaks off nowhere."""

import pytest

from capture.account import Account
from capture.gist import gist, runs
from capture.linguist import Linguist
from models.knowledge import Kind
from tests.toys import ToyEmbedder

LINGUIST = Linguist()
pytestmark = pytest.mark.weights


def account(*texts: str, kind: Kind = Kind.STORY) -> Account:
    return Account(kind=kind, texts=texts, readings=LINGUIST.read(texts), embeddings=ToyEmbedder().embed(texts))


def test_a_gist_brings_along_what_it_leans_on() -> None:
    one = "We set up a hub for the children of nurses in the old library."
    other = "It doubled attendance of the children at the hub by the second week."
    assert gist(account(one, other, "Lovely weather too.")) == f"{one} {other}"


def test_what_is_left_out_in_between_shows() -> None:
    texts = (
        "Masks for the nurses were short on every ward of the hospital.",
        "Well, there you go, as they say.",
        "The nurses of the hospital sewed their own masks for every ward.",
    )
    assert gist(account(*texts)) == f"{texts[0]} … {texts[2]}"


def test_a_sentence_that_runs_on_is_told_by_its_clauses() -> None:
    text = "The masks came late, and the nurses made their own, but nobody was told why they had to."
    found = [run.text for run in runs(account(text))]
    assert "The nurses made their own" in found
    assert "Nobody was told why they had to." in found
    assert text in found


def test_half_a_sentence_is_no_gist() -> None:
    text = "Whilst those pools aren't perfect I think we were using different sources, and they were incomplete."
    assert not [
        run.text for run in runs(account(text)) if run.text.startswith("Whilst") and "using" not in run.text
    ]


def test_a_question_is_no_gist_where_something_is_told() -> None:
    told = "The nurses had no masks on the ward in March."
    assert gist(account("Did the nurses have masks on the ward in March?", told)) == told


def test_few_words_are_told_as_they_are() -> None:
    assert gist(account("No masks.")) == "No masks."
