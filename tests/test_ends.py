"""Words without punctuation are cut where sentences end, and none is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capture.ends import EDGE, WORDS, Ends, windows
from capture.linguist import Linguist
from capture.punctuation import is_bare
from models.meeting import Turn

SAID = (
    "we rang every family twice a week and wrote it all down in one book",
    "nobody had told the night staff which rooms were closed",
    "so the next morning we put a list on the door of the office",
    "it has worked very well since then",
    "do you think that other schools could do the same",
)
BARE = " ".join(SAID)


@pytest.fixture(scope="module")
def ends() -> Ends:
    return Ends()


@pytest.mark.weights
def test_most_ends_are_found_and_few_others(ends: Ends) -> None:
    pieces = [BARE[begin:end] for begin, end in ends.cut(BARE)]
    assert len(set(pieces) & set(SAID)) >= 3, pieces
    assert len(pieces) <= 7, pieces


@pytest.mark.weights
def test_every_word_is_in_one_piece_however_long_the_text(ends: Ends) -> None:
    text = " ".join([BARE] * 12)
    pieces = [text[begin:end] for begin, end in ends.cut(text)]
    assert " ".join(pieces) == text
    assert ends.cut("") == []
    assert ends.cut("yes") == [(0, 3)]


@given(st.integers(0, 2000))
@settings(max_examples=100, deadline=None)
def test_windows_overlap_and_cover_every_word(count: int) -> None:
    cut = list(windows(count))
    assert sorted({word for window in cut for word in window}) == list(range(count))
    assert all(len(window) <= WORDS for window in cut)
    for one, after in zip(cut, cut[1:], strict=False):
        assert len(set(one) & set(after)) >= 2 * EDGE


@pytest.mark.parametrize(
    ("texts", "bare"),
    [
        ([BARE], True),
        (list(SAID), True),
        ([" ".join(f"{text.capitalize()}." for text in SAID)], False),
        (["We rang 3.5 times", "yes"], False),
        ([], False),
    ],
)
def test_a_meeting_without_full_stops_is_seen(texts: list[str], *, bare: bool) -> None:
    assert is_bare([Turn(speaker="A", text=text) for text in texts]) is bare


@pytest.mark.weights
def test_a_bare_meeting_has_sentences_and_a_written_one_keeps_its_own() -> None:
    linguist = Linguist()
    assert len(linguist.sentences([Turn(speaker="A", text=BARE)])) > 3
    written = ". ".join(text.capitalize() for text in SAID) + "."
    assert len(linguist.sentences([Turn(speaker="A", text=written)])) == len(SAID)
