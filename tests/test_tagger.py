"""The tagger reads alike however its windows are batched, says what training says, and refuses broken weights."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import training
from benchmarks.annotated import Annotated, Marked
from benchmarks.train_tagger import write
from benchmarks.training import Recipe, train
from capture import tagger
from capture.cues import SIGNS, signs
from capture.encoder import Encoder
from capture.linguist import Sentence
from capture.marks import KINDS, Marks
from capture.tagger import TRAINED, Tagger, load_trained
from models.errors import WeightsError
from models.knowledge import Kind
from models.meeting import Transcript
from models.ports import unreported

TEXTS = (
    "When the hub opened we had no transport, so two assistants drove.",
    "Yes.",
    "Children with additional needs cannot follow online lessons without an adult, and many parents work.",
    "How do you find out who has not been seen for a week or more?",
)
SPANS = {"span_least": np.zeros(3, dtype=np.float32)}


def sentences(count: int) -> list[Sentence]:
    return [
        Sentence(
            turn=number // 3,
            char_start=0,
            char_end=len(text := TEXTS[number % 4]),
            text=text,
            speaker="AB"[number // 3 % 2],
        )
        for number in range(count)
    ]


@pytest.mark.weights
def test_marks_do_not_hang_on_how_windows_are_batched(monkeypatch: pytest.MonkeyPatch) -> None:
    said = sentences(90)
    trained = load_trained(threads=2)
    together = trained.tagger.marks(said)
    monkeypatch.setattr(tagger, "BATCH", 1)
    assert np.allclose(trained.tagger.marks(said), together, atol=1e-4)
    assert together.shape == (90, len(KINDS), 3)
    assert np.ptp(together) > 1


@pytest.mark.weights
def test_what_is_written_says_what_training_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = tuple(sentences(40))
    one = Annotated(
        name="hub_1",
        domain="hub",
        transcript=Transcript(turns=()),
        sentences=said,
        marked=(Marked(kind=Kind.STORY, first=0, last=2),),
    )
    recipe = Recipe(projected=6, hidden=5, epochs=2, stretch=1, batch=2)
    lines: list[str] = []
    said_in_training: list[Marks] = []

    def learn_spans(_: object, marks: list[Marks], *, unseen: set[int]) -> dict[str, np.ndarray]:
        said_in_training.extend(marks)
        return SPANS

    monkeypatch.setattr(training, "learn_spans", learn_spans)
    made = train([one, replace(one, name="hub_2")], recipe, log=lines.append)
    write(made, {"name": "t", "version": "1", "upper_layers": recipe.upper}, tmp_path / "t.npz")
    read = load_trained(tmp_path / "t.npz")
    assert (read.name, list(read.spans)) == ("t-1", ["least"])
    assert np.allclose(read.tagger.marks(said), said_in_training[0], atol=0.02)  # kept in half precision
    assert np.ptp(said_in_training[0]) > 0.2
    assert lines[1].startswith("epoch 1 of 2: loss ")
    other = train([one, replace(one, name="hub_2")], replace(recipe, seed=2), log=lines.append)
    assert not np.allclose(other["0.project.weight"], made["0.project.weight"], atol=1e-2)


def test_a_meeting_without_sentences_has_no_marks() -> None:
    assert signs([]).shape == (0, SIGNS)
    assert Tagger(Encoder(upper=2), []).marks([]).shape == (0, len(KINDS), 3)


def test_signs_tell_a_question_and_who_asks() -> None:
    said = [
        Sentence(turn=0, char_start=0, char_end=12, text="What is that?", speaker="Counsel"),
        Sentence(turn=1, char_start=0, char_end=9, text="A minibus with nobody to drive it.", speaker="Witness"),
    ]
    rows = signs(said)
    assert rows[0, 2] == 1 and rows[1, 2] == 0
    assert not np.array_equal(rows[0], rows[1])
    assert np.isfinite(rows).all()


@pytest.mark.weights
def test_progress_grows_to_the_end() -> None:
    fractions: list[float] = []
    load_trained().tagger.marks(sentences(200), report=fractions.append)
    assert fractions == sorted(fractions) and fractions[-1] == 1.0
    load_trained().tagger.marks(sentences(5), report=unreported)


def test_weights_that_cannot_be_read_name_the_way_out(tmp_path: Path) -> None:
    broken = tmp_path / "tagger.npz"
    with pytest.raises(WeightsError, match="make train"):
        load_trained(broken)
    for content in (b"not weights", TRAINED.read_bytes()[:5000], b""):
        broken.write_bytes(content)
        with pytest.raises(WeightsError, match="make train"):
            load_trained(broken)


@pytest.mark.weights
def test_the_committed_weights_load_and_say_their_name() -> None:
    trained = load_trained()
    assert trained.name.startswith("commonlore-spans-")
    assert trained.spans["weights"].shape[0] == len(KINDS)
    assert TRAINED.stat().st_size < 25e6
