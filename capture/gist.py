"""The gist of an item: the sentences of its speaker that say most, in their order. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from numpy.typing import NDArray

from capture.wording import closed, shorten, tidy

GIST_WORDS = 60
RUN_WORDS = 50
"""Of a single sentence."""
MOST = 3
"""Sentences."""
LEAST = -0.5
"""The logit from which a sentence adds to the gist."""
LEANS = 1.0
"""What it costs to begin by pointing at what was said before."""
_LEANING = re.compile(
    r"^(?:it|that|this|they|these|those|he|she|him|which|them|such|its|their)(?:['’]\w+)?\b", re.IGNORECASE
)
CHOICES = 6
"""Sentences that are tried together."""


def gist(sentences: Sequence[str], likely: Sequence[float] | NDArray[Any]) -> str:
    """`likely` has of each sentence the logit that it belongs in. What is left out between two shows as "…"."""
    told = [closed(tidy(sentence)) for sentence in sentences]
    lengths = [len(text.split()) for text in told]
    order = sorted(range(len(likely)), key=lambda at: -likely[at])[:CHOICES]

    def worth(chosen: Sequence[int]) -> float:
        leans = _LEANING.match(told[chosen[0]]) is not None
        return float(sum(likely[at] - LEAST for at in chosen)) - LEANS * leans

    best = max(_fitting(order, lengths), key=worth, default=())
    if not best:
        return shorten(told[order[0]] if order else " ".join(told), words=RUN_WORDS)
    return _joined(best, told)


def _fitting(order: Sequence[int], lengths: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Few enough to be read at a glance."""
    for count in range(1, MOST + 1):
        for chosen in combinations(sorted(order), count):
            if sum(lengths[at] for at in chosen) <= GIST_WORDS:
                yield chosen


def _joined(chosen: Sequence[int], told: Sequence[str]) -> str:
    text = told[chosen[0]]
    for before, at in zip(chosen, chosen[1:], strict=False):
        text += (" " if at == before + 1 or text.endswith("…") else " … ") + told[at]
    return text
