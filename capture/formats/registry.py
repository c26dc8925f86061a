"""Which format a transcript has, and the reader and writer of each."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from capture.formats.chat import is_chat, read_chat
from capture.formats.docx import read_docx
from capture.formats.encoding import read_text
from capture.formats.journal import read_journal, read_markdown
from capture.formats.json_document import read_json
from capture.formats.markdown import write_markdown
from capture.formats.plaintext import names_speakers, read_plaintext, write_plaintext
from capture.formats.project_json import write_project_json
from capture.formats.srt import read_srt, write_srt
from capture.formats.textgrid import is_textgrid, read_textgrid
from capture.formats.timecode import TIMECODE
from capture.formats.webvtt import read_webvtt, write_webvtt
from models.errors import InputError, TranscriptError
from models.meeting import Source, Transcript, Turn


class Format(StrEnum):
    """What can be read; an entry is written alone."""

    JSON = "json"
    WEBVTT = "vtt"
    SRT = "srt"
    TEXTGRID = "textgrid"
    CHAT = "chat"
    TEXT = "txt"
    MARKDOWN = "md"
    ENTRY = "entry"


class Reader(Protocol):
    """Raises TranscriptError, and nothing else, whatever the text."""

    def __call__(self, text: str, *, name: str) -> Transcript: ...


READERS: Mapping[Format, Reader] = {
    Format.JSON: read_json,
    Format.WEBVTT: read_webvtt,
    Format.SRT: read_srt,
    Format.TEXTGRID: read_textgrid,
    Format.CHAT: read_chat,
    Format.TEXT: read_plaintext,
    Format.MARKDOWN: read_markdown,
    Format.ENTRY: read_journal,
}
WRITERS: Mapping[str, Callable[[Transcript], str]] = {
    "json": write_project_json,
    "vtt": write_webvtt,
    "srt": write_srt,
    "txt": write_plaintext,
    "md": write_markdown,
}
SUFFIXES = {
    ".json": Format.JSON,
    ".vtt": Format.WEBVTT,
    ".webvtt": Format.WEBVTT,
    ".srt": Format.SRT,
    ".textgrid": Format.TEXTGRID,
    ".docx": Format.TEXT,
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
}
TIMED = re.compile(rf"^[^\S\n]*{TIMECODE}[^\S\n]*-->[^\S\n]*{TIMECODE}", re.MULTILINE)


def is_transcript_name(name: str) -> bool:
    """Whether a file of this name is read here, and not heard as a recording."""
    return Path(name).suffix.lower() in SUFFIXES


def sniff(text: str, *, name: str) -> Format:
    """By the name, unless the text plainly is another format. Raises TranscriptError for an unknown name."""
    named = SUFFIXES.get(Path(name).suffix.lower())
    if named is None:
        known = ", ".join(sorted(SUFFIXES))
        raise TranscriptError(f"{name}: not known as a transcript; save it as one of {known}")
    if text.startswith("WEBVTT"):
        return Format.WEBVTT
    if named != Format.TEXT:
        return named
    if text.lstrip().startswith(("{", "[{")):
        return Format.JSON
    if is_textgrid(text):
        return Format.TEXTGRID
    if is_chat(text):
        return Format.CHAT
    if TIMED.search(text):
        return Format.SRT
    return Format.TEXT if names_speakers(text) else Format.ENTRY


def read_document(path: Path, *, name: str) -> tuple[Source, Transcript]:
    """A conversation or a journal entry, and which of the two. Raises TranscriptError naming the file."""
    text = read_docx(path, name=name) if Path(name).suffix.lower() == ".docx" else read_text(path, name=name)
    document_format = sniff(text, name=name)
    transcript = READERS[document_format](text, name=name)
    alone = (
        document_format in (Format.MARKDOWN, Format.ENTRY) and len({turn.speaker for turn in transcript.turns}) == 1
    )
    return (Source.JOURNAL if alone else Source.TRANSCRIPT), transcript


def read_transcript(path: Path, *, name: str) -> Transcript:
    """Of any format; `name` is what the file is called by people. Raises TranscriptError naming the file."""
    return read_document(path, name=name)[1]


def read_messages(path: Path) -> tuple[Turn, ...]:
    """Of a chat. Raises TranscriptError for a file that is none."""
    text = read_text(path, name=path.name)
    if not is_chat(text):
        raise TranscriptError(f"{path.name}: this is no chat as Zoom saves it; hand a transcript in by itself")
    return read_chat(text, name=path.name).turns


def write_transcript(transcript: Transcript, format: str) -> str:
    """As json, vtt, srt, txt or md. Raises InputError for another format, or times nobody knows."""
    if format not in WRITERS:
        raise InputError(f"{format}: not a format written here; choose one of {', '.join(WRITERS)}")
    if format in ("vtt", "srt") and all(turn.start is None for turn in transcript.turns):
        raise InputError(f"{format}: needs times and this transcript has none; choose txt, md or json")
    return WRITERS[format](transcript)
