"""The title of an item: words of its speaker that name it and break off nowhere. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from capture.account import Account, contents, is_empty, leans
from capture.clauses import Form, Wording
from capture.pruning import TITLE_WORDS
from capture.wording import capital, dangles, tidy
from models.ports import Vectors

CHOICES = 4
"""Titles that are compared by meaning: more cost time and win nothing."""
_REPORTING = re.compile(
    r"\b(?:said|say|says|saying|asked|mentioned|described|statement|paragraph|evidence|slide|question)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:as a result|in the end|that said|at the moment|at this point|not only that|even so),? ", re.IGNORECASE
)
_ENDS_POINTING = re.compile(r"\b(?:it|that|this|them|these|those|there|here|him|her|so|us|me|you)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """One that an item could have, and how well it would by everything but its meaning."""

    text: str
    score: float


def choices(account: Account) -> list[Title]:
    """The likeliest few, the best first; never none."""
    found: dict[str, float] = {}
    for place, reading in enumerate(account.readings):
        for wording in reading.wordings:
            text = capital(_LEAD.sub("", tidy(wording.text).rstrip(".,;:")))
            if len(set(contents(text))) > 1:
                found.setdefault(text, _score(wording, text, account, place))
    best = sorted(found.items(), key=lambda each: -each[1])[:CHOICES]
    return [Title(text=text, score=score) for text, score in best] or [Title(text=_start(account), score=0.0)]


def ranked(titles: Sequence[Title], vectors: Vectors, middle: Vectors) -> list[str]:
    """By nearness to what was meant as well, the best first."""
    scores = np.array([title.score for title in titles]) + _NEAR * (vectors @ middle)
    return [titles[place].text for place in np.argsort(-scores, kind="stable")]


def traits(wording: Wording, text: str, account: Account, place: int) -> dict[str, float]:
    """What speaks for and against a title, each about 0 to 1."""
    words = text.split()
    says, does = wording.form is Form.SAYS, wording.form is Form.DOES
    pronoun = says and wording.subject == "PRON"
    ours = words[0].lower().split("'")[0] in {"we", "i"}
    return {
        "cover": account.cover(text),
        "central": float(account.central[place]),
        "cues": min(account.cues(text), 3) / 3,
        "early": 1 - place / len(account.texts),
        "words": len(words) / TITLE_WORDS,
        "nouns": min(wording.nouns, 4) / 4,
        "names": min(wording.names, 2) / 2,
        "pronouns": min(wording.pronouns, 3) / 3,
        "vague": min(wording.vague, 2) / 2,
        "length of words": sum(len(word) for word in words) / len(words) / 6,
        "share": wording.share,
        "says of a thing": float(says and not pronoun and wording.object),
        "says of us": float(pronoun and ours),
        "says of what is only pointed at": float(pronoun and not ours),
        "does": float(does),
        "short": float(len(words) < 5),
        "leans": float(leans(text)),
        "empty": float(is_empty(text)),
        "reports": float(_REPORTING.search(text) is not None),
        "thin": float(len(set(contents(text))) < 3),
        "ends pointing": float(_ENDS_POINTING.search(text) is not None),
        "dangles": float(dangles(text)),
    }


_NEAR = 0.7
_WEIGHTS = {
    "cover": 0.54,
    "central": 0.4,
    "cues": 0.03,
    "early": 0.04,
    "words": 0.05,
    "nouns": 0.1,
    "names": -0.03,
    "pronouns": -0.08,
    "vague": -0.03,
    "length of words": 0.05,
    # by hand: what likeness to another's words does not see, but a reader does
    "says of a thing": 0.14,
    "says of us": 0.08,
    "says of what is only pointed at": -0.05,
    "does": 0.08,
    "short": -0.08,
    "leans": -0.1,
    "empty": -0.15,
    "reports": -0.06,
    "thin": -0.15,
    "ends pointing": -0.06,
    "dangles": -0.3,
}
"""The first ten and _NEAR fitted by `python -m benchmarks.fit_telling` to hand-made titles of half the data."""


def _score(wording: Wording, text: str, account: Account, place: int) -> float:
    found = traits(wording, text, account, place)
    return sum(weight * found[name] for name, weight in _WEIGHTS.items())


def _start(account: Account) -> str:
    """Where no clause can stand alone: the fullest noun phrase, else how the most telling sentence begins."""
    phrases = [phrase.text for reading in account.readings for phrase in reading.phrases]
    fitting = [text for text in phrases if 1 < len(text.split()) <= TITLE_WORDS and not dangles(text)]
    if fitting:
        return capital(tidy(max(fitting, key=account.cover)))
    text = max(account.texts, key=account.cover)
    words = text.split()[:TITLE_WORDS]
    while len(words) > 1 and len(words) < len(text.split()) and dangles(" ".join(words)):
        words.pop()
    return " ".join(words).rstrip(".,;:?!-–— ") or text
