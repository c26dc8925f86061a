"""From sound to a conversation: the language of the meeting is that of the words that were heard."""

from collections.abc import Sequence

import numpy as np

from capture.audio import RATE
from capture.listening import Ears, ListenFor, NoCheckpoint, listen
from models.meeting import Word
from models.ports import Heard, Signal, Window
from tests.toy_services import ToyDiarizer


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


def test_a_window_without_words_does_not_settle_the_language() -> None:
    heard = listen(
        np.zeros(4 * RATE, dtype=np.int16),
        ears=Ears(transcriber=Welsh(), diarizer=ToyDiarizer()),
        listen_for=ListenFor(),
        checkpoint=NoCheckpoint(),
        progress=lambda step, done: None,
    )

    assert heard.language == "cy"
    assert [turn.text for turn in heard.turns] == ["Bore"]
