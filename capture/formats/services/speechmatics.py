"""Speechmatics, version 2 (`results`) and the first one (`words` with the speakers beside them)."""

from collections.abc import Iterator

from capture.formats.json_values import Fields, at, fields, language, objects, probability, seconds, string
from capture.formats.services.voices import Stretch, Voices
from capture.formats.spoken import Spoken, said_in_words, transcript_of
from models.job import Json
from models.meeting import Transcript

MARKS = ".,?!:;"


def read_speechmatics(document: Json) -> Transcript | None:
    """None for JSON of another making."""
    results, words = objects(at(document, "results")), objects(at(document, "words"))
    if results and {"alternatives", "start_time", "type"} <= results[0].keys():
        return transcript_of(
            said_in_words(_words(document)),
            language=language(at(document, "metadata", "transcription_config", "language")),
            duration=seconds(at(document, "job", "duration")),
        )
    if words and {"name", "time", "duration"} <= words[0].keys():
        return transcript_of(
            said_in_words(_words_of_first_version(document)),
            language=language(at(document, "job", "lang")),
            duration=seconds(at(document, "job", "duration")),
        )
    return None


def _words(document: Json) -> Iterator[Spoken]:
    for result in objects(at(document, "results")):
        best = fields(at(result, "alternatives", 0))
        mark = result.get("type") == "punctuation"
        yield Spoken(
            text=string(best.get("content")) or "",
            speaker=string(best.get("speaker")) or string(result.get("channel")),
            start=seconds(result.get("start_time")),
            end=seconds(result.get("end_time")),
            probability=None if mark else probability(best.get("confidence")),
            joined=mark and result.get("attaches_to") != "next",
        )


def _words_of_first_version(document: Json) -> Iterator[Spoken]:
    voices = Voices(
        Stretch(start, end, speaker)
        for shape in objects(at(document, "speakers"))
        if (speaker := string(shape.get("name")))
        for start, end in [_span(shape)]
        if start is not None and end is not None
    )
    for word in objects(at(document, "words")):
        start, end = _span(word)
        text = string(word.get("name")) or ""
        mark = text in MARKS
        yield Spoken(
            text=text,
            speaker=voices.at(start, end),
            # a mark is timed in the pause after the word
            start=None if mark else start,
            end=None if mark else end,
            probability=None if mark else probability(word.get("confidence")),
            joined=mark,
        )


def _span(shape: Fields) -> tuple[float | None, float | None]:
    start, length = seconds(at(shape, "time")), seconds(at(shape, "duration"))
    return start, None if start is None or length is None else round(start + length, 3)
