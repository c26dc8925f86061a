"""A transcript laid out for reading: every character of it, in order, and nothing that a browser would run."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from api.conversation import VOICES, body_of, lay_out
from models.meeting import Transcript, Turn, Word
from tests.test_bonds import TURNS, item, piece


def turn_of(text: str, words: list[str]) -> Turn:
    return Turn(
        speaker="Ann",
        text=text,
        start=0.0,
        words=tuple(Word(word=word, start=float(n), end=n + 0.5) for n, word in enumerate(words)),
    )


@given(text=st.text(), words=st.lists(st.text(min_size=1), max_size=6))
def test_a_turn_keeps_its_text_whatever_its_words(text: str, words: list[str]) -> None:
    shown = str(body_of(turn_of(text, words)))

    assert html.unescape(re.sub(r'<span data-s="[\d.]+">|</span>', "", shown)) == html.unescape(html.escape(text))


@given(text=st.text(alphabet="<>&\"' ab"))
def test_what_was_said_is_never_markup(text: str) -> None:
    shown = str(body_of(turn_of(text, text.split())))

    assert "<" not in re.sub(r'<span data-s="\d+\.00">|</span>', "", shown)


def test_each_word_carries_its_second() -> None:
    assert str(body_of(turn_of("Well, then.", ["Well,", "then."]))) == (
        '<span data-s="0.00">Well,</span> <span data-s="1.00">then.</span>'
    )


def test_a_word_that_is_not_in_the_text_is_left_out_and_the_next_is_found() -> None:
    assert str(body_of(turn_of("yes no", ["yes", "erm", "no"]))).count("<span") == 2


def test_voices_keep_their_colour_and_begin_again_when_there_are_many() -> None:
    names = [f"Speaker {n}" for n in range(VOICES + 1)]
    transcript = Transcript(turns=tuple(Turn(speaker=name, text="Yes.") for name in [*names, names[0]]))

    assert [turn.voice for turn in lay_out(transcript, [])] == [*range(VOICES), 0, 0]


def test_an_item_stands_by_every_turn_it_was_told_in() -> None:
    turns = tuple(Turn(speaker="Ann", text=f"{TURNS[1].text} {at}") for at in range(4))
    twice = item(1, 0, 62, further=(piece(3, 0, 17), piece(3, 4, 17)))
    shown = lay_out(Transcript(turns=turns), [twice])
    assert [len(turn.items) for turn in shown] == [0, 1, 0, 1]
