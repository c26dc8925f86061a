"""Rev and Rev AI: monologues of words and of the marks and spaces between them."""

from collections.abc import Iterator, Mapping

from capture.formats.json_values import Fields, at, fields, language, objects, probability, seconds, string
from capture.formats.spoken import Spoken, said_in_words, transcript_of
from models.job import Json
from models.meeting import Transcript


def read_rev(document: Json) -> Transcript | None:
    """None for JSON of another making."""
    monologues = objects(at(document, "monologues"))
    if not monologues or not objects(monologues[0].get("elements")):
        return None
    names = {
        string(speaker.get("id")): string(speaker.get("name")) for speaker in objects(at(document, "speakers"))
    }
    said = (piece for monologue in monologues for piece in said_in_words(_words(monologue, names=names)))
    return transcript_of(said, language=language(at(document, "language")))


def _words(monologue: Fields, *, names: Mapping[str | None, str | None]) -> Iterator[Spoken]:
    label = string(monologue.get("speaker"))
    named = string(fields(monologue.get("speaker_info")).get("display_name")) or names.get(label)
    spaced = False
    for element in objects(monologue.get("elements")):
        value = element.get("value")
        text = value if isinstance(value, str) else ""
        word = element.get("type") == "text"
        yield Spoken(
            text=string(text) or "",
            speaker=named or label,
            start=seconds(element.get("ts")),
            end=seconds(element.get("end_ts")),
            probability=probability(element.get("confidence")),
            joined=not word and not spaced and not text.startswith(" "),
        )
        spaced = text.endswith(" ")
