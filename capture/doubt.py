"""Which of the words that Whisper wrote were perhaps never said; pure.

Whisper fills silence with words it was trained on, and now and then goes round in circles. The gates are its
makers' own (Radford et al. 2022, Robust Speech Recognition via Large-Scale Weak Supervision, section 4.5), which
there decide what is tried again; here what still fails them is marked, shown as doubtful and never quoted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from models.meeting import Doubt, Word

LOOPING = 2.4
"""Text that packs this well (bytes to zlib's bytes) goes round in circles."""
IMPROBABLE = -1.0
"""The mean log probability of a segment's tokens below which Whisper hardly believes it."""
NO_SPEECH = 0.6
"""Whisper's own probability that nobody speaks, above which an improbable segment is made up."""
SILENT = 0.15
"""The mean probability of speech under a segment, below which hardly anything is to be heard there."""
LONGEST_LOOP = 12
"""Words that can go round."""


def doubt_of(*, compression: float, log_probability: float, speech: float) -> Doubt | None:
    """Of one segment; `speech` is the mean probability that somebody speaks while it is said to be spoken."""
    if compression > LOOPING:
        return Doubt.LOOP
    if speech < SILENT:
        return Doubt.SILENCE
    return Doubt.IMPROBABLE if log_probability < IMPROBABLE else None


def is_made_up(*, log_probability: float, no_speech: float) -> bool:
    """Improbable words where Whisper doubts that anybody speaks are not even worth showing."""
    return log_probability < IMPROBABLE and no_speech > NO_SPEECH


def with_loops_marked(words: Sequence[Word]) -> tuple[Word, ...]:
    """The same words, those that only say again and again what was just said marked as a loop."""
    marked = list(words)
    for begin, end in _loops([_bare(word.word) for word in words]):
        marked[begin:end] = [replace(word, doubt=Doubt.LOOP) for word in marked[begin:end]]
    return tuple(marked)


def _loops(said: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the repeats begin and end, the first saying left out."""
    at = 0
    while at < len(said):
        size, times = max(((size, _times(said, at, size)) for size in range(1, LONGEST_LOOP + 1)), key=_weight)
        if times >= _suspicious(size):
            yield at + size, at + size * times
            at += size * times
        else:
            at += 1


def _weight(loop: tuple[int, int]) -> int:
    """How many words say the same again; nothing where as often can be meant."""
    size, times = loop
    return size * (times - 1) if times >= _suspicious(size) else 0


def _suspicious(size: int) -> int:
    """From how many times on: people say "no" five times in a row, and a phrase twice; no sentence three times."""
    return 6 if size == 1 else 4 if size == 2 else 3


def _times(said: Sequence[str], at: int, size: int) -> int:
    """How often the words from here follow each other."""
    phrase, times = said[at : at + size], 1
    while len(phrase) == size and said[at + times * size : at + (times + 1) * size] == phrase:
        times += 1
    return times


def _bare(word: str) -> str:
    return "".join(character for character in word.casefold() if character.isalnum()) or word
