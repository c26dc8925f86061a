"""How strongly items hang together, and a reason that can be checked against their words."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.knowledge import Evidence, Facets, Item, Kind, State
from models.meeting import Turn
from search.bonds import Conversation, Nearness, reason, shared_things, strength

TURNS = (
    Turn(
        speaker="Ann", text="The waiting list for the speech clinic grew to a year. We share one clinic on Fridays."
    ),
    Turn(speaker="Bo", text="So what we did was to run the speech clinic in the school hall."),
    Turn(speaker="Cat", text="Thank you both. " + "We heard about many other matters. " * 60),
    Turn(speaker="Ann", text="The hall is cold."),
)
CONVERSATION = Conversation(TURNS)
WORDS = st.text(alphabet="abc dé'’.", max_size=40)


def item(turn: int, begin: int, end: int, *, kind: Kind = Kind.PROBLEM, further: tuple[Evidence, ...] = ()) -> Item:
    return told(TURNS[turn].text[begin:end], evidence=piece(turn, begin, end), kind=kind, further=further)


def piece(turn: int, begin: int, end: int) -> Evidence:
    return Evidence(
        speaker=TURNS[turn].speaker,
        turn_start=turn,
        char_start=begin,
        turn_end=turn,
        char_end=end,
        start=None,
        end=None,
        quote=TURNS[turn].text[begin:end],
    )


def told(
    gist: str, *, evidence: Evidence, kind: Kind = Kind.PROBLEM, title: str = "", further: tuple[Evidence, ...] = ()
) -> Item:
    return Item(
        id=1,
        meeting_id=1,
        kind=kind,
        state=State.DRAFT,
        title=title or gist[:30],
        gist=gist,
        confidence=0.8,
        evidence=evidence,
        facets=Facets(),
        extractor="toy-1",
        created_at=datetime.now(UTC),
        further=further,
    )


WAITING = item(0, 0, 53)


@pytest.mark.parametrize(
    ("source", "nearness"),
    [
        (item(0, 54, 86, kind=Kind.PRACTICE), Nearness.AFTER),
        (item(1, 0, 62, kind=Kind.PRACTICE), Nearness.ANSWERED),
        (item(3, 0, 17, kind=Kind.PRACTICE), Nearness.APART),
        (item(2, 400, 450, kind=Kind.PRACTICE), Nearness.SOON),
        (item(0, 40, 86, kind=Kind.PRACTICE), Nearness.WITHIN),
        (item(0, 4, 50, kind=Kind.PRACTICE), Nearness.SAME),
        (item(3, 0, 17, kind=Kind.PRACTICE, further=(piece(1, 0, 62),)), Nearness.ANSWERED),
    ],
)
def test_it_is_known_where_in_the_conversation_a_thing_was_said(source: Item, nearness: Nearness) -> None:
    assert CONVERSATION.nearness(source, WAITING) is nearness


def test_the_reason_says_when_it_was_said_in_which_words_and_what_both_speak_of() -> None:
    answer = item(1, 0, 62, kind=Kind.PRACTICE)
    assert reason(answer, WAITING, nearness=Nearness.ANSWERED) == (
        "said right after it by another person, with “So what we did”; both speak of speech clinic"
    )
    assert reason(answer, WAITING, nearness=Nearness.APART) == "both speak of speech clinic"
    assert reason(item(3, 0, 17), WAITING, nearness=Nearness.APART) == "close in meaning, in other words"


def test_words_that_answer_count_only_where_they_follow() -> None:
    answer, plain = item(1, 0, 62, kind=Kind.PRACTICE), item(3, 0, 17, kind=Kind.PRACTICE)
    for nearness, more in ((Nearness.ANSWERED, True), (Nearness.SOON, True), (Nearness.APART, False)):
        with_cue = strength(answer, likeness=0.4, nearness=nearness)
        assert (with_cue > strength(plain, likeness=0.4, nearness=nearness)) is more


@given(likeness=st.floats(-1, 1), nearness=st.sampled_from(Nearness))
def test_a_score_lies_between_nothing_and_one_and_grows_with_likeness(likeness: float, nearness: Nearness) -> None:
    score = strength(WAITING, likeness=likeness, nearness=nearness)
    assert 0.0 <= score <= 1.0
    assert score <= strength(WAITING, likeness=min(1.0, likeness + 0.1), nearness=nearness)


@given(titles=st.tuples(WORDS, WORDS), gists=st.tuples(WORDS, WORDS))
def test_what_both_speak_of_stands_in_both(titles: tuple[str, str], gists: tuple[str, str]) -> None:
    one, other = (
        told(gist or "x", title=title or "y", evidence=piece(3, 0, 17))
        for title, gist in zip(titles, gists, strict=True)
    )
    both = [f"{each.title} {each.gist} {each.evidence.quote}".lower() for each in (one, other)]
    for thing in shared_things(one, other):
        for word in thing.split():
            assert all(word[:3] in text for text in both)
