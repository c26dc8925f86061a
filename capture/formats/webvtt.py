"""WebVTT, read as Zoom, Teams and Stream write it, and written with a voice to every cue."""

import html
import re
from collections.abc import Iterator, Sequence

from capture.formats.cues import Cue, Said, cut_cues, join_turns, scan_cues, spread, voices_by_label
from capture.formats.timecode import format_timecode
from models.errors import TranscriptError
from models.meeting import UNKNOWN_SPEAKER, Transcript

BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
NO_CUE = re.compile(r"(?:WEBVTT|NOTE|STYLE|REGION)(?:\s|$)")
VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s([^<>]*)>", re.IGNORECASE)
# Only the tags that WebVTT and its exporters know: "<laughs>" and "a < b" are words.
TAG = re.compile(r"</?(?:c|i|b|u|v|ruby|rt|lang|font|span)(?:[.\s][^<>]*)?>|<[\d:.]+>", re.IGNORECASE)
LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
LANGUAGE = re.compile(r"^(?:NOTE\s+)?language:\s*\"?([a-z]{2})\b", re.IGNORECASE | re.MULTILINE)


def read_webvtt(text: str, *, name: str) -> Transcript:
    """Raises TranscriptError where there is no cue with words in it."""
    cues = scan_cues(_cue_blocks(text))
    if any(VOICE.search(line) for cue in cues for line in cue.lines):
        said = [piece for cue in cues for piece in _voices_by_tag(cue)]
    else:
        said = list(voices_by_label([_plain(cue) for cue in cues]))
    turns = join_turns(said)
    if not turns:
        raise TranscriptError(f"{name}: no cue with words in it; export the transcript as WebVTT again")
    language = LANGUAGE.search(text.partition("-->")[0])
    return Transcript(turns=turns, language=language[1].lower() if language else None)


def _cue_blocks(text: str) -> Iterator[str]:
    """The file at its blank lines, without header, comments and styles."""
    for block in BLANK_LINES.split(text.strip("\n")):
        if not NO_CUE.match(block):
            yield block
        elif block.startswith("WEBVTT") and "-->" in block:
            yield block.partition("\n")[2]  # no blank line after the header


def _voices_by_tag(cue: Cue) -> Iterator[Said]:
    """Text before the first voice of a cue is nobody's that we know of."""
    before, *parts = VOICE.split("\n".join(cue.lines))
    pieces = [(UNKNOWN_SPEAKER, _without_tags(before))]
    for speaker, words in zip(parts[::2], parts[1::2], strict=True):
        pieces.append((" ".join(html.unescape(speaker).split()), _without_tags(words)))
    yield from spread(pieces, cue=cue)


def _plain(cue: Cue) -> Cue:
    lines = (_without_tags(line).strip() for line in cue.lines)
    return Cue(start=cue.start, end=cue.end, lines=tuple(line for line in lines if line))


def _without_tags(text: str) -> str:
    return html.unescape(TAG.sub("", LINE_BREAK.sub(" ", text)))


def write_webvtt(transcript: Transcript) -> str:
    """Turns follow one another as cues of `<v Speaker>`; a turn without times gets 00:00:00.000 for both."""
    cues = [(turn.speaker, cue) for turn in transcript.turns for cue in cut_cues(turn)]
    return "\n\n".join(["WEBVTT", *(_cue_text(speaker, cue=cue) for speaker, cue in cues)]) + "\n"


def _cue_text(speaker: str, *, cue: Cue) -> str:
    start, end = (format_timecode(at or 0) for at in (cue.start, cue.end))
    voice = " ".join(speaker.split()) or UNKNOWN_SPEAKER
    return f"{start} --> {end}\n<v {_escaped([voice])}>{_escaped(cue.lines)}</v>"


def _escaped(lines: Sequence[str]) -> str:
    return html.escape(" ".join(lines), quote=False)
