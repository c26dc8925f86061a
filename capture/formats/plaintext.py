"""Plain text with the speaker before a colon, or name and time on a line above the words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from capture.formats.labels import NAME, is_name, speakers_among, voice, written
from capture.formats.preamble import day_of, is_notice, preamble_of
from capture.formats.timecode import TIMECODE, format_timecode, parse_timecode
from models.errors import TranscriptError
from models.meeting import UNKNOWN_SPEAKER, Transcript, Turn

# "[00:01:02] Name: text", "[00:01:02 - 00:01:09] Name: text", "00:01:02<tab>Name: text", "Name (00:12): text"
# and the same with the text on the lines below
COLON = re.compile(
    rf"(?:[\[(]?({TIMECODE})(?:\s*(?:-|–|-->)\s*({TIMECODE}))?[\])]?\s*(?:[-–|]\s*)?(?<=[\s\])|]))?"
    rf"({NAME})(?:\s*[\[(]({TIMECODE})[\])])?\s*(?::\s|：|:$)(.*)"
)
# "Name 00:12:03", "Name (0:12)", "[Name] 00:12:03", "Name | 00:12", the text on the lines below
ALONE = re.compile(rf"\[?({NAME})\]?\s+(?:\|\s*)?[\[(]?({TIMECODE})[\])]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line of the file and what it says about who speaks from here on."""

    whole: str
    speaker: str | None = None
    text: str = ""
    start: float | None = None
    end: float | None = None
    opens_block: bool = False
    alone: bool = False


def names_speakers(text: str) -> bool:
    """Whether this is a conversation; else it was written alone."""
    return bool(_speakers(_lines(text)))


def read_plaintext(text: str, *, name: str) -> Transcript:
    """A line without a speaker goes on with the one before. Raises TranscriptError where nobody is named."""
    lines = _lines(text)
    speakers = _speakers(lines)
    if not speakers:
        raise TranscriptError(f'{name}: no line says who speaks; write each turn as "Name: what they said"')
    first = next(at for at, line in enumerate(lines) if line.speaker in speakers)
    preamble = preamble_of([line.whole for line in lines[:first]])
    turns = _turns(lines[preamble.lines :], speakers=speakers)
    if not turns:
        raise TranscriptError(f"{name}: speakers but no words; export the transcript again")
    return Transcript(turns=_with_ends(turns), title=preamble.title, date=preamble.date)


def _lines(text: str) -> list[_Line]:
    lines = []
    blank = True
    for raw in text.split("\n"):
        whole = " ".join(raw.split())
        if whole and not (blank and is_notice(whole)):
            lines.append(_line(whole, opens_block=blank))
        blank = not whole
    return lines


def _line(whole: str, *, opens_block: bool) -> _Line:
    if day_of(whole):
        return _Line(whole=whole, opens_block=opens_block)
    if (match := COLON.fullmatch(whole)) and is_name(match[3]):
        start, end = (parse_timecode(code) if code else None for code in (match[1] or match[4], match[2]))
        if start is not None and end is not None and end < start:
            start = end = None
        text = match[5].strip()
        return _Line(whole=whole, speaker=match[3], text=text, start=start, end=end, opens_block=opens_block)
    if (match := ALONE.fullmatch(whole)) and is_name(match[1]):
        start = parse_timecode(match[2])
        return _Line(whole=whole, speaker=match[1], start=start, opens_block=opens_block, alone=True)
    return _Line(whole=whole, opens_block=opens_block)


def _speakers(lines: Sequence[_Line]) -> frozenset[str]:
    """The labels that are speakers; none where this is no conversation."""
    heads = [line for line in lines if line.speaker]
    if _is_form(heads) or _is_diary(heads):
        return frozenset()
    # Below a head without words stands what it heads: that line cannot have a label of its own.
    alone = {at for at, line in enumerate(lines) if line.speaker and not line.text}
    every_line = [line.speaker for at, line in enumerate(lines) if line.speaker or at - 1 not in alone]
    every_block = [line.speaker for line in lines if line.opens_block]
    return speakers_among(every_line) | (speakers_among(every_block) if len(every_block) > 1 else frozenset())


def _is_form(heads: Sequence[_Line]) -> bool:
    """ "What happened: … So what: … Now what: …": labels that never come back, without times, are headings."""
    if any(line.start is not None for line in heads):
        return False
    distinct = len({line.speaker for line in heads})
    return len(heads) < 2 or (len(heads) > 2 and distinct == len(heads))


def _is_diary(heads: Sequence[_Line]) -> bool:
    """ "Monday 10:30", "Tuesday 9:15": times of day that run back; one alone ("we met at 10:30") says nothing."""
    starts = [line.start for line in heads if line.alone and line.start is not None]
    return bool(starts) and (len(heads) < 2 or starts != sorted(starts))


def _turns(lines: Sequence[_Line], *, speakers: frozenset[str]) -> list[Turn]:
    turns: list[tuple[_Line, list[str]]] = []
    for line in lines:
        if line.speaker in speakers:
            turns.append((line, [line.text]))
        elif turns:
            turns[-1][1].append(line.whole)
        else:
            turns.append((_Line(whole="", speaker=UNKNOWN_SPEAKER), [line.whole]))
    return [
        Turn(speaker=voice(head.speaker), text=text, start=head.start, end=head.end)
        for head, texts in turns
        if (text := " ".join(texts).strip())
    ]


def _with_ends(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Where only starts are given a turn ends when the next begins: near enough to find its words by."""
    following = [turn.start for turn in turns[1:]] + [None]
    return tuple(
        replace(turn, end=next_start) if _ends_with(turn, next_start) else turn
        for turn, next_start in zip(turns, following, strict=True)
    )


def _ends_with(turn: Turn, next_start: float | None) -> bool:
    if turn.start is None or turn.end is not None or next_start is None:
        return False
    return next_start > turn.start


def write_plaintext(transcript: Transcript) -> str:
    """A line for each turn that has words."""
    return "".join(_turn_line(turn) for turn in transcript.turns if turn.text.strip())


def _turn_line(turn: Turn) -> str:
    times = [format_timecode(at) for at in (turn.start, turn.end) if at is not None]
    clock = f"[{' - '.join(times)}] " if times else ""
    return f"{clock}{written(turn.speaker)}: {' '.join(turn.text.split())}\n"
