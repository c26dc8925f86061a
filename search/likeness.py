"""How alike texts are by the words they share, rare ones counting most: quick, and without a model."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from search.words import STOP, stem, words_of

Weights = Mapping[str, float]


class WordSpace:
    """Texts as weighted stems (tf-idf), each of length 1; a text is known by its place in the sequence."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(stem(word) for word in words_of(text) if word not in STOP) for text in texts]
        held = Counter(word for count in counts for word in count)
        self._rarity = {word: math.log(1 + len(texts) / number) for word, number in held.items()}
        self._rows = [self._weighed(count) for count in counts]

    def _weighed(self, count: Mapping[str, int]) -> Weights:
        row = {word: (1 + math.log(number)) * self._rarity[word] for word, number in count.items()}
        length = math.sqrt(sum(weight * weight for weight in row.values())) or 1.0
        return {word: weight / length for word, weight in row.items()}

    def alike(self, one: int, other: int) -> float:
        """0 where they share no word, 1 where they are the same."""
        shorter, longer = sorted((self._rows[one], self._rows[other]), key=len)
        return sum(weight * longer.get(word, 0.0) for word, weight in shorter.items())

    def nearest(self, one: int) -> dict[int, float]:
        """How alike each other text is that shares a word with this one."""
        alike: dict[int, float] = defaultdict(float)
        for word, weight in self._rows[one].items():
            for other, its_weight in self._holding[word]:
                alike[other] += weight * its_weight
        alike.pop(one, None)
        return dict(alike)

    @cached_property
    def _holding(self) -> dict[str, list[tuple[int, float]]]:
        holding: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, row in enumerate(self._rows):
            for word, weight in row.items():
                holding[word].append((place, weight))
        return holding


def varied(worth: Mapping[int, float], space: WordSpace, *, limit: int, variety: float) -> list[int]:
    """The best that are not alike (maximal marginal relevance): worth, less how alike something chosen is."""
    left, chosen = dict(worth), list[int]()
    while left and len(chosen) < limit:
        best = max(left, key=lambda place: (left[place], -place))
        chosen.append(best)
        del left[best]
        for place in left:
            left[place] = min(left[place], worth[place] - variety * space.alike(place, best))
    return chosen
