"""A few sentences that answer a question, each word for word what somebody said and with where it was said."""

from collections.abc import Sequence

import numpy as np

from models.ports import Embedder, Vectors
from models.query import Cited, Group, Question
from search.people import asks
from search.words import sentences_of

LONGEST = 4
"""Sentences of a summary."""
READ = 8
"""Groups whose sentences are looked at."""
SHORTEST, LONG = 7, 45
"""Words of a sentence that says something, and that can be read at once."""
NEAR = 0.3
"""How near a sentence has to be to the question to answer it."""
APART = 0.75
"""Sentences that are nearer to each other than this say the same."""


def quoted_summary(question: Question, groups: Sequence[Group], *, embedder: Embedder) -> tuple[Cited, ...]:
    """The nearest sentence of each of the first groups, in their order; none where none is near."""
    told = [(group.hit.ref, sentence) for group in groups[:READ] for sentence in _telling(group)]
    if not told:
        return ()
    rows = embedder.embed([question.text, *(sentence for _, sentence in told)])
    likeness = rows[1:] @ rows[0]
    best: dict[str, int] = {}
    for at, (ref, _) in enumerate(told):
        if likeness[at] >= NEAR and (ref not in best or likeness[at] > likeness[best[ref]]):
            best[ref] = at
    chosen = _varied(list(best.values()), rows[1:])
    return tuple(Cited(text=told[at][1], hits=(told[at][0],), quoted=True) for at in chosen)


def _telling(group: Group) -> list[str]:
    """Of the hit's own words: what a summary cites is what is shown."""
    sentences = sentences_of(group.hit.evidence.quote)
    return [one for one in sentences if SHORTEST <= len(one.split()) <= LONG and not asks(one)]


def _varied(places: Sequence[int], rows: Vectors) -> list[int]:
    chosen: list[int] = []
    for at in places:
        if len(chosen) < LONGEST and all(float(np.dot(rows[at], rows[other])) < APART for other in chosen):
            chosen.append(at)
    return chosen
