"""From the marks of sentences to the spans of items: every run that one speaker could have meant is weighed,
and of each kind the best set of runs that do not overlap is kept. Pure."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from capture.linguist import Sentence
from capture.marks import BEGIN, END, INSIDE, KINDS, Marks
from models.knowledge import Kind

Array = NDArray[np.float64]

LONGEST = 24
"""Sentences in a span: 98 of 100 annotated ones are shorter."""
INTERRUPTION = 30
"""Words that others may put in before a speaker's say has ended."""
OUTSIDE = -6.0
"""The logit beyond the turn: nothing."""
AROUND = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A run of sentences of one kind, first and last included, and how likely a person would mark it so."""

    kind: Kind
    first: int
    last: int
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Every run of sentences that could be an item: from `first` to `last`, both included."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What makes a run an item of one kind: learned weights, and the thresholds that were tuned."""

    weights: Array
    """Of the traits, and last the constant."""
    least: float
    """A run likelier than this is worth keeping."""
    pull: float
    """How much the sentences' own scores count beside that of the run."""
    inside: float
    """A sentence likelier than this inside is worth covering."""
    slope: float = 1.0
    """From the likelihood of a run that was kept to its confidence, on logits (Platt, 1999): of all runs those are
    kept that seem likeliest, so that their likelihood says too much."""
    offset: float = 0.0


def judgements(trained: Mapping[str, NDArray[np.float32]]) -> list[Judgement]:
    """In the order of KINDS."""
    return [
        Judgement(
            weights=trained["weights"][kind].astype(np.float64),
            least=float(trained["least"][kind]),
            pull=float(trained["pull"][kind]),
            inside=float(trained["inside"][kind]),
            slope=float(trained["slope"][kind]),
            offset=float(trained["offset"][kind]),
        )
        for kind in range(len(KINDS))
    ]


def find_spans(sentences: Sequence[Sentence], marks: Marks, *, by: Sequence[Judgement]) -> list[Span]:
    """In order of where they begin; those of one kind never overlap."""
    runs = possible_runs(sentences)
    if not len(runs.first):
        return []
    spans = [
        span
        for kind, judgement in enumerate(by)
        for span in _kept(runs, traits(sentences, marks, runs, kind=kind), kind=KINDS[kind], by=judgement)
    ]
    return sorted(_single(spans), key=lambda span: (span.first, span.last, span.kind))


def _single(spans: Sequence[Span]) -> list[Span]:
    """A passage is a problem or a practice, seldom both (12 of 1,555): of two about the same the likelier stays."""
    rivals = [span for span in spans if span.kind != Kind.STORY]
    return [
        span
        for span in spans
        if span.kind == Kind.STORY
        or not any(other.kind != span.kind and _same(span, other) and _beats(other, span) for other in rivals)
    ]


def _same(one: Span, other: Span) -> bool:
    shared = min(one.last, other.last) - max(one.first, other.first) + 1
    return 2 * shared >= max(one.last, other.last) - min(one.first, other.first) + 1


def _beats(one: Span, other: Span) -> bool:
    return (one.confidence, one.kind) > (other.confidence, other.kind)


def possible_runs(sentences: Sequence[Sentence]) -> Runs:
    """From each sentence to each later one of the same speaker, across short interruptions, none doubtful.

    Who says less in it than the others interrupts them, and not they him.
    """
    words = [len(sentence.text.split()) for sentence in sentences]
    pairs: list[tuple[int, int]] = []
    for first, begin in enumerate(sentences):
        own = others = foreign = 0
        for last in range(first, min(len(sentences), first + LONGEST)):
            if sentences[last].doubtful:
                break
            if sentences[last].speaker == begin.speaker:
                foreign = 0
                own += words[last]
                if own >= others:
                    pairs.append((first, last))
                continue
            foreign += words[last]
            others += words[last]
            if foreign > INTERRUPTION:
                break
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Runs(first=found[:, 0], last=found[:, 1])


