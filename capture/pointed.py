"""What of an item's words is pointed at. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SENTENCES = ("gist", "tried", "outcome", "open")
"""What is pointed at by the sentence."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Words of one sentence, by the sentence's number in the item and its characters."""

    sentence: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointed:
    """What tells an item."""

    titles: tuple[Cut, ...]
    """The best first; none of an item without words."""
    affected: Cut | None
    setting: Cut | None
    sentences: NDArray[np.float32]
    """Of each sentence how much it is of the gist, what was tried, what came of it, what is open: logits,
    (sentences, 4)."""
