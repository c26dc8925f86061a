"""Where sentences end in words without punctuation, as some recognisers leave them.

A small convolution over the states of the encoder's lower layers says of each word how likely a full stop follows;
benchmarks/train_ends.py made the weights.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from capture.arrays import filled
from capture.encoder import UPPER, WIDTH, Encoder
from capture.item_windows import word_spans
from capture.windows import GOES_ON, OPENING

TRAINED = Path(__file__).parent / "trained" / "ends.npz"
WORDS = 110
"""Of a window."""
EDGE = 10
"""Words at a window's edge that the next one, or the one before, sees better."""
SURE = 0.3
"""So likely an end is one."""
PIECES = 6
"""Tokens of one word that are read."""


class EndsNetwork(nn.Module):
    """The logit of an end after each word."""

    def __init__(self, *, width: int = 96) -> None:
        super().__init__()
        self.near = nn.Conv1d(WIDTH, width, 7, padding=3)
        self.out = nn.Conv1d(width, 1, 5, padding=2)
        self.drop = nn.Dropout(0.2)

    def forward(self, words: Tensor) -> Tensor:
        """`words` has the state of each word's last token, (windows, words, WIDTH)."""
        states = torch.relu(self.near(self.drop(words.transpose(1, 2))))
        logits: Tensor = self.out(self.drop(states))
        return logits[:, 0]


class Ends:
    """The weights load when a text without punctuation comes by."""

    def __init__(self) -> None:
        self._encoder = Encoder(upper=UPPER)

    def cut(self, text: str) -> list[tuple[int, int]]:
        """First and past-the-last character of each sentence. Raises WeightsError."""
        words = word_spans(text)
        likely = self.likely([text[begin:end] for begin, end in words])
        last = [number for number, chance in enumerate(likely[:-1]) if chance >= SURE]
        firsts = [0, *(number + 1 for number in last)]
        return [
            (words[begin][0], words[end][1])
            for begin, end in zip(firsts, [*last, len(words) - 1], strict=True)
            if words
        ]

    def likely(self, words: Sequence[str]) -> NDArray[np.float64]:
        """Of each word how likely a sentence ends with it."""
        chances = np.zeros(len(words))
        for window in windows(len(words)):
            states = word_states(words[window.start : window.stop], self._encoder)
            with torch.inference_mode():
                found = torch.sigmoid(self._network(states[None]))[0].numpy()
            inner = slice(window.start + (EDGE if window.start else 0), window.stop)
            chances[inner] = found[inner.start - window.start :]
        return chances

    @cached_property
    def _network(self) -> EndsNetwork:
        return filled(EndsNetwork(), TRAINED)


def windows(count: int) -> Iterator[range]:
    """Of so many words; each begins twice EDGE before the one before it ends."""
    step = WORDS - 2 * EDGE
    for begin in range(0, max(count - 2 * EDGE, min(count, 1)), step):
        yield range(begin, min(begin + WORDS, count))


def word_states(words: Sequence[str], encoder: Encoder) -> Tensor:
    """What the lower layers make of the last token of each word, (words, WIDTH)."""
    pieces = [each[:PIECES] or [GOES_ON] for each in encoder.tokens(words)]
    tokens = np.array([OPENING, *(token for each in pieces for token in each), GOES_ON])
    last = np.cumsum([len(each) for each in pieces])
    states, _ = encoder.states([tokens])
    return states[0][torch.from_numpy(last)]
