"""Cues, the timed pieces of WebVTT and SRT: found in a file, joined into turns, cut out of turns."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from capture.formats.labels import is_capitalised, is_name, names_every_line, speakers_among, split_label, voice
from capture.formats.timecode import TIMECODE, parse_timecode
from models.meeting import UNKNOWN_SPEAKER, Turn, Word, word_offsets

TIMING = re.compile(rf"({TIMECODE})\s*-->\s*({TIMECODE})(?:\s.*|$)")
UNREADABLE_TIMING = re.compile(r"[\d:.,]*\s*-->\s*[\d:.,]*$")
"""A cue's first line whose times nobody can read: the cue is kept without them."""
CUE_ID = re.compile(r"\s*(?:\d+|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4,12}){4}(?:/\d+-\d+)?)\s*")
SENTENCE_END = re.compile(r"[.?!…。！？][\"'”’)\]]*$")

PAUSE = 1.0
"""Seconds of silence after which an unknown voice may be another one."""
LONG_TURN = 80
"""Words after which the turn of an unknown voice ends with its sentence: an hour is not one turn."""
LONGEST_TURN = 240
"""Words after which it ends anyhow, where the file has no punctuation."""
CUE_LENGTH = 84
"""Characters of a written cue: two lines of subtitles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Lines of text and when they are shown; the times are none where the file's make no sense."""

    start: float | None
    end: float | None
    lines: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class _OpenCue:
    start: float | None
    end: float | None
    lines: list[str] = field(default_factory=list)

    def close(self) -> Cue:
        return Cue(start=self.start, end=self.end, lines=tuple(self.lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one voice says in one cue."""

    speaker: str
    text: str
    words: tuple[Word, ...]
    """All of the text's, or none where the cue has no times."""


def scan_cues(blocks: Iterable[str]) -> list[Cue]:
    """The cues of a file cut at its blank lines. Text outside every cue goes with the cue before: it was said."""
    cues: list[_OpenCue] = []
    for block in blocks:
        lines = block.split("\n")
        timings = {at: times for at, line in enumerate(lines) if (times := _times(line))}
        # what stands above the first times of a block is the cue's identifier
        for at in range(min(timings, default=0), len(lines)):
            if at in timings:
                start, end = timings[at]
                cues.append(_OpenCue(start=start, end=end))
            elif cues and lines[at].strip() and not (at + 1 in timings and CUE_ID.fullmatch(lines[at])):
                cues[-1].lines.append(lines[at])
    return [cue.close() for cue in cues]


def _times(line: str) -> tuple[float | None, float | None] | None:
    """Start and end; (None, None) where they cannot be right; None where this line times no cue."""
    if "-->" not in line:
        return None
    match = TIMING.match(line.strip())
    if not match:
        return (None, None) if UNREADABLE_TIMING.match(line.strip()) else None
    start, end = parse_timecode(match[1]), parse_timecode(match[2])
    return (None, None) if end < start or start == end == 0 else (start, end)


def voices_by_label(cues: Sequence[Cue]) -> Iterator[Said]:
    """Who says what in cues that name the speaker before a colon, or nobody."""
    if _names_above(cues):
        for cue in cues:
            yield from spread([(voice(cue.lines[0]), " ".join(cue.lines[1:]))], cue=cue)
        return
    labels = [split_label(cue.lines[0])[0] for cue in cues if cue.lines]
    speakers = speakers_among(labels)
    goes_on = bool(speakers) and not names_every_line(labels)
    speaker = UNKNOWN_SPEAKER
    for cue in cues:
        pieces: list[tuple[str, list[str]]] = []
        for line in cue.lines:
            label, text = split_label(line)
            if label and label in speakers:
                pieces.append((label, [text]))
            elif pieces:
                pieces[-1][1].append(line)
            else:
                pieces.append((speaker if goes_on else UNKNOWN_SPEAKER, [line]))
        yield from spread([(voice, " ".join(lines)) for voice, lines in pieces], cue=cue)
        speaker = pieces[-1][0] if pieces else speaker


def _names_above(cues: Sequence[Cue]) -> bool:
    """Whether each cue has the name on a line of its own above the words, as older exports of Teams do."""
    if not cues or any(len(cue.lines) < 2 for cue in cues):
        return False
    names = {cue.lines[0] for cue in cues}
    # the first line of a subtitle hardly ever comes back
    return 2 * len(names) <= len(cues) and all(is_name(name) and is_capitalised(name) for name in names)


def spread(pieces: Sequence[tuple[str, str]], *, cue: Cue) -> Iterator[Said]:
    """What each voice says in a cue, its time shared evenly among the words."""
    texts = [text.split() for _, text in pieces]
    times = _even_times(cue, sum(map(len, texts)))
    for (speaker, _), text in zip(pieces, texts, strict=True):
        words = tuple(
            Word(word=word, start=start, end=end) for word, (start, end) in zip(text, times, strict=False)
        )
        if text:
            yield Said(speaker=voice(speaker), text=" ".join(text), words=words)


def _even_times(cue: Cue, count: int) -> Iterator[tuple[float, float]]:
    if cue.start is None or cue.end is None or not count:
        return iter(())
    pace = (cue.end - cue.start) / count
    edges = [round(cue.start + at * pace, 3) for at in range(count + 1)]
    return iter(pairwise(edges))


def join_turns(said: Iterable[Said]) -> tuple[Turn, ...]:
    """What one speaker says in a row is one turn. An unknown voice gets turns short enough to be read."""
    turns: list[list[Said]] = []
    for piece in said:
        if turns and turns[-1][-1].speaker == piece.speaker and not _ends(turns[-1], piece):
            turns[-1].append(piece)
        else:
            turns.append([piece])
    return tuple(_turn(pieces) for pieces in turns)


def _ends(pieces: Sequence[Said], following: Said) -> bool:
    """Whether an unknown voice's turn is over: nobody can say that the next words are the same voice's."""
    last = pieces[-1]
    if last.speaker != UNKNOWN_SPEAKER:
        return False
    length = sum(piece.text.count(" ") + 1 for piece in pieces)
    if not SENTENCE_END.search(last.text):
        return length >= LONGEST_TURN
    if last.words and following.words and following.words[0].start - last.words[-1].end >= PAUSE:
        return True
    return length >= LONG_TURN


def _turn(pieces: Sequence[Said]) -> Turn:
    words = tuple(word for piece in pieces for word in piece.words)
    # One cue without times leaves words that would be looked for at the wrong place in the text.
    known = all(piece.words for piece in pieces)
    return Turn(
        speaker=pieces[0].speaker,
        text=" ".join(piece.text for piece in pieces),
        start=min((word.start for word in words), default=None),
        end=max((word.end for word in words), default=None),
        words=words if known else (),
    )


def cut_cues(turn: Turn) -> list[Cue]:
    """The turn as short cues of one line each, by its words' times, so that a reader finds the second again.

    One cue where the words' times are not known or out of order; without times where nothing is known.
    """
    text = " ".join(turn.text.split())
    if not text:
        return []
    if turn.start is None:
        return [Cue(start=None, end=None, lines=(text,))]
    whole = Cue(start=turn.start, end=turn.start if turn.end is None else turn.end, lines=(text,))
    cues = _cut_at_words(turn, whole=whole)
    edges = [edge or 0.0 for cue in cues for edge in (cue.start, cue.end)]
    return cues if edges == sorted(edges) else [whole]


def _cut_at_words(turn: Turn, *, whole: Cue) -> list[Cue]:
    spans = word_offsets(turn)
    cuts = [0]
    for at, (_, end) in enumerate(spans):
        if at > cuts[-1] and end - spans[cuts[-1]][0] > CUE_LENGTH:
            cuts.append(at)
    edges = [0, *(spans[cut][0] for cut in cuts[1:]), len(turn.text)]
    starts = [whole.start, *(turn.words[cut].start for cut in cuts[1:])]
    ends = [*(turn.words[cut - 1].end for cut in cuts[1:]), whole.end]
    lines = [" ".join(turn.text[begin:end].split()) for begin, end in pairwise(edges)]
    return [
        Cue(start=start, end=end, lines=(line,))
        for start, end, line in zip(starts, ends, lines, strict=True)
        if line
    ]
