"""The gist of an item: one or two runs of its speaker's words that say most and can stand alone. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

from capture.account import Account, is_empty, leans
from capture.wording import LEAST, closed, dangles, shorten, tidy

GIST_WORDS = 55
RUN_WORDS = 42
CHOICES = 12
"""Runs that are tried in pairs."""
_HALF = re.compile(
    r"^(?:if|when|whilst|while|although|though|because|as|since|unless|where|once|after|before|until|even|which"
    r"|whether"
    r"|not only|given|rather than)\b",
    re.IGNORECASE,
)
"""How a clause begins that waits for another."""


_LOOSE_END = re.compile(
    r"(?:[\s,;:–—-]+(?:and|but|so|or|because|yet|while|whereas|although|which)?)+$|,? (?:and|but|so|or|because)\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Consecutive words of one sentence that could be one."""

    sentence: int
    text: str
    begins: bool
    """At the sentence's start."""
    whole: bool


def runs(account: Account) -> list[Run]:
    """Each sentence where it is short enough, and each clause of it with those that follow."""
    return [
        run
        for number, (sentence, reading) in enumerate(zip(account.texts, account.readings, strict=True))
        for run in _runs(number, sentence, reading.joints)
    ]


def _runs(number: int, sentence: str, joints: Sequence[int]) -> Iterator[Run]:
    edges = [0, *joints, len(sentence)]
    for begin, end in combinations(edges, 2):
        text, whole = _trimmed(sentence[begin:end]), end == len(sentence)
        if LEAST <= len(text.split()) <= RUN_WORDS and _is_complete(text, whole=whole):
            yield Run(sentence=number, text=text, begins=not begin, whole=whole)
    if len(sentence.split()) > RUN_WORDS:
        yield Run(sentence=number, text=shorten(sentence, words=RUN_WORDS), begins=True, whole=False)


def _is_complete(text: str, *, whole: bool) -> bool:
    """A sentence whole to its full stop is; a part of one may break off or wait for the rest."""
    return (whole and text[-1] in ".!?") or not (dangles(text) or (not whole and _HALF.match(text)))


def _trimmed(words: str) -> str:
    """Without the "and" and the comma at its edges."""
    return tidy(_LOOSE_END.sub("", words.strip()))


def traits(chosen: Sequence[Run], account: Account) -> dict[str, float]:
    """What speaks for and against a gist, each about 0 to 1."""
    first, last = chosen[0], chosen[-1]
    text = " ".join(run.text for run in chosen)
    words = len(text.split())
    pair = first is not last
    follows = pair and last.sentence == first.sentence + 1
    return {
        "words": words / 50,
        "words squared": (words / 50) ** 2,
        "cover": account.cover(text),
        "central": sum(float(account.central[run.sentence]) * len(run.text.split()) for run in chosen) / words,
        "cues": min(account.cues(text), 4) / 4,
        "early": 1 - first.sentence / len(account.texts),
        "leans": float(leans(first.text)),
        "leans on what is left out": float(pair and not follows and leans(last.text)),
        "pair": float(pair),
        "gap": float(pair and not follows),
        "empty": sum(is_empty(run.text) for run in chosen) / len(chosen),
        "asks": sum(run.text.endswith("?") for run in chosen) / len(chosen),
        "broken": min(len(re.findall(r"--|\.\.\.|…|\(unclear\)", text)), 3) / 3,
        "pronouns": len(re.findall(r"\b(?:it|that|this|they|them|these|those|he|she|him)\b", text.lower())) / words,
        "begins": sum(run.begins for run in chosen) / len(chosen),
        "whole": sum(run.whole for run in chosen) / len(chosen),
        "digits": min(len(re.findall(r"\d+", text)), 2) / 2,
        "names": min(len(re.findall(r"(?<!^)(?<![.?!] )\b[A-Z]\w+", text)), 4) / 4,
    }


_WEIGHTS = {
    "words": 0.45,
    "words squared": -0.35,
    "cover": 0.47,
    "central": 0.58,
    "cues": 0.08,
    "early": 0.03,
    "pronouns": -0.33,
    "digits": 0.02,
    # by hand: what likeness to another's words does not see, but a reader does
    "begins": 0.02,
    "whole": 0.03,
    "leans": -0.08,
    "leans on what is left out": -0.1,
    "gap": -0.03,
    "empty": -0.1,
    "asks": -0.3,
    "broken": -0.25,
}
"""The first eight fitted by `python -m benchmarks.fit_telling` to hand-made gists of half the transcripts."""


def gist(account: Account) -> str:
    """What is left out between two runs shows as "…"."""
    found = runs(account)
    if not found:
        return closed(max(account.texts, key=lambda text: len(text.split())))
    alone = sorted(found, key=lambda run: -_score([run], account))[:CHOICES]
    return _joined(max(possible(alone), key=lambda each: _score(each, account)))


def possible(found: Sequence[Run]) -> list[tuple[Run, ...]]:
    """Each run alone, and with one of a later sentence where both are short enough."""
    pairs = [
        (one, other)
        for one, other in permutations(found, 2)
        if one.sentence < other.sentence and len(f"{one.text} {other.text}".split()) <= GIST_WORDS
    ]
    return [*((run,) for run in found), *pairs]


def _score(chosen: Sequence[Run], account: Account) -> float:
    found = traits(chosen, account)
    return sum(weight * found[name] for name, weight in _WEIGHTS.items())


def _joined(chosen: Sequence[Run]) -> str:
    first, last = chosen[0], chosen[-1]
    lines = [closed(run.text) for run in dict.fromkeys(chosen)]
    together = last.sentence == first.sentence + 1 and first.whole and last.begins
    return (" " if together or lines[0].endswith("…") else " … ").join(lines)
