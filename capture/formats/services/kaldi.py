"""Kaldi as the BBC runs it: words with their punctuation, the voices beside them."""

from collections.abc import Iterator

from capture.formats.json_values import Fields, at, objects, probability, seconds, string
from capture.formats.services.voices import Stretch, Voices
from capture.formats.spoken import Spoken, said_in_words, transcript_of
from models.job import Json
from models.meeting import Transcript


def read_kaldi(document: Json) -> Transcript | None:
    """None for JSON of another making."""
    result = at(document, "retval") or document
    words = objects(at(result, "words"))
    if not words or not {"word", "punct"} <= words[0].keys():
        return None
    voices = Voices(_stretches(result))
    return transcript_of(said_in_words(_word(word, voices=voices) for word in words))


def _stretches(result: Json) -> Iterator[Stretch]:
    for segment in objects(at(result, "segmentation", "segments")):
        start, length = seconds(segment.get("start")), seconds(segment.get("duration"))
        speaker = string(at(segment, "speaker", "@id"))
        if start is not None and length is not None and speaker:
            yield Stretch(start, start + length, speaker)


def _word(word: Fields, *, voices: Voices) -> Spoken:
    start, end = seconds(at(word, "start")), seconds(at(word, "end"))
    return Spoken(
        text=string(at(word, "punct")) or string(at(word, "word")) or "",
        speaker=voices.at(start, end),
        start=start,
        end=end,
        probability=probability(at(word, "confidence")),
    )
