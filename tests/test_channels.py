"""Where each channel carries one voice, the channel tells whose it is; copies and pairs of microphones do not."""

import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from capture import weights
from capture.audio import RATE, decode, read_signal
from capture.channels import ChannelDiarizer, levels_of, own_channels, voices_of
from capture.speech import STEP, SpeechDetector
from models.ports import Signal, Voice
from tests.toys import ScriptedDiarizer

CALL = Path(__file__).parents[1] / "cli" / "sample" / "w3c-ccg-traceability-2023-06-27.ogg"
GUESSED = [Voice(start=0.0, end=1.0, label="Speaker 1")]


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
    assert voices_of(recorded(mono, mono / 10), SpeechDetector(weights.checked(weights.SPEECH))) == []


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
def test_who_spoke_is_told_by_channel_and_two_may_speak_at_once(two_phones: Path, tmp_path: Path) -> None:
    diarizer = ChannelDiarizer(two_phones, otherwise=ScriptedDiarizer(GUESSED), scratch=tmp_path / "scratch")

    voices = diarizer.diarize(np.zeros(20 * RATE, dtype=np.int16))

    spoken = {label: [one for one in voices if one.label == label] for label in ("Speaker 1", "Speaker 2")}
    assert spoken["Speaker 1"][0].start == pytest.approx(1.0, abs=0.5)
    assert spoken["Speaker 1"][-1].end == pytest.approx(9.0, abs=0.5)
    assert spoken["Speaker 2"][0].start == pytest.approx(7.0, abs=0.5)
    assert spoken["Speaker 2"][-1].end == pytest.approx(13.0, abs=0.5)
    assert not (tmp_path / "scratch").exists()


@pytest.mark.weights
def test_more_people_than_channels_are_told_apart_by_their_voices(two_phones: Path, tmp_path: Path) -> None:
    diarizer = ChannelDiarizer(two_phones, otherwise=ScriptedDiarizer(GUESSED), scratch=tmp_path / "scratch")

    assert diarizer.diarize(np.zeros(20 * RATE, dtype=np.int16), speakers=3) == GUESSED


@pytest.mark.weights
def test_a_call_kept_in_stereo_is_heard_as_one_in_mono(call: Signal, tmp_path: Path) -> None:
    path = written(np.stack([call, call], axis=1), tmp_path)
    diarizer = ChannelDiarizer(path, otherwise=ScriptedDiarizer(GUESSED), scratch=tmp_path / "scratch")

    assert diarizer.diarize(call) == GUESSED
