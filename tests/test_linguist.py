"""Sentences keep their place in the text, whatever the text; grammar offers what can stand alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capture.linguist import LONGEST, TITLE_WORDS, Linguist
from models.meeting import Turn

TOLD = "When the first hub opened in March 2020 we had no transport for the children and young people."


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


@pytest.mark.weights
def test_grammar_offers_clauses_people_and_settings(linguist: Linguist) -> None:
    (reading,) = linguist.read([TOLD])
    assert "we had no transport for the children and young people" in reading.clauses
    assert all(len(clause.split()) <= TITLE_WORDS for clause in reading.clauses)
    assert ("the children and young people", "child") in [(p.text, p.head) for p in reading.phrases]
    assert reading.settings == ("in March 2020",)


@pytest.mark.weights
def test_a_compressed_clause_keeps_its_not(linguist: Linguist) -> None:
    (reading,) = linguist.read(["The nurses, who were tired, did not always get the right masks."])
    assert reading.clauses
    assert all("not" in clause.split() for clause in reading.clauses if "get" in clause.split())


@pytest.mark.weights
@pytest.mark.parametrize(
    "said",
    [
        "I don't think we have enough in the way of support.",
        "If the reporting system was working well, it would name the sectors at risk.",
        "Is it right that four million people left their caring role?",
        "We do know that sometimes, if we're not addressing needs, then we have more exclusions.",
        "I wonder whether the schools had enough tests for everyone.",
        "The grant comes only after the schools have lost their income for the year.",
    ],
)
def test_no_clause_says_what_was_not_said(linguist: Linguist, said: str) -> None:
    (reading,) = linguist.read([said])
    assert not [
        clause for clause in reading.clauses if clause.startswith(("we have", "the reporting", "four", "the sch"))
    ]


@pytest.mark.weights
def test_a_compressed_clause_keeps_how_often_and_how_far(linguist: Linguist) -> None:
    often, far = linguist.read(
        ["We do normally ensure that they have digital contact.", "The merger has somewhat weakened the campus."]
    )
    assert often.clauses and all("normally" in clause for clause in often.clauses if "ensure" in clause)
    assert far.clauses and all("somewhat" in clause for clause in far.clauses)


@pytest.mark.weights
def test_what_is_denied_is_no_topic(linguist: Linguist) -> None:
    denied, said = linguist.read(
        ["It's not a lack of confidence in the data.", "We saw a lack of confidence in the data."]
    )
    assert denied.topics == ()
    assert said.topics[0] == "a lack of confidence in the data"


SHARED = Linguist()
