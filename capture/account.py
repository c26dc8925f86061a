"""What one speaker told of one thing, made ready for telling it in few words: tidied, parsed and weighed. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from capture.grammar import Reading
from models.knowledge import Kind
from models.ports import Vectors

_LITTLE = re.compile(
    r"(?:a|about|all|also|an|and|any|are|as|at|be|been|being|but|by|can|can't|could|couldn't|"
    r"did|didn't|do|does|don't|down|for|from|get|go|going|got|had|has|have|he|her|him|his|"
    r"how|i|i'm|i've|if|in|into|is|it|it's|its|just|know|like|lot|many|may|me|might|mm|"
    r"more|most|much|my|no|not|of|okay|on|one|or|other|our|out|over|own|people|really|right|"
    r"said|same|say|she|should|so|some|than|that|that's|the|their|them|then|there|there's|"
    r"these|they|they're|thing|things|think|this|those|to|too|uh|um|up|us|very|was|we|we're|"
    r"we've|well|were|what|when|where|which|who|why|will|with|would|yeah|yes|you|your)"
)
"""Words that say little of what something is about."""
_ENDINGS = ("ing", "ed", "es", "s")
_WORD = re.compile(r"[a-z0-9]+(?:['’-][a-z0-9]+)*")
_CUES = {
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
    r"^(?:it|that|this|they|these|those|he|she|him|which|there|them|who|such|what|its|their|one"
    r"|another)(?:'\w+)?\b",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"^(?:(?:i|you|we|it)(?:'\w+)?|that's|this is) (?:\w+ )?(?:think|thought|mean|say|said|guess|know|suppose|agree"
    r"|hope|believe|sure|sorry|mentioned|wonder|remember|see|saw|talked?|talking|point out|explain|describe"
    r"|set out|tell us|mention)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Account:
    """The sentences of one item."""

    kind: Kind
    texts: Sequence[str]
    readings: Sequence[Reading]
    embeddings: Vectors

    @cached_property
    def middle(self) -> Vectors:
        """Where its meaning lies."""
        middle: Vectors = self.embeddings.mean(axis=0)
        return np.asarray(middle / max(float(np.linalg.norm(middle)), 1e-6), dtype=np.float32)

    @cached_property
    def central(self) -> NDArray[np.float32]:
        """How near each sentence is to the middle."""
        return np.asarray(self.embeddings @ self.middle)

    def cover(self, text: str) -> float:
        """How much of what was spoken of comes up in the text, by how often it was."""
        return sum(self._words[word] for word in set(contents(text))) / max(self._words.total(), 1)

    def cues(self, text: str) -> int:
        """How many words in it are typical of the item's kind."""
        return len(_CUES[self.kind].findall(text))

    @cached_property
    def _words(self) -> Counter[str]:
        return Counter(word for text in self.texts for word in contents(text))


def contents(text: str) -> list[str]:
    """The words that say what it is about, without their endings."""
    return [_stem(word) for word in _WORD.findall(text.lower()) if not _LITTLE.fullmatch(word)]


def leans(text: str) -> bool:
    """It begins by pointing at what was said before."""
    return _LEANING.match(text) is not None


def is_empty(text: str) -> bool:
    """It begins with talk about the talk."""
    return _EMPTY.match(text) is not None


def _stem(word: str) -> str:
    ending = next((each for each in _ENDINGS if word.endswith(each) and len(word) > len(each) + 3), "")
    return word.removesuffix(ending)
