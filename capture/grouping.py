"""Points of voices into voices: those that lie near each other are one; pure."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from capture.segmenter import VOICES
from models.ports import Vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Labels = NDArray[np.int64]

SAME_VOICE = 0.66
"""Mean cosine distance up to which two groups are one voice; 0.60 to 0.76 are alike in benchmarks/voices.py."""
ONE_VOICE = 0.4
"""Nearer than this two groups are one voice even where more are said to be there: one that hardly speaks is not
found, and splitting another for it gives what that one said to a wrong voice."""
MOST_COMPARED = 3000
"""Points compared each with each (an hour and more); others are spread evenly and the rest join the nearest."""
_OPPOSITE = 2.0
"""The distance of two that are known to be two voices."""
_FEWEST = 4
"""Points that make a voice in a long meeting; in a short one a share of them."""
_MOST_LOOSE = 200


class Grouping(Protocol):
    """Gives every point a voice, numbered from 0."""

    def __call__(
        self, points: Vectors, *, windows: "Labels", speakers: int | None, same_voice: float
    ) -> "Labels": ...


def told_apart(
    points: Vectors, *, windows: "Labels", speakers: int | None = None, same_voice: float = SAME_VOICE
) -> "Labels":
    """A voice for every point, numbered from 0, by average linkage; two points of one window are two voices.

    With `speakers` that many, if as many can be told apart.
    """
    from scipy.cluster.hierarchy import fcluster, linkage  # heavy: only for a meeting's worth of points

    if len(points) == 1 or speakers == 1:
        return np.zeros(len(points), dtype=np.int64)
    chosen = np.unique(np.linspace(0, len(points) - 1, min(len(points), MOST_COMPARED)).astype(int))
    sample = points[chosen]
    tree = linkage(_distances(sample, windows[chosen]), "average")
    if speakers is None:
        groups = fcluster(tree, same_voice, "distance")
        return _joined(points, chosen, groups, voices=_voices(groups))
    most = int(fcluster(tree, ONE_VOICE, "distance").max())
    # loose points split off as groups of their own before the voices do: cut until enough groups are voices
    for count in range(speakers, min(most, speakers + _MOST_LOOSE) + 1):
        groups = fcluster(tree, count, "maxclust")
        if len(voices := _voices(groups)) >= speakers:
            return _joined(points, chosen, groups, voices=voices[:speakers])
    groups = fcluster(tree, min(speakers, most), "maxclust")
    return _joined(points, chosen, groups, voices=_voices(groups, fewest=1))


def _distances(points: Vectors, windows: "Labels") -> "NDArray[np.float64]":
    """Cosine distances as linkage takes them: the upper triangle, row by row. `windows` do not fall."""
    from scipy.spatial.distance import pdist  # heavy, see above

    distances: NDArray[np.float64] = np.maximum(pdist(points, "cosine"), 0.0)
    rows = np.arange(len(points))
    begins = rows * (2 * len(points) - rows - 1) // 2  # of each row in the triangle
    for apart in range(1, VOICES):
        first = np.flatnonzero(windows[:-apart] == windows[apart:])
        distances[begins[first] + apart - 1] = _OPPOSITE
    return distances


def _voices(groups: "Labels", *, fewest: int | None = None) -> list[int]:
    """The groups that are large enough to be voices, the largest first; one at least."""
    counted = Counter(groups.tolist()).most_common()
    return [group for group, count in counted if count >= (fewest or _fewest(groups))] or [counted[0][0]]


def _fewest(groups: "Labels") -> int:
    return min(_FEWEST, 1 + len(groups) // 100)


def _joined(points: Vectors, chosen: "Labels", groups: "Labels", *, voices: Sequence[int]) -> "Labels":
    """The points of a voice's group keep it; loose ones and those that were not compared join the nearest."""
    sample = points[chosen]
    middles = _directions([sample[groups == group] for group in voices])
    labels: Labels = (points @ middles.T).argmax(axis=1)
    for number, group in enumerate(voices):
        labels[chosen[groups == group]] = number
    return labels


def centres(points: Vectors, labels: "Labels") -> Vectors:
    """The direction of each voice, in order of its number."""
    return _directions([points[labels == voice] for voice in range(int(labels.max()) + 1)])


def _directions(groups: Sequence[Vectors]) -> Vectors:
    means = np.stack([group.mean(axis=0) for group in groups])
    lengths = np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    directions: NDArray[np.float32] = (means / lengths).astype(np.float32)
    return directions


def assigned(points: Vectors, centres: Vectors) -> "Labels":
    """For the points of one window, which are different voices: each its own centre, as near as all can have it.

    Where there are more points than centres, the rest take the nearest.
    """
    from scipy.optimize import linear_sum_assignment  # heavy, see above

    likeness = points @ centres.T
    labels: Labels = likeness.argmax(axis=1)
    rows, columns = linear_sum_assignment(-likeness)
    labels[rows] = columns
    return labels
