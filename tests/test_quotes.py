"""Quotes are found where one speaker said them, letter by letter, and are cited as the transcript has them."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capture.linguist import Linguist
from capture.quotes import find, plain, widened
from capture.stretches import Stretch, stretches
from models.citation import JOIN, Span, cite, has_doubt
from models.meeting import Doubt, Transcript, Turn, Word

LINGUIST = Linguist()
VARIANTS = {"'": "’‘ʼ", '"': "“”„", "-": "–—‑"}


def transcript(*turns: tuple[str, str], withheld: frozenset[str] = frozenset()) -> Transcript:
    return Transcript(turns=tuple(Turn(speaker=who, text=text) for who, text in turns), withheld=withheld)


def doubting(text: str, *doubtful: str) -> Turn:
    """A turn in which these words were perhaps never said."""
    words = tuple(
        Word(word=word, start=float(at), end=at + 0.5, doubt=Doubt.IMPROBABLE if word in doubtful else None)
        for at, word in enumerate(text.split())
    )
    return Turn(speaker="Ann", text=text, words=words)


def whole(told: Transcript) -> Stretch:
    [stretch] = stretches(told, LINGUIST.sentences(told.turns), words=10_000)
    return stretch


def found(quote: str, told: Transcript) -> str | None:
    """What is cited, before it is widened."""
    span = find(quote, whole(told), told.turns)
    return cite(told.turns, span).quote if span else None


def cited(quote: str, told: Transcript) -> str | None:
    """What is cited when it is widened."""
    span = find(quote, whole(told), told.turns)
    return cite(told.turns, widened(span, LINGUIST.sentences(told.turns)).span).quote if span else None


def test_a_quote_is_cited_with_the_letters_and_the_space_of_the_transcript() -> None:
    told = transcript(("Ann", "We don’t ring\n  them — ever.  It’s “late”."))

    assert found("We don't ring them - ever.", told) == "We don’t ring\n  them — ever."
    assert found("It's   'late'.", told) is None
    assert found('It‘s "late".', told) == "It’s “late”."


@pytest.mark.parametrize(
    "other", ["we ring them", "We rang them", "We ring them all", "We ring, them", "ring … them"]
)
def test_nothing_else_counts_as_the_same(other: str) -> None:
    assert found(other, transcript(("Ann", "We ring them. All of us."))) is None


def test_words_are_whole() -> None:
    told = transcript(("Ann", "The party restarted; the art of it is art."))

    assert find("art", whole(told), told.turns) == Span(turn_start=0, char_start=25, turn_end=0, char_end=28)
    assert found("restart", told) is None


def test_words_of_two_speakers_are_no_quote() -> None:
    told = transcript(("Ann", "We rang them."), ("Ben", "Nobody came."))

    assert found("We rang them. Nobody came.", told) is None


def test_who_goes_on_after_a_short_interruption_is_quoted_across_it() -> None:
    told = transcript(("Ann", "We rang them."), ("Ben", "Did you?"), ("Ann", "And they came."))

    assert found("We rang them. And they came.", told) == f"We rang them.{JOIN}And they came."


def test_nobody_is_quoted_across_a_long_interruption() -> None:
    told = transcript(("Ann", "We rang them."), ("Ben", "well " * 31), ("Ann", "And they came."))

    assert found("We rang them. And they came.", told) is None


def test_what_is_withheld_is_found_nowhere() -> None:
    told = transcript(("Ann", "We rang them."), ("Ben", "Nobody came at all."), withheld=frozenset({"Ben"}))

    assert found("Nobody came at all.", told) is None
    assert found("We rang them.", told) == "We rang them."


def test_no_quote_runs_across_words_that_were_perhaps_never_said() -> None:
    told = Transcript(turns=(doubting("We rang them twice and nobody came home.", "twice"),))

    assert found("rang them twice and nobody", told) is None
    assert found("rang them and nobody", told) is None
    assert found("rang them [unclear] and nobody", told) is None
    assert found("and nobody came", told) == "and nobody came"


def test_no_quote_runs_across_a_turn_that_is_wholly_unclear() -> None:
    told = Transcript(
        turns=(doubting("We rang."), doubting("Silly noises.", "Silly", "noises."), doubting("Nobody."))
    )

    assert found("We rang. Nobody.", told) is None


def test_a_quote_is_widened_to_its_sentences_but_not_to_doubtful_words() -> None:
    clear = transcript(("Ann", "Well now. So we rang them all twice. And nobody came home. Good."))
    doubtful = Transcript(turns=(doubting("So we rang them all twice. And nobody came home.", "So"),))

    assert cited("rang them all twice. And nobody", clear) == "So we rang them all twice. And nobody came home."
    assert cited("rang them all twice. And nobody", doubtful) == "rang them all twice. And nobody came home."


def test_where_two_say_the_same_the_first_is_quoted() -> None:
    told = transcript(("Ben", "No. Nobody came at all."), ("Ann", "Nobody came at all."))

    span = find("Nobody came at all.", whole(told), told.turns)

    assert span and (span.turn_start, span.char_start) == (0, 4)


WORD = st.text(alphabet="abc'-\"é’“–Z9,", min_size=1, max_size=6)
SAID = st.lists(st.tuples(st.sampled_from("AB"), st.lists(WORD, min_size=1, max_size=12)), min_size=1, max_size=6)


def disguised(text: str, rng: random.Random) -> str:
    """Typeset otherwise."""
    letters = [rng.choice(VARIANTS.get(letter, letter)) if rng.random() < 0.5 else letter for letter in text]
    return rng.choice(["", " ", "\n"]) + "".join(letters).replace(" ", rng.choice([" ", "\t ", "\u00a0"]))


@settings(deadline=None)
@given(SAID, st.randoms(use_true_random=False))
def test_whatever_was_said_is_found_however_it_is_typeset(
    said: list[tuple[str, list[str]]], rng: random.Random
) -> None:
    told = transcript(*((who, rng.choice([" ", "  ", "\n"]).join(words)) for who, words in said))
    _, words = rng.choice(said)
    first = rng.randrange(len(words))
    last = rng.randrange(first, len(words))
    quote = disguised(" ".join(words[first : last + 1]), rng)
    if not LINGUIST.sentences(told.turns):
        return

    citation = found(quote, told)

    assert citation is not None and plain(citation) == plain(quote)


@settings(deadline=None)
@given(SAID, SAID, st.randoms(use_true_random=False))
def test_whatever_is_found_was_said_so(
    said: list[tuple[str, list[str]]], other: list[tuple[str, list[str]]], rng: random.Random
) -> None:
    turns = tuple(doubting(" ".join(words), *(word for word in words if rng.random() < 0.2)) for _, words in said)
    told = Transcript(turns=turns)
    _, words = rng.choice([*said, *other])
    quote = " ".join(words[rng.randrange(len(words)) :])
    if not LINGUIST.sentences(turns):
        return

    span = find(quote, whole(told), turns)

    if span:
        assert plain(cite(turns, span).quote) == plain(quote)
        assert not has_doubt(turns, span)
        assert not has_doubt(turns, widened(span, LINGUIST.sentences(turns)).span)
