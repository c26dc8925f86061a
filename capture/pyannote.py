"""Voices told apart by a pipeline of pyannote.audio, for those who hold weights: the only file that knows it."""

import os
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from capture.audio import RATE
from capture.diarizer import numbered
from models.errors import WeightsError
from models.ports import Report, Signal, Voice, unreported


class PyannoteDiarizer:
    """A folder with a pipeline's config.yaml and the weights it names; no hub is asked for what is missing."""

    def __init__(self, folder: Path) -> None:
        """Raises WeightsError."""
        if not _installed():
            raise WeightsError("pyannote.audio is not installed: pip install 'commonlore[pyannote]'")
        if not (folder / "config.yaml").is_file():
            raise WeightsError(
                f"'{folder}' is no folder with a config.yaml: set COMMONLORE_DIARIZER to pyannote:FOLDER"
            )
        self._folder = folder

    @property
    def name(self) -> str:
        return f"pyannote.audio, {self._folder.name}"

    def diarize(self, signal: Signal, *, speakers: int | None = None, report: Report = unreported) -> list[Voice]:
        """In order of time. Raises WeightsError."""
        if not len(signal):
            return []
        import torch  # as heavy as what it is handed to

        sound = torch.from_numpy(signal.astype(np.float32) / np.float32(32768))[None]
        heard = self._pipeline({"waveform": sound, "sample_rate": RATE}, num_speakers=speakers)
        report(1.0)
        # since its version 4 the turns are one of several things that a pipeline tells
        turns = getattr(heard, "speaker_diarization", heard)
        return numbered((turn.start, turn.end, label) for turn, _, label in turns.itertracks(yield_label=True))

    @cached_property
    def _pipeline(self) -> Any:  # pyannote.audio is not there to be checked against
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["PYANNOTE_METRICS_ENABLED"] = "0"
        from pyannote.audio import Pipeline  # heavy, and not everybody has it

        try:
            pipeline = Pipeline.from_pretrained(str(self._folder))
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise WeightsError(f"the pipeline in '{self._folder}' cannot be loaded ({error})") from error
        if pipeline is None:
            raise WeightsError(
                f"the pipeline in '{self._folder}' cannot be loaded: a file that it names is missing"
            )
        return pipeline


def _installed() -> bool:
    # asking for `pyannote.audio` where there is no `pyannote` is an error of its own
    return find_spec("pyannote") is not None and find_spec("pyannote.audio") is not None
