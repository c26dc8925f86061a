"""Title, gist and facets of an item, selected from the speaker's own words: nothing is said that was not said."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from capture.linguist import TITLE_LEAST, TITLE_WORDS, Linguist, Phrase, Reading
from capture.wording import capital, closed, shorten, tidy
from models.knowledge import Facets, Kind
from models.ports import Embedder, Vectors

SAYS, NAMES = 0.08, 0.0
"""A title that says something is better than one that only names a topic."""
TITLE_CHOICES = 8
"""Clauses an item's title is chosen from by meaning: more cost time and win nothing."""
GIST_WORDS = 60
SENTENCE_WORDS = 42
FACET_WORDS = 32
SIDE_LEAST = 6

_PATTERNS = {
    Kind.STORY: re.compile(
        r"\b(?:when|then|after|was|were|had|went|came|told|said|found|decided|died|started)\b", re.IGNORECASE
    ),
    Kind.PROBLEM: re.compile(
        r"\b(?:not|n't|no|lack|problem|difficult\w*|challeng\w*|concern\w*|issue\w*|risk\w*|barrier\w*|struggl\w*"
        r"|gap\w*|short\w*|unable|without|fail\w*|pressure\w*|impact\w*|need\w*|worr\w*|delay\w*)\b",
        re.IGNORECASE,
    ),
    Kind.PRACTICE: re.compile(
        r"\b(?:we|set up|introduc\w*|develop\w*|use\w*|using|work\w*|provid\w*|ensur\w*|each|every|weekly|daily"
        r"|team\w*|train\w*|support\w*|meet\w*|guidance|process|share\w*|so that)\b",
        re.IGNORECASE,
    ),
}
_LEANING = re.compile(
    r"^(?:it|that|this|they|these|those|he|she|him|which|there|them|who|such|what|its|their|one)(?:'\w+)?\b",
    re.IGNORECASE,
)
"""How a sentence begins that leans on the one before."""
_EMPTY = re.compile(
    r"^(?:i|you|we|it)(?:'\w+)? (?:think|thought|mean|say|said|guess|know|suppose|agree|hope|believe)\b",
    re.IGNORECASE,
)
_AFFECTED = re.compile(
    r"adult|baby|boy|carer|child|citizen|client|clinician|colleague|community|customer|daughter|doctor|driver|employee"
    r"|engineer|family|father|girl|guardian|household|husband|learner|man|mother|mum|nurse|officer|parent|partner"
    r"|patient|people|person|pharmacist|practitioner|pupil|researcher|resident|scientist|sibling|son|staff"
    r"|student|survivor|teacher|teenager|trainee|user|victim|volunteer|wife|woman|worker|workforce|youngster"
)
_POINTING = re.compile(r"^(?:the|those|these|that|this|such|all|both|your|some(?: of)?(?: the)?)\s+", re.IGNORECASE)
_NOBODY = re.compile(r"^(?:no|any|nobody|which|what)\b", re.IGNORECASE)
_TRIED = re.compile(
    r"\b(?:we|i|they|staff|team|council|government|school|trust)\b[^.;]{0,25}\b(?:tried|try|decided|set up|put in"
    r"|introduced|started|began|brought in|developed|created|built|organised|arranged|worked with|asked|rang|wrote"
    r"|used|use|offered|provided|gave|established|made sure|moved|changed|bought|trained)\b",
    re.IGNORECASE,
)
_OUTCOME = re.compile(
    r"\b(?:as a result|as a consequence|resulted in|led to|leads to|which meant|that meant|this meant|in the end"
    r"|eventually|worked (?:really |very )?well|made a (?:huge |big |real )?difference|helped (?:us|them|to)"
    r"|improved|reduced|increased|doubled|succeeded|successful\w*|therefore|it turned out|ended up)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:still (?:not|don't|doesn't|haven't|need|have|remains?|an?|no)|not yet|haven't yet|hasn't yet|yet to"
    r"|remains?|needs? to be|we need to|don't know|do not know|unclear|unresolved|unanswered|ongoing|no answer"
    r"|question is|should be|would like to see|not (?:been )?resolved)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The sentences of one item, of its speaker alone, with their embeddings."""

    kind: Kind
    sentences: tuple[str, ...]
    embeddings: Vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An item in few words."""

    title: str
    gist: str
    facets: Facets = field(default_factory=Facets)


class Teller:
    """Tells items; grammar says what can stand alone, embeddings what the item is about."""

    def __init__(self, linguist: Linguist, embedder: Embedder) -> None:
        self._linguist = linguist
        self._embedder = embedder

    def tell(self, said: Sequence[Said]) -> list[Told]:
        tidied = [[tidy(sentence) for sentence in each.sentences] for each in said]
        readings = iter(self._linguist.read(text for texts in tidied for text in texts))
        read = [[next(readings) for _ in texts] for texts in tidied]
        weights = [weigh(each.kind, texts, each.embeddings) for each, texts in zip(said, tidied, strict=True)]
        titles = self._titles(said, tidied, read, weights)
        return [
            Told(title=title, gist=gist(texts, weight), facets=facets(texts, reading))
            for title, texts, weight, reading in zip(titles, tidied, weights, read, strict=True)
        ]

    def _titles(
        self,
        said: Sequence[Said],
        tidied: Sequence[Sequence[str]],
        read: Sequence[Sequence[Reading]],
        weights: Sequence[NDArray[np.float64]],
    ) -> list[str]:
        choices = [
            title_choices(each.kind, texts, reading, weight)
            for each, texts, reading, weight in zip(said, tidied, read, weights, strict=True)
        ]
        vectors = self._embedder.embed([text for each in choices for text, _ in each])
        edges = np.cumsum([0, *(len(each) for each in choices)])
        titles: list[str] = []
        for choice, begin, end, each in zip(choices, edges[:-1], edges[1:], said, strict=True):
            ranked = ranked_titles(choice, vectors[begin:end], each.embeddings)
            # two items about one passage are not called the same where there is another name
            titles.append(next((title for title in ranked if title not in titles), ranked[0]))
        return titles


def weigh(kind: Kind, texts: Sequence[str], embeddings: Vectors) -> NDArray[np.float64]:
    """How well each sentence speaks for the whole: near its middle, of a good length, standing alone."""
    middle = embeddings.mean(axis=0)
    near = embeddings @ middle / max(float(np.linalg.norm(middle)), 1e-6)
    marks = [_standing(kind, text) for text in texts]
    weights: NDArray[np.float64] = near + np.array(marks)
    return weights


def _standing(kind: Kind, text: str) -> float:
    words = len(text.split())
    score = 0.04 * min(len(_PATTERNS[kind].findall(text)), 4)
    score -= 0.4 if words < 6 else 0.15 if words < 9 else 0.0
    score -= 0.06 * max(0, (words - SENTENCE_WORDS) // 10)
    score -= 0.15 if _LEANING.match(text) else 0.0
    score -= 0.2 if text.endswith("?") else 0.0
    return score - (0.1 if _EMPTY.match(text) else 0.0)


def gist(texts: Sequence[str], weights: NDArray[np.float64]) -> str:
    """The sentence that says most, with the one it leans on, or else with the next best; in their order."""
    best = int(weights.argmax())
    chosen = {best}
    if _LEANING.match(texts[best]) and best and len(texts[best - 1].split()) > 3:
        chosen.add(best - 1)
    elif len(texts) > 1:
        chosen.add(next(int(place) for place in np.argsort(-weights) if place != best))
    first, *others = sorted(chosen)
    lines = [closed(shorten(texts[place], words=SENTENCE_WORDS)) for place in (first, *others)]
    if sum(len(line.split()) for line in lines) > GIST_WORDS or any(
        len(texts[place].split()) < 5 for place in chosen
    ):
        lines = [closed(shorten(texts[best], words=SENTENCE_WORDS))]
    # between sentences that did not follow each other something is left out, and the reader should see that
    together = all(place == first + 1 for place in others)
    return (" " if together else " … ").join(lines)


# --- title ---------------------------------------------------------------------------------------------------


def title_choices(
    kind: Kind, texts: Sequence[str], read: Sequence[Reading], weights: NDArray[np.float64]
) -> list[tuple[str, float]]:
    """Clauses that could name the item, and how well each would by its form alone."""
    found: dict[str, float] = {}
    for text, reading, weight in zip(texts, read, weights, strict=True):
        whole = [] if text.endswith("?") else [text.rstrip(".")]
        for form, offered in ((SAYS, [*whole, *reading.clauses]), (NAMES, reading.topics)):
            for words in offered:
                title = capital(tidy(words).rstrip(".,;:"))
                if TITLE_LEAST <= len(title.split()) <= TITLE_WORDS:
                    found.setdefault(title, form + _naming(kind, title) + 0.3 * float(weight))
    best = sorted(found.items(), key=lambda each: -each[1])[:TITLE_CHOICES]
    return best or [(_fallback(texts, weights), 0.0)]


_PRONOUN = re.compile(
    r"\b(?:it|that|this|they|them|these|those|he|she|him|her|which|there|who|one|something|things?|what|i)\b", re.I
)
_REPORTING = re.compile(
    r"\b(?:said|say|says|saying|asked|mentioned|described|statement|paragraph|evidence)\b", re.IGNORECASE
)
_ADRIFT = re.compile(
    r"^(?:to|of|for|by|from|with|in|at|on|about|when|if|where|while|because|as|than|until|whether|how|why|really|also"
    r"|just|is|are|was|were|be|been|being|has|have|had|do|does|did|would|could|should|can|some form|lots?|a lot"
    r"|terms)\b",
    re.IGNORECASE,
)
"""How what is only a part of something begins."""
_DANGLING = re.compile(
    r"\b(?:the|a|an|of|to|in|for|with|and|or|that|which|is|are|was|were|be|been|by|from|on|at|as|so|very|not|my|our"
    r"|their|have|had|has|do|did)$",
    re.IGNORECASE,
)


def _naming(kind: Kind, title: str) -> float:
    words = title.split()
    score = 0.06 * min(len(_PATTERNS[kind].findall(title)), 3)
    score += 0.03 * min(sum(len(word) > 5 for word in words), 5)
    score -= 0.12 * len(_PRONOUN.findall(title))
    score -= 0.2 if _LEANING.match(title) else 0.0
    score -= 0.25 if _ADRIFT.match(title) else 0.0
    score -= 0.3 if _DANGLING.search(title) else 0.0
    score -= 0.3 if _EMPTY.match(title) else 0.0
    score -= 0.15 if _REPORTING.search(title) else 0.0
    return score - (0.1 if len(words) < 5 else 0.0)


def ranked_titles(choices: Sequence[tuple[str, float]], vectors: Vectors, embeddings: Vectors) -> list[str]:
    """By nearness to the whole and by form, the best first."""
    middle = embeddings.mean(axis=0)
    near = vectors @ middle / max(float(np.linalg.norm(middle)), 1e-6)
    form = np.array([score for _, score in choices])
    return [choices[place][0] for place in np.argsort(-(near + form), kind="stable")]


def _fallback(texts: Sequence[str], weights: NDArray[np.float64]) -> str:
    """The start of the best sentence up to a pause."""
    text = shorten(texts[int(weights.argmax())], words=11)
    return text.rstrip(".,;:")


# --- facets --------------------------------------------------------------------------------------------------


def facets(texts: Sequence[str], read: Sequence[Reading]) -> Facets:
    """Each side that somebody spoke of, in their words."""
    tried = _first(_TRIED, texts)
    outcome = _first(_OUTCOME, [text for text in texts if text != tried])
    return Facets(
        setting=_setting(read),
        affected=_affected([phrase for reading in read for phrase in reading.phrases]),
        tried=_side(tried),
        outcome=_side(outcome),
        open=_side(_first(_OPEN, [text for text in texts if text not in {tried, outcome}])),
    )


def _first(pattern: re.Pattern[str], texts: Sequence[str]) -> str | None:
    return next((text for text in texts if pattern.search(_brief(text)) and "?" not in text), None)


def _brief(text: str) -> str:
    """Empty where too little is left to say anything."""
    short = shorten(text, words=FACET_WORDS)
    return short if len(short.split()) > SIDE_LEAST else ""


def _side(text: str | None) -> str | None:
    return closed(_brief(text)) if text else None


def _setting(read: Sequence[Reading]) -> str | None:
    # by what stands behind the preposition: "on years 10 and 11" and "in years 10 and 11" are one
    found = {setting.split(" ", 1)[-1]: setting for reading in read for setting in reading.settings}
    return capital(", ".join([*found.values()][:2])) if found else None


def _affected(phrases: Sequence[Phrase]) -> str | None:
    people = [phrase for phrase in phrases if _AFFECTED.fullmatch(phrase.head) and not _NOBODY.match(phrase.text)]
    if not people:
        return None
    heads = Counter(phrase.head for phrase in people)
    head = max(heads, key=lambda each: heads[each])
    named = [_POINTING.sub("", phrase.text) for phrase in people if phrase.head == head]
    return capital(shorten(max(named, key=len), words=10))
