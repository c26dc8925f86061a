"""Voices told apart by sherpa-onnx, for those who hold weights for it: the only file that knows it."""

import os
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from capture.diarizer import numbered
from models.errors import WeightsError
from models.ports import Report, Signal, Voice, unreported

SEGMENTATION, EMBEDDING = "segmentation.onnx", "embedding.onnx"


class SherpaDiarizer:
    """A folder with a pyannote segmentation model and a speaker embedding model, as sherpa-onnx publishes them."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        """`threads` 0 takes all there are. Raises WeightsError."""
        if find_spec("sherpa_onnx") is None:
            raise WeightsError("sherpa-onnx is not installed: pip install 'commonlore[sherpa]'")
        for file in (SEGMENTATION, EMBEDDING):
            if not (folder / file).is_file():
                raise WeightsError(
                    f"'{folder}' is no folder with a {file}: set COMMONLORE_DIARIZER to sherpa:FOLDER"
                )
        self._folder = folder
        self._threads = threads or os.cpu_count() or 1

    @property
    def name(self) -> str:
        return f"sherpa-onnx, {self._folder.name}"

    def diarize(self, signal: Signal, *, speakers: int | None = None, report: Report = unreported) -> list[Voice]:
        """In order of time. Raises WeightsError."""
        if not len(signal):
            return []
        engine = self._engine(speakers)

        def told(done: int, of: int) -> int:
            report(0.99 * done / max(of, 1))
            return 0  # anything else would end it

        segments = engine.process(signal.astype(np.float32) / np.float32(32768), told).sort_by_start_time()
        report(1.0)
        return numbered((segment.start, segment.end, segment.speaker) for segment in segments)

    def _engine(self, speakers: int | None) -> Any:  # sherpa_onnx ships no types
        sherpa = self._library
        config = sherpa.OfflineSpeakerDiarizationConfig(
            segmentation=sherpa.OfflineSpeakerSegmentationModelConfig(
                pyannote=sherpa.OfflineSpeakerSegmentationPyannoteModelConfig(
                    model=str(self._folder / SEGMENTATION)
                ),
                num_threads=self._threads,
            ),
            embedding=sherpa.SpeakerEmbeddingExtractorConfig(
                model=str(self._folder / EMBEDDING), num_threads=self._threads
            ),
            clustering=sherpa.FastClusteringConfig(num_clusters=speakers or -1),
        )
        try:
            return sherpa.OfflineSpeakerDiarization(config)
        except (RuntimeError, ValueError) as error:
            raise WeightsError(f"the weights in '{self._folder}' cannot be loaded ({error})") from error

    @cached_property
    def _library(self) -> Any:  # see above
        import sherpa_onnx  # heavy, and not everybody has it

        return sherpa_onnx
