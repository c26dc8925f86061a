"""Who spoke when in real sound: voices numbered as they come, two at once where two speak at once."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture import diarizer as module
from capture import weights
from capture.audio import RATE, decode, read_signal
from capture.diarizer import VoiceDiarizer, Ways
from capture.segmenter import FRAMES, SPAN, VOICES, Segmenter
from capture.speech import Region
from capture.voiceprint import HOP, SHORTEST, VoiceEncoder, features, mel_filters
from models.ports import Signal, Voice

CALL = Path(__file__).parents[1] / "cli" / "sample" / "w3c-ccg-traceability-2023-06-27.ogg"


@st.composite
def some_speech(draw: st.DrawFn) -> list[Region]:
    edges = sorted(draw(st.lists(st.integers(0, 60 * RATE), min_size=2, max_size=10, unique=True)))
    return [Region(start=start, end=end) for start, end in zip(edges[::2], edges[1::2], strict=False)]


@given(regions=some_speech(), spare=st.integers(0, 30 * RATE))
def test_every_bit_of_speech_lies_in_a_window_and_no_window_is_without(regions: list[Region], spare: int) -> None:
    starts = module._starts(regions, samples=regions[-1].end + spare, step=Ways().next)

    assert starts == sorted(set(starts))
    for region in regions:
        for sample in (region.start, region.end - 1):
            assert any(start <= sample < start + SPAN for start in starts)
    assert all(any(one.start < start + SPAN and one.end > start for one in regions) for start in starts)


def test_a_breath_does_not_end_what_a_voice_says_and_a_pause_does() -> None:
    speaks = np.zeros(400, dtype=np.bool_)
    speaks[100:200] = speaks[220:260] = speaks[300:350] = True  # pauses of 0.34 and 0.68 s

    stretches = list(module._stretches(speaks, seconds=100.0))

    assert len(stretches) == 2
    assert stretches[0] == pytest.approx((1.71, 4.41), abs=0.01)


def test_mel_filters_cover_every_tone_up_to_the_top() -> None:
    filters = mel_filters()

    assert filters.shape == (257, 80)
    assert (filters[2:-1].sum(axis=1) > 0).all()
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
def test_a_real_call_has_voices_numbered_as_they_come(diarizer: VoiceDiarizer, call: Signal) -> None:
    seen: list[float] = []

    voices = diarizer.diarize(call, report=seen.append)

    labels = list(dict.fromkeys(voice.label for voice in voices))
    assert labels == [f"Speaker {number + 1}" for number in range(len(labels))]
    assert all(0 <= voice.start < voice.end <= 60 for voice in voices)
    assert all(left.start <= right.start for left, right in pairwise(voices))
    assert all(not overlaps(left, right) for left, right in pairs_of_one_voice(voices))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.weights
@pytest.mark.parametrize("speakers", [1, 2, 3])
def test_the_number_of_voices_can_be_given(diarizer: VoiceDiarizer, call: Signal, speakers: int) -> None:
    voices = diarizer.diarize(call, speakers=speakers)

    assert len({voice.label for voice in voices}) == speakers


@pytest.mark.weights
def test_two_takes_of_one_stretch_are_one_voice(diarizer: VoiceDiarizer, call: Signal) -> None:
    stretch = call[49 * RATE : 57 * RATE]
    pause = np.zeros(2 * RATE, dtype=np.int16)

    voices = diarizer.diarize(np.concatenate([stretch, pause, stretch]))

    assert Counter(voice.label for voice in voices).keys() == {"Speaker 1"}


@pytest.mark.weights
@pytest.mark.parametrize("seconds", [0, 0.01, 3])
def test_silence_has_no_voice(diarizer: VoiceDiarizer, seconds: float) -> None:
    assert diarizer.diarize(np.zeros(int(seconds * RATE), dtype=np.int16)) == []


@pytest.fixture(scope="module")
def encoder() -> VoiceEncoder:
    return VoiceEncoder(weights.checked(weights.VOICES))


@pytest.mark.weights
def test_two_voices_at_once_are_both_heard(call: Signal) -> None:
    """The call's chair, laid over a man who answers her later in it."""
    pause = np.zeros(RATE, dtype=np.int16)
    one, other = call[49 * RATE : 57 * RATE], call[11 * RATE + RATE // 2 : 15 * RATE]
    both = one.astype(np.int32)
    both[2 * RATE : 2 * RATE + len(other)] += other
    mixed = np.concatenate([pause, np.clip(both, -32768, 32767).astype(np.int16), pause])
    activity = Segmenter(weights.checked(weights.TURNS)).activity([mixed])

    assert activity.shape == (1, FRAMES, VOICES)
    assert (activity[0].sum(axis=1) == 2).sum() > 60  # a second of it at least


@pytest.mark.weights
def test_windows_heard_together_are_heard_as_they_are_alone(call: Signal) -> None:
    segmenter = Segmenter(weights.checked(weights.TURNS))
    windows = [call[start : start + SPAN] for start in (0, Ways().next, 55 * RATE)]

    together = segmenter.activity(windows)

    assert (together == np.concatenate([segmenter.activity([window]) for window in windows])).all()


@pytest.mark.weights
def test_a_point_for_each_sound_whatever_their_lengths(call: Signal, encoder: VoiceEncoder) -> None:
    frames = features(call[40 * RATE : 44 * RATE])
    sounds = [frames[:SHORTEST], frames[:150], frames[:155], frames]

    points = encoder.points(sounds)

    assert len(frames) == pytest.approx(4 * RATE / HOP, abs=3)
    assert np.linalg.norm(points, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert points[1] == pytest.approx(points[2], abs=1e-6)
    assert encoder.points([]).shape == (0, encoder.dimension)


@pytest.mark.weights
def test_a_voice_sounds_the_same_from_afar(call: Signal, encoder: VoiceEncoder) -> None:
    near = call[20 * RATE : 26 * RATE]
    far = (near / 20).astype(np.int16)

    points = encoder.points([features(near), features(far)])

    assert points[0] @ points[1] > 0.8


@pytest.mark.weights
def test_the_same_sound_gives_the_same_voices_on_any_number_of_threads(call: Signal) -> None:
    assert VoiceDiarizer(threads=1).diarize(call) == VoiceDiarizer(threads=3).diarize(call)


def overlaps(left: Voice, right: Voice) -> bool:
    return left.end > right.start


def pairs_of_one_voice(voices: list[Voice]) -> list[tuple[Voice, Voice]]:
    labels = {voice.label for voice in voices}
    return [pair for label in labels for pair in pairwise([voice for voice in voices if voice.label == label])]
