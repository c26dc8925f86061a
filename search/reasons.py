"""Why a hit is on the list, in a few plain words that can be checked against it."""

from models.query import Question
from search.words import telling_words

NAMED = 4
"""How many shared words are worth naming."""


def why(question: Question, *, told: str, near: bool, organisation: str | None) -> str:
    """Names words of the question that stand in what was told, then what else speaks for it."""
    reasons = []
    if words := shared_words(question.text, told):
        reasons.append("shares " + ", ".join(f"“{word}”" for word in words[:NAMED]))
    if near:
        reasons.append("close in meaning" if words else "close in meaning, in other words")
    if organisation:
        reasons.append(f"from {organisation}")
    return "; ".join(reasons) or "the nearest there is"


def shared_words(asked: str, told: str) -> list[str]:
    """As they stand in what was told, the longest first: long words say more than short ones."""
    wanted, there = telling_words(asked), telling_words(told)
    return sorted((there[stem] for stem in wanted if stem in there), key=lambda word: (-len(word), word))


def holds_all(asked: str, told: str) -> bool:
    """Whether every telling word of a question, if it has any, stands in what was told."""
    wanted = telling_words(asked).keys()
    return bool(wanted) and wanted <= telling_words(told).keys()