def traits(sentences: Sequence[Sentence], marks: Marks, runs: Runs, *, kind: int) -> Array:
    """What is weighed of each run: (runs, traits)."""
    logits = marks[:, kind].astype(np.float64)
    inside, begin, end = logits[:, INSIDE], logits[:, BEGIN], logits[:, END]
    likely, begins, ends = (_summed(_sigmoid(column)) for column in (inside, begin, end))
    words = _summed(np.array([len(sentence.text.split()) for sentence in sentences], dtype=np.float64))
    turn = np.array([sentence.turn for sentence in sentences])
    opens = np.r_[True, turn[1:] != turn[:-1]]
    closes = np.r_[opens[1:], True]
    first, last = runs.first, runs.last
    count = (last - first + 1).astype(np.float64)
    mass = likely[last + 1] - likely[first]
    before = np.r_[OUTSIDE, inside][first]
    after = np.r_[inside, OUTSIDE][last + 1]
    around = (
        likely[np.minimum(last + 1 + AROUND, len(turn))]
        - likely[last + 1]
        + likely[first]
        - likely[np.maximum(first - AROUND, 0)]
    )
    lowest, highest = _extremes(inside, runs)
    found = np.stack(
        [
            (_summed(inside)[last + 1] - _summed(inside)[first]) / count,
            mass,
            mass / count,
            begin[first],
            end[last],
            np.log(count),
            count / 10,
            lowest,
            highest,
            np.where(opens[first], OUTSIDE, before),
            np.where(closes[last], OUTSIDE, after),
            begins[last + 1] - begins[first + 1],
            ends[last] - ends[first],
            np.r_[begin, OUTSIDE][last + 1],
            np.r_[OUTSIDE, end][first],
            around,
            opens[first],
            closes[last],
            turn[last] != turn[first],
            np.log1p(words[last + 1] - words[first]),
            inside[first],
            inside[last],
        ],
        axis=1,
    )
    core = found[:, _PAIRED]
    pairs = [core[:, one] * core[:, other] for one, other in combinations_with_replacement(range(len(_PAIRED)), 2)]
    return np.column_stack([found, *pairs])


def likelihood(found: Array, weights: Array) -> Array:
    """That a person would mark the run, or one that overlaps it by half or more."""
    return _sigmoid(found @ weights[:-1] + weights[-1])


def best_runs(runs: Runs, worth: Array) -> NDArray[np.int64]:
    """Places of the runs of the most worth in all that do not overlap, in order."""
    # after each step: the best total of runs that end at or before a sentence, and how it was reached
    ends, totals = [-1], [0.0]
    steps: list[tuple[int, int]] = [(-1, -1)]
    places = np.flatnonzero(worth > 0)
    for place in places[np.argsort(runs.last[places], kind="stable")]:
        before = bisect_left(ends, int(runs.first[place])) - 1
        total = totals[before] + float(worth[place])
        if total > totals[-1]:
            ends.append(int(runs.last[place]))
            totals.append(total)
            steps.append((before, int(place)))
    kept: list[int] = []
    at = len(steps) - 1
    while at > 0:
        at, place = steps[at]
        kept.append(place)
    return np.array(kept[::-1], dtype=np.int64)


def worth(found: Array, *, by: Judgement) -> tuple[Array, Array]:
    """What each run adds when kept, and its likelihood."""
    likely = likelihood(found, by.weights)
    count = np.exp(found[:, _LOG_COUNT])
    return likely - by.least + by.pull * (found[:, _MASS] - by.inside * count), likely


_SUREST = 1e-6
"""Nothing is surer than this from none or all."""
_MASS, _LOG_COUNT = 1, 5
_PAIRED = [2, 3, 4, 5, 7, 9, 10, 15]
"""Traits that count together: a likely begin says more of a long run. Their products lift item F1 by 0.02."""
TRAITS = 22 + 36


def _kept(runs: Runs, found: Array, *, kind: Kind, by: Judgement) -> list[Span]:
    value, likely = worth(found, by=by)
    return [
        Span(
            kind=kind,
            first=int(runs.first[place]),
            last=int(runs.last[place]),
            confidence=round(confidence(float(likely[place]), by=by), 3),
        )
        for place in best_runs(runs, value)
    ]


def confidence(likely: float, *, by: Judgement) -> float:
    """That a person would mark a run that was kept: of ten with 0.7 seven are right."""
    known = np.array(min(max(likely, _SUREST), 1 - _SUREST))
    return float(_sigmoid(by.slope * logit(known) + by.offset))


def sureness(span: Span, sentences: Sequence[Sentence], marks: Marks, *, by: Sequence[Judgement]) -> float:
    """The confidence of a run as it is, whether or not it would have been kept."""
    kind, run = KINDS.index(span.kind), Runs(first=np.array([span.first]), last=np.array([span.last]))
    likely = likelihood(traits(sentences, marks, run, kind=kind), by[kind].weights)
    return round(confidence(float(likely[0]), by=by[kind]), 3)


def logit(likely: Array) -> Array:
    """The opposite of the logistic function."""
    logits: Array = np.log(likely) - np.log1p(-likely)
    return logits


def _summed(column: Array) -> Array:
    return np.concatenate([[0.0], np.cumsum(column)])


def _sigmoid(x: Array) -> Array:
    halves: Array = 0.5 * (np.tanh(0.5 * x) + 1.0)
    return halves


def _extremes(column: Array, runs: Runs) -> tuple[Array, Array]:
    """The lowest and the highest value within each run; runs from one sentence follow each other in order."""
    lowest, highest = np.empty(len(runs.first)), np.empty(len(runs.first))
    for place, (first, last) in enumerate(zip(runs.first, runs.last, strict=True)):
        within = column[first : last + 1]
        lowest[place], highest[place] = within.min(), within.max()
    return lowest, highest
