"""What a voice sounds like, as points in a space where the same voice lies near itself.

The points live in memory for one meeting and are never kept: they are biometric.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from capture.audio import RATE
from capture.speech import onnx_session
from models.ports import Signal, Vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOP = 6_400
"""Samples from one point to the next: 0.4 s."""
SPAN = 13_152
"""Samples that one point is made of: 80 frames, 0.8 s."""
SHORTEST = 2 * HOP + SPAN
"""Less sound than this (1.6 s) says too little: take in what lies around it."""

# What the encoder was trained on; other features give other points.
_FRAME = 160
_WINDOW = 400
_FFT = 512
_MELS = 40
_FRAMES = 80
_LOUDNESS = 10 ** (-30 / 20)
"""Quieter sound is raised to this: without it far microphones all sound like one voice (DER +6 points on AMI)."""
_BATCH = 64


class VoiceEncoder:
    """The speaker encoder of Open VoiceFilter Lite, loaded when first asked."""

    dimension = 256

    def __init__(self, weights: Path) -> None:
        self._weights = weights

    def points(self, sound: Signal) -> Vectors:
        """One for every HOP of the sound, each of length 1 and smoothed with its neighbours."""
        frames = _log_mels(_loud_enough(sound), self._filters)
        starts = range(0, max(len(frames) - _FRAMES, 0) + 1, HOP // _FRAME)
        windows = [frames[start : start + _FRAMES] for start in starts]
        raw = [
            self._session.run(None, {"mel_window": np.stack(windows[i : i + _BATCH])})[0]
            for i in range(0, len(windows), _BATCH)
        ]
        return _normalised(_smoothed(_normalised(np.concatenate(raw))))

    @cached_property
    def _session(self) -> Any:  # onnxruntime ships no types
        # one thread: its int8 sums come out otherwise with two, enough to tell the sample's voices apart or not
        return onnx_session(self._weights, threads=1)

    @cached_property
    def _filters(self) -> "NDArray[np.float32]":
        return mel_filters()


def _loud_enough(sound: Signal) -> "NDArray[np.float32]":
    samples = sound.astype(np.float32) / np.float32(32768)
    if len(samples) < SPAN:
        samples = np.pad(samples, (0, SPAN - len(samples)))
    level = float(np.sqrt(np.mean(samples**2))) + 1e-9
    louder: NDArray[np.float32] = samples * np.float32(max(1.0, _LOUDNESS / level))
    return louder


def _log_mels(samples: "NDArray[np.float32]", filters: "NDArray[np.float32]") -> "NDArray[np.float32]":
    frames = np.lib.stride_tricks.sliding_window_view(samples, _FFT)[::_FRAME]
    beside = (_FFT - _WINDOW) // 2
    window = np.pad(np.hamming(_WINDOW + 1)[:-1].astype(np.float32), beside)
    power = np.abs(np.fft.rfft(frames * window, axis=1)).astype(np.float32) ** 2
    mels: NDArray[np.float32] = np.log10(power @ filters + np.float32(1e-10))
    return mels


def mel_filters() -> "NDArray[np.float32]":
    """Slaney's mel filters, as librosa makes them: linear below 1 kHz, logarithmic above, of equal area."""
    step = np.log(6.4) / 27
    top = 15 + np.log(RATE / 2 / 1000) / step
    mels = np.linspace(0, top, _MELS + 2)
    hertz = np.where(mels < 15, mels * 200 / 3, 1000 * np.exp(step * (mels - 15)))
    bins = np.linspace(0, RATE / 2, _FFT // 2 + 1)
    slopes = hertz[:, None] - bins[None, :]
    widths = np.diff(hertz)[:, None]
    triangles = np.maximum(0, np.minimum(-slopes[:-2] / widths[:-1], slopes[2:] / widths[1:]))
    areas = 2 / (hertz[2:] - hertz[:-2])
    filters: NDArray[np.float32] = (triangles * areas[:, None]).T.astype(np.float32)
    return filters


def _smoothed(points: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Each with the one before and the one after: 1.6 s tell a voice better than 0.8."""
    padded = np.pad(points, ((1, 1), (0, 0)))
    smoothed: NDArray[np.float32] = padded[:-2] + padded[1:-1] + padded[2:]
    return smoothed


def _normalised(points: "NDArray[np.float32]") -> "NDArray[np.float32]":
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (points / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit
