"""Why a hit is on the list, in a few plain words that can be checked against it."""

from models.knowledge import Facets
from models.query import Question
from search.words import telling_words

NAMED = 4
"""How many shared words are worth naming."""


SIDES = {
    "setting": "where it was",
    "affected": "whom it touches",
    "tried": "what was tried",
    "outcome": "what came of it",
    "open": "what is still open",
}


def why(question: Question, *, told: str, facets: Facets, near: bool, organisation: str | None) -> str:
    """Names words of the question that stand in what was told, then what else speaks for it."""
    reasons = []
    if words := shared_words(question.text, told):
        reasons.append("shares " + ", ".join(f"“{word}”" for word in words[:NAMED]))
    if side := _side(question.text, facets):
        reasons.append(f"tells {SIDES[side]}")
    if near:
        reasons.append("close in meaning" if words else "close in meaning, in other words")
    if organisation:
        reasons.append(f"from {organisation}")
    return "; ".join(reasons) or "the nearest there is"


def _side(asked: str, facets: Facets) -> str | None:
    """The facet that shares most words with the question, at least two."""
    shared = {side: len(shared_words(asked, getattr(facets, side) or "")) for side in SIDES}
    best = max(shared, key=lambda side: shared[side])
    return best if shared[best] >= 2 else None


def holds_most(asked: str, told: str) -> bool:
    """Whether at least half of the telling words of a question, if it has any, stand in what was told."""
    wanted = telling_words(asked).keys()
    return bool(wanted) and 2 * len(wanted & telling_words(told).keys()) >= len(wanted)


def shared_words(asked: str, told: str) -> list[str]:
    """As they stand in what was told, the longest first: long words say more than short ones."""
    wanted, there = telling_words(asked), telling_words(told)
    return sorted((there[stem] for stem in wanted if stem in there), key=lambda word: (-len(word), word))


def holds_all(asked: str, told: str) -> bool:
    """Whether every telling word of a question, if it has any, stands in what was told."""
    wanted = telling_words(asked).keys()
    return bool(wanted) and wanted <= telling_words(told).keys()
