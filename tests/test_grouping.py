"""Points that lie near each other are one voice, and two of one window never are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from capture.grouping import MOST_COMPARED, assigned, centres, told_apart
from models.ports import Vectors


def crowd(sizes: list[int], *, spread: float = 0.05, seed: int = 1) -> tuple[Vectors, list[int]]:
    """Points around as many far apart directions as there are sizes, shuffled, and whose each is."""
    random = np.random.default_rng(seed)
    middles = np.linalg.qr(random.normal(size=(64, len(sizes))))[0].T
    voices = random.permutation(np.repeat(np.arange(len(sizes)), sizes))
    points = middles[voices] + random.normal(scale=spread, size=(len(voices), 64))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return points.astype(np.float32), voices.tolist()


def found(points: Vectors, *, speakers: int | None = None) -> list[int]:
    """The voices where each point is from a window of its own."""
    labels: list[int] = told_apart(points, windows=np.arange(len(points)), speakers=speakers).tolist()
    return labels


def agrees(labels: list[int], voices: list[int]) -> bool:
    """Whether two labellings are the same but for the names."""
    return len(set(zip(labels, voices, strict=True))) == len(set(labels)) == len(set(voices))


@given(sizes=st.lists(st.integers(min_value=20, max_value=60), min_size=1, max_size=6), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=20)
def test_voices_that_differ_are_counted_and_told_apart(sizes: list[int], seed: int) -> None:
    points, voices = crowd(sizes, seed=seed)

    assert agrees(found(points), voices)


@given(sizes=st.lists(st.integers(min_value=20, max_value=60), min_size=2, max_size=6), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=20)
def test_as_many_voices_are_told_apart_as_were_said_to_be_there(sizes: list[int], seed: int) -> None:
    points, voices = crowd(sizes, seed=seed)

    assert agrees(found(points, speakers=len(sizes)), voices)
    assert len(set(found(points, speakers=len(sizes) - 1))) == len(sizes) - 1


@pytest.mark.parametrize("speakers", [None, 2])
def test_a_stray_point_is_no_voice_in_a_long_meeting(speakers: int | None) -> None:
    points, voices = crowd([300, 300, 1])

    labels = found(points, speakers=speakers)

    assert len(set(labels)) == 2
    assert agrees(
        [one for one, voice in zip(labels, voices, strict=True) if voice < 2], [v for v in voices if v < 2]
    )


def test_two_points_of_one_window_are_two_voices_however_near_they_lie() -> None:
    points, _ = crowd([4], spread=0.01)
    windows: NDArray[np.int64] = np.array([0, 0, 1, 1])

    labels = told_apart(points, windows=windows).tolist()

    assert labels[0] != labels[1]
    assert labels[2] != labels[3]


def test_more_points_than_are_compared_with_each_other_all_get_a_voice() -> None:
    points, voices = crowd([MOST_COMPARED, MOST_COMPARED // 2])

    assert agrees(found(points), voices)


@pytest.mark.parametrize("speakers", [None, 1, 2, 9])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_hardly_any_speech_is_no_trouble(count: int, speakers: int | None) -> None:
    points, _ = crowd([count])

    assert len(found(points, speakers=speakers)) == count


def test_the_voices_of_a_window_take_different_centres_as_long_as_there_are_any() -> None:
    points, voices = crowd([5, 5])
    middles = centres(points, np.array(voices))

    assert assigned(points[[0, 0]], middles).tolist() in ([0, 1], [1, 0])
    assert set(assigned(points[[0, 1, 2]], middles).tolist()) == {0, 1}
    assert assigned(points[:1], middles).tolist() == [voices[0]]
