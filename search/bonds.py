"""How strongly two items hang together, and why: alike in what they tell, near in the conversation. Pure."""

import re
from collections.abc import Sequence
from enum import Enum
from itertools import accumulate, pairwise, product

from models.knowledge import Evidence, Item, Kind, Relation
from models.meeting import Turn
from search.domain import noun_terms
from search.words import stem, words_of

RELATIONS = {
    (Kind.PRACTICE, Kind.PROBLEM): Relation.ANSWERS,
    (Kind.STORY, Kind.PROBLEM): Relation.TELLS_OF,
    (Kind.STORY, Kind.PRACTICE): Relation.TELLS_OF,
}
"""What an item of the first kind may do with one of the second."""
NAMED = 3
"""How many shared words are worth naming."""
CUED = 0.05
"""What words that answer, or begin to tell, add."""
RIGHT_BY, SOON = 300, 1500
"""Characters of conversation between two tellings: a breath, two minutes."""
OPENING = 160
"""Characters of a quote in which a cue stands."""
_CUES = {
    Kind.PRACTICE: re.compile(
        r"\b(?:so,? (?:what )?(?:we|they|i) (?:did|do|had|then|started|decided|set|made|put|used?|introduced|tried)"
        r"|what (?:we|they|i)(?:'ve| have| had)? (?:did|do|done|tried)|that(?:'s| is| was) why (?:we|they|i)"
        r"|to (?:address|tackle|overcome|mitigate|get (?:a)?round|solve|resolve|deal with) (?:that|this|it)"
        r"|because of that|as a result|in response|the (?:answer|solution) (?:is|was))\b",
        re.IGNORECASE,
    ),
    Kind.STORY: re.compile(
        r"\b(?:for example|for instance|an example|i remember|i recall|one (?:day|night|morning|time))\b",
        re.IGNORECASE,
    ),
}
"""Words by which a practice answers what was said before it, and a story begins to tell of it."""


class Nearness(Enum):
    """Where in the conversation an item was told, seen from the other; what that adds, and how people say it."""

    WITHIN = 0.15, "told in the same breath"
    AFTER = 0.15, "said right after it by the same person"
    ANSWERED = 0.15, "said right after it by another person"
    BEFORE = 0.1, "said right before it by the same person"
    SOON = 0.05, "said soon after it"
    SAME = 0.02, "told in the same words"
    APART = -0.03, ""

    def __init__(self, worth: float, words: str) -> None:
        self.worth = worth
        self.words = words


class Conversation:
    """Where in a meeting things were told, counted in characters from its beginning."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._begins = [0, *accumulate(len(turn.text) + 1 for turn in turns)]

    def nearness(self, one: Item, other: Item) -> Nearness:
        """Of the two pieces of evidence that are nearest."""
        pairs = product(one.pieces, other.pieces)
        return max((self._between(mine, its) for mine, its in pairs), key=lambda nearness: nearness.worth)

    def _between(self, one: Evidence, other: Evidence) -> Nearness:
        begin, end = self._span(one)
        low, high = self._span(other)
        if begin < high and low < end:
            shared, shorter = min(end, high) - max(begin, low), min(end - begin, high - low)
            return Nearness.SAME if 2 * shared > shorter else Nearness.WITHIN
        same = one.speaker == other.speaker
        if end <= low:
            return Nearness.BEFORE if same and low - end <= RIGHT_BY else Nearness.APART
        if begin - high <= RIGHT_BY:
            return Nearness.AFTER if same else Nearness.ANSWERED
        return Nearness.SOON if begin - high <= SOON else Nearness.APART

    def _span(self, evidence: Evidence) -> tuple[int, int]:
        return (
            self._begins[evidence.turn_start] + evidence.char_start,
            self._begins[evidence.turn_end] + evidence.char_end,
        )


def strength(source: Item, *, likeness: float, nearness: Nearness) -> float:
    """0 to 1: how alike what is told is, and what speaks for it besides."""
    return min(1.0, max(0.0, likeness + nearness.worth + CUED * bool(_cue(source, nearness))))


def reason(source: Item, target: Item, *, nearness: Nearness) -> str:
    """What can be checked against the two: where the one was said, and what both speak of.

    Without names: a voice may be named, or named otherwise, when the reason is long written.
    """
    reasons = []
    if nearness.words:
        cue = _cue(source, nearness)
        reasons.append(f"{nearness.words}, with “{cue}”" if cue else nearness.words)
    if nearness not in (Nearness.WITHIN, Nearness.SAME) and (words := shared_things(source, target)):
        reasons.append("both speak of " + ", ".join(words[:NAMED]))
    return "; ".join(reasons) or "close in meaning, in other words"


def _cue(source: Item, nearness: Nearness) -> str:
    follows = nearness in (Nearness.AFTER, Nearness.ANSWERED, Nearness.SOON)
    cues = _CUES.get(source.kind)
    found = cues.search(source.evidence.quote[:OPENING]) if cues and follows else None
    return found[0] if found else ""


def shared_things(one: Item, other: Item) -> list[str]:
    """What one of them is told to be about and both speak of: pairs of words before single ones."""
    spoken = [_terms_spoken(_told(item)) for item in (one, other)]
    things = {
        key: form
        for item in (other, one)
        for key, form in noun_terms(words_of(f"{item.title} . {item.gist}")).items()
        if all(key in terms for terms in spoken) and not {"'", "’"} & set(form)
    }
    chosen: list[tuple[str, ...]] = []
    for key in sorted(things, key=lambda key: (-len(key), -len(things[key]), things[key])):
        if not any(set(key) & set(taken) for taken in chosen):
            chosen.append(key)
    return [things[key] for key in chosen]


def _terms_spoken(text: str) -> set[tuple[str, ...]]:
    """The stems of its words, and those of each two that stand side by side."""
    stems = [stem(word) for word in words_of(text)]
    return {(one,) for one in stems} | set(pairwise(stems))


def _told(item: Item) -> str:
    return f"{item.title} . {item.gist} . {item.evidence.quote}"
