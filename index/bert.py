"""A small BERT sentence encoder with numpy alone: one question has its meaning before torch has loaded.

It reads the folder of a sentence-transformers model as that library does (Devlin et al. 2019: normed after each
layer, GELU; the mean of the tokens, made length 1), and says where a folder holds something else.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer

Array = NDArray[np.float32]
LONGEST = 128
"""Tokens of a question that are read: a long one waits for torch, which is quicker at it."""


class TooLong(Exception):
    """More tokens than are read here."""


class NotThisKind(Exception):
    """The folder holds another architecture, another pooling, or weights that cannot be read."""


class QuickBert:
    """Reads one text at a time."""

    def __init__(self, folder: Path, *, tuned: Mapping[str, Array]) -> None:
        """`tuned` weights take the place of those of the folder. Raises NotThisKind."""
        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            pooling = json.loads((folder / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
            steps = [step["type"].rsplit(".", 1)[-1] for step in json.loads((folder / "modules.json").read_text())]
            usual = (config["model_type"], config["hidden_act"], steps)
            if usual != ("bert", "gelu", ["Transformer", "Pooling", "Normalize"]):
                raise NotThisKind(f"{folder} is no BERT with GELU whose mean is made length 1")
            if not pooling["pooling_mode_mean_tokens"] or pooling.get("pooling_mode_cls_token"):
                raise NotThisKind(f"{folder} does not take the mean of the tokens")
            self._weights = {**load_file(folder / "model.safetensors"), **tuned}
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            raise NotThisKind(str(error)) from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._heads = int(config["num_attention_heads"])
        self._layers = int(config["num_hidden_layers"])
        self._epsilon = float(config["layer_norm_eps"])

    def embed(self, text: str) -> Array:
        """Shape (dimension,), of length 1. Raises TooLong."""
        tokens = self._tokenizer.encode(text).ids
        if len(tokens) > LONGEST:
            raise TooLong
        states = self._embedded(np.array(tokens))
        for number in range(self._layers):
            states = self._layer(f"encoder.layer.{number}", states)
        mean = states.mean(axis=0)
        row: Array = (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)
        return row

    def _embedded(self, tokens: NDArray[np.int64]) -> Array:
        words = self._weights["embeddings.word_embeddings.weight"][tokens]
        places = self._weights["embeddings.position_embeddings.weight"][: len(tokens)]
        kind = self._weights["embeddings.token_type_embeddings.weight"][0]
        return self._normed("embeddings.LayerNorm", words + places + kind)

    def _layer(self, name: str, states: Array) -> Array:
        attended = self._linear(f"{name}.attention.output.dense", self._attended(name, states))
        states = self._normed(f"{name}.attention.output.LayerNorm", states + attended)
        inner = gelu(self._linear(f"{name}.intermediate.dense", states))
        return self._normed(f"{name}.output.LayerNorm", states + self._linear(f"{name}.output.dense", inner))

    def _attended(self, name: str, states: Array) -> Array:
        query, key, value = (
            self._linear(f"{name}.attention.self.{what}", states)
            .reshape(len(states), self._heads, -1)
            .transpose(1, 0, 2)
            for what in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(query.shape[-1]))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed: Array = (scores @ value).transpose(1, 0, 2).reshape(len(states), -1)
        return mixed

    def _linear(self, name: str, states: Array) -> Array:
        made: Array = states @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return made

    def _normed(self, name: str, states: Array) -> Array:
        centred = states - states.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + self._epsilon)
        made: Array = centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return made


def gelu(states: Array) -> Array:
    """x Φ(x), the error function as Abramowitz and Stegun 7.1.26 approach it (wrong by at most 1.5e-7)."""
    x = np.abs(states) / np.float32(np.sqrt(2))
    t = 1 / (1 + 0.3275911 * x)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    error = np.sign(states) * (1 - series * np.exp(-(x**2)))
    made: Array = (states * (1 + error) / 2).astype(np.float32)
    return made
