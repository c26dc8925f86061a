"""Text put right by hand: new words take the times of those they replace, and what was cited is found again."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from models.meeting import Turn, Word, seconds_of, word_offsets

SLIVER = 0.3
"""Seconds at most for a word that replaces none: it was said between its neighbours, and quickly."""

Span = tuple[int, int]
_TOKEN = re.compile(r"\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Which words of two versions of a text are the same; words are what stands between white space."""

    before: tuple[Span, ...]
    after: tuple[Span, ...]
    same: Mapping[int, int]
    """Number of a word before → its number after; in order."""

    @property
    def changes(self) -> bool:
        return not len(self.before) == len(self.after) == len(self.same)

    def moved(self, start: int, end: int) -> Span:
        """Where these characters stand after: what was changed inside is taken in whole."""
        begin, close = self._moved_start(start), self._moved_end(end)
        return begin, max(begin, close)

    def _moved_start(self, start: int) -> int:
        word = bisect_right([end for _, end in self.before], start)
        if word in self.same:
            return self.after[self.same[word]][0] + max(0, start - self.before[word][0])
        earlier = [now for was, now in self.same.items() if was < word]
        following = max(earlier, default=-1) + 1
        return self.after[following][0] if following < len(self.after) else self._length

    def _moved_end(self, end: int) -> int:
        word = bisect_left([start for start, _ in self.before], end) - 1
        if word in self.same:
            was, now = self.before[word], self.after[self.same[word]]
            return now[0] + min(end, was[1]) - was[0]
        later = [now for was, now in self.same.items() if was > word]
        last = min(later, default=len(self.after)) - 1
        return self.after[last][1] if last >= 0 else 0

    @property
    def _length(self) -> int:
        return self.after[-1][1] if self.after else 0


def align(before: str, after: str) -> Alignment:
    """By the longest runs of words that both have."""
    old, new = _tokens(before), _tokens(after)
    matcher = SequenceMatcher(
        None, [before[slice(*span)] for span in old], [after[slice(*span)] for span in new], autojunk=False
    )
    same = {block.a + step: block.b + step for block in matcher.get_matching_blocks() for step in range(block.size)}
    return Alignment(before=old, after=new, same=same)


def corrected(turn: Turn, text: str) -> Turn:
    """The turn with this text. Words that stay keep their times; the others are marked as a person's.

    New words share the time of those they replace; a word that replaces none gets a sliver between its neighbours.
    A turn that knows no times below itself keeps its own alone.
    """
    if not turn.words:
        return replace(turn, text=text)
    return replace(turn, text=text, words=tuple(_Writer(turn, text).words()))


def divided(turn: Turn, at: int) -> tuple[Turn, Turn]:
    """The turn as two, the second from this character on."""
    head = turn.text[:at].rstrip()
    inside = [word for word, (begin, _) in zip(turn.words, word_offsets(turn), strict=True) if begin < at]
    _, end = seconds_of(turn, 0, len(head))
    start, _ = seconds_of(turn, at, len(turn.text))
    first = replace(turn, text=head, words=tuple(inside), end=end)
    return first, replace(turn, text=turn.text[at:], words=turn.words[len(inside) :], start=start)


def with_replaced(text: str, old: str, new: str) -> tuple[str, int]:
    """Every occurrence of `old` as whole words, whatever its case; how many there were.

    A new text with capitals stands as it is written; one without takes the case of what it replaces.
    """
    words = r"\s+".join(map(re.escape, old.split()))
    # "Jason's" holds the word Jason, but "don't" does not hold the word don
    pattern = rf"(?<!\w)(?<!\w['’]){words}(?!\w)(?!['’](?!s\b)\w)"
    return re.subn(pattern, lambda found: _in_case_of(found[0], new), text, flags=re.IGNORECASE)


def _in_case_of(found: str, new: str) -> str:
    if new != new.lower():
        return new
    if found.isupper() and len(found) > 1:
        return new.upper()
    return new[:1].upper() + new[1:] if found[:1].isupper() else new


def _tokens(text: str) -> tuple[Span, ...]:
    return tuple(match.span() for match in _TOKEN.finditer(text))


class _Writer:
    """Writes the words of one corrected turn."""

    def __init__(self, turn: Turn, text: str) -> None:
        self.turn = turn
        self.text = text
        self.aligned = align(turn.text, text)
        self.starts = [start for start, _ in self.aligned.before]
        homes = [self._home(span) for span in word_offsets(turn)]
        timed = {token for home in homes for token in home}
        self.kept: dict[int, list[int]] = {}
        """Number of a token of the new text → the words that begin in it, unchanged."""
        self.covered = set[int]()
        """Tokens of the new text that have such a word, also the second of "ice cream"."""
        self._keep(homes)
        self.untimed = {now for was, now in self.aligned.same.items() if was not in timed}
        """Words that had no times before and need none now."""

    def words(self) -> Iterator[Word]:
        last, new = -1, list[str]()
        for number, (begin, end) in enumerate(self.aligned.after):
            if number in self.kept:
                numbers = self.kept[number]
                yield from self._written(new, last, numbers[0])
                yield from (self.turn.words[at] for at in numbers)
                last, new = numbers[-1], []
            elif number not in self.covered and number not in self.untimed:
                new.append(self.text[begin:end])
        yield from self._written(new, last, len(self.turn.words))

    def _home(self, span: Span) -> range:
        """The tokens of the old text that a word stands in: usually one."""
        if span[0] == span[1]:
            return range(0)
        return range(bisect_right(self.starts, span[0]) - 1, bisect_left(self.starts, span[1]))

    def _keep(self, homes: Sequence[range]) -> None:
        for number, home in enumerate(homes):
            now = [self.aligned.same.get(token, -1) for token in home]
            if now and now[0] >= 0 and now == list(range(now[0], now[0] + len(now))):
                self.kept.setdefault(now[0], []).append(number)
                self.covered.update(now)

    def _written(self, new: Sequence[str], last: int, following: int) -> Iterator[Word]:
        """Words between two that were kept, in the time of those that stood there."""
        if not new:
            return
        lost = self.turn.words[last + 1 : following]
        start, end = (lost[0].start, lost[-1].end) if lost else self._gap(last, following, len(new))
        pace = max(0.0, end - start) / sum(map(len, new))
        at = start
        for word in new:
            until = at + len(word) * pace
            yield Word(word=word, start=round(at, 3), end=round(until, 3), corrected=True)
            at = until

    def _gap(self, last: int, following: int, count: int) -> tuple[float, float]:
        words = self.turn.words
        if last < 0:
            until = words[following].start if following < len(words) else self.turn.end or 0.0
            begin = min(until, until if self.turn.start is None else self.turn.start)
            return max(begin, until - SLIVER * count), until
        begin = words[last].end
        until = words[following].start if following < len(words) else self.turn.end or begin
        return begin, max(begin, min(until, begin + SLIVER * count))
