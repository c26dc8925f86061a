"""Spans keep to one speaker's say, never overlap within a kind, and are the best set there is."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.linguist import Sentence
from capture.marks import KINDS, Marks
from capture.spans import (
    INTERRUPTION,
    LONGEST,
    TRAITS,
    Judgement,
    Runs,
    best_runs,
    confidence,
    find_spans,
    possible_runs,
    traits,
)
from models.knowledge import Kind

MASS, LENGTH = 1, 6


def sentence(turn: int, speaker: str, text: str = "We rang them all.") -> Sentence:
    return Sentence(turn=turn, char_start=0, char_end=len(text), text=text, speaker=speaker)


def said(voices: str) -> list[Sentence]:
    """One sentence a letter; a change of letter is a change of turn."""
    turns = np.cumsum([0, *(a != b for a, b in zip(voices, voices[1:], strict=False))])
    return [sentence(int(turn), voice) for turn, voice in zip(turns, voices, strict=True)]


def marked(count: int, inside: dict[Kind, range]) -> Marks:
    marks = np.full((count, len(KINDS), 3), -5.0, dtype=np.float32)
    for kind, places in inside.items():
        marks[list(places), KINDS.index(kind), 0] = 5.0
    return marks


def judge(least: float = 0.5) -> list[Judgement]:
    """Likely where the sentences inside outweigh those outside."""
    weights = np.zeros(TRAITS + 1)
    weights[MASS], weights[LENGTH], weights[-1] = 4.0, -24.0, -3.0
    return [Judgement(weights=weights, least=least, pull=0.0, inside=0.0)] * len(KINDS)


def test_a_run_of_likely_sentences_becomes_one_span() -> None:
    spans = find_spans(said("AAAAAA"), marked(6, {Kind.PROBLEM: range(2, 5)}), by=judge())
    assert [(span.kind, span.first, span.last) for span in spans] == [(Kind.PROBLEM, 2, 4)]
    assert 0.5 < spans[0].confidence <= 1


def test_nothing_likely_gives_nothing() -> None:
    assert find_spans(said("AABB"), marked(4, {}), by=judge(0.6)) == []
    assert find_spans([], marked(0, {}), by=judge()) == []


def test_a_story_may_hold_a_problem_but_a_passage_is_not_both_problem_and_practice() -> None:
    marks = marked(8, {Kind.STORY: range(0, 8), Kind.PROBLEM: range(2, 5), Kind.PRACTICE: range(2, 5)})
    kinds = [span.kind for span in find_spans(said("AAAAAAAA"), marks, by=judge())]
    assert Kind.STORY in kinds
    assert len([kind for kind in kinds if kind != Kind.STORY]) == 1


def test_a_short_interruption_does_not_end_a_say_and_a_long_one_does() -> None:
    short = [sentence(0, "A"), sentence(1, "B", "Did you really?"), sentence(2, "A")]
    assert (0, 2) in pairs(possible_runs(short))
    long = [sentence(0, "A"), sentence(1, "B", "word " * (INTERRUPTION + 1)), sentence(2, "A")]
    assert (0, 2) not in pairs(possible_runs(long))


@given(st.text(alphabet="AB", min_size=1, max_size=60))
def test_every_run_begins_and_ends_with_one_speaker(voices: str) -> None:
    runs = possible_runs(said(voices))
    for first, last in pairs(runs):
        assert first <= last < first + LONGEST
        assert voices[first] == voices[last]
    assert {(n, n) for n in range(len(voices))} <= set(pairs(runs))


@given(
    st.text(alphabet="AB", min_size=1, max_size=30),
    st.integers(0, 2**32 - 1),
)
def test_spans_of_one_kind_never_overlap(voices: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    marks = rng.normal(0, 3, (len(voices), len(KINDS), 3)).astype(np.float32)
    spans = find_spans(said(voices), marks, by=judge(0.3))
    for one, other in combinations(spans, 2):
        assert one.kind != other.kind or one.last < other.first or other.last < one.first
    assert all(0 <= span.confidence <= 1 for span in spans)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.floats(-1, 1)), min_size=1, max_size=7))
def test_no_other_set_of_runs_is_worth_more(drawn: list[tuple[int, int, float]]) -> None:
    spans = [(min(a, b), max(a, b), value) for a, b, value in drawn]
    runs = Runs(first=np.array([s[0] for s in spans]), last=np.array([s[1] for s in spans]))
    value = np.array([s[2] for s in spans])
    best = max(
        sum(value[list(chosen)])
        for size in range(len(spans) + 1)
        for chosen in combinations(range(len(spans)), size)
        if all(spans[a][1] < spans[b][0] or spans[b][1] < spans[a][0] for a, b in combinations(chosen, 2))
    )
    assert np.isclose(value[best_runs(runs, value)].sum(), best)


def test_the_traits_of_a_run_see_its_edges() -> None:
    sentences = said("AAAB")
    runs = possible_runs(sentences)
    table = traits(sentences, marked(4, {Kind.STORY: range(1, 3)}), runs, kind=0)
    assert table.shape == (len(runs.first), TRAITS)
    whole = pairs(runs).index((1, 2))
    assert np.isclose(table[whole, 2], 1 / (1 + np.exp(-5.0)))
    assert table[whole, 9] == -5.0  # just before it, in the same turn
    assert table[whole, 10] == -6.0  # just after it the turn ends


def pairs(runs: Runs) -> list[tuple[int, int]]:
    return [(int(a), int(b)) for a, b in zip(runs.first, runs.last, strict=True)]


def test_no_span_rests_on_a_doubtful_sentence() -> None:
    sentences = said("AAAAAA")
    sentences[2] = replace(sentences[2], doubtful=True)

    runs = possible_runs(sentences)

    assert {(0, 1), (3, 5)} <= set(zip(runs.first.tolist(), runs.last.tolist(), strict=True))
    assert not any(first <= 2 <= last for first, last in zip(runs.first, runs.last, strict=True))


@given(likely=st.floats(0, 1), slope=st.floats(0.1, 3), offset=st.floats(-2, 2))
def test_confidence_keeps_the_order_of_likelihood_and_stays_a_share(
    likely: float, slope: float, offset: float
) -> None:
    by = replace(judge()[0], slope=slope, offset=offset)

    assert 0 <= confidence(likely, by=by) <= 1
    assert confidence(likely, by=by) <= confidence(min(likely + 0.1, 1.0), by=by)


def test_without_a_line_confidence_is_the_likelihood() -> None:
    assert confidence(0.7, by=judge()[0]) == pytest.approx(0.7)
