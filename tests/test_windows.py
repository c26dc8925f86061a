"""Sentences are put into windows whole and in order, each behind the mark that says whether its speaker goes on."""

from hypothesis import given
from hypothesis import strategies as st

from capture.windows import GOES_ON, MOST, OPENING, SPEAKS, windows

TOKENS = st.lists(st.integers(1000, 1003), max_size=300)


@given(st.lists(st.tuples(TOKENS, st.booleans()), max_size=40))
def test_every_sentence_is_in_one_window(meeting: list[tuple[list[int], bool]]) -> None:
    tokens = [sentence for sentence, _ in meeting]
    turns, turn = [], 0
    for _, speaks in meeting:
        turn += speaks
        turns.append(turn)
    cut = windows(tokens, turns)
    assert [number for window in cut for number in range(window.first, window.first + window.count)] == list(
        range(len(meeting))
    )
    for window in cut:
        assert len(window.tokens) == len(window.owner) <= MOST
        assert (window.tokens[0], window.owner[0]) == (OPENING, -1)
        for at in range(window.count):
            mark, *rest = window.tokens[window.owner == at].tolist()
            number = window.first + at
            begins = number == 0 or turns[number] != turns[number - 1]
            assert mark == (SPEAKS if begins else GOES_ON)
            assert rest == tokens[number][: len(rest)] and len(rest) == min(len(tokens[number]), MOST - 4)


def test_short_sentences_share_a_window() -> None:
    assert [window.count for window in windows([[1000] * 9] * 60, [0] * 60)] == [25, 25, 10]


def test_nothing_said_is_no_window() -> None:
    assert windows([], []) == []
