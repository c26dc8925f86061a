"""Tells voices apart: who spoke when, two at once where two speak at once."""

import os
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from capture import weights
from capture.audio import RATE
from capture.grouping import SAME_VOICE, Grouping, assigned, centres, told_apart
from capture.memory import give_back
from capture.segmenter import FIRST, FRAME, FRAMES, SPAN, VOICES, Segmenter
from capture.speech import Hearing, Region, SpeechDetector
from capture.voiceprint import HOP, SHORTEST, WINDOW, Encoder, VoiceEncoder
from models.ports import Report, Signal, Vectors, Voice, unreported

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capture.grouping import Labels
    from capture.segmenter import Activity
    from capture.voiceprint import Features

    Table = NDArray[np.bool_]
    """Whether a voice speaks in a frame of the recording, shape (frames, voices)."""

SPEECH = Hearing(threshold=0.3, pause=0.7, shortest=0.1, pad=0.2)
"""What may be speech: a pause within it, and the breath around it, belong to the voice that is nearest."""

BREATH = 0.5
"""A shorter silence (seconds) does not end what a voice says."""
_BATCH = 8
_TRIMMED = 16
"""Batches after which freed memory goes back."""
_PIECE = 1 << 16
"""Frames looked at together, so that memory stays flat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How closely to listen, and when two voices are one; what is here was chosen by benchmarks/voices.py."""

    next: int = 5 * RATE // 2
    """Samples from one window to the next: 2.5 s, so that each moment is heard four times."""
    most: int = 300
    """Frames of a voice in a window (3 s) that its point is made of: with half of them the same voice lies so far
    from itself that the threshold matters, with twice as many it takes a third longer."""
    clear: float = 1.0
    """Seconds of a voice alone in a window that make its point worth comparing; others join the nearest."""
    overlap: float = 0.0
    """Added to the log probability that two speak at once: more finds more of the second voices and takes them for
    the wrong ones; points of error from the one for points of confusion to the other."""
    same_voice: float = SAME_VOICE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What was heard in some windows."""

    starts: "Labels"
    """In frames of the recording."""
    activity: "Activity"
    owners: "Labels"
    """Window and voice of each point, shape (points, 2)."""
    points: Vectors
    alone: "NDArray[np.float32]"
    """Seconds that the voice of each point speaks alone in its window."""


class VoiceDiarizer:
    """Windows of up to three voices each → a point for each voice → the points of one voice over all windows."""

    name = "pyannote segmentation 3.0, CAM++, average linkage"

    def __init__(
        self,
        *,
        threads: int = 0,
        ways: Ways | None = None,
        encoder: Encoder | None = None,
        grouping: Grouping = told_apart,
    ) -> None:
        """`threads` 0 takes all there are."""
        self._threads = threads or os.cpu_count() or 1
        self._ways = ways or Ways()
        self._given = encoder
        self._grouping = grouping

    def diarize(self, signal: Signal, *, speakers: int | None = None, report: Report = unreported) -> list[Voice]:
        """In order of time; `speakers` is how many there are, estimated where not given."""
        regions = self._detector.regions(signal, SPEECH)
        starts = _starts(regions, samples=len(signal), step=self._ways.next)
        if not starts:
            return []
        heard = self._heard(signal, starts, report)
        spoken = _told(heard, self._labels(heard, speakers), frames=len(signal) // FRAME + 1)
        report(1.0)
        return _named(_filled(spoken, regions), seconds=len(signal) / RATE)

    def _heard(self, signal: Signal, starts: Sequence[int], report: Report) -> _Heard:
        size = min(_BATCH, -(-len(starts) // self._threads))  # of a short meeting each thread has its share
        batches = [starts[begin : begin + size] for begin in range(0, len(starts), size)]
        pieces: list[_Heard] = []
        with ThreadPoolExecutor(self._threads) as pool:
            for piece in pool.map(lambda batch: self._piece(signal, batch), batches):
                pieces.append(piece)
                report(0.95 * len(pieces) / len(batches))
                if len(pieces) % _TRIMMED == 0:
                    give_back()
        return _joined(pieces)

    def _piece(self, signal: Signal, starts: Sequence[int]) -> _Heard:
        windows = [signal[start : start + SPAN] for start in starts]
        activity = self._segmenter.activity(windows)
        clips = [
            (number, *clip)
            for number, (window, voices) in enumerate(zip(windows, activity, strict=True))
            for clip in _clips(self._encoder.features(window), voices, most=self._ways.most)
        ]
        return _Heard(
            starts=np.array([round(start / FRAME) for start in starts], dtype=np.int64),
            activity=activity,
            owners=np.array([clip[:2] for clip in clips], dtype=np.int64).reshape(-1, 2),
            points=self._encoder.points([sound for _, _, sound, _ in clips]),
            alone=np.array([seconds for *_, seconds in clips], dtype=np.float32),
        )

    def _labels(self, heard: _Heard, speakers: int | None) -> "Labels":
        """The voice of each voice of each window, shape (windows, VOICES); -1 where it says too little."""
        labels = np.full(heard.activity.shape[::2], -1, dtype=np.int64)
        if not len(heard.points):
            return labels
        clear = heard.alone >= min(self._ways.clear, float(heard.alone.max()))
        points, windows = heard.points[clear], heard.owners[clear, 0]
        groups = self._grouping(points, windows=windows, speakers=speakers, same_voice=self._ways.same_voice)
        middles = centres(points, groups)
        for mine in _by_window(heard.owners[:, 0]):
            labels[heard.owners[mine, 0], heard.owners[mine, 1]] = assigned(heard.points[mine], middles)
        return labels

    @cached_property
    def _detector(self) -> SpeechDetector:
        return SpeechDetector(weights.checked(weights.SPEECH))

    @cached_property
    def _segmenter(self) -> Segmenter:
        return Segmenter(weights.checked(weights.TURNS), overlap=self._ways.overlap)

    @cached_property
    def _encoder(self) -> Encoder:
        return self._given or VoiceEncoder(weights.checked(weights.VOICES))


def _starts(regions: Sequence[Region], *, samples: int, step: int) -> list[int]:
    """The windows that hold speech; the last one there is reaches to the end of the signal."""
    ends = [region.end for region in regions]
    last = max(-(-(samples - SPAN) // step), 0)
    return [
        start
        for start in range(0, last * step + 1, step)
        if (at := bisect_right(ends, start)) < len(regions) and regions[at].start < start + SPAN
    ]


def _joined(pieces: Sequence[_Heard]) -> _Heard:
    """The windows counted on from piece to piece."""
    first = np.cumsum([0, *(len(piece.starts) for piece in pieces[:-1])])
    return _Heard(
        starts=np.concatenate([piece.starts for piece in pieces]),
        activity=np.concatenate([piece.activity for piece in pieces]),
        owners=np.concatenate([piece.owners + [at, 0] for at, piece in zip(first, pieces, strict=True)]),
        points=np.concatenate([piece.points for piece in pieces]),
        alone=np.concatenate([piece.alone for piece in pieces]),
    )


def _clips(frames: "Features", activity: "Activity", *, most: int) -> "Iterator[tuple[int, Features, float]]":
    """Each voice that is heard in a window, the features of what it says, alone if it can be, and how long so."""
    middles = np.arange(len(frames)) * HOP + WINDOW // 2
    heard = activity[np.clip((middles - FIRST + FRAME // 2) // FRAME, 0, FRAMES - 1)]
    single = heard.sum(axis=1) == 1
    for voice in range(VOICES):
        alone = np.flatnonzero(heard[:, voice] & single)
        said = alone if len(alone) >= SHORTEST else np.flatnonzero(heard[:, voice])
        if len(said) >= SHORTEST:
            spare = max(len(said) - most, 0) // 2
            yield voice, frames[said[spare : spare + most]], len(alone) * HOP / RATE


def _by_window(windows: "Labels") -> Iterator[slice]:
    """The stretches of equal numbers."""
    edges = [0, *(np.flatnonzero(np.diff(windows)) + 1).tolist(), len(windows)]
    yield from (slice(begin, end) for begin, end in pairwise(edges))


def _told(heard: _Heard, labels: "Labels", *, frames: int) -> "Table":
    """Who speaks in each frame of the recording, by what all windows that hold it say: as many voices as they
    count on average, and of all voices those that most of them hear."""
    votes = np.zeros((frames + FRAMES, max(int(labels.max()) + 1, 1)), dtype=np.uint8)
    speaking, seen = np.zeros((2, len(votes)), dtype=np.uint8)
    for start, activity, voices in zip(heard.starts, heard.activity, labels, strict=True):
        within = slice(start, start + FRAMES)
        seen[within] += 1
        speaking[within] += activity.sum(axis=1, dtype=np.uint8)
        for voice in set(voices[voices >= 0].tolist()):
            votes[within, voice] += activity[:, voices == voice].any(axis=1)
    # half a voice is none
    counted = np.ceil(speaking[:frames] / np.maximum(seen[:frames], 1) - 0.5)
    told: Table = np.zeros((frames, votes.shape[1]), dtype=np.bool_)
    for begin in range(0, frames, _PIECE):
        piece = slice(begin, min(begin + _PIECE, frames))
        ranks = np.argsort(np.argsort(-votes[piece].astype(np.int16), axis=1, kind="stable"), axis=1)
        told[piece] = (ranks < counted[piece, None]) & (votes[piece] > 0)
    return told


def _filled(spoken: "Table", regions: Sequence[Region]) -> "Table":
    """Speech in which no voice was heard belongs to the one heard nearest within its region."""
    filled = spoken.copy()
    for region in regions:
        within = np.arange(_frame(region.start), min(_frame(region.end), len(spoken)))
        busy = within[spoken[within].any(axis=1)]
        if not len(busy):
            continue
        free = within[~spoken[within].any(axis=1)]
        after = np.searchsorted(busy, free)
        left, right = busy[np.maximum(after - 1, 0)], busy[np.minimum(after, len(busy) - 1)]
        nearest = np.where(np.abs(free - left) <= np.abs(right - free), left, right)
        filled[free, spoken[nearest].argmax(axis=1)] = True
    return filled


def _frame(sample: int) -> int:
    return max(round((sample - FIRST) / FRAME), 0)


def _named(spoken: "Table", *, seconds: float) -> list[Voice]:
    return numbered(
        (start, end, voice)
        for voice in range(spoken.shape[1])
        for start, end in _stretches(spoken[:, voice], seconds=seconds)
    )


def numbered(stretches: Iterable[tuple[float, float, int | str]]) -> list[Voice]:
    """Start and end in seconds and whose it is, as voices in order of time, numbered in order of first speech."""
    numbers: dict[int | str, int] = {}
    return [
        Voice(
            start=round(start, 3), end=round(end, 3), label=f"Speaker {numbers.setdefault(voice, len(numbers) + 1)}"
        )
        for start, end, voice in sorted(stretches)
    ]


def _stretches(speaks: "NDArray[np.bool_]", *, seconds: float) -> Iterator[tuple[float, float]]:
    """Start and end in seconds, a breath within what is said left in."""
    changes = np.flatnonzero(np.diff(np.concatenate([[False], speaks, [False]])))
    begin: float | None = None
    end = 0.0
    for first, last in changes.reshape(-1, 2).tolist():
        start = _second(first) if first else 0.0
        if begin is None or start - end >= BREATH:
            if begin is not None:
                yield begin, end
            begin = start
        end = min(_second(last), seconds)
    if begin is not None and end > begin:
        yield begin, end


def _second(frame: int) -> float:
    """Where a frame begins, which is half a step before its middle."""
    return (frame * FRAME + FIRST - FRAME // 2) / RATE
