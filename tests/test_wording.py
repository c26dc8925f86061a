"""Tidied speech says what was said, in fewer of the same words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.wording import closed, shorten, tidy


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("So, I think we, um, rang every family.", "We rang every family."),
        ("And, you know, that was when it stopped.", "That was when it stopped."),
        ("Yes. No, obviously, the -- the masks didn't fit.", "The masks didn't fit."),
        ("I think that was the hardest part.", "That was the hardest part."),
        ("I think that schools closed too early.", "Schools closed too early."),
        ("We had had enough.", "We had had enough."),
        ("It was very, very hard.", "It was very, very hard."),
        ("No child was left without a meal.", "No child was left without a meal."),
        ("So many people never came back.", "So many people never came back."),
        ("No, nobody came.", "Nobody came."),
        ("Well, I mean, right people, wrong place.", "Right people, wrong place."),
        ("It hurt in B.C.'s and the farmers' eyes.", "It hurt in B.C.'s and the farmers' eyes."),
        ("They said 'never again.", "They said never again."),
        (
            "The accreditation process, the accreditation process takes years.",
            "The accreditation process takes years.",
        ),
        (
            "So that 's a process w we re retrain , and it’s a b big one .",
            "That's a process we retrain, and it’s a big one.",
        ),
        ("The cross - talk is g are bad .", "The cross-talk is are bad."),
        ("They were use -- they were helpful when they came.", "They were helpful when they came."),
        ("For example, we use the D_V_D_ here.", "We use the DVD here."),
        ("It was some kind of an anomaly.", "It was some kind of an anomaly."),
        ("Yes", "Yes"),
        ("...", "..."),
    ],
)
def test_what_only_speaking_needs_goes(said: str, told: str) -> None:
    assert tidy(said) == told


@given(
    st.lists(
        st.sampled_from(
            ["So,", "and", "we", "rang", "I think", "that", "is", "um,", "--", "the", "...", "not", "\n", "."]
        ),
        max_size=25,
    ).map(" ".join)
)
def test_tidying_puts_no_word_in(text: str) -> None:
    said = re.findall(r"\w+", text.lower())
    for word in re.findall(r"\w+", tidy(text).lower()):
        assert word in said
        said.remove(word)


@given(
    st.lists(st.sampled_from(["we", "rang,", "and", "they", "came;", "which", "helped"]), max_size=60),
    st.integers(5, 40),
)
def test_shortening_keeps_the_start_and_says_that_there_was_more(words: list[str], limit: int) -> None:
    text = " ".join(words)
    short = shorten(text, words=limit)
    assert len(short.removesuffix(" …").split()) <= limit
    assert short == text or (short.endswith(" …") and text.startswith(short.removesuffix(" …")))


def test_a_sentence_is_closed_once() -> None:
    assert closed("We rang them") == "We rang them."
    assert closed("We rang them …") == "We rang them …"
    assert closed("Did we?") == "Did we?"
