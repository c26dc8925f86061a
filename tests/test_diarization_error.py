"""The measure of voices is right: perfect is nothing wrong, and every wrong second is counted once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.diarization_error import VoiceErrors, compare
from models.ports import Voice

VOICES = st.lists(
    st.builds(
        lambda start, length, label: Voice(start=start, end=start + length, label=label),
        st.integers(0, 60),
        st.integers(1, 20),
        st.sampled_from("ABC"),
    ),
    max_size=8,
)


def voice(start: float, end: float, label: str) -> Voice:
    return Voice(start=start, end=end, label=label)


@given(voices=VOICES)
def test_what_was_said_is_no_error_under_any_names(voices: list[Voice]) -> None:
    renamed = [voice(one.start, one.end, f"Speaker {one.label}") for one in voices]

    assert compare(voices, renamed).rate == 0


@given(truth=VOICES, found=VOICES)
def test_speech_is_right_missed_or_confused_and_nothing_else(truth: list[Voice], found: list[Voice]) -> None:
    errors = compare(truth, found)

    assert min(errors.missed, errors.false_alarm, errors.confusion) >= 0
    assert errors.missed + errors.confusion <= errors.speech
    assert errors.missed - errors.false_alarm == errors.speech - compare(found, truth).speech


def test_each_kind_of_error_is_told_from_the_others() -> None:
    truth = [voice(0, 10, "A"), voice(10, 20, "B"), voice(18, 20, "C")]
    found = [voice(0, 11, "1"), voice(11, 19, "2"), voice(30, 33, "2")]

    assert compare(truth, found) == VoiceErrors(speech=22, missed=3, false_alarm=3, confusion=1)


def test_one_voice_found_for_two_is_right_about_the_one_it_shares_most_with() -> None:
    errors = compare([voice(0, 6, "A"), voice(6, 10, "B")], [voice(0, 10, "1")])

    assert errors.confusion == 4
    assert errors.rate == pytest.approx(0.4)


def test_silence_has_no_rate_to_be_wrong_about() -> None:
    assert compare([], []).rate == 0
