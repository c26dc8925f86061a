"""AssemblyAI: words in milliseconds, by utterances where voices were told apart."""

from capture.formats.json_values import Fields, at, fields, language, objects, probability, seconds, string
from capture.formats.spoken import Spoken, said_in_segment, transcript_of
from models.job import Json
from models.meeting import Transcript


def read_assemblyai(document: Json) -> Transcript | None:
    """None for JSON of another making."""
    shape = fields(document)
    if "audio_duration" not in shape or not isinstance(shape.get("words", []), list):
        return None
    utterances = objects(shape.get("utterances")) or [shape]
    said = (
        piece
        for utterance in utterances
        for piece in said_in_segment(
            string(utterance.get("text")) or "", words=_words(utterance), segment=_spoken(utterance)
        )
    )
    return transcript_of(
        said,
        language=language(at(document, "language_code")),
        duration=seconds(shape.get("audio_duration")),
    )


def _words(utterance: Fields) -> list[Spoken]:
    speaker = utterance.get("speaker")
    return [_spoken({"speaker": speaker, **word}) for word in objects(utterance.get("words"))]


def _spoken(shape: Fields) -> Spoken:
    channel = string(shape.get("channel"))
    return Spoken(
        text=string(shape.get("text")) or "",
        speaker=string(shape.get("speaker")) or (f"Channel {channel}" if channel else None),
        start=seconds(shape.get("start"), unit="ms"),
        end=seconds(shape.get("end"), unit="ms"),
        probability=probability(shape.get("confidence")),
    )
