"""How likely each sentence lies in, begins or ends a story, a problem or a practice.

A few small bidirectional GRUs read the whole meeting, sentence by sentence: the sentence's embedding and its
cheap signs. They are trained by benchmarks/train_tagger.py and run here in numpy, so that reading needs no torch.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TypeAlias
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from capture.cues import Signs
from models.errors import WeightsError
from models.knowledge import Kind
from models.ports import Vectors

KINDS = (Kind.STORY, Kind.PROBLEM, Kind.PRACTICE)
"""The order of the kinds in every array of the tagger and of the spans."""
INSIDE, BEGIN, END = 0, 1, 2

Marks: TypeAlias = NDArray[np.float32]
"""Logits, shape (sentences, kinds, 3): inside, begin, end."""
Weights: TypeAlias = Mapping[str, NDArray[np.float32]]
"""Of every member of the ensemble, stacked: the first axis of each array is the member."""

TRAINED = Path(__file__).parent / "trained" / "tagger.npz"


@dataclass(frozen=True, slots=True)
class Trained:
    """What training left: the weights of the tagger and of the spans, and the card that tells their making."""

    tagger: "Tagger"
    spans: Weights
    name: str
    embedder: str
    """The name of the one whose vectors it was trained on: no other's mean anything to it."""


class Tagger:
    """An ensemble of GRUs; their logits are averaged."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    def marks(self, embeddings: Vectors, signs: Signs) -> Marks:
        """One row a sentence of the meeting."""
        if not len(signs):
            return np.zeros((0, len(KINDS), 3), dtype=np.float32)
        w = self._weights
        scaled = (signs - w["mean"][0]) / w["std"][0]
        meant = np.tanh(embeddings @ w["project"].transpose(0, 2, 1) + w["project_bias"][:, None])
        read = np.concatenate([meant, np.broadcast_to(scaled, (len(meant), *scaled.shape))], axis=2)
        forth = _gru(read, w, way="forth")
        back = _gru(read[:, ::-1], w, way="back")[:, ::-1]
        known = np.concatenate([forth, back, read], axis=2)
        out = known @ w["out"].transpose(0, 2, 1) + w["out_bias"][:, None]
        marks: Marks = out.mean(axis=0).reshape(-1, len(KINDS), 3).astype(np.float32)
        return marks


def _gru(read: NDArray[np.float32], weights: Weights, *, way: str) -> NDArray[np.float32]:
    """PyTorch's GRU for all members at once; `read` is (members, sentences, inputs)."""
    inner, inner_bias = weights[f"{way}_hidden"], weights[f"{way}_hidden_bias"]
    inputs = read @ weights[f"{way}_input"].transpose(0, 2, 1) + weights[f"{way}_input_bias"][:, None]
    size = inner.shape[2]
    state = np.zeros((len(read), size), dtype=np.float32)
    states = np.empty((*read.shape[:2], size), dtype=np.float32)
    for step in range(read.shape[1]):
        within = np.matmul(inner, state[:, :, None])[:, :, 0] + inner_bias
        given = inputs[:, step]
        reset, update = np.split(_sigmoid(given[:, : 2 * size] + within[:, : 2 * size]), 2, axis=1)
        fresh = np.tanh(given[:, 2 * size :] + reset * within[:, 2 * size :])
        state = fresh + update * (state - fresh)
        states[:, step] = state
    return states


def _sigmoid(x: NDArray[np.float32]) -> NDArray[np.float32]:
    halves: NDArray[np.float32] = 0.5 * (np.tanh(0.5 * x) + 1.0)
    return halves


def load_trained(path: Path = TRAINED) -> Trained:
    """Raises WeightsError."""
    try:
        with np.load(BytesIO(path.read_bytes())) as file:
            arrays = {key: file[key].astype(np.float32) for key in file.files}
        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        name, embedder = f"{card['name']}-{card['version']}", str(card["embedder"])
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise WeightsError(
            f"The tagger's weights at {path} cannot be read: install Commonlore anew, or run `make train`"
        ) from error
    spans = {key.removeprefix("span_"): arrays.pop(key) for key in [*arrays] if key.startswith("span_")}
    return Trained(Tagger(arrays), spans, name, embedder)
