"""The sentences of one item as an encoder reads them, and where in them each word stands. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from capture.windows import GOES_ON, OPENING

Pieces: TypeAlias = tuple[Sequence[int], Sequence[tuple[int, int]]]
"""Tokens, and the characters that each stands for."""
MOST = 510
"""Tokens that the encoder can read in one go, 350 words."""
_ROOM = MOST - 2
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Word:
    """By its sentence's number in the item, and its characters there."""

    sentence: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Sentences that follow each other; most items are one passage."""

    sentences: range
    tokens: NDArray[np.int64]
    marks: NDArray[np.int64]
    """Of each sentence the token that stands before it."""
    words: tuple[Word, ...]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    """Of each word its first and last token."""


def passages(sentences: Sequence[str], pieces: Sequence[Pieces]) -> list[Passage]:
    """Of a sentence too long the rest is not read."""
    sizes = [min(len(tokens), _ROOM) + 1 for tokens, _ in pieces]
    return [_passage(run, sentences, pieces) for run in _runs(sizes)]


def _runs(sizes: Sequence[int]) -> Iterator[range]:
    first, filled = 0, 1
    for number, size in enumerate(sizes):
        if number > first and filled + size > MOST:
            yield range(first, number)
            first, filled = number, 1
        filled += size
    if sizes:
        yield range(first, len(sizes))


def _passage(run: range, sentences: Sequence[str], pieces: Sequence[Pieces]) -> Passage:
    row, marks = [OPENING], []
    words: list[Word] = []
    places: list[tuple[int, int]] = []
    for number in run:
        tokens, characters = pieces[number][0][:_ROOM], pieces[number][1][:_ROOM]
        marks.append(len(row))
        row.append(GOES_ON)
        for match in _WORD.finditer(sentences[number]):
            own = [at for at, (begin, end) in enumerate(characters) if begin < match.end() and end > match.start()]
            if own:
                words.append(Word(number, *match.span()))
                places.append((len(row) + own[0], len(row) + own[-1]))
        row += tokens
    first, last = np.array(places, dtype=np.int64).reshape(-1, 2).T
    return Passage(
        sentences=run,
        tokens=np.array(row),
        marks=np.array(marks),
        words=tuple(words),
        first=first,
        last=last,
    )
