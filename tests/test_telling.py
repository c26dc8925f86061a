"""Titles, gists and facets are chosen from what was said; where nothing was said there is nothing."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from capture.telling import Said, Teller, Told
from models.knowledge import Facets, Kind

TELLER = Teller()
pytestmark = pytest.mark.weights

HUBS = (
    "And so, um, when the first hub opened in March 2020 we we had no transport for the children.",
    "It was, you know, a worry.",
    "So two teaching assistants drove them in the school minibus every morning.",
    "As a result attendance had doubled by the second week.",
    "We still don't know how to pay for the fuel.",
)
VERBOSE = (
    "So the thing is we went to a school in Wrexham where they had nearly two hundred pupils who had no laptop"
    " at home and the school then bought second-hand ones from a bank that was closing its branches and gave"
    " them out at the gate, and I think they also asked some volunteers from the chapel to set them up, so that"
    " nobody was left out.",
)
WITHOUT_STOPS = (
    "so yeah we rang every family twice a week and we wrote it all down in one book so when somebody was off"
    " sick the next person could see what was said and that really helped because nobody had to tell it twice"
    " and the council then took it up for the other schools in the valley",
)


def tell(*sentences: str, kind: Kind = Kind.STORY) -> Told:
    (told,) = TELLER.tell([Said(kind=kind, sentences=sentences)])
    return told


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def said_in_order(told: str, sentences: tuple[str, ...]) -> bool:
    said = iter(words(" ".join(sentences)))
    return all(word in said for word in words(told))


SPOKEN = st.lists(
    st.lists(
        st.sampled_from(
            [
                "So,",
                "and",
                "we",
                "rang",
                "the families",
                "I think",
                "that",
                "is",
                "um,",
                "--",
                "which",
                "they",
                "not",
            ]
            + [
                "the nurses",
                "w we",
                "because",
                "masks",
                "lacked",
                "of",
                "in March 2020",
                "...",
                "no",
                "\n",
                ".",
                "?",
            ]
        ),
        min_size=1,
        max_size=25,
    ).map(" ".join),
    min_size=1,
    max_size=4,
).map(tuple)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("sentences", [HUBS, VERBOSE, WITHOUT_STOPS])
def test_everything_is_told_in_the_words_that_were_said_in_their_order(
    sentences: tuple[str, ...], kind: Kind
) -> None:
    told = tell(*sentences, kind=kind)
    sides = told.facets
    for text in (told.title, told.gist, sides.affected, sides.tried, sides.outcome, sides.open):
        assert said_in_order(text or "", sentences), text
    assert 3 <= len(told.title.split()) <= 12
    assert len(words(told.gist)) >= 5


@settings(max_examples=60, deadline=None)
@given(SPOKEN)
def test_whatever_was_said_no_word_is_put_in_and_none_is_moved(sentences: tuple[str, ...]) -> None:
    assume(all(words(sentence) for sentence in sentences))
    told = tell(*sentences)
    assert said_in_order(told.title, sentences)
    assert said_in_order(told.gist, sentences)
    assert 1 <= len(told.title.split()) <= 12


def test_the_hub_is_told_by_what_was_met_and_done() -> None:
    told = tell(*HUBS)
    assert told.title in {
        "We had no transport for the children",
        "Two teaching assistants drove them in the school minibus every morning",
    }
    assert "attendance had doubled" in told.gist
    sides = told.facets
    assert (sides.setting, sides.affected) == ("In March 2020", "Children")
    assert sides.outcome == "As a result attendance had doubled by the second week."


def test_speech_without_full_stops_has_a_title_and_a_gist_of_a_glance() -> None:
    told = tell(*WITHOUT_STOPS, kind=Kind.PRACTICE)
    assert told.title[0].isupper()
    assert not re.match(r"(?:And|So|That|Because)\b", told.title)
    assert len(words(told.gist)) <= 60


def test_two_items_about_one_passage_have_two_titles() -> None:
    one = Said(kind=Kind.STORY, sentences=HUBS)
    first, second = TELLER.tell([one, one])
    assert first.title != second.title


def test_where_there_is_no_sense_there_is_still_a_title() -> None:
    told = tell("and the of the of the of the of the of the of the of the of")
    assert 1 <= len(told.title.split()) <= 12
    assert told.gist


def test_of_what_nobody_spoke_there_is_no_facet() -> None:
    assert tell("The sky is blue above the hills.").facets == Facets()
    assert tell("There were no patients on the ward that day.").facets.affected is None


@pytest.mark.parametrize(
    "supposed",
    [
        "If we set up a hub then the children would have somewhere to go.",
        "We would have bought laptops for them, which would have helped them.",
        "We never tried to ring the families in the valley by night.",
    ],
)
def test_what_was_only_supposed_was_neither_tried_nor_did_it_come_out(supposed: str) -> None:
    sides = tell(supposed).facets
    assert (sides.tried, sides.outcome) == (None, None)


def test_telling_nothing_tells_nothing() -> None:
    assert TELLER.tell([]) == []
