"""A meeting's sentences put into windows that an encoder reads in one go, each sentence behind a mark. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST = 256
"""Tokens of a window: a dozen sentences."""
OPENING, GOES_ON, SPEAKS = 101, 102, 1
"""Marks: of a window ([CLS]), of a sentence of the turn before ([SEP]), of one that begins a turn ([unused0])."""
_ROOM = MOST - 4
"""Tokens of one sentence: of a longer one the rest is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenWindow:
    """Sentences that follow each other, as tokens."""

    first: int
    """Of its sentences, by number in the meeting."""
    count: int
    tokens: NDArray[np.int64]
    owner: NDArray[np.int64]
    """The sentence of the window that each token is of, 0 the first; -1 of the opening mark."""


def windows(tokens: Sequence[Sequence[int]], turns: Sequence[int]) -> list[TokenWindow]:
    """Of the tokens of each sentence, and the turn it is of; every sentence is in one window."""
    return [
        _window(run, tokens, turns) for run in runs([min(len(each), _ROOM) + 1 for each in tokens], most=MOST - 1)
    ]


def runs(sizes: Sequence[int], *, most: int) -> Iterator[range]:
    """Of sentences that follow each other, with an opening mark, so many tokens at most; none is left out."""
    first, filled = 0, 1
    for number, size in enumerate(sizes):
        if number > first and filled + size > most:
            yield range(first, number)
            first, filled = number, 1
        filled += size
    if sizes:
        yield range(first, len(sizes))


def _window(run: range, tokens: Sequence[Sequence[int]], turns: Sequence[int]) -> TokenWindow:
    row, owner = [OPENING], [-1]
    for number in run:
        begins = number == 0 or turns[number] != turns[number - 1]
        own = [SPEAKS if begins else GOES_ON, *tokens[number][:_ROOM]]
        row += own
        owner += [number - run.start] * len(own)
    return TokenWindow(first=run.start, count=len(run), tokens=np.array(row), owner=np.array(owner))
