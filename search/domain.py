"""What a community talks about: the terms that its meetings come back to."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import groupby, pairwise

from search.words import STOP, stem, words_of

_BEFORE = "a an the our your their my his her its this that these those of for about no more"
BEFORE_NOUNS = frozenset(_BEFORE.split())
"""Words after which a noun phrase stands: what never follows one of them is hardly a term."""
_VAGUE = """
    bit case cent course day days end example fact hour issue issues kind number numbers part people per person
    place point problem process question reason set sort stage system term terms time times week weeks word year
    years
"""
VAGUE = frozenset(_VAGUE.split())
"""Nouns of every conversation, which tell nothing of what this one is about."""
OFTEN = 3
"""In how many items a term must stand before it is called the community's."""


def domain_terms(texts: Iterable[str], *, limit: int) -> tuple[str, ...]:
    """In most texts first; of a pair of words and its parts the pair, where most that use the part use the pair."""
    held: Counter[tuple[str, ...]] = Counter()
    forms: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for text in texts:
        told = list(_terms(words_of(text)))
        held.update({key for key, _ in told})
        for key, form in told:
            forms[key][form] += 1
    often = {key: number for key, number in held.items() if number >= OFTEN}
    kept = [key for key in often if not _is_part(key, often)]
    kept.sort(key=lambda key: (-often[key] * len(key), key))
    return tuple(forms[key].most_common(1)[0][0] for key in kept[:limit])


def noun_terms(words: list[str]) -> dict[tuple[str, ...], str]:
    """What a text speaks of, by stems, each as it is first said there."""
    return dict(reversed(list(_terms(words))))


def _terms(words: list[str]) -> Iterable[tuple[tuple[str, ...], str]]:
    """Noun-like words, and pairs of neighbours that carry meaning, each by its stems and as it was said."""
    tagged = list(zip(["", *words], words, strict=False))
    for telling, run in groupby(tagged, key=lambda pair: _tells(pair[1])):
        if not telling:
            continue
        stretch = list(run)
        phrase = [word for _, word in stretch]
        if stretch[0][0] in BEFORE_NOUNS and phrase[-1] not in VAGUE:
            yield (stem(phrase[-1]),), phrase[-1]
        for one, other in pairwise(phrase):
            if other not in VAGUE:
                yield (stem(one), stem(other)), f"{one} {other}"


def _tells(word: str) -> bool:
    return len(word) > 2 and word not in STOP and not word.isdigit()


def _is_part(key: tuple[str, ...], often: dict[tuple[str, ...], int]) -> bool:
    return len(key) == 1 and any(
        key[0] in pair and 2 * number >= often[key] for pair, number in often.items() if len(pair) == 2
    )
