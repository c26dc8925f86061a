"""From sound to a conversation: the language of the meeting is that of the words that were heard."""

from collections.abc import Sequence

import numpy as np
import pytest

from capture.audio import RATE
from capture.listening import LONG, Ears, ListenFor, NoCheckpoint, listen
from capture.tracks import Track
from models.job import Json
from models.meeting import Transcript, Word
from models.ports import Heard, Signal, Window
from tests.toy_services import ToyDiarizer
from tests.toys import ScriptedDiarizer


class Welsh:
    """Hears nothing at first, and guesses; then Welsh, unless it is told otherwise."""

    name = "toy-welsh-1"

    def windows(self, signal: Signal) -> list[Window]:
        return [Window(start=0.0, end=2.0), Window(start=2.0, end=4.0)]

    def transcribe(
        self, signal: Signal, *, window: Window, language: str | None, vocabulary: Sequence[str] = ()
    ) -> Heard:
        if window.start == 0.0:
            return Heard(words=(), language=language or "en")
        return Heard(words=(Word(word="Bore", start=2.0, end=2.5),), language=language or "cy")

    def rest(self) -> None: ...


def test_a_window_without_words_does_not_settle_the_language() -> None:
    heard = listen(
        [Track(signal=np.zeros(4 * RATE, dtype=np.int16))],
        ears=Ears(transcriber=Welsh(), diarizer=ToyDiarizer()),
        listen_for=ListenFor(),
        checkpoint=NoCheckpoint(),
        progress=lambda step, done: None,
    )

    assert heard.language == "cy"
    assert [turn.text for turn in heard.turns] == ["Bore"]


class OneWord:
    """Hears one word in every window, at its beginning."""

    name = "toy-one-word-1"
    rested = False

    def windows(self, signal: Signal) -> list[Window]:
        return [Window(start=float(start), end=start + 2.0) for start in range(0, len(signal) // RATE, 2)]

    def transcribe(
        self, signal: Signal, *, window: Window, language: str | None, vocabulary: Sequence[str] = ()
    ) -> Heard:
        word = f"{signal[round(window.start * RATE)]}@{window.start:.0f}"
        return Heard(words=(Word(word=word, start=window.start, end=window.start + 1.0),), language="en")

    def rest(self) -> None:
        self.rested = True


class Kept(NoCheckpoint):
    """Keeps what it is given, as a job does."""

    def __init__(self) -> None:
        self.steps: dict[str, Json] = {}

    def kept(self, step: str) -> Json:
        return self.steps.get(step)

    def keep(self, step: str, result: Json) -> None:
        assert step not in self.steps
        self.steps[step] = result


def test_tracks_of_one_voice_each_are_heard_each_and_keep_their_words() -> None:
    one, two = (np.full(4 * RATE, level, dtype=np.int16) for level in (100, 200))
    tracks = [Track(signal=one, voice="Speaker 1"), Track(signal=two, voice="Speaker 2")]
    checkpoint, shares = Kept(), []

    def hear() -> Transcript:
        return listen(
            tracks,
            ears=Ears(transcriber=OneWord(), diarizer=ScriptedDiarizer([])),
            listen_for=ListenFor(),
            checkpoint=checkpoint,
            progress=lambda step, done: shares.append(done),
        )

    first = hear()

    assert {turn.speaker: turn.text for turn in first.turns} == {
        "Speaker 1": "100@0 100@2",
        "Speaker 2": "200@0 200@2",
    }
    assert shares == sorted(shares)
    assert len(checkpoint.steps) == 4
    assert hear() == first, "and what was heard before a kill is not heard again"


@pytest.mark.parametrize(("seconds", "rested"), [(4, False), (LONG + 2, True)])
def test_after_the_words_of_a_long_recording_their_memory_is_given_back(seconds: int, rested: bool) -> None:
    transcriber = OneWord()

    listen(
        [Track(signal=np.zeros(seconds * RATE, dtype=np.int16))],
        ears=Ears(transcriber=transcriber, diarizer=ScriptedDiarizer([])),
        listen_for=ListenFor(),
        checkpoint=NoCheckpoint(),
        progress=lambda step, done: None,
    )

    assert transcriber.rested is rested
