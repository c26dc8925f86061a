"""Titles, gists and facets are chosen from what was said; where nothing was said there is nothing."""

import numpy as np

from capture.linguist import Phrase, Reading
from capture.telling import facets, gist, ranked_titles, title_choices
from models.knowledge import Facets, Kind

NOTHING = Reading(clauses=(), topics=(), phrases=(), settings=())


def reading(
    *, clauses: tuple[str, ...] = (), topics: tuple[str, ...] = (), people: tuple[tuple[str, str], ...] = ()
) -> Reading:
    phrases = tuple(Phrase(text=text, head=head) for text, head in people)
    return Reading(clauses=clauses, topics=topics, phrases=phrases, settings=("in March 2020",))


def test_a_gist_that_leans_on_the_sentence_before_brings_it_along() -> None:
    texts = [
        "We set up a hub for the children.",
        "It doubled attendance by the second week.",
        "Lovely weather too.",
    ]
    assert gist(texts, np.array([0.1, 0.9, 0.5])) == " ".join(texts[:2])


def test_a_gist_keeps_the_order_in_which_things_were_said() -> None:
    texts = [
        "Masks were short on every ward.",
        "Nobody knew who ordered them.",
        "Trusts bought their own in the end.",
    ]
    assert gist(texts, np.array([0.5, 0.1, 0.9])) == f"{texts[0]} … {texts[2]}"
    assert gist(texts, np.array([0.5, 0.9, 0.1])) == f"{texts[0]} {texts[1]}"


def test_a_title_has_at_most_twelve_words_even_without_grammar() -> None:
    long = "we rang and rang and rang " * 10
    ((title, _),) = title_choices(Kind.STORY, [long], [NOTHING], np.array([1.0]))
    assert 1 <= len(title.split()) <= 12


def test_a_title_that_says_something_comes_before_one_that_dangles() -> None:
    read = reading(clauses=("staff lacked masks on every ward", "it was because of the"))
    choices = dict(title_choices(Kind.PROBLEM, ["x " * 20], [read], np.array([0.0])))
    assert choices["Staff lacked masks on every ward"] > choices["It was because of the"]


def test_the_nearest_title_is_ranked_first() -> None:
    choices = [("About the weather today", 0.0), ("Staff lacked masks", 0.0)]
    vectors = np.eye(2, dtype=np.float32)
    assert ranked_titles(choices, vectors, np.array([[0, 1]], dtype=np.float32))[0] == "Staff lacked masks"


def test_each_side_is_told_in_the_words_that_were_said() -> None:
    texts = [
        "Many pupils had no laptop at home.",
        "So we bought two hundred of them with our own money.",
        "As a result nearly everybody came to the lessons.",
        "We still don't know how to reach the last ten.",
    ]
    read = [reading(people=(("the many pupils", "pupil"),)), NOTHING, NOTHING, NOTHING]
    assert facets(texts, read) == Facets(
        setting="In March 2020", affected="Many pupils", tried=texts[1], outcome=texts[2], open=texts[3]
    )


def test_of_what_nobody_spoke_there_is_no_facet() -> None:
    assert facets(["The sky is blue."], [NOTHING]) == Facets()
    assert facets(["Nothing."], [reading(people=(("no patients", "patient"),))]).affected is None
