"""What several signals say of the same things, added up: pure, and blind to where a score came from.

Raw scores cannot be added, for each signal has its own scale; ranks can, but throw away by how much one thing is
nearer than the next. So each signal is put on the scale of its own spread over the candidates (z-scores).
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Generic, TypeVar

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal(Generic[Key]):
    """One way of finding, and what it says of each candidate; higher is better."""

    name: str
    weight: float
    scores: Mapping[Key, float]
    missing: float | None = None
    """The score of a candidate this signal says nothing of; none takes the lowest it gives."""

    def of(self, keys: Sequence[Key]) -> list[float]:
        missing = min(self.scores.values(), default=0.0) if self.missing is None else self.missing
        return [self.scores.get(key, missing) for key in keys]


def fuse(signals: Sequence[Signal[Key]], candidates: Iterable[Key]) -> dict[Key, float]:
    """The weighted sum of z-scores of every candidate."""
    keys = list(candidates)
    total = dict.fromkeys(keys, 0.0)
    for signal in signals:
        scores = standardised(signal.of(keys))
        for key, score in zip(keys, scores, strict=True):
            total[key] += signal.weight * score
    return total


def standardised(scores: Sequence[float]) -> list[float]:
    """In standard deviations from the mean; all zero where all are the same, for then they tell nothing apart."""
    if not scores:
        return []
    mean = fmean(scores)
    spread = math.sqrt(fmean((score - mean) ** 2 for score in scores))
    if spread <= 1e-9 * max(1.0, abs(mean)):
        return [0.0] * len(scores)
    return [(score - mean) / spread for score in scores]


def best(scores: Mapping[Key, float], limit: int) -> dict[Key, float]:
    """The highest of them, best first; equal ones in the order they came."""
    ranked = sorted(scores, key=lambda key: -scores[key])
    return {key: scores[key] for key in ranked[:limit]}


def shared(one: str, other: str) -> float:
    """How much of the shorter text's words, taken four in a row, stand in the other: 0 to 1."""
    grams = [_grams(text.lower().split()) for text in (one, other)]
    shorter = min(map(len, grams))
    return len(grams[0] & grams[1]) / shorter if shorter else 0.0


def _grams(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3))} if words else set()


def fold(
    ranked: Iterable[Key], *, same: Callable[[Key, Key], bool], better: Callable[[Key, Key], bool]
) -> dict[Key, Key]:
    """What is kept so that nothing is told twice, in order, each with the one whose place it has.

    Of two that are the same the first stays; but where the later is the better form of the first (an item of the
    passage it was taken from) it takes its place, and the lesser forms further down go.
    """
    kept: list[tuple[Key, Key]] = []
    for thing in ranked:
        twins = [pair for pair in kept if same(thing, pair[0])]
        lesser = [pair for pair in twins if better(thing, pair[0])]
        if not twins:
            kept.append((thing, thing))
        elif twins[0] in lesser:
            kept[kept.index(twins[0])] = (thing, twins[0][1])
            kept = [pair for pair in kept if pair not in lesser[1:]]
    return dict(kept)
