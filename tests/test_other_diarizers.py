"""Diarizers for those who hold other weights: what they say is ours, and what they lack is named.

The libraries stand in as small modules with the names and shapes that sherpa-onnx 2.0 and pyannote.audio 4 have;
no weights for either are to be had from packages.
"""

import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from api.services import Services, chosen_diarizer
from capture.diarizer import VoiceDiarizer
from capture.pyannote import PyannoteDiarizer
from capture.sherpa import SherpaDiarizer
from models.errors import ConfigError, WeightsError
from models.ports import Voice
from models.settings import read_settings

SECOND = np.ones(16_000, dtype=np.int16)
HEARD = [(3.0, 4.0, "b"), (0.0, 2.0, "a"), (1.5, 3.0, "c")]
TOLD = [
    Voice(start=0.0, end=2.0, label="Speaker 1"),
    Voice(start=1.5, end=3.0, label="Speaker 2"),
    Voice(start=3.0, end=4.0, label="Speaker 3"),
]


def module(monkeypatch: pytest.MonkeyPatch, name: str, **names: Any) -> None:
    made = ModuleType(name)
    made.__spec__ = ModuleSpec(name, loader=None, is_package=True)
    made.__path__ = []
    made.__dict__.update(names)
    monkeypatch.setitem(sys.modules, name, made)


class ToySherpa:
    """Hears HEARD in anything, and keeps what it was asked."""

    asked: Any

    def __init__(self, config: Any) -> None:
        type(self).asked = config

    def process(self, samples: Any, callback: Any) -> Any:
        assert samples.dtype == np.float32
        assert callback(1, 2) == 0
        found = [SimpleNamespace(start=start, end=end, speaker=label) for start, end, label in HEARD]
        return SimpleNamespace(sort_by_start_time=lambda: sorted(found, key=lambda one: one.start))


@pytest.fixture
def sherpa(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The toy as a library, and a folder of weights for it."""
    configs = (
        "OfflineSpeakerDiarizationConfig",
        "OfflineSpeakerSegmentationModelConfig",
        "OfflineSpeakerSegmentationPyannoteModelConfig",
        "SpeakerEmbeddingExtractorConfig",
        "FastClusteringConfig",
    )
    made = dict.fromkeys(configs, SimpleNamespace)
    module(monkeypatch, "sherpa_onnx", OfflineSpeakerDiarization=ToySherpa, **made)
    for name in ("segmentation.onnx", "embedding.onnx"):
        (tmp_path / name).touch()
    return tmp_path


class ToyPyannote:
    """A pipeline of pyannote.audio 4; what it tells is an annotation among other things."""

    asked: dict[str, Any]

    @classmethod
    def from_pretrained(cls, folder: str) -> Any:
        if "broken" in folder:
            raise ValueError("no such task")
        return cls()

    def __call__(self, sound: dict[str, Any], **asked: Any) -> Any:
        assert tuple(sound["waveform"].shape) == (1, len(SECOND))
        assert sound["sample_rate"] == 16_000
        type(self).asked = asked
        return SimpleNamespace(speaker_diarization=self)

    def itertracks(self, *, yield_label: bool) -> Any:
        assert yield_label
        return [(SimpleNamespace(start=start, end=end), "_", label) for start, end, label in HEARD]


@pytest.fixture
def pyannote(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The toy as a library, and the folder of a pipeline."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("PYANNOTE_METRICS_ENABLED", "0")
    module(monkeypatch, "pyannote")
    module(monkeypatch, "pyannote.audio", Pipeline=ToyPyannote)
    (tmp_path / "config.yaml").touch()
    return tmp_path


def test_voices_of_sherpa_are_numbered_as_they_come(sherpa: Path) -> None:
    done: list[float] = []

    assert SherpaDiarizer(sherpa, threads=3).diarize(SECOND, speakers=3, report=done.append) == TOLD
    assert done[-1] == 1.0
    assert ToySherpa.asked.clustering.num_clusters == 3
    assert ToySherpa.asked.segmentation.num_threads == 3
    assert ToySherpa.asked.embedding.model == str(sherpa / "embedding.onnx")


def test_voices_of_pyannote_are_numbered_as_they_come(pyannote: Path) -> None:
    assert PyannoteDiarizer(pyannote).diarize(SECOND, speakers=2) == TOLD
    assert ToyPyannote.asked == {"num_speakers": 2}


def test_nothing_is_heard_in_nothing(sherpa: Path, pyannote: Path) -> None:
    for diarizer in (SherpaDiarizer(sherpa), PyannoteDiarizer(pyannote)):
        assert diarizer.diarize(SECOND[:0]) == []


@pytest.mark.parametrize("kind", ["sherpa", "pyannote"])
def test_a_missing_library_names_what_to_install(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module_name = {"sherpa": "sherpa_onnx", "pyannote": "pyannote"}[kind]
    monkeypatch.setattr(f"capture.{kind}.find_spec", lambda name: None if name == module_name else object())

    with pytest.raises(WeightsError, match=rf"pip install 'commonlore\[{kind}\]'"):
        chosen_diarizer(f"{kind}:{tmp_path}", threads=1)


@pytest.mark.parametrize(("kind", "file"), [("sherpa", "embedding.onnx"), ("pyannote", "config.yaml")])
def test_missing_weights_are_named_with_the_setting(kind: str, file: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(kind)
    (folder / file).unlink()

    with pytest.raises(WeightsError, match=rf"{file}: set COMMONLORE_DIARIZER to {kind}:FOLDER"):
        chosen_diarizer(f"{kind}:{folder}", threads=1)


def test_a_pipeline_that_cannot_be_loaded_says_so(pyannote: Path) -> None:
    broken = pyannote / "broken"
    broken.mkdir()
    (broken / "config.yaml").touch()

    with pytest.raises(WeightsError, match="broken' cannot be loaded"):
        PyannoteDiarizer(broken).diarize(SECOND)


def test_the_setting_chooses_and_a_slip_in_it_is_told(sherpa: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(chosen_diarizer("builtin", threads=1), VoiceDiarizer)
    assert isinstance(chosen_diarizer(f"sherpa:{sherpa}", threads=1), SherpaDiarizer)
    monkeypatch.chdir(sherpa)
    for slip in ("sherpa", "pyannote:", "nemo:folder", ""):
        with pytest.raises(ConfigError, match="COMMONLORE_DIARIZER"):
            read_settings(diarizer=slip)


@pytest.mark.weights
def test_a_recording_is_listened_to_with_the_diarizer_of_the_setting(sherpa: Path, tmp_path: Path) -> None:
    chosen = Services(read_settings(home=tmp_path, cache=tmp_path / "cache", diarizer=f"sherpa:{sherpa}"))
    usual = Services(read_settings(home=tmp_path, cache=tmp_path / "cache"))

    assert isinstance(chosen.ears.diarizer, SherpaDiarizer)
    assert isinstance(usual.ears.diarizer, VoiceDiarizer)
