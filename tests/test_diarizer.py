"""Voices are told apart by how near their points lie, and every bit of speech gets exactly one."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capture import weights
from capture.audio import RATE, decode, read_signal
from capture.diarizer import MOST_COMPARED, VoiceDiarizer, told_apart
from capture.voiceprint import HOP, SHORTEST, VoiceEncoder, mel_filters
from models.ports import Signal, Vectors

CALL = Path(__file__).parents[1] / "cli" / "sample" / "w3c-ccg-traceability-2023-06-27.ogg"


def crowd(sizes: list[int], *, spread: float = 0.05, seed: int = 1) -> tuple[Vectors, list[int]]:
    """Points around as many far apart directions as there are sizes, shuffled, and whose each is."""
    random = np.random.default_rng(seed)
    centres = np.linalg.qr(random.normal(size=(64, len(sizes))))[0].T
    voices = random.permutation(np.repeat(np.arange(len(sizes)), sizes))
    points = centres[voices] + random.normal(scale=spread, size=(len(voices), 64))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return points.astype(np.float32), voices.tolist()


def agrees(found: list[int], voices: list[int]) -> bool:
    """Whether two labellings are the same but for the names."""
    return len(set(zip(found, voices, strict=True))) == len(set(found)) == len(set(voices))


@given(sizes=st.lists(st.integers(min_value=20, max_value=60), min_size=1, max_size=6), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=20)
def test_voices_that_differ_are_counted_and_told_apart(sizes: list[int], seed: int) -> None:
    points, voices = crowd(sizes, seed=seed)

    assert agrees(told_apart(points, speakers=None).tolist(), voices)


@given(sizes=st.lists(st.integers(min_value=20, max_value=60), min_size=2, max_size=6), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=20)
def test_as_many_voices_are_told_apart_as_were_said_to_be_there(sizes: list[int], seed: int) -> None:
    points, voices = crowd(sizes, seed=seed)

    assert agrees(told_apart(points, speakers=len(sizes)).tolist(), voices)
    assert len(set(told_apart(points, speakers=len(sizes) - 1).tolist())) == len(sizes) - 1


def test_a_stray_point_is_no_voice_in_a_long_meeting() -> None:
    points, voices = crowd([300, 300, 1])

    found = told_apart(points, speakers=None).tolist()

    assert len(set(found)) == 2
    assert agrees(
        [one for one, voice in zip(found, voices, strict=True) if voice < 2], [v for v in voices if v < 2]
    )


def test_a_stray_point_does_not_take_the_place_of_a_voice_that_is_known_to_be_there() -> None:
    points, voices = crowd([300, 300, 1])

    found = told_apart(points, speakers=2).tolist()

    assert agrees(
        [one for one, voice in zip(found, voices, strict=True) if voice < 2], [v for v in voices if v < 2]
    )


def test_more_points_than_are_compared_with_each_other_all_get_a_voice() -> None:
    points, voices = crowd([MOST_COMPARED, MOST_COMPARED])

    assert agrees(told_apart(points, speakers=None).tolist(), voices)


@pytest.mark.parametrize("speakers", [None, 1, 2, 9])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_hardly_any_speech_is_no_trouble(count: int, speakers: int | None) -> None:
    points, _ = crowd([count])

    assert len(told_apart(points, speakers=speakers)) == count


def test_mel_filters_cover_every_tone_up_to_the_top() -> None:
    filters = mel_filters()

    assert filters.shape == (257, 40)
    assert (filters[3:-1].sum(axis=1) > 0).all()
    assert (filters >= 0).all()


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Signal:
    """The first minute of a real call."""
    sound = tmp_path_factory.mktemp("call") / "sound.pcm"
    decode(CALL, sound)
    return read_signal(sound)[: 60 * RATE]


@pytest.fixture(scope="module")
def diarizer() -> VoiceDiarizer:
    return VoiceDiarizer()


@pytest.mark.weights
def test_a_real_call_has_voices_numbered_as_they_come_and_one_at_a_time(
    diarizer: VoiceDiarizer, call: Signal
) -> None:
    seen: list[float] = []

    voices = diarizer.diarize(call, report=seen.append)

    labels = list(dict.fromkeys(voice.label for voice in voices))
    assert labels == [f"Speaker {number + 1}" for number in range(len(labels))]
    assert all(0 <= voice.start < voice.end <= 60 for voice in voices)
    assert all(left.end <= right.start for left, right in pairwise(voices))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.weights
@pytest.mark.parametrize("speakers", [1, 2, 3])
def test_the_number_of_voices_can_be_given(diarizer: VoiceDiarizer, call: Signal, speakers: int) -> None:
    voices = diarizer.diarize(call, speakers=speakers)

    assert len({voice.label for voice in voices}) == speakers


@pytest.mark.weights
def test_two_takes_of_one_stretch_are_one_voice(diarizer: VoiceDiarizer, call: Signal) -> None:
    first = diarizer.diarize(call)[0]
    stretch = call[round(first.start * RATE) : round(first.end * RATE)]
    pause = np.zeros(2 * RATE, dtype=np.int16)

    voices = diarizer.diarize(np.concatenate([stretch, pause, stretch]))

    assert Counter(voice.label for voice in voices).keys() == {"Speaker 1"}


@pytest.mark.weights
@pytest.mark.parametrize("seconds", [0, 0.01, 3])
def test_silence_has_no_voice(diarizer: VoiceDiarizer, seconds: float) -> None:
    assert diarizer.diarize(np.zeros(int(seconds * RATE), dtype=np.int16)) == []


@pytest.mark.weights
def test_a_point_for_every_hop_and_one_for_too_little(call: Signal) -> None:
    encoder = VoiceEncoder(weights.checked(weights.VOICES))

    points = encoder.points(call[: 10 * RATE])

    assert len(points) == pytest.approx(10 * RATE / HOP, abs=2)
    assert np.linalg.norm(points, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert len(encoder.points(call[:SHORTEST])) == 3
    assert len(encoder.points(call[:100])) == 1


@pytest.mark.weights
def test_a_voice_sounds_the_same_from_afar(call: Signal) -> None:
    encoder = VoiceEncoder(weights.checked(weights.VOICES))
    near = call[: 10 * RATE]
    far = (near / 20).astype(np.int16)

    assert np.sum(encoder.points(near) * encoder.points(far), axis=1).min() > 0.8
