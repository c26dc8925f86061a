"""Gladia: utterances of words, the speakers by number."""

from capture.formats.json_values import Fields, at, language, objects, probability, seconds, string
from capture.formats.spoken import Spoken, said_in_segment, transcript_of
from models.job import Json
from models.meeting import Transcript


def read_gladia(document: Json) -> Transcript | None:
    """None for JSON of another making."""
    result = at(document, "result") or document
    utterances = objects(at(result, "transcription", "utterances"))
    if not utterances:
        return None
    said = (
        piece
        for utterance in utterances
        for piece in said_in_segment(
            string(utterance.get("text")) or "", words=_words(utterance), segment=_spoken(utterance)
        )
    )
    return transcript_of(
        said,
        language=language(at(result, "transcription", "languages", 0)),
        duration=seconds(at(result, "metadata", "audio_duration")),
    )


def _words(utterance: Fields) -> list[Spoken]:
    """They hold the spaces before them."""
    speaker = string(utterance.get("speaker"))
    return [_spoken({**word, "speaker": speaker}) for word in objects(utterance.get("words"))]


def _spoken(shape: Fields) -> Spoken:
    return Spoken(
        text=string(shape.get("word")) or "",
        speaker=string(shape.get("speaker")),
        start=seconds(shape.get("start")),
        end=seconds(shape.get("end")),
        probability=probability(shape.get("confidence")),
    )
