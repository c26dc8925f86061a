"""Azure Speech: batch transcription (`recognizedPhrases`) and fast transcription (`phrases`)."""

from collections.abc import Iterator

from capture.formats.cues import Said
from capture.formats.json_values import Fields, at, fields, language, objects, probability, seconds, string
from capture.formats.spoken import Spoken, said_in_segment, transcript_of
from models.job import Json
from models.meeting import Transcript

UNITS = {"InTicks": "ticks", "Milliseconds": "ms", "InMilliseconds": "ms"}
"""Of a moment, by how its key goes on after "offset" or "duration"."""


def read_azure(document: Json) -> Transcript | None:
    """None for JSON of another making."""
    phrases = objects(at(document, "recognizedPhrases")) or objects(at(document, "phrases"))
    if not phrases or _moment(phrases[0], "offset") is None:
        return None
    phrases.sort(key=lambda phrase: _moment(phrase, "offset") or 0.0)
    channels = len({string(phrase.get("channel")) for phrase in phrases}) > 1
    said = (piece for phrase in phrases for piece in _said(phrase, channels=channels))
    return transcript_of(
        said,
        language=language(phrases[0].get("locale")),
        duration=_moment(fields(document), "duration"),
    )


def _moment(shape: Fields, key: str) -> float | None:
    return next(
        (seconds(shape[key + more], unit=unit) for more, unit in UNITS.items() if key + more in shape), None
    )


def _said(phrase: Fields, *, channels: bool) -> Iterator[Said]:
    best = fields(at(phrase, "nBest", 0)) or phrase
    speaker = string(phrase.get("speaker"))
    if not speaker and channels:
        speaker = f"Channel {string(phrase.get('channel'))}"
    whole = _timed(phrase, text="", speaker=speaker)
    words = objects(best.get("displayWords")) or objects(best.get("words"))
    spoken = [
        _timed(
            word, text=string(word.get("displayText", word.get("word", word.get("text")))) or "", speaker=speaker
        )
        for word in words
    ]
    text = string(best.get("display", best.get("text"))) or ""
    yield from said_in_segment(text, words=spoken, segment=whole)


def _timed(shape: Fields, *, text: str, speaker: str | None) -> Spoken:
    start, length = _moment(shape, "offset"), _moment(shape, "duration")
    end = None if start is None or length is None else round(start + length, 3)
    chance = probability(shape.get("confidence"))
    return Spoken(text=text, speaker=speaker, start=start, end=end, probability=chance)
