"""Amazon Transcribe: words and marks in one list, the speakers in each or beside them, or a channel to a voice."""

from collections.abc import Iterator, Mapping

from capture.formats.json_values import Fields, at, fields, language, objects, probability, seconds, string
from capture.formats.spoken import Spoken, said_in_words, transcript_of
from models.job import Json
from models.meeting import Transcript

KINDS = ("pronunciation", "punctuation")


def read_amazon(document: Json) -> Transcript | None:
    """Of a job's result, or of its bare list of items; none for JSON of another making."""
    items = objects(document) or objects(at(document, "results", "items"))
    if not items or not objects(items[0].get("alternatives")) or string(items[0].get("type")) not in KINDS:
        return None
    channels = objects(at(document, "results", "channel_labels", "channels"))
    if len(channels) > 1:
        pieces = [said for channel in channels for said in said_in_words(_channel(channel))]
        pieces.sort(key=lambda said: said.words[0].start if said.words else 0.0)
    else:
        pieces = list(said_in_words(_words(items, speakers=_speakers(document))))
    return transcript_of(pieces, language=language(at(document, "results", "language_code")))


def _speakers(document: Json) -> Mapping[str, str]:
    """Who speaks, by the start of the item: older results say it beside the items."""
    segments = objects(at(document, "results", "speaker_labels", "segments"))
    items = [item for segment in segments for item in objects(segment.get("items"))]
    return {
        start: speaker
        for item in items
        if (start := string(item.get("start_time"))) and (speaker := string(item.get("speaker_label")))
    }


def _channel(channel: Fields) -> Iterator[Spoken]:
    return _words(objects(channel.get("items")), speakers={}, channel=string(channel.get("channel_label")))


def _words(items: list[Fields], *, speakers: Mapping[str, str], channel: str | None = None) -> Iterator[Spoken]:
    for item in items:
        best = fields(at(item, "alternatives", 0))
        mark = item.get("type") == "punctuation"
        beside = speakers.get(string(item.get("start_time")) or "")
        yield Spoken(
            text=string(best.get("content")) or "",
            speaker=channel or string(item.get("speaker_label")) or beside,
            start=seconds(item.get("start_time")),
            end=seconds(item.get("end_time")),
            probability=None if mark else probability(best.get("confidence")),
            joined=mark,
        )
