"""Sentences keep their place in the text, whatever the text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capture.linguist import LONGEST, Linguist
from models.meeting import Turn


@pytest.fixture(scope="module")
def linguist() -> Linguist:
    return Linguist()


def cut(linguist: Linguist, *texts: str) -> list[str]:
    return [sentence.text for sentence in linguist.sentences([Turn(speaker="A", text=text) for text in texts])]


def test_a_turn_is_cut_into_its_sentences(linguist: Linguist) -> None:
    assert cut(linguist, "We rang them. They came! Did it help? Yes.") == [
        "We rang them.",
        "They came!",
        "Did it help?",
        "Yes.",
    ]


def test_turns_of_nothing_have_no_sentences(linguist: Linguist) -> None:
    assert cut(linguist, "", "  \n ") == []


def test_stray_marks_join_the_sentence_before(linguist: Linguist) -> None:
    assert cut(linguist, "We rang them. ... They came.")[-1] == "They came."
    assert all(any(letter.isalnum() for letter in text) for text in cut(linguist, "We rang. -- . They came."))


@pytest.mark.weights
def test_speech_without_full_stops_is_still_cut(linguist: Linguist) -> None:
    words = "so we rang every family twice a week and wrote it in one book and they came back "
    pieces = cut(linguist, words * 40)
    assert len(pieces) > 5
    assert all(len(piece.split()) <= LONGEST for piece in pieces)
    assert " ".join(pieces).split() == (words * 40).split()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="ab .?!,\n'é…", max_size=80), max_size=4))
def test_every_sentence_stands_where_it_says_and_no_word_is_lost(texts: list[str]) -> None:
    turns = [Turn(speaker="A", text=text) for text in texts]
    sentences = SHARED.sentences(turns)
    for sentence in sentences:
        text = turns[sentence.turn].text
        assert text[sentence.char_start : sentence.char_end] == sentence.text == sentence.text.strip() != ""
    for one, after in zip(sentences, sentences[1:], strict=False):
        assert (one.turn, one.char_end) <= (after.turn, after.char_start)
    letters = [letter for text in texts for letter in text if letter.isalnum()]
    assert [letter for sentence in sentences for letter in sentence.text if letter.isalnum()] == letters


SHARED = Linguist()
