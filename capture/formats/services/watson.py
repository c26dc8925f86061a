"""IBM Watson Speech to Text: words as [word, start, end], the speakers beside them by their times."""

from collections.abc import Iterator

from capture.formats.json_values import Fields, at, objects, probability, seconds, string
from capture.formats.services.voices import Stretch, Voices
from capture.formats.spoken import Spoken, said_in_words, transcript_of
from models.job import Json
from models.meeting import Transcript


def read_watson(document: Json) -> Transcript | None:
    """None for JSON of another making."""
    results = [result for result in objects(at(document, "results")) if result.get("final") is not False]
    if not any(isinstance(at(result, "alternatives", 0, "timestamps"), list) for result in results):
        return None
    voices = Voices(_stretches(document))
    return transcript_of(piece for result in results for piece in said_in_words(_words(result, voices=voices)))


def _stretches(document: Json) -> Iterator[Stretch]:
    for label in objects(at(document, "speaker_labels")):
        start, end, speaker = seconds(label.get("from")), seconds(label.get("to")), string(label.get("speaker"))
        if start is not None and end is not None and speaker:
            yield Stretch(start, end, speaker)


def _words(result: Fields, *, voices: Voices) -> Iterator[Spoken]:
    timed = at(result, "alternatives", 0, "timestamps")
    for number, word in enumerate(timed if isinstance(timed, list) else ()):
        start, end = seconds(at(word, 1)), seconds(at(word, 2))
        yield Spoken(
            text=string(at(word, 0)) or "",
            speaker=voices.at(start, end),
            start=start,
            end=end,
            probability=probability(at(result, "alternatives", 0, "word_confidence", number, 1)),
        )
