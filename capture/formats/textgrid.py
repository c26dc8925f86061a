"""Praat's TextGrid, long or short: a tier for each speaker, an interval for each utterance or word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from capture.formats.cues import PAUSE, Cue, Said, join_turns, spread
from capture.formats.labels import voice
from models.errors import TranscriptError
from models.meeting import Doubt, Transcript, Turn

HEAD = re.compile(r'\s*(?:File type\s*=\s*)?"ooTextFile(?: short)?"\s+(?:Object class\s*=\s*)?"TextGrid"')
# Praat reads texts in quotes and numbers that stand alone, and takes everything else for a comment
TOKEN = re.compile(r'"([^"]*(?:""[^"]*)*)"|(?<!\S)(\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)(?!\S)|![^\n]*')
LAYER = re.compile(
    r"(?:(.*?)\s*[-–_:/ ]\s*)?(?:(words?)|(phones?|phonemes?|syllables?|segments?)|(?:sentences?|utterances?|text"
    r"|transcripts?|transcription|orthography|ort))",
    re.IGNORECASE,
)
"""A tier's name that says what its intervals are; what stands before says whose."""
SILENCE = re.compile(r"\W*|sil|sp|spn|<(?:sil|eps|p)>", re.IGNORECASE)
MARKUP = re.compile(r"(</?[A-Z_]{2,}/?>)")
UNSURE = ("<UNSURE>", "<UNCLEAR>")
UNHEARD = "…"
"""Where the transcriber could not hear what was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Interval:
    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tier:
    """What one voice says; `words` where each interval is a single one."""

    speaker: str
    words: bool
    intervals: Sequence[_Interval]


def is_textgrid(text: str) -> bool:
    """By its first lines."""
    return HEAD.match(text) is not None


def read_textgrid(text: str, *, name: str) -> Transcript:
    """Raises TranscriptError for a file that breaks off, and for one without words."""
    tokens = _tokens(text)
    try:
        duration, tiers = _grid(tokens)
    except ValueError as error:
        raise TranscriptError(f"{name}: not a whole TextGrid; save it in Praat again, as text") from error
    said = [piece for tier in _spoken(tiers) for interval in tier.intervals for piece in _said(interval, tier=tier)]
    turns = _turns(sorted(said, key=lambda piece: piece.words[0].start))
    if not turns:
        raise TranscriptError(f"{name}: no words in its interval tiers; save it in Praat again, with its text")
    return Transcript(turns=turns, duration=duration)


def _tokens(text: str) -> Iterator[str | float]:
    for match in TOKEN.finditer(text):
        if match[1] is not None:
            yield match[1].replace('""', '"')
        elif match[2]:
            yield float(match[2])


def _grid(tokens: Iterator[str | float]) -> tuple[float, list[_Tier]]:
    """Raises ValueError where one thing stands in the place of another, or the file breaks off."""
    _head, _class, _start, end, count = islice(tokens, 5)
    return _number(end), [tier for _ in range(int(_number(count))) if (tier := _tier(tokens))]


def _tier(tokens: Iterator[str | float]) -> _Tier | None:
    """None where no voice speaks in it: points, or the sounds that words are made of."""
    kind, name, _start, _end, count = islice(tokens, 5)
    if kind != "IntervalTier":
        for _ in range(int(_number(count))):
            _moment, _mark = islice(tokens, 2)
        return None
    intervals = [_interval(tokens) for _ in range(int(_number(count)))]
    layer = LAYER.fullmatch(str(name).strip())
    if layer and layer[3]:
        return None
    return _Tier(
        speaker=voice(layer[1] if layer else str(name)), words=bool(layer and layer[2]), intervals=intervals
    )


def _interval(tokens: Iterator[str | float]) -> _Interval:
    start, end, text = islice(tokens, 3)
    if not isinstance(text, str) or _number(end) < _number(start):
        raise ValueError(text)
    return _Interval(start=_number(start), end=_number(end), text=text)


def _number(token: str | float) -> float:
    if isinstance(token, str) or token > 1e7:
        raise ValueError(token)
    return round(token, 3)


def _spoken(tiers: Sequence[_Tier]) -> Iterator[_Tier]:
    """Sentences rather than the same words one by one: they have the punctuation."""
    whole = {tier.speaker for tier in tiers if not tier.words}
    return (tier for tier in tiers if not tier.words or tier.speaker not in whole)


def _said(interval: _Interval, *, tier: _Tier) -> Iterator[Said]:
    if SILENCE.fullmatch(interval.text.strip()):
        return
    text, doubts = _without_markup(interval.text)
    cue = Cue(start=interval.start, end=interval.end, lines=(text,))
    for piece in spread([(tier.speaker, text)], cue=cue):
        words = zip(piece.words, doubts, strict=True)
        yield replace(piece, words=tuple(replace(word, doubt=doubt) for word, doubt in words))


def _without_markup(text: str) -> tuple[str, list[Doubt | None]]:
    """The words, and of each whether the transcriber was unsure of it."""
    words: list[str] = []
    doubts: list[Doubt | None] = []
    doubt, before = None, " "
    for part in MARKUP.split(text):
        if MARKUP.fullmatch(part):
            doubt = Doubt.IMPROBABLE if part in UNSURE else None
            part = f" {UNHEARD} " if part.endswith("/>") else ""
        said = part.split()
        if said and not part[0].isspace() and not before[-1].isspace():
            words[-1] += said.pop(0)  # the comma after what was marked
        words += said
        doubts += [doubt] * len(said)
        before = part or before
    return " ".join(words), doubts


def _turns(said: Sequence[Said]) -> tuple[Turn, ...]:
    """A pause ends a turn: where each voice has a file of its own, another speaks in it."""
    runs: list[list[Said]] = []
    for piece in said:
        last = runs[-1][-1] if runs else None
        if last and last.speaker == piece.speaker and piece.words[0].start - last.words[-1].end < PAUSE:
            runs[-1].append(piece)
        else:
            runs.append([piece])
    turns = (turn for run in runs for turn in join_turns(run))
    return tuple(turn for turn in turns if any(map(str.isalnum, turn.text)))
