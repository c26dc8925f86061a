"""Who speaks when, as services lay it beside their words: found for a word by its time."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

NEAREST = 0.5
"""Seconds outside a stretch of speech within which a word still belongs to it: the two were timed apart."""


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """One voice from start to end."""

    start: float
    end: float
    speaker: str


class Voices:
    """The stretches of a recording."""

    def __init__(self, stretches: Iterable[Stretch]) -> None:
        self._stretches = sorted(stretches)
        self._starts = [stretch.start for stretch in self._stretches]

    def at(self, start: float | None, end: float | None) -> str | None:
        """The voice at the middle of a word, or the one nearest to it; none where nobody is near."""
        if start is None:
            return None
        middle = start if end is None else (start + end) / 2
        place = bisect_right(self._starts, middle)
        near = self._stretches[max(place - 2, 0) : place + 1]
        best = min(near, key=lambda stretch: (_distance(stretch, middle), -stretch.start), default=None)
        return best.speaker if best and _distance(best, middle) <= NEAREST else None


def _distance(stretch: Stretch, moment: float) -> float:
    return max(stretch.start - moment, moment - stretch.end, 0.0)
