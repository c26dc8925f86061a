"""From sound to a conversation in writing, window by window, so that what is done survives a kill."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias, cast

from capture.alignment import to_turns, turns_of_tracks
from capture.audio import RATE
from capture.memory import give_back
from capture.tracks import Track
from models.job import Json
from models.meeting import UNKNOWN_SPEAKER, Transcript, Word, WordRow, word_of, word_row
from models.ports import Diarizer, Heard, Transcriber, Window

Progress: TypeAlias = Callable[[str, float], None]
"""Called with what is being done, in people's words, and how much of the whole is done, 0 to 1."""

TRANSCRIBING = "Writing down what was said"
DIARIZING = "Telling the voices apart"
LONG = 1800
"""Seconds of a recording whose voices need the room that the words took."""
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
    tracks: Sequence[Track],
    *,
    ears: Ears,
    listen_for: ListenFor,
    checkpoint: Checkpoint,
    progress: Progress,
) -> Transcript:
    """Words, then voices, then the two put together as turns; of tracks of one voice each, words alone."""
    spoken, language = _words(
        tracks, transcriber=ears.transcriber, listen_for=listen_for, checkpoint=checkpoint, progress=progress
    )
    signal = tracks[0].signal
    if len(signal) > LONG * RATE:
        ears.transcriber.rest()
        give_back()
    if tracks[0].voice is None:
        voices = ears.diarizer.diarize(
            signal,
            speakers=listen_for.speakers,
            report=lambda done: progress(DIARIZING, SHARE_OF_WORDS + (1 - SHARE_OF_WORDS) * done),
        )
        turns = to_turns(spoken[UNKNOWN_SPEAKER], voices)
    else:
        turns = turns_of_tracks(spoken)
    return Transcript(turns=turns, language=language, duration=round(len(signal) / RATE, 2))


def _words(
    tracks: Sequence[Track],
    *,
    transcriber: Transcriber,
    listen_for: ListenFor,
    checkpoint: Checkpoint,
    progress: Progress,
) -> tuple[dict[str, list[Word]], str | None]:
    """By the voice of their track."""
    progress(TRANSCRIBING, 0.0)
    windows = [(track, window) for track in tracks for window in transcriber.windows(track.signal)]
    seconds = sum(window.end - window.start for _, window in windows)
    words: dict[str, list[Word]] = {track.voice or UNKNOWN_SPEAKER: [] for track in tracks}
    done = 0.0
    for track, window in windows:
        heard = _window(track, window, transcriber=transcriber, listen_for=listen_for, checkpoint=checkpoint)
        # where no word was heard the language is a guess, and would hold for the whole meeting
        if listen_for.language is None and heard.words:
            listen_for = replace(listen_for, language=heard.language)
        words[track.voice or UNKNOWN_SPEAKER] += heard.words
        done += window.end - window.start
        progress(TRANSCRIBING, SHARE_OF_WORDS * done / seconds)
    return words, listen_for.language


def _window(
    track: Track,
    window: Window,
    *,
    transcriber: Transcriber,
    listen_for: ListenFor,
    checkpoint: Checkpoint,
) -> Heard:
    whose = f"{track.voice}, " if track.voice else ""
    step = f"{whose}window {window.start:.2f}-{window.end:.2f}"
    if (kept := checkpoint.kept(step)) is not None:
        return _heard(kept)
    heard = transcriber.transcribe(
        track.signal, window=window, language=listen_for.language, vocabulary=listen_for.vocabulary
    )
    checkpoint.keep(step, _json(heard))
    return heard


def _json(heard: Heard) -> Json:
    words: list[Json] = [cast(Json, word_row(word)) for word in heard.words]
    return {"language": heard.language, "words": words}


def _heard(kept: Json) -> Heard:
    record = cast(dict[str, list[WordRow]], kept)
    return Heard(language=str(record["language"]), words=tuple(map(word_of, record["words"])))
