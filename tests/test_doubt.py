"""Words that were perhaps never said are marked, and words that were are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.doubt import doubt_of, is_made_up, with_loops_marked
from models.meeting import Doubt, Word


def spoken(text: str) -> list[Word]:
    return [Word(word=word, start=float(at), end=at + 0.5) for at, word in enumerate(text.split())]


def shown(text: str) -> str:
    """The words, those that are doubted in brackets."""
    return " ".join(f"[{word.word}]" if word.doubt else word.word for word in with_loops_marked(spoken(text)))


@pytest.mark.parametrize(
    ("compression", "log_probability", "speech", "doubt"),
    [
        (1.4, -0.4, 0.9, None),
        (3.0, -0.4, 0.9, Doubt.LOOP),
        (1.4, -1.3, 0.9, Doubt.IMPROBABLE),
        (1.4, -0.4, 0.05, Doubt.SILENCE),
    ],
    ids=["sure", "packs too well", "hardly believed", "over silence"],
)
def test_each_gate_gives_its_own_doubt(
    compression: float, log_probability: float, speech: float, doubt: Doubt | None
) -> None:
    assert doubt_of(compression=compression, log_probability=log_probability, speech=speech) is doubt


def test_only_improbable_words_where_nobody_seems_to_speak_are_made_up() -> None:
    assert is_made_up(log_probability=-1.3, no_speech=0.8)
    assert not is_made_up(log_probability=-1.3, no_speech=0.2)
    assert not is_made_up(log_probability=-0.3, no_speech=0.8)


def test_a_phrase_that_goes_round_is_doubted_from_its_second_saying() -> None:
    assert shown("So thank you all. Thank you all. Thank you all, then") == (
        "So thank you all. [Thank] [you] [all.] [Thank] [you] [all,] then"
    )


def test_what_people_do_repeat_is_believed() -> None:
    for said in ("No, no, no, no, no, not that", "We can, we can do it", "very very cold, that ward, that ward"):
        assert "[" not in shown(said)


def test_one_word_over_and_over_is_a_loop() -> None:
    assert shown("yes so so so so so so so on").count("[so]") == 6


@given(st.lists(st.sampled_from(["a", "b", "c", "d!"]), max_size=40))
def test_marking_loops_changes_nothing_else(words: list[str]) -> None:
    said = spoken(" ".join(words))
    marked = with_loops_marked(said)
    assert [(word.word, word.start, word.end) for word in marked] == [
        (word.word, word.start, word.end) for word in said
    ]
    assert all(word.doubt in (None, Doubt.LOOP) for word in marked)
