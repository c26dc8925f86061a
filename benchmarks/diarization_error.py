"""Diarization error: how much speech is missed, invented, or given to the wrong voice.

No collar, overlap counted, exact to the millisecond: the strictest of the usual ways.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import linear_sum_assignment  # a benchmark may take its time

from models.ports import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceErrors:
    """Seconds of speech, and of what went wrong with it."""

    speech: float = 0.0
    missed: float = 0.0
    false_alarm: float = 0.0
    confusion: float = 0.0

    @property
    def rate(self) -> float:
        return self.share(self.missed + self.false_alarm + self.confusion)

    def share(self, seconds: float) -> float:
        return seconds / self.speech if self.speech else 0.0

    def __add__(self, other: "VoiceErrors") -> "VoiceErrors":
        return VoiceErrors(
            speech=self.speech + other.speech,
            missed=self.missed + other.missed,
            false_alarm=self.false_alarm + other.false_alarm,
            confusion=self.confusion + other.confusion,
        )


def compare(reference: Sequence[Voice], found: Sequence[Voice]) -> VoiceErrors:
    """Names do not matter: each found voice stands for the true one that it shares most time with."""
    stretches = list(_stretches(reference, found))
    same_voice = _matched(stretches)
    errors = VoiceErrors()
    for seconds, true, heard in stretches:
        right = sum((one, other) in same_voice for one in true for other in heard)
        errors += VoiceErrors(
            speech=seconds * len(true),
            missed=seconds * max(len(true) - len(heard), 0),
            false_alarm=seconds * max(len(heard) - len(true), 0),
            confusion=seconds * (min(len(true), len(heard)) - right),
        )
    return errors


_Stretch = tuple[float, frozenset[str], frozenset[str]]


def _stretches(reference: Sequence[Voice], found: Sequence[Voice]) -> Iterable[_Stretch]:
    """Seconds, true voices and found voices between any two moments at which one of them changes."""
    moments = sorted({moment for voice in (*reference, *found) for moment in (voice.start, voice.end)})
    for start, end in pairwise(moments):
        yield end - start, _speaking(reference, start, end), _speaking(found, start, end)


def _speaking(voices: Sequence[Voice], start: float, end: float) -> frozenset[str]:
    return frozenset(voice.label for voice in voices if voice.start <= start and voice.end >= end)


def _matched(stretches: Sequence[_Stretch]) -> set[tuple[str, str]]:
    """Pairs of a true and a found voice, one to one, that share the most time in all."""
    true = sorted({label for _, labels, _ in stretches for label in labels})
    heard = sorted({label for _, _, labels in stretches for label in labels})
    shared = np.zeros((len(true), len(heard)))
    for seconds, ones, others in stretches:
        for one in ones:
            for other in others:
                shared[true.index(one), heard.index(other)] += seconds
    rows, columns = linear_sum_assignment(-shared)
    return {(true[row], heard[column]) for row, column in zip(rows, columns, strict=True)}
