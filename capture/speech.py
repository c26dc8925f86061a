"""Where somebody speaks: Silero's voice activity detector, run in pieces over a signal of any length."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from capture.audio import RATE
from models.ports import Signal

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP = 512
"""Samples for which the detector gives one probability."""
_CONTEXT = 64
"""Samples before a step that it sees as well."""
_PIECE = 1024
"""Steps read at once (33 s), so that memory stays flat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What counts as speech; seconds."""

    threshold: float = 0.5
    """Speech begins at this probability, and ends 0.15 below it."""
    pause: float = 0.3
    """A shorter silence does not end a region."""
    shortest: float = 0.1
    """A shorter region is a click."""
    pad: float = 0.1
    """Kept on either side of a region."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A stretch in which somebody speaks, in samples."""

    start: int
    end: int


class SpeechDetector:
    """Silero, loaded when first asked."""

    def __init__(self, weights: Path) -> None:
        self._weights = weights

    def regions(self, signal: Signal, hearing: Hearing) -> list[Region]:
        """In order, none overlapping."""
        return regions_of(self.probabilities(signal), samples=len(signal), hearing=hearing)

    def probabilities(self, signal: Signal) -> "NDArray[np.float32]":
        """One for every STEP samples; the network's state is carried from piece to piece."""
        state = {name: np.zeros((1, 1, 128), dtype=np.float32) for name in ("h", "c")}
        context: NDArray[np.float32] = np.zeros(_CONTEXT, dtype=np.float32)
        heard = [np.zeros(0, dtype=np.float32)]
        for start in range(0, len(signal), _PIECE * STEP):
            piece = signal[start : start + _PIECE * STEP].astype(np.float32) / np.float32(32768)
            steps = np.pad(piece, (0, -len(piece) % STEP)).reshape(-1, STEP)
            before = np.vstack([context, steps[:-1, -_CONTEXT:]])
            context = steps[-1, -_CONTEXT:]
            given = {"input": np.hstack([before, steps]), **state}
            probabilities, state["h"], state["c"] = self._session.run(None, given)
            heard.append(probabilities.reshape(-1))
        return np.concatenate(heard)

    @cached_property
    def _session(self) -> Any:  # onnxruntime ships no types
        return onnx_session(self._weights, threads=1)


def onnx_session(weights: Path, *, threads: int) -> Any:
    """A network on the processor; 0 threads takes all there are."""
    import onnxruntime  # heavy: needed only when something is heard

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # memory goes back after each piece
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def regions_of(probabilities: "NDArray[np.float32]", *, samples: int, hearing: Hearing) -> list[Region]:
    """The regions that these probabilities mean. They lie within the signal, in order, without overlap."""
    found = _joined(_triggered(probabilities, hearing.threshold), pause=hearing.pause)
    long_enough = [region for region in found if region.end - region.start >= hearing.shortest * RATE]
    return padded(long_enough, samples=samples, pad=round(hearing.pad * RATE))


def _triggered(probabilities: "NDArray[np.float32]", threshold: float) -> Iterable[Region]:
    start: int | None = None
    for step, probability in enumerate(probabilities):
        if start is None and probability >= threshold:
            start = step
        elif start is not None and probability < threshold - 0.15:
            yield Region(start=start * STEP, end=step * STEP)
            start = None
    if start is not None:
        yield Region(start=start * STEP, end=len(probabilities) * STEP)


def _joined(regions: Iterable[Region], *, pause: float) -> list[Region]:
    joined: list[Region] = []
    for region in regions:
        if joined and region.start - joined[-1].end < pause * RATE:
            joined[-1] = Region(start=joined[-1].start, end=region.end)
        else:
            joined.append(region)
    return joined


def padded(regions: Sequence[Region], *, samples: int, pad: int) -> list[Region]:
    """Each a little longer on both sides, but never past the middle of the pause to its neighbour."""
    middles = [(left.end + right.start) // 2 for left, right in pairwise(regions)]
    floors, ceilings = [0, *middles], [*middles, samples]
    return [
        Region(start=max(region.start - pad, floor), end=min(region.end + pad, ceiling))
        for region, floor, ceiling in zip(regions, floors, ceilings, strict=False)
    ]
