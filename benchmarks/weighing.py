"""How the weighing of spans is learned, from what a tagger says of annotated transcripts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from benchmarks.annotated import Annotated
from capture.arrays import Arrays
from capture.marks import KINDS, Marks
from capture.spans import Judgement, Runs, best_runs, logit, possible_runs, traits, worth

LEAST = (0.16, 0.20, 0.24, 0.28, 0.32, 0.36, 0.40)
PULL = (0.0, 0.02, 0.05, 0.10)
INSIDE = (0.2, 0.3, 0.4)
FEWEST = 30
"""Runs that a line of confidence is drawn through."""
OVERLAP = 0.5
"""A run that overlaps an annotated item by so much counts as having found it, as in the shared scorer."""


@dataclass(frozen=True, slots=True)
class Example:
    """All that could be an item of one kind in a transcript, what is weighed of it, and what was marked."""

    runs: Runs
    traits: NDArray[np.float64]
    spans: list[tuple[int, int]]


def learn_spans(annotated: Sequence[Annotated], marks: Sequence[Marks], *, unseen: Collection[int]) -> Arrays:
    """The weights and thresholds of every kind from all.

    Confidence from the places the tagger has not seen, and of these from the given ones: others are marked more
    densely, and promise too much.
    """
    runs = [possible_runs(one.sentences) for one in annotated]
    judged = []
    for number, kind in enumerate(KINDS):
        examples = [
            Example(r, traits(one.sentences, m, r, kind=number), one.spans(kind))
            for one, m, r in zip(annotated, marks, runs, strict=True)
        ]
        tuned = _tuned(examples, _weights(examples))
        held = [(annotated[place].given, examples[place]) for place in sorted(unseen)]
        judged.append(
            _calibrated([each for given, each in held if given], by=tuned)
            or _calibrated([each for _, each in held], by=tuned)
            or tuned
        )
    names = ("weights", "least", "pull", "inside", "slope", "offset")
    columns = {name: [getattr(each, name) for each in judged] for name in names}
    return {f"span_{name}": np.array(column, dtype=np.float32) for name, column in columns.items()}


def overlaps(runs: Runs, spans: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
    """Of each run with the annotated span it overlaps most: shared sentences by all sentences."""
    best = np.zeros(len(runs.first))
    for first, last in spans:
        shared = np.minimum(runs.last, last) - np.maximum(runs.first, first) + 1
        whole = np.maximum(runs.last, last) - np.minimum(runs.first, first) + 1
        best = np.maximum(best, np.maximum(shared, 0) / whole)
    return best


def _weights(examples: Sequence[Example]) -> NDArray[np.float64]:
    table = np.concatenate([each.traits for each in examples])
    hit = np.concatenate([overlaps(each.runs, each.spans) >= OVERLAP for each in examples])
    mean, std = table.mean(axis=0), table.std(axis=0) + 1e-6
    model = LogisticRegression(max_iter=300, C=0.1).fit((table - mean) / std, hit)
    slopes = model.coef_[0] / std
    weights: NDArray[np.float64] = np.append(slopes, model.intercept_[0] - slopes @ mean)
    return weights


def _tuned(examples: Sequence[Example], weights: NDArray[np.float64]) -> Judgement:
    """The thresholds with the highest mean of sentence F1 and item F1."""
    tries = [(least, pull, inside) for least in LEAST for pull in PULL for inside in (INSIDE if pull else (0.0,))]
    spans = [each.spans for each in examples]
    scored = []
    for least, pull, inside in tries:
        by = Judgement(weights=weights, least=least, pull=pull, inside=inside)
        scored.append((sum(f_scores([_kept(each, by) for each in examples], spans)) / 2, by))
    return max(scored, key=lambda each: each[0])[1]


def _kept(example: Example, by: Judgement) -> list[tuple[int, int]]:
    runs = example.runs
    return [(int(runs.first[at]), int(runs.last[at])) for at in best_runs(runs, worth(example.traits, by=by)[0])]


def _calibrated(examples: Sequence[Example], *, by: Judgement) -> Judgement | None:
    """With the line from likelihood to confidence that fits the runs that are kept; none where they are too few."""
    likely: list[float] = []
    right: list[bool] = []
    for each in examples:
        value, likelihood = worth(each.traits, by=by)
        kept = best_runs(each.runs, value)
        likely += likelihood[kept].tolist()
        right += (overlaps(each.runs, each.spans)[kept] >= OVERLAP).tolist()
    if len(right) < FEWEST or len(set(right)) < 2:
        return None
    logits = logit(np.clip(np.array(likely), 1e-6, 1 - 1e-6))
    line = LogisticRegression(C=1.0).fit(logits[:, None], right)
    return replace(by, slope=float(line.coef_[0, 0]), offset=float(line.intercept_[0]))


def f_scores(
    predicted: Sequence[Sequence[tuple[int, int]]], gold: Sequence[Sequence[tuple[int, int]]]
) -> tuple[float, float]:
    """Of sentences and of items, over all transcripts together, as the shared scorer counts them."""
    sentences, items = np.zeros(3), np.zeros(3)
    for guessed, true in zip(predicted, gold, strict=True):
        said, meant = _covered(guessed), _covered(true)
        sentences += (len(said & meant), len(said), len(meant))
        items += (_matched(guessed, true), len(guessed), len(true))
    return tuple(float(2 * hit / max(a + b, 1)) for hit, a, b in (sentences, items))  # type: ignore[return-value]  # two


def _covered(spans: Sequence[tuple[int, int]]) -> set[int]:
    return {number for first, last in spans for number in range(first, last + 1)}


def _matched(guessed: Sequence[tuple[int, int]], true: Sequence[tuple[int, int]]) -> int:
    """Pairs that overlap by half or more, one to one, the nearest first."""
    pairs = []
    for i, (a, b) in enumerate(guessed):
        for j, (c, d) in enumerate(true):
            overlap = (min(b, d) - max(a, c) + 1) / (max(b, d) - min(a, c) + 1)
            if overlap >= OVERLAP:
                pairs.append((overlap, i, j))
    free_guessed, free_true = set(range(len(guessed))), set(range(len(true)))
    for _, i, j in sorted(pairs, reverse=True):
        if i in free_guessed and j in free_true:
            free_guessed.remove(i)
            free_true.remove(j)
    return len(true) - len(free_true)
