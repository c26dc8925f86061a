"""Words are heard where somebody speaks, whole and in their place, and nothing is made up over silence."""

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from capture.audio import RATE, decode, read_signal
from capture.speech import STEP, Region
from capture.transcriber import (
    LONGEST_CLIP,
    LONGEST_WINDOW,
    WhisperTranscriber,
    cut_long,
    packed,
    words_of,
)
from capture.weights import whisper_folder
from models.errors import ConfigError, WeightsError
from models.ports import Signal, Window

CALL = Path(__file__).parents[1] / "cli" / "sample" / "w3c-ccg-traceability-2023-06-27.ogg"


@dataclass
class Piece:
    """As Whisper gives it: with a space in front where a word begins."""

    word: str
    start: float
    end: float
    probability: float = 0.9


@dataclass
class Segment:
    """What the words and the gates need of one of Whisper's segments."""

    words: list[Piece]
    avg_logprob: float = -0.3
    no_speech_prob: float = 0.0
    compression_ratio: float = 1.2


@st.composite
def apart(draw: st.DrawFn) -> list[Region]:
    """Regions in order, none overlapping, up to two minutes long."""
    lengths = draw(st.lists(st.tuples(st.integers(0, 8 * RATE), st.integers(1, 120 * RATE)), max_size=8))
    regions, end = [], 0
    for pause, length in lengths:
        regions.append(Region(start=end + pause, end=end + pause + length))
        end += pause + length
    return regions


def unsure(regions: list[Region]) -> NDArray[np.float32]:
    steps = (regions[-1].end if regions else 0) // STEP + 1
    return np.random.default_rng(3).random(steps, dtype=np.float32)


@given(regions=apart())
def test_clips_hold_all_speech_in_order_and_fit_what_whisper_hears(regions: list[Region]) -> None:
    clips = list(packed(cut_long(regions, unsure(regions))))

    assert all(0 < clip.end - clip.start <= LONGEST_CLIP * RATE for clip in clips)
    assert all(left.end <= right.start for left, right in pairwise(clips))
    for region in regions:
        inside = sum(max(min(clip.end, region.end) - max(clip.start, region.start), 0) for clip in clips)
        assert inside == region.end - region.start


def test_a_long_region_is_cut_where_speech_is_least_sure() -> None:
    probabilities = np.full(60 * RATE // STEP, 0.9, dtype=np.float32)
    probabilities[20 * RATE // STEP] = 0.1

    first, second, _ = cut_long([Region(start=0, end=60 * RATE)], probabilities)

    assert first.end == second.start == 20 * RATE // STEP * STEP


def test_pieces_of_a_word_are_put_together() -> None:
    pieces = [
        Piece(" The", 0.0, 0.2),
        Piece(" e", 0.3, 0.4, 0.8),
        Piece("-mail,", 0.4, 0.9, 0.6),
        Piece(" O'Neill", 1.0, 1.5),
        Piece(" ", 1.5, 1.6),
    ]

    words = list(words_of(Segment(pieces), "en", window=Window(start=100, end=110)))

    assert [word.word for word in words] == ["The", "e-mail,", "O'Neill"]
    assert (words[1].start, words[1].end, words[1].probability) == (100.3, 100.9, 0.6)


def test_a_language_without_spaces_keeps_its_words_apart() -> None:
    pieces = [Piece("会议", 0.0, 0.5), Piece("开始", 0.5, 1.0)]

    assert [word.word for word in words_of(Segment(pieces), "zh", window=Window(start=0, end=10))] == [
        "会议",
        "开始",
    ]


def test_a_word_never_ends_before_it_begins() -> None:
    words = list(words_of(Segment([Piece(" yes", 2.0, 1.5)]), "en", window=Window(start=0, end=10)))

    assert (words[0].start, words[0].end) == (2.0, 2.0)


@pytest.fixture(scope="module")
def transcriber(tmp_path_factory: pytest.TempPathFactory) -> WhisperTranscriber:
    return WhisperTranscriber(whisper_folder(tmp_path_factory.mktemp("cache"), "base"))


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Signal:
    """A real call."""
    sound = tmp_path_factory.mktemp("call") / "sound.pcm"
    decode(CALL, sound)
    return read_signal(sound)


@pytest.mark.weights
def test_a_real_call_is_heard_with_times_that_never_run_back(transcriber: WhisperTranscriber, call: Signal) -> None:
    signal = call[: 40 * RATE]
    (window,) = transcriber.windows(signal)

    heard = transcriber.transcribe(signal, window=window, language=None)

    assert heard.language == "en"
    assert len(heard.words) > 20
    starts = [word.start for word in heard.words]
    assert starts == sorted(starts)
    for word in heard.words:
        assert window.start <= word.start <= word.end <= window.end
        assert word.word == "".join(word.word.split())
        assert word.probability is not None and 0 <= word.probability <= 1
    json.dumps([word.start for word in heard.words])


@pytest.mark.weights
def test_a_window_heard_on_its_own_gives_the_seconds_of_the_whole(
    transcriber: WhisperTranscriber, call: Signal
) -> None:
    begin = 20.0
    near = transcriber.transcribe(call, window=Window(start=begin, end=begin + 15), language="en")

    alone = transcriber.transcribe(
        call[int(begin * RATE) : int((begin + 15) * RATE)], window=Window(start=0, end=15), language="en"
    )

    assert near.words
    assert [word.word for word in near.words] == [word.word for word in alone.words]
    assert [word.start for word in near.words] == pytest.approx([word.start + begin for word in alone.words])


@pytest.mark.weights
def test_windows_cover_all_speech_and_stay_short(transcriber: WhisperTranscriber, call: Signal) -> None:
    windows = transcriber.windows(call)

    assert len(windows) > 1
    assert all(0 < window.end - window.start <= LONGEST_WINDOW for window in windows)
    assert all(left.end <= right.start for left, right in pairwise(windows))


@pytest.mark.weights
def test_nothing_is_heard_in_silence_or_noise(transcriber: WhisperTranscriber) -> None:
    noise = np.random.default_rng(1).normal(0, 200, 10 * RATE).astype(np.int16)
    for signal in (np.zeros(10 * RATE, dtype=np.int16), noise, np.zeros(0, dtype=np.int16)):
        assert transcriber.windows(signal) == []
        assert transcriber.transcribe(signal, window=Window(start=0, end=10), language=None).words == ()


@pytest.mark.weights
def test_a_language_whisper_does_not_know_is_named(transcriber: WhisperTranscriber, call: Signal) -> None:
    with pytest.raises(ConfigError, match="'xx'"):
        transcriber.transcribe(call, window=Window(start=20, end=35), language="xx")


@pytest.mark.weights
def test_a_folder_that_holds_no_whisper_is_named(tmp_path: Path, call: Signal) -> None:
    (tmp_path / "model.bin").write_bytes(b"not a model")
    (tmp_path / "tokenizer.json").write_text("{}")

    with pytest.raises(WeightsError, match="holds no Whisper"):
        WhisperTranscriber(tmp_path).transcribe(call, window=Window(start=20, end=35), language="en")


@pytest.mark.weights
def test_who_has_rested_hears_the_same_again(transcriber: WhisperTranscriber, call: Signal) -> None:
    signal = call[30 * RATE : 40 * RATE]
    (window,) = transcriber.windows(signal)
    before = transcriber.transcribe(signal, window=window, language="en")

    transcriber.rest()
    transcriber.rest()

    assert transcriber.transcribe(signal, window=window, language="en") == before
