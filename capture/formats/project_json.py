"""The project's own transcript JSON: read leniently, written whole. Other keys than its own are ignored."""

import json
import re
from collections.abc import Mapping

from capture.formats.json_values import fields, parsed, seconds, storable, string
from models.errors import TranscriptError
from models.job import Json
from models.meeting import UNKNOWN_SPEAKER, Doubt, Transcript, Turn, Word

SHAPE = 'the project\'s transcript JSON is an object with "turns", each with "speaker" and "text"'


def read_project_json(text: str, *, name: str) -> Transcript:
    """Turns keep their places and their exact text: others count in them. Raises TranscriptError."""
    return project_transcript(parsed(text, name=name), name=name)


def project_transcript(document: Json, *, name: str) -> Transcript:
    """Of JSON that is parsed already. Raises TranscriptError."""
    shape = fields(document)
    turns = shape.get("turns")
    if not isinstance(turns, list):
        raise TranscriptError(f"{name}: no transcript of ours, nor of a speech service known here; {SHAPE}")
    read = tuple(_turn(turn, where=f"{name}: turn {at}") for at, turn in enumerate(turns))
    if not any(turn.text.strip() for turn in read):
        raise TranscriptError(f"{name}: no words in its turns; transcribe the recording again")
    date = re.match(r"\d{4}-\d\d-\d\d(?!\d)", string(shape.get("date")) or "")
    return Transcript(
        turns=read,
        meeting=string(shape.get("meeting")),
        title=string(shape.get("title")),
        date=date[0] if date else None,
        community=string(shape.get("community")),
        organisation=string(shape.get("organisation")),
        language=string(shape.get("language")),
        duration=seconds(shape.get("duration")),
    )


def _turn(turn: Json, *, where: str) -> Turn:
    text = turn.get("text") if isinstance(turn, dict) else None
    if not isinstance(turn, dict) or not isinstance(text, str):
        raise TranscriptError(f"{where} has no text; {SHAPE}")
    start, end = _span(turn)
    return Turn(
        speaker=string(turn.get("speaker")) or UNKNOWN_SPEAKER,
        text=storable(text),
        start=start,
        end=end,
        words=_words(turn.get("words")),
        written=turn.get("written") is True,
    )


def _words(words: Json) -> tuple[Word, ...]:
    """Those that say when they were spoken."""
    read = []
    for word in words if isinstance(words, list) else ():
        if not isinstance(word, dict):
            continue
        spoken, (start, end) = string(word.get("word")), _span(word)
        if spoken and start is not None and end is not None:
            probability = seconds(word.get("probability"))
            read.append(
                Word(
                    word=spoken,
                    start=start,
                    end=end,
                    probability=probability,
                    doubt=_doubt(word.get("doubt")),
                    corrected=word.get("corrected") is True,
                )
            )
    return tuple(read)


def _doubt(value: Json) -> Doubt | None:
    return Doubt(value) if isinstance(value, str) and value in set(Doubt) else None


def _span(timed: Mapping[str, Json]) -> tuple[float | None, float | None]:
    start, end = seconds(timed.get("start")), seconds(timed.get("end"))
    if start is not None and end is not None and end < start:
        return None, None
    return start, end


def to_json_dict(transcript: Transcript) -> dict[str, Json]:
    """Every key of the contract, null where nothing is known."""
    return {
        "meeting": transcript.meeting,
        "title": transcript.title,
        "date": transcript.date,
        "community": transcript.community,
        "organisation": transcript.organisation,
        "language": transcript.language,
        "duration": transcript.duration,
        "turns": [_turn_dict(turn) for turn in transcript.turns],
    }


def _turn_dict(turn: Turn) -> dict[str, Json]:
    """What was written in the chat says so."""
    shape: dict[str, Json] = {
        "speaker": turn.speaker,
        "text": turn.text,
        "start": turn.start,
        "end": turn.end,
        "words": [_word_dict(word) for word in turn.words],
    }
    return {**shape, "written": True} if turn.written else shape


def _word_dict(word: Word) -> dict[str, Json]:
    """What is doubtful or put right by a person says so; of the others nothing more is known."""
    shape: dict[str, Json] = {
        "word": word.word,
        "start": word.start,
        "end": word.end,
        "probability": word.probability,
    }
    if word.doubt:
        shape["doubt"] = word.doubt.value
    if word.corrected:
        shape["corrected"] = True
    return shape


def write_project_json(transcript: Transcript) -> str:
    """One object, one line."""
    return json.dumps(to_json_dict(transcript), ensure_ascii=False) + "\n"
