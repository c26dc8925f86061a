"""The tagger in numpy does what it was trained to do in torch, and refuses weights it cannot read."""

from pathlib import Path

import numpy as np
import pytest

from capture.cues import SIGNS, signs
from capture.linguist import Sentence
from capture.tagger import KINDS, TRAINED, Tagger, load_trained
from models.errors import WeightsError

DIMENSION = 16


def sentences(count: int) -> list[Sentence]:
    text = "When the hub opened we had no transport, so two assistants drove."
    return [
        Sentence(turn=n // 3, char_start=0, char_end=len(text), text=text, speaker="AB"[n // 3 % 2])
        for n in range(count)
    ]


def test_numpy_reads_as_torch_does() -> None:
    torch = pytest.importorskip("torch")
    training = pytest.importorskip("benchmarks.training")
    recipe = training.Recipe(projected=8, hidden=6)
    reader = training.Reader(dimension=DIMENSION, signs=SIGNS, recipe=recipe).eval()
    scale = {"mean": np.full(SIGNS, 0.3, dtype=np.float32), "std": np.full(SIGNS, 0.7, dtype=np.float32)}
    arrays = training.as_arrays(reader) | scale
    embeddings = np.random.default_rng(1).normal(size=(7, DIMENSION)).astype(np.float32)
    row = signs(sentences(7))
    with torch.no_grad():
        scaled = (row - scale["mean"]) / scale["std"]
        expected = reader(torch.from_numpy(embeddings)[None], torch.from_numpy(scaled)[None])[0].numpy()
    twice = Tagger({name: np.stack([array, array]) for name, array in arrays.items()})
    assert np.allclose(twice.marks(embeddings, row), expected, atol=1e-5)


def test_a_meeting_without_sentences_has_no_marks() -> None:
    assert signs([]).shape == (0, SIGNS)
    assert Tagger({}).marks(np.zeros((0, 4), dtype=np.float32), signs([])).shape == (0, len(KINDS), 3)


def test_signs_tell_a_question_and_who_asks() -> None:
    said = [
        Sentence(turn=0, char_start=0, char_end=12, text="What is that?", speaker="Counsel"),
        Sentence(turn=1, char_start=0, char_end=9, text="A minibus with nobody to drive it.", speaker="Witness"),
    ]
    rows = signs(said)
    assert rows[0, 2] == 1 and rows[1, 2] == 0
    assert not np.array_equal(rows[0], rows[1])
    assert np.isfinite(rows).all()


def test_weights_that_cannot_be_read_name_the_way_out(tmp_path: Path) -> None:
    broken = tmp_path / "tagger.npz"
    with pytest.raises(WeightsError, match="make train"):
        load_trained(broken)
    for content in (b"not weights", TRAINED.read_bytes()[:5000], b""):
        broken.write_bytes(content)
        with pytest.raises(WeightsError, match="make train"):
            load_trained(broken)


def test_the_committed_weights_load_and_say_their_name() -> None:
    trained = load_trained()
    assert trained.name.startswith("commonlore-spans-")
    assert trained.spans["weights"].shape[0] == len(KINDS)
