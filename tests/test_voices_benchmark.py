"""The benchmark of voices lets no clip choose its own threshold, and groups as it says it does."""

import numpy as np
import pytest

from benchmarks.diarization_error import VoiceErrors
from benchmarks.voices import _agreeing, _best_without, complete, resegmented, spectral, unbound
from capture.grouping import Grouping
from tests.test_grouping import agrees, crowd


def outcomes(*rows: tuple[float, ...]) -> list[list[tuple[VoiceErrors, bool]]]:
    """Confused seconds of ten, by threshold and clip."""
    return [[(VoiceErrors(speech=10.0, confusion=one), True) for one in row] for row in rows]


def test_a_clip_does_not_choose_its_own_threshold() -> None:
    tried = outcomes((0.0, 5.0, 5.0), (9.0, 1.0, 1.0))

    assert _best_without(0, tried) == 1
    assert _best_without(1, outcomes((0.0, 0.0), (1.0, 0.0))) == 0


def test_of_thresholds_that_do_alike_the_middle_one_is_taken() -> None:
    assert _best_without(0, outcomes((9.0, 1.0), (9.0, 0.0), (9.0, 0.0), (0.0, 0.0), (9.0, 1.0))) == 2


@pytest.mark.parametrize("grouping", [unbound, complete, spectral, resegmented])
def test_every_way_of_grouping_tells_apart_what_lies_far_apart(grouping: Grouping) -> None:
    points, voices = crowd([20, 20, 20])

    labels = grouping(points, windows=np.arange(60), speakers=None, same_voice=0.7)

    assert agrees(labels.tolist(), voices)


def test_words_are_right_when_each_voice_found_stands_for_one() -> None:
    assert _agreeing(["A", "A", "B", "B"], ["Speaker 2", "Speaker 2", "Speaker 1", "Unknown"]) == 3
