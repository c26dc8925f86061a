"""Who of up to three voices speaks when, within ten seconds of sound: the network of pyannote's segmentation 3.0.

The voices of one window have no names yet, and bear no relation to those of the next.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from capture.audio import RATE
from models.errors import WeightsError
from models.ports import Signal

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor, nn

    Activity = NDArray[np.bool_]

SPAN = 10 * RATE
"""Samples of one window: what the network was trained on."""
FRAME = 270
"""Samples from one frame to the next: 17 ms."""
FIRST = 495
"""The sample in the middle of the first frame."""
FRAMES = 589
VOICES = 3
"""Different voices in one window, of which two at most speak at once."""

_TOGETHER = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], dtype=np.bool_)
"""Which voices speak in each of the classes that the network tells apart."""


class Segmenter:
    """The network, loaded when first asked."""

    def __init__(self, weights: Path, *, overlap: float = 0.0) -> None:
        """`overlap` is added to the log probability that two speak at once."""
        self._path = weights
        self._bias = np.where(_TOGETHER.sum(axis=1) > 1, overlap, 0.0)

    def activity(self, windows: Sequence[Signal]) -> "Activity":
        """Whether each voice speaks in each frame, shape (windows, FRAMES, VOICES); short ones end in silence."""
        import torch  # heavy: needed only when something is heard

        sound = np.zeros((len(windows), SPAN), dtype=np.float32)
        for row, window in zip(sound, windows, strict=True):
            row[: len(window)] = window.astype(np.float32) / np.float32(32768)
        with torch.inference_mode():
            scores = self._scores(torch.from_numpy(sound)).numpy()
        found: Activity = _TOGETHER[(scores + self._bias).argmax(axis=-1)]
        return found

    def _scores(self, sound: "Tensor") -> "Tensor":
        """Log probabilities of the classes, shape (windows, FRAMES, 7)."""
        import torch.nn.functional as F  # heavy, see above

        weights = self._weights
        heard = self._normed(sound[:, None], "sincnet.wav_norm1d")
        heard = F.conv1d(heard, self._bands, stride=10).abs()
        heard = F.leaky_relu(self._normed(F.max_pool1d(heard, 3), "sincnet.norm1d.0"))
        for layer in ("1", "2"):
            convolved = F.conv1d(
                heard, weights[f"sincnet.conv1d.{layer}.weight"], weights[f"sincnet.conv1d.{layer}.bias"]
            )
            heard = F.leaky_relu(self._normed(F.max_pool1d(convolved, 3), f"sincnet.norm1d.{layer}"))
        told = self._memory(heard.transpose(1, 2))[0]
        for layer in ("linear.0", "linear.1"):
            told = F.leaky_relu(F.linear(told, weights[f"{layer}.weight"], weights[f"{layer}.bias"]))
        return F.log_softmax(F.linear(told, weights["classifier.weight"], weights["classifier.bias"]), dim=-1)

    def _normed(self, heard: "Tensor", layer: str) -> "Tensor":
        import torch.nn.functional as F  # heavy, see above

        return F.instance_norm(heard, weight=self._weights[f"{layer}.weight"], bias=self._weights[f"{layer}.bias"])

    @cached_property
    def _weights(self) -> "dict[str, Tensor]":
        import torch  # heavy, see above

        # windows run side by side, each on one thread: see index/embedder.py
        torch.set_num_threads(1)
        try:
            loaded = torch.load(self._path, map_location="cpu", weights_only=True)
            return dict(loaded["state_dict"])
        except (OSError, RuntimeError, KeyError, TypeError) as error:
            raise WeightsError(f"{self._path} is no segmenter's weights ({error})") from error

    @cached_property
    def _memory(self) -> "nn.LSTM":
        from torch import nn  # heavy, see above

        lstm = nn.LSTM(60, 128, num_layers=4, bidirectional=True, batch_first=True)
        own = {name.removeprefix("lstm."): w for name, w in self._weights.items() if name.startswith("lstm.")}
        lstm.load_state_dict(own)
        return lstm.eval()

    @cached_property
    def _bands(self) -> "Tensor":
        """SincNet's first layer (Ravanelli and Bengio, 2018): learnt band-pass filters, as cosines and sines."""
        import torch  # heavy, see above

        learnt = {name: self._weights[f"sincnet.conv1d.0.filterbank.{name}_"] for name in _FILTER}
        low = 50 + learnt["low_hz"].abs()
        high = torch.clamp(low + 50 + learnt["band_hz"].abs(), 50, RATE / 2)
        width, shape = high - low, learnt["window"] / (learnt["n"] / 2)
        below, above = low @ learnt["n"], high @ learnt["n"]
        cosines = (torch.sin(above) - torch.sin(below)) * shape
        sines = (torch.cos(below) - torch.cos(above)) * shape
        even = torch.cat([cosines, 2 * width, cosines.flip(1)], dim=1)
        odd = torch.cat([sines, torch.zeros_like(width), -sines.flip(1)], dim=1)
        return (torch.cat([even, odd]) / (2 * width).repeat(2, 1))[:, None]


_FILTER = ("low_hz", "band_hz", "window", "n")
