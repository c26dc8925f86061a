"""Two editors of transcripts for film and radio: autoEdit 2, and digital paper edit with what came of it."""

from collections.abc import Iterator

from capture.formats.json_values import at, objects, seconds, string
from capture.formats.services.voices import Stretch, Voices
from capture.formats.spoken import Spoken, said_in_words, transcript_of
from models.job import Json
from models.meeting import Transcript


def read_autoedit(document: Json) -> Transcript | None:
    """None for JSON of another making."""
    blocks = objects(at(document, "text"))
    if not blocks or not isinstance(blocks[0].get("paragraph"), list):
        return None
    spoken = (
        Spoken(
            text=string(word.get("text")) or "",
            speaker=string(block.get("speaker")),
            start=seconds(word.get("startTime")),
            end=seconds(word.get("endTime")),
        )
        for block in blocks
        for paragraph in objects(block.get("paragraph"))
        for word in objects(paragraph.get("line"))
    )
    return transcript_of(said_in_words(spoken), duration=seconds(at(document, "metadata", "duration")))


def read_paper_edit(document: Json) -> Transcript | None:
    """None for JSON of another making."""
    words, paragraphs = objects(at(document, "words")), objects(at(document, "paragraphs"))
    if not words or not paragraphs or not {"text", "start", "end"} <= words[0].keys():
        return None
    voices = Voices(_stretches(document))
    spoken = (
        Spoken(text=string(word.get("text")) or "", speaker=voices.at(start, end), start=start, end=end)
        for word in words
        for start, end in [(seconds(word.get("start")), seconds(word.get("end")))]
    )
    return transcript_of(said_in_words(spoken))


def _stretches(document: Json) -> Iterator[Stretch]:
    for paragraph in objects(at(document, "paragraphs")):
        start, end = seconds(paragraph.get("start")), seconds(paragraph.get("end"))
        if start is not None and end is not None and (speaker := string(paragraph.get("speaker"))):
            yield Stretch(start, end, speaker)
