"""Deepgram: channels of words, each with its speaker where voices were told apart."""

from collections.abc import Iterator

from capture.formats.json_values import Fields, at, fields, language, objects, probability, seconds, string
from capture.formats.spoken import Spoken, said_in_words, transcript_of
from models.job import Json
from models.meeting import Transcript


def read_deepgram(document: Json) -> Transcript | None:
    """None for JSON of another making."""
    channels = objects(at(document, "results", "channels"))
    if not channels or not objects(channels[0].get("alternatives")):
        return None
    pieces = [
        said
        for number, channel in enumerate(channels)
        for said in said_in_words(_words(channel, alone=f"Channel {number}" if len(channels) > 1 else None))
    ]
    pieces.sort(key=lambda said: said.words[0].start if said.words else 0.0)
    return transcript_of(
        pieces,
        language=language(channels[0].get("detected_language")),
        duration=seconds(at(document, "metadata", "duration")),
    )


def _words(channel: Fields, *, alone: str | None) -> Iterator[Spoken]:
    best = fields(at(channel, "alternatives", 0))
    words = objects(best.get("words"))
    if not words:  # asked for without times
        yield from (Spoken(text=word, speaker=alone) for word in (string(best.get("transcript")) or "").split())
    for word in words:
        speaker = string(word.get("speaker"))
        yield Spoken(
            text=string(word.get("punctuated_word")) or string(word.get("word")) or "",
            speaker=alone if speaker is None or alone and speaker == "0" else speaker,
            start=seconds(word.get("start")),
            end=seconds(word.get("end")),
            probability=probability(word.get("confidence")),
        )
