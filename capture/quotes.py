"""Where the words that somebody quotes were said: letter by letter, by one speaker, or nowhere. Pure.

Only what typesetting changes counts as equal: how much space, which apostrophes, quotation marks and dashes.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from capture.linguist import Sentence
from capture.spans import INTERRUPTION
from capture.stretches import Line, Stretch
from models.citation import Span
from models.meeting import Turn

_PLAIN = str.maketrans(dict.fromkeys("‘’‚‛ʼ′", "'") | dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‐‑‒–—―−", "-"))
_BARRIER = "\n"
"""Stands where no quote may run on; no quote holds one when its space is made plain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """The sentences that a quote lies in, first and last included, and the words that are cited of them."""

    first: int
    last: int
    span: Span


def plain(text: str) -> str:
    """As texts are compared."""
    return " ".join(text.translate(_PLAIN).split())


def find(quote: str, stretch: Stretch, turns: Sequence[Turn]) -> Span | None:
    """Where it was first said within the stretch; none where it was not, or only in words that are not sent."""
    wanted = plain(quote)
    if not wanted:
        return None
    tapes = [_tape(list(lines), turns) for lines in _by_speaker(stretch).values()]
    found = [span for tape in tapes for span in tape.places(wanted)]
    return min(found, key=lambda span: (span.turn_start, span.char_start), default=None)


def widened(span: Span, sentences: Sequence[Sentence]) -> Quoted:
    """To whole sentences, but for one that holds words that were perhaps never said."""
    begins = [(sentence.turn, sentence.char_start) for sentence in sentences]
    first = max(0, bisect_right(begins, (span.turn_start, span.char_start)) - 1)
    last = max(first, bisect_right(begins, (span.turn_end, span.char_end - 1)) - 1)
    opening, closing = sentences[first], sentences[last]
    return Quoted(
        first=first,
        last=last,
        span=Span(
            turn_start=span.turn_start,
            char_start=span.char_start if opening.doubtful else min(span.char_start, opening.char_start),
            turn_end=span.turn_end,
            char_end=span.char_end if closing.doubtful else max(span.char_end, closing.char_end),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Tape:
    """All that one speaker says in a stretch, and where each letter of it stands: turn and character."""

    text: str
    where: list[tuple[int, int]]

    def places(self, wanted: str) -> Iterator[Span]:
        """The first, of whole words."""
        at = self.text.find(wanted)
        while at >= 0:
            end = at + len(wanted)
            if _parted(self.text[at - 1 : at], wanted[0]) and _parted(wanted[-1], self.text[end : end + 1]):
                (turn_start, char_start), (turn_end, char_end) = self.where[at], self.where[end - 1]
                yield Span(turn_start=turn_start, char_start=char_start, turn_end=turn_end, char_end=char_end + 1)
                return
            at = self.text.find(wanted, at + 1)


def _parted(one: str, other: str) -> bool:
    """A word ends between these two letters."""
    return not (one.isalnum() and other.isalnum())


def _by_speaker(stretch: Stretch) -> dict[str, list[Line]]:
    lines: dict[str, list[Line]] = {}
    for line in stretch.lines:
        if not line.withheld:  # of what is unclear too, as no quote may run across it
            lines.setdefault(line.speaker, []).append(line)
    return lines


def _tape(lines: Sequence[Line], turns: Sequence[Turn]) -> _Tape:
    letters: list[str] = []
    where: list[tuple[int, int]] = []
    before = lines[0].turn
    for line in lines:
        joint = " " if _words_between(before, line.turn, turns) <= INTERRUPTION else _BARRIER
        for letter, char in ((joint, line.begin), *_letters(line, turns[line.turn].text)):
            if letter != " " or (letters and letters[-1] != " "):
                letters.append(letter)
                where.append((line.turn, char))
        before = line.turn
    return _Tape("".join(letters), where)


def _letters(line: Line, text: str) -> Iterator[tuple[str, int]]:
    """Each as it is compared; a barrier in the place of each that is unclear."""
    unclear = {char for low, high in line.unclear for char in range(low, high)}
    for char in range(line.begin, line.end):
        letter = text[char].translate(_PLAIN)
        yield _BARRIER if char in unclear else " " if letter.isspace() else letter, char


def _words_between(one: int, other: int, turns: Sequence[Turn]) -> int:
    return sum(len(turn.text.split()) for turn in turns[one + 1 : other])
