"""Google Cloud Speech-to-Text, version 1 and 2, as the interface answers and as its Python client writes it."""

from collections.abc import Iterator, Sequence

from capture.formats.cues import Said
from capture.formats.json_values import Fields, at, fields, language, objects, probability, seconds, string
from capture.formats.spoken import Spoken, said_in_segment, said_in_words, transcript_of
from models.job import Json
from models.meeting import Transcript

STARTS = ("startTime", "start_time", "startOffset", "start_offset")
ENDS = ("endTime", "end_time", "endOffset", "end_offset")
SPEAKERS = ("speakerLabel", "speaker_label", "speakerTag", "speaker_tag")
LANGUAGES = ("languageCode", "language_code")


def read_google(document: Json) -> Transcript | None:
    """None for JSON of another making."""
    results = objects(at(document, "response", "results") or at(document, "results"))
    best = [fields(at(result, "alternatives", 0)) for result in results]
    if not any(_is_google(alternative) for alternative in best):
        return None
    said = (piece for alternative in _not_told_twice(best) for piece in _said(alternative))
    return transcript_of(said, language=language(_first(results[0], LANGUAGES)))


def _is_google(alternative: Fields) -> bool:
    told = isinstance(alternative.get("transcript"), str) and "timestamps" not in alternative  # Watson's
    return told or bool(_words(alternative))


def _words(alternative: Fields) -> list[Spoken]:
    return [
        Spoken(
            text=string(word.get("word")) or "",
            speaker=_speaker(word),
            start=_moment(_first(word, STARTS)),
            end=_moment(_first(word, ENDS)),
            probability=probability(word.get("confidence")) or None,  # 0 means that none was asked for
        )
        for word in objects(alternative.get("words"))
        if "word" in word
    ]


def _first(shape: Fields, keys: Sequence[str]) -> Json:
    return next((shape[key] for key in keys if key in shape), None)


def _speaker(word: Fields) -> str | None:
    speaker = string(_first(word, SPEAKERS))
    return None if speaker == "0" else speaker


def _moment(value: Json) -> float | None:
    """Of "1.200s", or of seconds and nanoseconds, where a missing one is 0."""
    if not isinstance(value, dict):
        return seconds(value)
    whole = seconds(value.get("seconds", 0))
    rest = seconds(value.get("nanos", 0), unit="ns")
    return None if whole is None or rest is None else round(whole + rest, 3)


def _not_told_twice(best: Sequence[Fields]) -> Sequence[Fields]:
    """Where speakers are told apart, the last result holds every word again, now with its speaker."""
    words = [_words(alternative) for alternative in best]
    tagged = [any(word.speaker for word in said) for said in words]
    if len(best) > 1 and tagged[-1] and words[0] and words[-1][0].start == words[0][0].start:
        return best[-1:]
    return best


def _said(alternative: Fields) -> Iterator[Said]:
    words = _words(alternative)
    text = string(alternative.get("transcript"))
    if not text:
        return said_in_words(words)
    timed = [word for word in words if word.start is not None and word.end is not None]
    segment = Spoken(text="", start=timed[0].start, end=timed[-1].end) if timed else Spoken(text="")
    return said_in_segment(text, words=words, segment=segment)
