"""Where somebody speaks is found in pieces as it would be in one, and silence stays silence."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture import weights
from capture.audio import RATE
from capture.speech import STEP, Hearing, SpeechDetector, regions_of

PROBABILITIES = st.lists(st.floats(min_value=0, max_value=1, width=32), max_size=400)
HEARINGS = st.builds(
    Hearing,
    threshold=st.floats(min_value=0.2, max_value=0.9),
    pause=st.floats(min_value=0, max_value=2),
    shortest=st.floats(min_value=0, max_value=1),
    pad=st.floats(min_value=0, max_value=1),
)


def steps(*stretches: tuple[float, float]) -> list[float]:
    """Probabilities of (seconds, probability) in a row."""
    return [probability for seconds, probability in stretches for _ in range(round(seconds * RATE / STEP))]


def heard(probabilities: list[float], hearing: Hearing) -> list[tuple[float, float]]:
    found = regions_of(
        np.array(probabilities, dtype=np.float32), samples=len(probabilities) * STEP, hearing=hearing
    )
    return [(round(region.start / RATE, 1), round(region.end / RATE, 1)) for region in found]


@given(probabilities=PROBABILITIES, hearing=HEARINGS, beyond=st.integers(min_value=0, max_value=STEP - 1))
def test_regions_lie_within_the_signal_in_order_and_apart(
    probabilities: list[float], hearing: Hearing, beyond: int
) -> None:
    samples = max(len(probabilities) * STEP - beyond, 0)

    found = regions_of(np.array(probabilities, dtype=np.float32), samples=samples, hearing=hearing)

    assert all(0 <= region.start < region.end <= samples for region in found)
    assert all(left.end <= right.start for left, right in pairwise(found))


@given(probabilities=PROBABILITIES)
def test_every_step_that_is_surely_speech_is_in_a_region(probabilities: list[float]) -> None:
    hearing = Hearing(shortest=0.0, pad=0.0)

    found = regions_of(
        np.array(probabilities, dtype=np.float32), samples=len(probabilities) * STEP, hearing=hearing
    )

    for step, probability in enumerate(probabilities):
        if probability >= hearing.threshold:
            assert any(region.start <= step * STEP < region.end for region in found)


def test_a_short_pause_does_not_end_a_region_and_a_long_one_does() -> None:
    probabilities = steps((1, 0.0), (1, 0.9), (0.2, 0.0), (1, 0.9), (1, 0.0), (1, 0.9), (1, 0.0))

    assert heard(probabilities, Hearing(pad=0.0)) == [(1.0, 3.2), (4.2, 5.2)]


def test_a_click_is_no_speech() -> None:
    assert heard(steps((1, 0.0), (0.06, 0.9), (1, 0.0)), Hearing()) == []


def test_padding_meets_in_the_middle_of_a_pause() -> None:
    probabilities = steps((1, 0.0), (1, 0.9), (0.4, 0.0), (1, 0.9), (1, 0.0))

    assert heard(probabilities, Hearing(pause=0.1, pad=0.3)) == [(0.7, 2.2), (2.2, 3.7)]


@pytest.fixture(scope="module")
def detector() -> SpeechDetector:
    return SpeechDetector(weights.checked(weights.SPEECH))


@pytest.mark.weights
def test_nobody_speaks_in_silence_noise_or_a_hum(detector: SpeechDetector) -> None:
    times = np.arange(20 * RATE) / RATE
    noise = np.random.default_rng(1).normal(0, 300, 20 * RATE)
    for samples in (np.zeros(20 * RATE), noise, 8000 * np.sin(2 * np.pi * 220 * times)):
        assert detector.regions(samples.astype(np.int16), Hearing(threshold=0.3)) == []


@pytest.mark.weights
@pytest.mark.parametrize("samples", [0, 1, STEP - 1, STEP, STEP + 1, 5 * RATE])
def test_a_signal_of_any_length_gets_a_probability_for_each_step(detector: SpeechDetector, samples: int) -> None:
    assert len(detector.probabilities(np.zeros(samples, dtype=np.int16))) == -(-samples // STEP)


@pytest.mark.weights
def test_pieces_are_heard_as_one(detector: SpeechDetector, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    signal = np.random.default_rng(1).normal(0, 3000, 5 * RATE).astype(np.int16)
    whole = detector.probabilities(signal)

    monkeypatch.setattr("capture.speech._PIECE", 7)

    assert np.allclose(detector.probabilities(signal), whole, atol=1e-5)
