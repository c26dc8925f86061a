"""Grammar offers what can stand alone, and never what was not said."""

import re

import pytest

from capture.clauses import Form
from capture.grammar import Reading
from capture.linguist import Linguist
from capture.pruning import TITLE_WORDS

LINGUIST = Linguist()
pytestmark = pytest.mark.weights


def reading(said: str) -> Reading:
    (read,) = LINGUIST.read([said])
    return read


def offered(said: str, *forms: Form) -> list[str]:
    return [wording.text for wording in reading(said).wordings if not forms or wording.form in forms]


def test_a_clause_people_and_a_setting_are_found() -> None:
    said = "When the first hub opened in March 2020 we had no transport for the children and young people."
    read = reading(said)
    assert "we had no transport for the children and young people" in offered(said, Form.SAYS)
    assert ("the children and young people", "child") in [(phrase.text, phrase.head) for phrase in read.phrases]
    assert read.settings == ("in March 2020",)


def test_a_span_of_days_is_no_setting_and_a_place_is() -> None:
    assert reading("They came back within seven days.").settings == ()
    assert reading("We tried it in our village school.").settings == ("in our village school",)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("They rang every family twice a week.", "rang every family twice a week"),
        ("We have been working with the councils to find the children.", "working with the councils to find the"),
        ("Then we really improved it by ringing every family.", "ringing every family"),
    ],
)
def test_what_was_done_is_told_without_who(said: str, told: str) -> None:
    assert any(text.startswith(told) for text in offered(said, Form.DOES))


@pytest.mark.parametrize(
    "said", ["They would ring every family.", "They did not ring every family.", "They were rung by every family."]
)
def test_what_was_not_done_is_not_told_as_done(said: str) -> None:
    assert offered(said, Form.DOES) == []


def test_details_go_where_words_must() -> None:
    said = (
        "The officers rang every single family in the valley twice a week during the long winter because the"
        " schools were shut, which was hard."
    )
    (told,) = [text for text in offered(said, Form.SAYS) if text.startswith("The officers")]
    assert told.startswith("The officers rang every single family")
    assert 6 <= len(told.split()) <= TITLE_WORDS


def test_clauses_that_run_on_are_told_apart() -> None:
    said = "The staff were very kind, they would take the phone to her on the ward."
    assert offered(said, Form.SAYS) == ["The staff were very kind", "they would take the phone to her on the ward"]


def test_a_sentence_can_be_parted_where_a_clause_of_its_own_begins() -> None:
    said = "The masks came late, and the nurses made their own, but nobody who asked was told why they had to."
    parts = [said[joint:] for joint in reading(said).joints]
    assert [part.split()[:3] for part in parts] == [["the", "nurses", "made"], ["nobody", "who", "asked"]]


@pytest.mark.parametrize(
    "said",
    [
        "I don't think we have enough in the way of support.",
        "If the reporting system was working well, it would name the sectors at risk.",
        "Is it right that four million people left their caring role?",
        "did the schools have enough tests for everyone",
        "We do know that sometimes, if we're not addressing needs, then we have more exclusions.",
        "I wonder whether the schools had enough tests for everyone.",
        "Perhaps it is because the schools had enough tests for everyone.",
        "That was where the schools had enough tests for everyone.",
        "We ensure that the schools have enough tests for everyone.",
        "You could say that the schools had enough tests for everyone.",
        "The grant comes only after the schools have lost their income for the year.",
    ],
)
def test_no_clause_says_what_was_not_said(said: str) -> None:
    told = ("we have", "the reporting", "four", "the schools", "have enough", "had enough")
    assert not [clause for clause in offered(said, Form.SAYS, Form.DOES) if clause.startswith(told)]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("The nurses, who were tired, did not always get the right masks.", "not"),
        ("We do normally ensure that they have digital contact.", "normally"),
        ("The merger has somewhat weakened the campus.", "somewhat"),
        ("Schools still have no guidance on the new rules.", "still"),
    ],
)
def test_a_clause_keeps_what_turns_or_limits_it(said: str, kept: str) -> None:
    clauses = offered(said, Form.SAYS)
    assert clauses
    assert all(kept in clause.split() for clause in clauses)


@pytest.mark.parametrize(
    ("said", "less"),
    [
        (
            "Children with additional needs cannot follow the long lessons online without an adult.",
            "Children cannot",
        ),
        ("We did not support the parents of the youngest children in the three valleys last year.", "parents$"),
        ("Nobody told the night staff on the ward in the old wing which rooms were closed.", "night staff$"),
        ("We will bring in the vans or the buses that stood in the yard behind the school.", "the vans$"),
    ],
)
def test_nothing_goes_without_which_more_would_be_said(said: str, less: str) -> None:
    assert not [text for text in offered(said, Form.SAYS, Form.DOES) if re.search(less, text)]


def test_what_is_denied_is_no_topic() -> None:
    assert offered("It's not a lack of confidence in the data.", Form.NAMES) == []
    assert "lack of confidence in the data" in offered("We saw a lack of confidence in the data.", Form.NAMES)


def test_nothing_ends_in_the_middle_of_a_phrase() -> None:
    said = "She couldn't tell me about the -- I only found it out from the notes that they gave to the."
    last = {text.split()[-1] for text in offered(said)}
    assert not last & {"the", "to", "about", "that", "--"}
