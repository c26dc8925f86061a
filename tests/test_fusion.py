"""Adding up signals: scales do not matter, silence is not punished twice, nothing is told twice."""

import math

from hypothesis import given
from hypothesis import strategies as st

from search.fusion import Signal, best, fold, fuse, shared, standardised

scores = st.dictionaries(st.integers(0, 30), st.floats(-100, 100), min_size=2)
texts = st.lists(st.sampled_from(["one", "two", "three", "four", "five", "six"]), max_size=30).map(" ".join)


@given(scores, st.floats(0.1, 50), st.floats(-50, 50))
def test_the_scale_of_a_signal_does_not_change_what_comes_first(
    raw: dict[int, float], factor: float, offset: float
) -> None:
    scaled = {key: factor * score + offset for key, score in raw.items()}
    one = fuse([Signal(name="a", weight=1.0, scores=raw)], raw)
    other = fuse([Signal(name="a", weight=1.0, scores=scaled)], raw)
    assert all(math.isclose(one[key], other[key], abs_tol=1e-3) or abs(one[key]) < 1e-3 for key in raw)


@given(scores)
def test_standard_scores_have_mean_nought_and_spread_one_or_are_all_nought(raw: dict[int, float]) -> None:
    z = standardised(list(raw.values()))
    assert math.isclose(sum(z), 0.0, abs_tol=1e-6)
    spread = math.sqrt(sum(score * score for score in z) / len(z))
    assert math.isclose(spread, 1.0, abs_tol=1e-6) or spread == 0.0


def test_of_nothing_nothing_is_made() -> None:
    assert standardised([]) == []
    silent: dict[str, float] = {}
    assert fuse([Signal(name="a", weight=1.0, scores=silent)], []) == {}


def test_what_two_signals_agree_on_beats_what_one_shouts() -> None:
    meaning = Signal(name="meaning", weight=0.5, scores={"both": 0.6, "one": 0.65, "far": 0.1})
    words = Signal(name="words", weight=0.5, scores={"both": 9.0}, missing=0.0)
    assert next(iter(best(fuse([meaning, words], ["one", "far", "both"]), 3))) == "both"


def test_a_candidate_that_a_signal_does_not_know_counts_as_its_last() -> None:
    signal = Signal(name="meaning", weight=1.0, scores={"near": 0.9, "far": 0.2})
    assert signal.of(["near", "unknown"]) == [0.9, 0.2]


def test_equal_scores_stay_in_the_order_they_came() -> None:
    assert list(best({"b": 1.0, "a": 1.0, "c": 2.0}, 2)) == ["c", "b"]


@given(texts, texts)
def test_sharing_words_is_mutual_and_a_share(one: str, other: str) -> None:
    assert shared(one, other) == shared(other, one)
    assert 0.0 <= shared(one, other) <= 1.0


@given(texts.filter(bool), texts)
def test_a_text_shares_all_of_itself_with_what_contains_it(text: str, more: str) -> None:
    assert shared(text, f"{text} {more}") == 1.0 or len(text.split()) < 4


@given(st.lists(st.integers(0, 9)))
def test_folding_keeps_the_first_of_each_in_their_order(ranked: list[int]) -> None:
    folded = fold(ranked, same=int.__eq__, better=lambda one, other: False)
    assert list(folded.items()) == [(kept, kept) for kept in dict.fromkeys(ranked)]


def test_the_better_form_takes_the_place_of_all_the_lesser_ones_it_covers() -> None:
    ranked = ["a1", "b1", "a2", "A"]
    folded = fold(
        ranked,
        same=lambda one, other: one != other and one[0].lower() == other[0].lower() and "A" in (one, other),
        better=lambda one, other: one.isupper() and other.islower(),
    )
    assert list(folded.items()) == [("A", "a1"), ("b1", "b1")]
