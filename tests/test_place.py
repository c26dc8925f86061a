"""Where an item begins and ends, said as people say it; what it rests on is always what was said."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.citation import Span, cite, shared, span_of
from models.errors import InputError, NotFound
from models.meeting import Doubt, Turn, Word
from models.place import Places

TURNS = (
    Turn(speaker="Ann", text="What did you do?"),
    Turn(speaker="Ben", text="We rang the hospice. They took four people home. It took a day."),
    Turn(speaker="Ann", text="Mm."),
    Turn(speaker="Ben", text="Then the ward was quiet. We rang again in May."),
)
TOOK = Span(turn_start=1, char_start=21, turn_end=1, char_end=48)


def sentences(turn: int) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"\S[^.?]*[.?]", TURNS[turn].text)]


PLACES = Places(turns=TURNS, sentences=sentences)


def moved(begin: str | None, end: str | None) -> str:
    return PLACES.moved("i1", TOOK, begin=begin, end=end).quote


@pytest.mark.parametrize(
    ("begin", "end", "quote"),
    [
        (None, "four people", "They took four people"),
        ("we  rang", None, "We rang the hospice. They took four people home."),
        (None, "a day", "They took four people home. It took a day."),
        ("1", None, ""),
        ("2.1", "2.1", "We rang the hospice."),
        ("2", "turn 2", TURNS[1].text),
        ("2.3", "4.1", "It took a day. … Then the ward was quiet."),
        ("It took", "we rang", "It took a day. … Then the ward was quiet. We rang"),
    ],
)
def test_ends_are_said_by_words_or_by_turn_and_sentence(begin: str | None, end: str | None, quote: str) -> None:
    if not quote:
        with pytest.raises(InputError, match="what one person told"):
            moved(begin, end)
    else:
        assert moved(begin, end) == quote


@pytest.mark.parametrize(
    ("begin", "end", "says"),
    [
        ("zebra", None, "Ben does not say 'zebra'"),
        ("What did", None, "Ben does not say 'What did'"),
        ("ook", None, "does not say"),
        ("9", None, "turns 1 to 4"),
        ("2.7", None, "Turn 2 has no sentence 7: it has 1 to 3"),
        ("It took", None, "end before it begins"),
        ("", None, ""),
    ],
)
def test_an_end_that_is_not_there_says_what_is(begin: str, end: str | None, says: str) -> None:
    if not begin:
        assert moved(begin, end) == "They took four people home."
        return
    with pytest.raises((InputError, NotFound), match=re.escape(says)):
        moved(begin, end)


def test_what_was_perhaps_never_said_is_not_rested_on() -> None:
    doubtful = Word(word="four", start=1.0, end=2.0, doubt=Doubt.LOOP)
    turns = (TURNS[0], Turn(speaker="Ben", text=TURNS[1].text, words=(doubtful,)))
    places = Places(turns=turns, sentences=sentences)
    with pytest.raises(InputError, match="perhaps never said"):
        places.moved("i1", TOOK, begin="2.1", end=None)
    assert places.moved("i1", TOOK, begin="2.1", end="hospice").quote == "We rang the hospice."


@pytest.mark.parametrize(
    ("at", "first", "second"),
    [
        ("four people", "They took", "four people home. It took a day. … Then the ward was quiet."),
        ("Then", "They took four people home. It took a day.", "Then the ward was quiet."),
        ("2.3", "They took four people home.", "It took a day. … Then the ward was quiet."),
        ("4", "They took four people home. It took a day.", "Then the ward was quiet."),
    ],
)
def test_an_item_is_divided_where_words_or_a_sentence_begin(at: str, first: str, second: str) -> None:
    span = Span(turn_start=1, char_start=21, turn_end=3, char_end=24)
    assert [one.quote for one in PLACES.divided("i1", span, at)] == [first, second]


@pytest.mark.parametrize("at", ["2.2", "2.1", "They", "hospice", "4.2", "1", "3"])
def test_an_item_is_divided_in_its_midst_alone(at: str) -> None:
    span = Span(turn_start=1, char_start=21, turn_end=3, char_end=24)
    with pytest.raises((InputError, NotFound)):
        PLACES.divided("i1", span, at)


def test_an_items_words_come_with_their_seconds() -> None:
    words = (Word(word="They", start=4.0, end=4.2), Word(word="home.", start=6.0, end=6.5))
    turns = (TURNS[0], Turn(speaker="Ben", text=TURNS[1].text, start=1.0, end=9.0, words=words))
    evidence = cite(turns, TOOK)
    assert (evidence.start, evidence.end, evidence.speaker) == (4.0, 6.5, "Ben")


CHARS = st.integers(0, len(TURNS[1].text))


@given(st.tuples(CHARS, CHARS).filter(lambda ends: ends[0] != ends[1]), st.tuples(CHARS, CHARS))
def test_what_two_share_is_the_same_from_either_side(one: tuple[int, int], other: tuple[int, int]) -> None:
    first, second = (
        cite(TURNS, Span(turn_start=1, char_start=min(ends), turn_end=1, char_end=max(ends)))
        for ends in (one, other)
    )
    assert 0 <= shared(TURNS, first, second) == shared(TURNS, second, first) <= 1
    assert shared(TURNS, first, first) == 1
    assert span_of(cite(TURNS, span_of(first))) == span_of(first)
