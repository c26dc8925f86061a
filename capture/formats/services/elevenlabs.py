"""ElevenLabs Scribe: words, the spaces between them, and what was heard that is no word."""

import math

from capture.formats.json_values import at, fields, language, objects, seconds, string
from capture.formats.spoken import Spoken, said_in_words, transcript_of
from models.job import Json
from models.meeting import Transcript

LEAST = -700.0
"""The logarithm of the smallest number there is."""


def read_elevenlabs(document: Json) -> Transcript | None:
    """None for JSON of another making. "(laughter)" is no word of anybody's and is left out."""
    words = objects(at(document, "words"))
    if not words or "type" not in words[0] or "language_code" not in fields(document):
        return None
    said = said_in_words(
        Spoken(
            text=string(word.get("text")) or "",
            speaker=string(word.get("speaker_id")),
            start=seconds(word.get("start")),
            end=seconds(word.get("end")),
            probability=_probability(word.get("logprob")),
        )
        for word in words
        if word.get("type") == "word"
    )
    return transcript_of(said, language=language(at(document, "language_code")))


def _probability(logarithm: Json) -> float | None:
    if isinstance(logarithm, bool) or not isinstance(logarithm, int | float) or not LEAST < logarithm <= 0:
        return None
    return round(math.exp(logarithm), 4)
