"""A library whose models are toys and whose engines are real: SQLite, FAISS, the queue, the files."""

import re
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from api.services import Services
from capture.listening import Ears
from models.knowledge import Candidate, Evidence, Extraction, Kind
from models.meeting import Transcript, Word, seconds_of
from models.ports import Embedder, Extractor, Heard, Report, Signal, Voice, Window
from models.settings import read_settings
from tests.toys import ToyEmbedder

RATE = 16_000
SAYINGS = (
    "The minibus broke down on the first morning so two assistants drove the children themselves.",
    "Nobody tells the night staff which rooms are being cleaned and they find out too late.",
    "We ring every family twice a week and write down what they say in one shared book.",
    "Good, shall we go on to the next point then.",
)
CUES = {"broke down": Kind.STORY, "nobody tells": Kind.PROBLEM, "we ring": Kind.PRACTICE}


class ToyTranscriber:
    """Hears one saying for each two seconds of sound that is not silent; takes as long as it is told to."""

    name = "toy-transcriber-1"

    def __init__(self, pause: Callable[[], None] = lambda: None) -> None:
        self.pause = pause

    def windows(self, signal: Signal) -> list[Window]:
        seconds = len(signal) // RATE
        return [
            Window(start=float(start), end=float(start + 2))
            for start in range(0, seconds - 1, 2)
            if np.abs(signal[start * RATE : (start + 2) * RATE]).max() > 100
        ]

    def transcribe(
        self, signal: Signal, *, window: Window, language: str | None, vocabulary: Sequence[str] = ()
    ) -> Heard:
        self.pause()
        words = SAYINGS[int(window.start / 2) % len(SAYINGS)].split()
        pace = 2.0 / len(words)
        return Heard(
            language=language or "en",
            words=tuple(
                Word(
                    word=word,
                    start=round(window.start + n * pace, 2),
                    end=round(window.start + (n + 1) * pace, 2),
                    probability=0.9,
                )
                for n, word in enumerate(words)
            ),
        )

    def rest(self) -> None: ...


class ToyDiarizer:
    """Gives the floor to another voice every two seconds."""

    name = "toy-diarizer-1"

    def __init__(self, pause: Callable[[], None] = lambda: None) -> None:
        self.pause = pause

    def diarize(self, signal: Signal, *, speakers: int | None, report: Report) -> list[Voice]:
        self.pause()
        report(1.0)
        return [
            Voice(start=float(start), end=float(start + 2), label=f"Speaker {start // 2 % (speakers or 2) + 1}")
            for start in range(0, len(signal) // RATE - 1, 2)
        ]


class ToyExtractor:
    """Takes each sentence that holds a cue for an item."""

    name = "toy-extractor-1"
    remarks: tuple[str, ...] = ()

    def __init__(self, pause: Callable[[], None] = lambda: None) -> None:
        self.pause = pause

    def extract(self, transcript: Transcript, *, report: Report) -> Extraction:
        self.pause()
        report(1.0)
        found = (
            candidate
            for position, turn in enumerate(transcript.turns)
            for match in re.finditer(r"[^.!?]+[.!?]", turn.text)
            for candidate in self._candidates(transcript, position, match)
        )
        return Extraction(candidates=tuple(found), remarks=self.remarks)

    @staticmethod
    def _candidates(transcript: Transcript, position: int, match: re.Match[str]) -> list[Candidate]:
        turn = transcript.turns[position]
        quote = match[0].strip()
        begin = match.start() + len(match[0]) - len(match[0].lstrip())
        start, end = seconds_of(turn, begin, match.end())
        evidence = Evidence(
            speaker=turn.speaker,
            turn_start=position,
            char_start=begin,
            turn_end=position,
            char_end=match.end(),
            start=start,
            end=end,
            quote=quote,
        )
        return [
            Candidate(kind=kind, title=" ".join(quote.split()[:8]), gist=quote, confidence=0.8, evidence=evidence)
            for cue, kind in CUES.items()
            if cue in quote.lower()
        ]


class ToyServices(Services):
    """`pause` is called wherever a model would take its time."""

    def __init__(self, home: Path, *, pause: Callable[[], None] = lambda: None, lease: float = 60.0) -> None:
        super().__init__(read_settings(home=home, lease=lease))
        self.pause = pause

    @cached_property
    def embedder(self) -> Embedder:
        return ToyEmbedder()

    @cached_property
    def ears(self) -> Ears:
        return Ears(transcriber=ToyTranscriber(self.pause), diarizer=ToyDiarizer(self.pause))

    @cached_property
    def extractor(self) -> Extractor:
        return ToyExtractor(self.pause)


def work_until_empty(services: Services) -> None:
    """Every job there is, here and now."""
    worker = services.worker()
    while worker.run_once():
        pass


def nap(seconds: float) -> Callable[[], None]:
    """A pause of this length."""
    return lambda: time.sleep(seconds)
