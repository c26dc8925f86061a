"""From sound to a conversation in writing, window by window, so that what is done survives a kill."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias, cast

from capture.alignment import to_turns
from capture.audio import RATE
from models.job import Json
from models.meeting import Transcript, Word, WordRow, word_of, word_row
from models.ports import Diarizer, Heard, Signal, Transcriber, Window

Progress: TypeAlias = Callable[[str, float], None]
"""Called with what is being done, in people's words, and how much of the whole is done, 0 to 1."""

TRANSCRIBING = "Writing down what was said"
DIARIZING = "Telling the voices apart"
SHARE_OF_WORDS = 0.8
"""Of the time that listening takes; the voices take the rest."""


class Checkpoint(Protocol):
    """Where finished steps are kept, so that a killed job goes on where it stopped."""

    def kept(self, step: str) -> Json:
        """What the step gave; none where it has not been done."""

    def keep(self, step: str, result: Json) -> None: ...


class NoCheckpoint:
    """For listening that stores nothing."""

    def kept(self, step: str) -> Json:
        return None

    def keep(self, step: str, result: Json) -> None:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """What hears: words by the one, voices by the other."""

    transcriber: Transcriber
    diarizer: Diarizer


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenFor:
    """What is known before listening; none where it is to be found out."""

    language: str | None = None
    speakers: int | None = None
    vocabulary: tuple[str, ...] = ()
    """Names and acronyms that may be said, the most important first."""


def listen(
    signal: Signal,
    *,
    ears: Ears,
    listen_for: ListenFor,
    checkpoint: Checkpoint,
    progress: Progress,
) -> Transcript:
    """Words, then voices, then the two put together as turns."""
    words, language = _words(
        signal, transcriber=ears.transcriber, listen_for=listen_for, checkpoint=checkpoint, progress=progress
    )
    voices = ears.diarizer.diarize(
        signal,
        speakers=listen_for.speakers,
        report=lambda done: progress(DIARIZING, SHARE_OF_WORDS + (1 - SHARE_OF_WORDS) * done),
    )
    return Transcript(turns=to_turns(words, voices), language=language, duration=round(len(signal) / RATE, 2))


def _words(
    signal: Signal,
    *,
    transcriber: Transcriber,
    listen_for: ListenFor,
    checkpoint: Checkpoint,
    progress: Progress,
) -> tuple[list[Word], str | None]:
    progress(TRANSCRIBING, 0.0)
    windows = transcriber.windows(signal)
    words: list[Word] = []
    for window in windows:
        heard = _window(signal, window, transcriber=transcriber, listen_for=listen_for, checkpoint=checkpoint)
        # where no word was heard the language is a guess, and would hold for the whole meeting
        if listen_for.language is None and heard.words:
            listen_for = replace(listen_for, language=heard.language)
        words += heard.words
        progress(TRANSCRIBING, SHARE_OF_WORDS * window.end / windows[-1].end)
    return words, listen_for.language


def _window(
    signal: Signal,
    window: Window,
    *,
    transcriber: Transcriber,
    listen_for: ListenFor,
    checkpoint: Checkpoint,
) -> Heard:
    step = f"window {window.start:.2f}-{window.end:.2f}"
    if (kept := checkpoint.kept(step)) is not None:
        return _heard(kept)
    heard = transcriber.transcribe(
        signal, window=window, language=listen_for.language, vocabulary=listen_for.vocabulary
    )
    checkpoint.keep(step, _json(heard))
    return heard


def _json(heard: Heard) -> Json:
    words: list[Json] = [cast(Json, word_row(word)) for word in heard.words]
    return {"language": heard.language, "words": words}


def _heard(kept: Json) -> Heard:
    record = cast(dict[str, list[WordRow]], kept)
    return Heard(language=str(record["language"]), words=tuple(map(word_of, record["words"])))
