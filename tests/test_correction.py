"""Text put right by hand: nothing that was not changed moves, and everything that was has a time and a mark."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.correction import align, corrected, with_replaced
from models.meeting import Doubt, Turn, Word, seconds_of, word_offsets

VOCABULARY = st.sampled_from(["the", "ward", "was", "full,", "again.", "We", "rang", "Ann", "Café", "a", "aa"])
TEXTS = st.lists(VOCABULARY, min_size=1, max_size=14)
DISTINCT = st.lists(st.integers(0, 20).map("w{}.".format), min_size=1, max_size=14, unique=True)


def spoken(words: list[str], *, every: int = 1) -> Turn:
    """A word a second, of which only every so many has its time."""
    timed = [
        Word(word=word, start=float(at), end=at + 0.8, probability=0.5, doubt=Doubt.LOOP if at % 3 == 0 else None)
        for at, word in enumerate(words)
        if at % every == 0
    ]
    return Turn(speaker="A", text=" ".join(words), start=0.0, end=float(len(words)), words=tuple(timed))


@given(before=TEXTS, after=TEXTS)
def test_every_word_of_the_new_text_has_a_time_and_stands_in_it(before: list[str], after: list[str]) -> None:
    turn = corrected(spoken(before), " ".join(after))

    assert [word.word for word in turn.words] == after
    spans = word_offsets(turn)
    assert [turn.text[slice(*span)] for span in spans] == after
    assert spans == sorted(spans)


@given(before=TEXTS, after=TEXTS)
def test_times_stay_in_order_and_inside_the_turn(before: list[str], after: list[str]) -> None:
    turn = corrected(spoken(before), " ".join(after))

    times = [time for word in turn.words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert times[0] >= 0.0 and times[-1] <= len(before)


@given(before=TEXTS, after=TEXTS)
def test_words_that_stay_keep_all_they_had_and_the_others_are_a_persons(
    before: list[str], after: list[str]
) -> None:
    was = spoken(before)
    same = align(was.text, " ".join(after)).same
    now = corrected(was, " ".join(after)).words

    assert [now[new] for new in same.values()] == [was.words[old] for old in same]
    others = [word for at, word in enumerate(now) if at not in same.values()]
    assert all(word.corrected and word.probability is None and word.doubt is None for word in others)


@given(before=DISTINCT, after=DISTINCT, every=st.integers(min_value=2, max_value=4))
def test_where_only_some_words_have_times_those_that_stay_keep_them(
    before: list[str], after: list[str], every: int
) -> None:
    was = spoken(before, every=every)
    same = align(was.text, " ".join(after)).same
    now = corrected(was, " ".join(after)).words

    kept = [was.words[old // every] for old in same if old % every == 0]
    assert [word for word in now if not word.corrected] == kept


@given(text=TEXTS)
def test_the_same_text_changes_nothing(text: list[str]) -> None:
    turn = spoken(text)

    assert corrected(turn, turn.text) == turn
    assert not align(turn.text, turn.text).changes


@given(before=TEXTS, after=TEXTS, at=st.tuples(st.integers(0, 60), st.integers(0, 60)))
def test_what_was_cited_is_found_again_where_it_stayed(
    before: list[str], after: list[str], at: tuple[int, int]
) -> None:
    old, new = " ".join(before), " ".join(after)
    start, end = sorted((min(at[0], len(old)), min(at[1], len(old))))
    aligned = align(old, new)

    begin, close = aligned.moved(start, end)

    assert 0 <= begin <= close <= len(new)
    inside = [
        now for was, now in aligned.same.items() if start <= aligned.before[was][0] < aligned.before[was][1] <= end
    ]
    assert all(begin <= aligned.after[now][0] and aligned.after[now][1] <= close for now in inside)


def test_new_words_share_the_time_of_those_they_replace() -> None:
    turn = corrected(spoken(["It", "breaks", "Jason", "L.D.", "badly."]), "It breaks JSON-LD badly.")

    assert [(word.word, word.start, word.end) for word in turn.words][2:4] == [
        ("JSON-LD", 2.0, 3.8),
        ("badly.", 4.0, 4.8),
    ]
    assert seconds_of(turn, 10, 17) == (2.0, 3.8)


def test_an_inserted_word_gets_a_sliver_between_its_neighbours() -> None:
    turn = corrected(spoken(["We", "rang"]), "We often rang")

    assert [(word.word, word.start, word.end) for word in turn.words][1] == ("often", 0.8, 1.0)


def test_a_word_before_the_first_stands_just_before_it() -> None:
    turn = Turn(speaker="A", text="rang", start=0.0, end=9.0, words=(Word(word="rang", start=5.0, end=6.0),))

    assert corrected(turn, "We rang").words[0] == Word(word="We", start=4.7, end=5.0, corrected=True)


def test_a_word_with_a_space_in_it_stays_whole() -> None:
    words = (Word(word="ice cream", start=1.0, end=2.0), Word(word="twenty-", start=2.0, end=3.0))
    turn = Turn(speaker="A", text="ice cream twenty-four", words=(*words, Word(word="four", start=3.0, end=4.0)))

    assert corrected(turn, "cold ice cream twenty-four").words[1:] == turn.words
    assert [word.word for word in corrected(turn, "ice lolly twenty-four").words] == [
        "ice",
        "lolly",
        "twenty-",
        "four",
    ]


def test_a_turn_without_word_times_keeps_its_own() -> None:
    turn = Turn(speaker="A", text="It breaks Jason", start=1.0, end=2.0)

    assert corrected(turn, "It breaks JSON") == Turn(speaker="A", text="It breaks JSON", start=1.0, end=2.0)


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        ("It breaks Jason L.D. badly", "jason  l.d.", "JSON-LD", ("It breaks JSON-LD badly", 1)),
        ("Jason's list, Jason, Jasons", "Jason", "JSON", ("JSON's list, JSON, Jasons", 2)),
        ("Mood point. The mood is good", "mood", "moot", ("Moot point. The moot is good", 2)),
        ("don't and Don", "don", "ann", ("don't and Ann", 1)),
        ("a NICE cup", "nice", "fine", ("a FINE cup", 1)),
        ("it costs 3.5", "3.5", r"\1", (r"it costs \1", 1)),
        ("over\ntwo lines", "over two", "on two", ("on two lines", 1)),
        ("nothing here", "xyz", "abc", ("nothing here", 0)),
    ],
)
def test_whole_words_are_replaced_whatever_their_case(
    text: str, old: str, new: str, expected: tuple[str, int]
) -> None:
    assert with_replaced(text, old, new) == expected
