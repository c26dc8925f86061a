"""Transcripts written as Markdown, for people to read and to keep elsewhere."""

import re

from capture.formats.labels import written
from capture.formats.timecode import format_clock
from models.meeting import Transcript, Turn

SYNTAX = re.compile(r"([\\`*_\[\]<>&~|#!])")
FRONT = ("meeting", "date", "community", "organisation", "language")


def write_markdown(transcript: Transcript) -> str:
    """What is known of the meeting in front matter, the title as heading, a paragraph for each turn."""
    known = [f"{field}: {_line(value)}" for field in FRONT if (value := getattr(transcript, field))]
    front = "\n".join(["---", *known, "---"]) if known else ""
    heading = f"# {_escaped(transcript.title)}" if transcript.title else ""
    turns = (_paragraph(turn) for turn in transcript.turns if turn.text.strip())
    return "\n\n".join(part for part in (front, heading, *turns) if part) + "\n"


def _paragraph(turn: Turn) -> str:
    clock = "" if turn.start is None else f" ({format_clock(turn.start)})"
    return f"**{_escaped(written(turn.speaker))}**{clock}: {_escaped(turn.text)}"


def _escaped(text: str) -> str:
    return SYNTAX.sub(r"\\\1", _line(text))


def _line(text: str) -> str:
    return " ".join(text.split())
