"""Small, exact stand-ins for the heavy parts: they do the real thing in a simple way."""

import hashlib
from collections.abc import Sequence

import numpy as np

from models.meeting import Word
from models.ports import Heard, Report, Signal, Vectors, Voice, Window, unreported


class ToyEmbedder:
    """Meaning as a bag of hashed words: two texts are as near as the words they share."""

    name = "toy-1"
    dimension = 64

    def embed(self, texts: Sequence[str], *, report: Report = unreported) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                digest = hashlib.sha256(word.strip(".,;:!?\"'").encode()).digest()
                row[digest[0] % self.dimension] += 1.0 if digest[1] % 2 else -1.0
            row[0] += 1e-3
            row /= np.linalg.norm(row)
        report(1.0)
        return rows


class ScriptedTranscriber:
    """Hears the words it was given, each in the window in which it begins."""

    name = "scripted"

    def __init__(self, script: Sequence[Word], *, window: float = 30.0, language: str = "en") -> None:
        self.script = tuple(script)
        self.heard: list[Window] = []
        """The windows it was asked to hear, in that order."""
        self._window = window
        self._language = language

    def windows(self, signal: Signal) -> list[Window]:
        numbers = sorted({int(word.start // self._window) for word in self.script})
        return [Window(start=number * self._window, end=(number + 1) * self._window) for number in numbers]

    def transcribe(
        self, signal: Signal, *, window: Window, language: str | None, vocabulary: Sequence[str] = ()
    ) -> Heard:
        self.heard.append(window)
        words = tuple(word for word in self.script if window.start <= word.start < window.end)
        return Heard(words=words, language=language or self._language)


class ScriptedDiarizer:
    """Hears the voices it was given; told how many speakers there are, the later ones sound like the last."""

    name = "scripted"

    def __init__(self, voices: Sequence[Voice]) -> None:
        self.voices = tuple(voices)

    def diarize(self, signal: Signal, *, speakers: int | None, report: Report) -> list[Voice]:
        report(1.0)
        labels = list(dict.fromkeys(voice.label for voice in self.voices))
        known = labels[:speakers]
        return [
            voice if voice.label in known else Voice(start=voice.start, end=voice.end, label=known[-1])
            for voice in self.voices
        ]
