"""Where each channel carries one voice, the channel tells whose it is; copies and pairs of microphones do not."""

import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from capture import weights
from capture.audio import RATE, decode, read_signal
from capture.channels import levels_of, own_channels, own_speech
from capture.speech import STEP, SpeechDetector
from capture.tracks import opened
from models.ports import Signal

CALL = Path(__file__).parents[1] / "cli" / "sample" / "w3c-ccg-traceability-2023-06-27.ogg"


def noise(seconds: float, *, loudness: float, seed: int = 0) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(scale=loudness, size=round(seconds * RATE))


def recorded(*channels: NDArray[np.float64]) -> Signal:
    return np.clip(np.stack(channels, axis=1), -32768, 32767).astype(np.int16)


def found(sound: Signal) -> list[int]:
    return list(own_channels(levels_of(sound)))


def turns(order: str, channel: str) -> NDArray[np.float64]:
    """Two seconds for each letter, loud where it is the channel's."""
    return np.concatenate(
        [noise(2, loudness=3000 if letter == channel else 10, seed=at) for at, letter in enumerate(order)]
    )


def test_channels_that_take_turns_carry_a_voice_each() -> None:
    assert found(recorded(turns("ABAB", "A"), turns("ABAB", "B"))) == [0, 1]


def test_a_channel_that_nobody_speaks_on_carries_none() -> None:
    assert found(recorded(turns("ABAB", "A"), turns("ABAB", "C"), turns("ABAB", "B"))) == [0, 2]


def test_a_copy_in_stereo_says_nothing() -> None:
    mono = turns("ABAB", "A") + turns("ABAB", "B")

    assert found(recorded(mono, mono)) == []


def test_one_channel_quieter_than_the_other_says_nothing() -> None:
    """As where one cable of two is bad: all are on the louder one."""
    mono = turns("ABAB", "A") + turns("ABAB", "B")

    assert found(recorded(mono, mono / 10)) in ([], [0])
    assert own_speech(recorded(mono, mono / 10), SpeechDetector(weights.checked(weights.SPEECH))) == {}


def test_two_microphones_of_one_room_say_nothing() -> None:
    """Each is nearer to one of the two who speak: 4 dB, and a few milliseconds."""
    one, other = turns("ABABAB", "A"), turns("ABABAB", "B")
    near, far = one + 0.6 * np.roll(other, 90), 0.6 * np.roll(one, 90) + other

    assert found(recorded(near, far)) == []


@pytest.mark.parametrize("samples", [0, 1, STEP - 1, STEP + 1])
def test_hardly_any_sound_is_no_trouble(samples: int) -> None:
    levels = levels_of(np.zeros((samples, 2), dtype=np.int16))

    assert levels.shape == (-(-samples // STEP), 2)
    assert list(own_channels(levels)) == []


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Signal:
    """The first minute of a real call."""
    sound = tmp_path_factory.mktemp("call") / "sound.pcm"
    decode(CALL, sound)
    return read_signal(sound)[: 60 * RATE]


def written(sound: Signal, folder: Path) -> Path:
    path = folder / "call.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(sound.shape[1])
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.tobytes())
    return path


@pytest.fixture
def two_phones(call: Signal, tmp_path: Path) -> Path:
    """Eight seconds of one line, then six of the other, of which two at once."""
    one, other = np.zeros((2, 20 * RATE), dtype=np.int16)
    one[RATE : 9 * RATE] = call[49 * RATE : 57 * RATE]
    other[7 * RATE : 13 * RATE] = call[25 * RATE : 31 * RATE]
    return written(np.stack([one, other], axis=1), tmp_path)


@pytest.mark.weights
def test_each_voice_has_its_own_track_and_two_may_speak_at_once(two_phones: Path, tmp_path: Path) -> None:
    with opened(two_phones, scratch=tmp_path / "scratch") as tracks:
        spoken = {track.voice: np.flatnonzero(track.signal) / RATE for track in tracks}

    assert list(spoken) == ["Speaker 1", "Speaker 2"]
    assert spoken["Speaker 1"][[0, -1]] == pytest.approx([1.0, 9.0], abs=0.5)
    assert spoken["Speaker 2"][[0, -1]] == pytest.approx([7.0, 13.0], abs=0.5)
    assert not (tmp_path / "scratch").exists()


@pytest.mark.weights
def test_what_comes_over_from_another_line_is_not_heard_twice(call: Signal, tmp_path: Path) -> None:
    one, other = np.zeros((2, 20 * RATE))
    one[RATE : 9 * RATE] = call[49 * RATE : 57 * RATE]
    other[11 * RATE : 17 * RATE] = call[25 * RATE : 31 * RATE]
    path = written(recorded(one + other / 20, other + one / 20), tmp_path)

    with opened(path, scratch=tmp_path / "scratch") as tracks:
        first, second = (np.flatnonzero(track.signal) / RATE for track in tracks)

    assert first.max() < 10.0 < second.min()


@pytest.mark.weights
def test_more_people_than_channels_are_told_apart_by_their_voices(two_phones: Path, tmp_path: Path) -> None:
    with opened(two_phones, scratch=tmp_path / "scratch", speakers=3) as tracks:
        assert [(len(track.signal), track.voice) for track in tracks] == [(20 * RATE, None)]


@pytest.mark.weights
def test_a_call_kept_in_stereo_is_heard_as_one_in_mono(call: Signal, tmp_path: Path) -> None:
    path = written(np.stack([call, call], axis=1), tmp_path)

    with opened(path, scratch=tmp_path / "scratch") as tracks:
        assert [track.voice for track in tracks] == [None]
        assert np.abs(tracks[0].signal.astype(int) - call).max() <= 1
