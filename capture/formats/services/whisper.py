"""Whisper's JSON as what is built on it writes it: whisper-timestamped, WhisperX, whisper.cpp, the APIs."""

from collections.abc import Iterator
from dataclasses import replace

from capture.doubt import LOOPING, doubt_of, is_made_up, with_loops_marked
from capture.formats.cues import Said
from capture.formats.json_values import (
    Fields,
    at,
    fields,
    language,
    objects,
    probability,
    seconds,
    storable,
    string,
)
from capture.formats.spoken import Spoken, said_in_segment, transcript_of
from models.job import Json
from models.meeting import Doubt, Transcript

SEGMENTS = {"segments": "start", "speakers": "timestamp", "chunks": "timestamp", "transcription": "offsets"}
"""Where the segments lie, and what each has: Whisper's, Hugging Face's with and without speakers, whisper.cpp's."""


def read_whisper(document: Json) -> Transcript | None:
    """None for JSON of another making."""
    segments = _segments(document)
    if segments is None:
        return None
    said = (piece for segment in segments for piece in _said(segment))
    heard = transcript_of(
        said,
        language=language(at(document, "language")) or language(at(document, "result", "language")),
        duration=seconds(at(document, "duration")),
    )
    return replace(heard, turns=tuple(replace(turn, words=with_loops_marked(turn.words)) for turn in heard.turns))


def _segments(document: Json) -> list[Fields] | None:
    shape = fields(document)
    for key, timed in SEGMENTS.items():
        segments = objects(shape.get(key))
        if segments and {"text", timed} <= segments[0].keys():
            return segments
    return [shape] if _is_words_alone(shape) else None


def _is_words_alone(shape: Fields) -> bool:
    """As the API answers where only words are asked for."""
    words = objects(shape.get("words"))
    return bool(words) and {"word", "start"} <= words[0].keys() and {"text", "duration"} <= shape.keys()


def _said(segment: Fields) -> Iterator[Said]:
    start, end = _times(segment)
    speaker = string(segment.get("speaker"))
    whole = Spoken(text="", speaker=speaker, start=start, end=end, doubt=_doubt(segment))
    words = objects(segment.get("words"))
    spaced = any(_text(word).startswith(" ") for word in words)
    spoken = [_word(word, whole=whole, joined=spaced and not _text(word).startswith(" ")) for word in words]
    yield from said_in_segment(_text(segment), words=spoken, segment=whole)


def _times(segment: Fields) -> tuple[float | None, float | None]:
    if "timestamp" in segment:  # Hugging Face, whose last segment may have no end
        start, end = (seconds(at(segment["timestamp"], edge)) for edge in (0, 1))
        return start, start if end is None else end
    if "offsets" in segment:  # whisper.cpp
        start, end = (seconds(at(segment["offsets"], edge), unit="ms") for edge in ("from", "to"))
        return start, end
    return seconds(segment.get("start")), seconds(segment.get("end"))


def _word(word: Fields, *, whole: Spoken, joined: bool) -> Spoken:
    chances = (probability(word.get(key)) for key in ("probability", "confidence", "score"))
    return Spoken(
        text=_text(word),
        speaker=string(word.get("speaker")) or whole.speaker,
        start=seconds(word.get("start")),
        end=seconds(word.get("end")),
        probability=next((chance for chance in chances if chance is not None), None),
        doubt=whole.doubt,
        joined=joined,
    )


def _text(shape: Fields) -> str:
    """Spaces and all: they say which pieces make a word."""
    text = shape.get("word", shape.get("text"))
    return storable(text) if isinstance(text, str) else ""


def _doubt(segment: Fields) -> Doubt | None:
    """By Whisper's own figures for the segment, where the file has them."""
    log_probability = segment.get("avg_logprob")
    compression = seconds(segment.get("compression_ratio"))
    if not isinstance(log_probability, int | float):
        return Doubt.LOOP if compression is not None and compression > LOOPING else None
    if is_made_up(log_probability=log_probability, no_speech=probability(segment.get("no_speech_prob")) or 0.0):
        return Doubt.SILENCE
    return doubt_of(compression=compression or 0.0, log_probability=log_probability, speech=1.0)
