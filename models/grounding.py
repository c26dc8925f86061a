"""Whether what a model wrote of a stretch keeps to it: no number and no name that nobody said there. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?")
_SPELT = {
    word: str(number)
    for words, numbers in (
        ("zero two three four five six seven eight nine ten eleven twelve", (0, *range(2, 13))),
        ("thirteen fourteen fifteen sixteen seventeen eighteen nineteen", range(13, 20)),
        ("twenty thirty forty fifty sixty seventy eighty ninety", range(20, 100, 10)),
        ("dozen hundred thousand million billion", (12, 100, 1000, 10**6, 10**9)),
    )
    for word, number in zip(words.split(), numbers, strict=True)
}
"""Without "one", which mostly counts nothing."""
_OURSELVES = {"I", "I'm", "I'd", "I've", "I'll"}
_ADDRESS = re.compile(r"[/@]|\w\.\w")
_ENDS = re.compile(r"[.!?:…]['\"”’)]*$")
_LETTERED = re.compile(r"\b[Ss]peakers? [A-Z]{1,2}\b|(?:^|\s)[A-Z]{1,2}:\s")
"""What speakers are called to the model is no name."""
_LETTERS = 2
"""Names of so few letters have to stand there as they are: "A" is no name where somebody said "a"."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a text holds that could be checked: each word as written and in small letters, and each number."""

    exact: frozenset[str]
    small: frozenset[str]
    numbers: frozenset[str]

    def know(self, text: str, names: Iterable[str]) -> bool:
        """Whether all numbers in the text, and all names, are among these; `names` are those grammar sees in it."""
        if _LETTERED.search(text):
            return False
        parts = {part for name in (*names, *_capitalised(text)) for part in _WORD.findall(name)}
        return words_of(text).numbers <= self.numbers and all(map(self._knows, parts - {"s"}))

    def _knows(self, name: str) -> bool:
        return name in self.exact or (len(name) > _LETTERS and name.lower() in self.small)


def words_of(text: str) -> Words:
    exact = _WORD.findall(text)
    small = frozenset(word.lower() for word in exact)
    digits = (number.replace(",", "") for number in _NUMBER.findall(text))
    spelt = (_SPELT[word] for word in small & _SPELT.keys())
    return Words(frozenset(exact), small, frozenset([*digits, *spelt]))


def _capitalised(text: str) -> Iterator[str]:
    """Words with a capital where no sentence begins, or with several; addresses, whatever their letters."""
    opens = True
    for token in text.split():
        bare = token.strip("\"'“”‘’()[],;:.!?…")
        capitals = sum(letter.isupper() for letter in bare)
        if bare not in _OURSELVES and (capitals > opens or _ADDRESS.search(bare)):
            yield bare
        opens = _ENDS.search(token) is not None
