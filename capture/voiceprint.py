"""What a voice sounds like, as a point in a space where the same voice lies near itself: the CAM++ network.

The points live in memory for one meeting and are never kept: they are biometric.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from capture.audio import RATE
from models.errors import WeightsError
from models.ports import Signal, Vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    Features: TypeAlias = NDArray[np.float32]
    """Shape (frames, 80)."""

HOP = 160
"""Samples from one frame of features to the next: 10 ms."""
WINDOW = 400
SHORTEST = 20
"""Frames that a point can be made of at the least."""
_ROUND = 10
"""Lengths are cut to a multiple of this many frames, so that many run at once."""
_BATCH = 16

# What the network was trained on; other features give other points.
_FFT = 512
_MELS = 80
_LOWEST = 20.0
_EMPHASIS = np.float32(0.97)
_FLOOR = np.finfo(np.float32).eps


def features(sound: Signal) -> "Features":
    """Logarithms of 80 mel bands, as Kaldi makes them."""
    if len(sound) < WINDOW:
        return np.zeros((0, _MELS), dtype=np.float32)
    samples = sound.astype(np.float32) / np.float32(32768)
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    shaped = (frames - _EMPHASIS * before) * (np.hanning(WINDOW) ** 0.85).astype(np.float32)
    power = np.abs(np.fft.rfft(shaped, _FFT, axis=1)).astype(np.float32) ** 2
    logs: NDArray[np.float32] = np.log(np.maximum(power @ mel_filters(), _FLOOR))
    return logs


def mel_filters() -> "NDArray[np.float32]":
    """Kaldi's: triangles in mel, from 20 Hz to half the rate."""
    bins = _mel(np.arange(_FFT // 2 + 1) * RATE / _FFT)
    edges = np.linspace(_mel(np.array(_LOWEST)), _mel(np.array(RATE / 2)), _MELS + 2)
    rising = (bins[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    filters: NDArray[np.float32] = np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
    return filters


def _mel(hertz: "NDArray[np.float64]") -> "NDArray[np.float64]":
    mels: NDArray[np.float64] = 1127 * np.log(1 + hertz / 700)
    return mels


class Encoder(Protocol):
    """Makes points of voices."""

    def features(self, sound: Signal) -> "Features":
        """One frame for every HOP, each of WINDOW samples."""

    def points(self, sounds: "Sequence[Features]") -> Vectors:
        """One for each, of length 1; each sound has SHORTEST frames at the least."""


class VoiceEncoder:
    """CAM++ (Wang et al., 2023) of 3D-Speaker, loaded when first asked."""

    dimension = 192

    def __init__(self, weights: Path) -> None:
        self._path = weights

    def features(self, sound: Signal) -> "Features":
        """As of the module."""
        return features(sound)

    def points(self, sounds: "Sequence[Features]") -> Vectors:
        """One for each, of length 1; each sound has SHORTEST frames at the least."""
        points = np.zeros((len(sounds), self.dimension), dtype=np.float32)
        for batch in _batches([len(sound) // _ROUND * _ROUND for sound in sounds]):
            length = len(sounds[batch[0]]) // _ROUND * _ROUND
            heard = np.stack([sounds[at][:length] for at in batch])
            points[batch] = self._network.points(heard - heard.mean(axis=1, keepdims=True))
        lengths = np.linalg.norm(points, axis=1, keepdims=True)
        unit: NDArray[np.float32] = points / np.maximum(lengths, np.float32(1e-9))
        return unit

    @cached_property
    def _network(self) -> "_Network":
        import torch  # heavy: needed only when something is heard

        # voices run side by side, each on one thread: see index/embedder.py
        torch.set_num_threads(1)
        try:
            loaded = torch.load(self._path, map_location="cpu", weights_only=True)
            return _Network({name: loaded[name] for name in loaded})
        except (OSError, RuntimeError, KeyError, TypeError) as error:
            raise WeightsError(f"{self._path} is no speaker encoder's weights ({error})") from error


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Positions of sounds of one length, a few at a time."""
    for length in sorted(set(lengths)):
        alike = [at for at, one in enumerate(lengths) if one == length]
        yield from (alike[begin : begin + _BATCH] for begin in range(0, len(alike), _BATCH))


_BLOCKS = ((12, 1), (24, 2), (16, 2))
"""Layers and dilation of each of the three dense blocks."""
_GROWTH = 32
_CONTEXT = 100
"""Frames over which a layer looks at what surrounds it."""


@dataclass(frozen=True, slots=True)
class _Affine:
    """What a batch normalisation does once it is trained."""

    scale: "Tensor"
    shift: "Tensor"


@dataclass(frozen=True, slots=True)
class _Conv:
    """A convolution that has its batch normalisation in itself."""

    weight: "Tensor"
    bias: "Tensor"


class _Network:
    """Frames first, channels last, normalisations folded into the convolutions where they follow one: a third
    quicker than the published form, and the same to six digits."""

    def __init__(self, weights: "dict[str, Tensor]") -> None:
        self._weights = weights
        self._convs: dict[str, _Conv] = {}
        self._affines: dict[str, _Affine] = {}

    def points(self, heard: "Features") -> "NDArray[np.float32]":
        """Not yet of length 1; all of one length of sound."""
        import torch  # heavy, see above

        with torch.inference_mode():
            frames = self._front(torch.from_numpy(heard))
            for block, (layers, dilation) in enumerate(_BLOCKS, start=1):
                frames = self._block(frames, f"xvector.block{block}", layers=layers, dilation=dilation)
                frames = self._rectified(frames, f"xvector.transit{block}.nonlinear.batchnorm")
                frames = frames @ self._matrix(f"xvector.transit{block}.linear").T
            frames = self._rectified(frames, "xvector.out_nonlinear.batchnorm")
            pooled = torch.cat([frames.mean(dim=1), frames.std(dim=1)], dim=-1)
            # no rectifier after this last normalisation: with one, voices lie in one corner and nearer together
            last = self._conv("xvector.dense.linear", "xvector.dense.nonlinear.batchnorm")
            points: NDArray[np.float32] = (pooled @ last.weight[:, :, 0].T + last.bias).numpy()
        return points

    def _front(self, heard: "Tensor") -> "Tensor":
        """Two-dimensional convolutions over bands and frames, then one over frames: shape (n, frames, channels)."""
        import torch.nn.functional as F  # heavy, see above

        image = F.relu_(self._over_bands(heard.transpose(1, 2)[:, None], "head.conv1", "head.bn1"))
        for layer in ("head.layer1", "head.layer2"):
            image = self._residual(image, f"{layer}.0", stride=2)
            image = self._residual(image, f"{layer}.1", stride=1)
        image = F.relu_(self._over_bands(image, "head.conv2", "head.bn2", stride=2))
        first = self._conv("xvector.tdnn.linear", "xvector.tdnn.nonlinear.batchnorm")
        frames = F.conv1d(image.flatten(1, 2), first.weight, first.bias, stride=2, padding=2)
        return F.relu_(frames).transpose(1, 2)

    def _residual(self, image: "Tensor", layer: str, *, stride: int) -> "Tensor":
        import torch.nn.functional as F  # heavy, see above

        inner = F.relu_(self._over_bands(image, f"{layer}.conv1", f"{layer}.bn1", stride=stride))
        inner = self._over_bands(inner, f"{layer}.conv2", f"{layer}.bn2")
        if stride > 1:
            short = self._conv(f"{layer}.shortcut.0", f"{layer}.shortcut.1")
            image = F.conv2d(image, short.weight, short.bias, stride=(stride, 1))
        return F.relu_(inner + image)

    def _over_bands(self, image: "Tensor", conv: str, norm: str, *, stride: int = 1) -> "Tensor":
        import torch.nn.functional as F  # heavy, see above

        folded = self._conv(conv, norm)
        return F.conv2d(image, folded.weight, folded.bias, stride=(stride, 1), padding=1)

    def _block(self, frames: "Tensor", block: str, *, layers: int, dilation: int) -> "Tensor":
        """Each layer sees what all before it gave."""
        count, steps, channels = frames.shape
        grown = frames.new_empty(count, steps, channels + layers * _GROWTH)
        grown[..., :channels] = frames
        for number in range(1, layers + 1):
            layer = f"{block}.tdnnd{number}"
            seen = self._rectified(grown[..., :channels], f"{layer}.nonlinear1.batchnorm")
            grown[..., channels : channels + _GROWTH] = self._layer(seen, layer, dilation=dilation)
            channels += _GROWTH
        return grown

    def _layer(self, seen: "Tensor", layer: str, *, dilation: int) -> "Tensor":
        """A convolution whose channels are opened and shut by what the sound is like around it."""
        import torch  # heavy, see above
        import torch.nn.functional as F

        narrow = self._conv(f"{layer}.linear1", f"{layer}.nonlinear2.batchnorm")
        inner = F.relu_(F.linear(seen, narrow.weight[:, :, 0], narrow.bias))
        along = inner.transpose(1, 2)
        local = F.conv1d(
            along, self._weights[f"{layer}.cam_layer.linear_local.weight"], padding=dilation, dilation=dilation
        )
        around = F.avg_pool1d(along, _CONTEXT, _CONTEXT, ceil_mode=True).transpose(1, 2)
        gate = F.relu_(self._gate(inner.mean(dim=1, keepdim=True) + around, f"{layer}.cam_layer.linear1"))
        gate = torch.sigmoid(self._gate(gate, f"{layer}.cam_layer.linear2"))
        return local.transpose(1, 2) * gate.repeat_interleave(_CONTEXT, dim=1)[:, : inner.shape[1]]

    def _gate(self, context: "Tensor", layer: str) -> "Tensor":
        return context @ self._matrix(layer).T + self._weights[f"{layer}.bias"]

    def _matrix(self, layer: str) -> "Tensor":
        return self._weights[f"{layer}.weight"][:, :, 0]

    def _rectified(self, frames: "Tensor", norm: str) -> "Tensor":
        import torch  # heavy, see above

        affine = self._affine(norm)
        return torch.relu_(torch.addcmul(affine.shift, frames, affine.scale))

    def _affine(self, norm: str) -> _Affine:
        import torch  # heavy, see above

        if norm not in self._affines:
            variance = self._weights[f"{norm}.running_var"] + 1e-5
            scale = self._weights.get(f"{norm}.weight", torch.ones_like(variance)) / variance.sqrt()
            shift = self._weights.get(f"{norm}.bias", torch.zeros_like(variance))
            mean = self._weights[f"{norm}.running_mean"]
            self._affines[norm] = _Affine(scale=scale, shift=shift - mean * scale)
        return self._affines[norm]

    def _conv(self, conv: str, norm: str) -> _Conv:
        if conv not in self._convs:
            weight, affine = self._weights[f"{conv}.weight"], self._affine(norm)
            scale = affine.scale.view(-1, *[1] * (weight.dim() - 1))
            self._convs[conv] = _Conv(weight=weight * scale, bias=affine.shift)
        return self._convs[conv]
