"""Near-duplicates of one meeting made one: what was told twice is one item with several pieces of evidence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.knowledge import Candidate, Evidence
from models.ports import Embedder, Vectors

MEANT, SAID, SHARED = 0.75, 0.7, 0.35
"""From when two say nearly the same: likeness of title and gist, likeness of the words themselves, and the share
of the telling words of the shorter that stand in the longer. Read off pairs of items (docs/decisions/0007)."""
_TELLING = re.compile(r"[^\W\d_]{4,}|\d+")
"""Words of four letters and more, and numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sayings:
    """What each candidate says, by its place."""

    candidates: Sequence[Candidate]
    meant: Vectors
    said: Vectors
    words: Sequence[frozenset[str]]

    def nearly_same(self, one: int, other: int) -> bool:
        first, second = self.candidates[one], self.candidates[other]
        return (
            first.kind is second.kind
            and not _replies(first.evidence, second.evidence)
            and _numbers_agree(self.words[one], self.words[other])
            and float(self.meant[one] @ self.meant[other]) >= MEANT
            and float(self.said[one] @ self.said[other]) >= SAID
            and _shared(self.words[one], self.words[other]) >= SHARED
        )


def fold(candidates: Sequence[Candidate], embedder: Embedder) -> list[Candidate]:
    """Each that says nearly the same as a better told one of its kind becomes further evidence of that."""
    if len(candidates) < 2:
        return list(candidates)
    sayings = _sayings(candidates, embedder)
    told: dict[int, list[int]] = {}
    for place in sorted(range(len(candidates)), key=lambda place: (-candidates[place].confidence, place)):
        twins = (best for best in told if sayings.nearly_same(best, place))
        told.setdefault(next(twins, place), []).append(place)
    return [_folded(candidates, best, told[best]) for best in sorted(told)]


def _sayings(candidates: Sequence[Candidate], embedder: Embedder) -> _Sayings:
    quotes = [candidate.evidence.quote for candidate in candidates]
    gists = [f"{candidate.title}. {candidate.gist}" for candidate in candidates]
    vectors = embedder.embed([*gists, *quotes])
    whole = [f"{gist} {quote}".lower() for gist, quote in zip(gists, quotes, strict=True)]
    return _Sayings(
        candidates=candidates,
        meant=vectors[: len(gists)],
        said=vectors[len(gists) :],
        words=[frozenset(_TELLING.findall(text)) for text in whole],
    )


def _folded(candidates: Sequence[Candidate], best: int, places: Sequence[int]) -> Candidate:
    others = [piece for place in sorted(places) if place != best for piece in candidates[place].pieces]
    return replace(candidates[best], further=(*candidates[best].further, *others))


def _replies(one: Evidence, other: Evidence) -> bool:
    """Said to each other: a reply takes up the words of what it answers, also to deny them."""
    first, second = sorted((one, other), key=lambda evidence: evidence.turn_start)
    return first.speaker != second.speaker and second.turn_start - first.turn_end <= 1


def _numbers_agree(one: frozenset[str], other: frozenset[str]) -> bool:
    mine, its = ({word for word in words if word.isdigit()} for words in (one, other))
    return mine <= its or its <= mine


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter else 0.0
