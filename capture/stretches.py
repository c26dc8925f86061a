"""A conversation cut into stretches short enough for a large model to read, and written as it is sent. Pure.

Speakers go as A, B, C. What speakers withhold and what was perhaps never said stays here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from capture.linguist import Sentence
from models.meeting import Transcript, Turn, doubtful_spans

UNCLEAR = "[unclear]"
WITHHELD = "[somebody spoke]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Words of one turn that are sent together: characters of the turn's text, and what is left out of them."""

    turn: int
    speaker: str
    begin: int
    end: int
    text: str
    """As it is sent; empty where the speaker withholds it, or nothing of it is clear."""
    words: int
    withheld: bool = False
    unclear: tuple[tuple[int, int], ...] = ()
    """Characters of the turn's text that were perhaps never said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Lines that follow each other."""

    lines: tuple[Line, ...]

    @property
    def sent(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.text)

    def holds(self, sentence: Sentence) -> bool:
        return any(
            line.turn == sentence.turn and line.begin <= sentence.char_start < line.end for line in self.lines
        )


def stretches(transcript: Transcript, sentences: Sequence[Sentence], *, words: int) -> list[Stretch]:
    """Whole turns, of so many words at most; a turn that is longer is cut between its sentences."""
    found: list[list[Line]] = [[]]
    for line in _lines(transcript, sentences, words=words):
        if found[-1] and sum(each.words for each in found[-1]) + line.words > words:
            found.append([])
        found[-1].append(line)
    return [Stretch(lines=tuple(lines)) for lines in found if lines]


def letters(transcript: Transcript) -> dict[str, str]:
    """What each speaker is called where their name is not: A to Z, then AA, in order of first speech."""
    speakers = dict.fromkeys(turn.speaker for turn in transcript.turns)
    return {speaker: _letter(number) for number, speaker in enumerate(speakers)}


def written(stretch: Stretch, called: Mapping[str, str]) -> str:
    """As it is sent, a line for each turn; that somebody spoke whose words are withheld is said once in a row."""
    return "\n".join(
        line
        for withheld, group in groupby(stretch.lines, key=lambda line: not line.text)
        for line in ([WITHHELD] if withheld else [f"{called[each.speaker]}: {each.text}" for each in group])
    )


def _letter(number: int) -> str:
    """0 is A, 25 Z, 26 AA."""
    rest, last = divmod(number, 26)
    return (_letter(rest - 1) if rest else "") + chr(ord("A") + last)


def _lines(transcript: Transcript, sentences: Sequence[Sentence], *, words: int) -> Iterator[Line]:
    for number, own in groupby(sentences, key=lambda sentence: sentence.turn):
        turn = transcript.turns[number]
        for begin, end in _cut(turn, list(own), words=words):
            yield _line(turn, number, begin, end, withheld=turn.speaker in transcript.withheld)


def _cut(turn: Turn, own: Sequence[Sentence], *, words: int) -> Iterator[tuple[int, int]]:
    """From the first to the last sentence of each line; one sentence alone may be longer."""
    begin, end = own[0].char_start, own[0].char_end
    for sentence in own[1:]:
        if len(turn.text[begin : sentence.char_end].split()) > words:
            yield begin, end
            begin = sentence.char_start
        end = sentence.char_end
    yield begin, end


def _line(turn: Turn, number: int, begin: int, end: int, *, withheld: bool) -> Line:
    unclear = tuple((low, high) for low, high in doubtful_spans(turn) if low < end and begin < high)
    text = "" if withheld else _legible(turn.text, begin, end, unclear)
    return Line(
        turn=number,
        speaker=turn.speaker,
        begin=begin,
        end=end,
        text=text,
        words=len(text.split()),
        withheld=withheld,
        unclear=unclear,
    )


def _legible(text: str, begin: int, end: int, unclear: Sequence[tuple[int, int]]) -> str:
    """In one line; empty where nothing of it is clear."""
    parts = []
    for low, high in unclear:
        parts += [text[begin : max(begin, low)], UNCLEAR]
        begin = min(end, high)
    words = " ".join([*parts, text[begin:end]]).split()
    return " ".join(words) if set(words) - {UNCLEAR} else ""
