"""The sentences of one item as an encoder reads them, and where in them each word stands. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from capture.windows import GOES_ON, OPENING, runs

Pieces: TypeAlias = tuple[Sequence[int], Sequence[tuple[int, int]]]
"""Tokens, and the characters that each stands for."""
MOST = 510
"""Tokens that the encoder can read in one go, 350 words."""
_ROOM = MOST - 2
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class WordPlace:
    """By its sentence's number in the item, and its characters there."""

    sentence: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWindow:
    """Sentences that follow each other; most items are one window."""

    sentences: range
    tokens: NDArray[np.int64]
    marks: NDArray[np.int64]
    """Of each sentence the token that stands before it."""
    words: tuple[WordPlace, ...]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    """Of each word its first and last token."""


def word_spans(text: str) -> list[tuple[int, int]]:
    """First and past-the-last character of each."""
    return [match.span() for match in _WORD.finditer(text)]


def item_windows(sentences: Sequence[str], pieces: Sequence[Pieces]) -> list[ItemWindow]:
    """Of a sentence too long the rest is not read."""
    sizes = [min(len(tokens), _ROOM) + 1 for tokens, _ in pieces]
    return [_window(run, sentences, pieces) for run in runs(sizes, most=MOST)]


def _window(run: range, sentences: Sequence[str], pieces: Sequence[Pieces]) -> ItemWindow:
    row, marks = [OPENING], []
    words: list[WordPlace] = []
    places: list[tuple[int, int]] = []
    for number in run:
        tokens, characters = pieces[number][0][:_ROOM], pieces[number][1][:_ROOM]
        marks.append(len(row))
        row.append(GOES_ON)
        for begin, end in word_spans(sentences[number]):
            own = [at for at, (first, past) in enumerate(characters) if first < end and past > begin]
            if own:
                words.append(WordPlace(number, begin, end))
                places.append((len(row) + own[0], len(row) + own[-1]))
        row += tokens
    first, last = np.array(places, dtype=np.int64).reshape(-1, 2).T
    return ItemWindow(
        sentences=run,
        tokens=np.array(row),
        marks=np.array(marks),
        words=tuple(words),
        first=first,
        last=last,
    )
