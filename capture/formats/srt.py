"""SubRip (SRT): numbered cues, the speaker before a colon where the file names one."""

import re

from capture.formats.cues import Cue, cut_cues, join_turns, scan_cues, voices_by_label
from capture.formats.labels import written
from capture.formats.timecode import format_timecode
from models.errors import TranscriptError
from models.meeting import Transcript

BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
STYLING = re.compile(r"</?(?:i|b|u|s|font)(?:\s[^<>]*)?>|\{\\[^{}]*\}", re.IGNORECASE)


def read_srt(text: str, *, name: str) -> Transcript:
    """Raises TranscriptError where there is no cue with words in it."""
    turns = join_turns(voices_by_label([_plain(cue) for cue in scan_cues(BLANK_LINES.split(text))]))
    if not turns:
        raise TranscriptError(f"{name}: no cue with words in it; export the transcript as SRT again")
    return Transcript(turns=turns)


def _plain(cue: Cue) -> Cue:
    lines = (STYLING.sub("", line).strip() for line in cue.lines)
    return Cue(start=cue.start, end=cue.end, lines=tuple(line for line in lines if line))


def write_srt(transcript: Transcript) -> str:
    """Every cue names its speaker; a turn without times gets 00:00:00,000 for both."""
    cues = [(turn.speaker, cue) for turn in transcript.turns for cue in cut_cues(turn)]
    return "\n".join(_cue_text(number, speaker=speaker, cue=cue) for number, (speaker, cue) in enumerate(cues, 1))


def _cue_text(number: int, *, speaker: str, cue: Cue) -> str:
    start, end = (format_timecode(at or 0, mark=",") for at in (cue.start, cue.end))
    return f"{number}\n{start} --> {end}\n{written(speaker)}: {' '.join(cue.lines)}\n"
