"""The sentences of what somebody said, and the names in them: the one file that knows spaCy."""

import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from capture.punctuation import is_bare
from capture.weights import LANGUAGE, language_folder
from models.errors import WeightsError
from models.meeting import Turn, doubtful_spans

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Span, Token

    from capture.ends import Ends

LONGEST = 150
"""Words: a longer sentence has lost its punctuation, and is cut where a full stop is likely."""
BREATH = 40
"""Words in a piece of text that offers no place to cut at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of a meeting: the turn's 0-based position and character offsets in that turn's text."""

    turn: int
    char_start: int
    char_end: int
    text: str
    speaker: str
    doubtful: bool = False
    """Some of it was perhaps never said: nothing rests on it."""


class Linguist:
    """An English spaCy pipeline; it loads when it is first asked."""

    def __init__(self, *, ends: "Ends | None" = None) -> None:
        """`ends` only where the shipped ones are not there yet."""
        self._given = ends
        # a spaCy pipeline keeps a growing vocabulary: one thread at a time
        self._lock = threading.Lock()

    def sentences(self, turns: Sequence[Turn]) -> list[Sentence]:
        """The sentences of a meeting in order, guessed where it was written down without punctuation.

        A turn of nothing but space has none. Raises WeightsError.
        """
        bare = is_bare(turns)
        with self._lock:
            return [
                Sentence(
                    turn=number,
                    char_start=begin,
                    char_end=end,
                    text=turn.text[begin:end],
                    speaker=turn.speaker,
                    doubtful=any(low < end and begin < high for low, high in doubtful),
                )
                for number, turn in enumerate(turns)
                for doubtful in [doubtful_spans(turn)]
                for begin, end in (self._ends.cut(turn.text) if bare else self._split(turn.text))
            ]

    def names(self, texts: Iterable[str]) -> list[list[str]]:
        """The words of each text that name somebody or something."""
        with self._lock:
            return [[token.text for token in doc if _is_name(token)] for doc in self._reader.pipe(texts)]

    def _split(self, text: str) -> list[tuple[int, int]]:
        pieces = _bounds(self._sentencizer(text).sents)
        out: list[tuple[int, int]] = []
        for begin, end in pieces:
            if text.count(" ", begin, end) < LONGEST:
                out.append((begin, end))
                continue
            for low, high in self._ends.cut(text[begin:end]):
                out.extend(_breaths(text, begin + low, begin + high))
        return out

    @cached_property
    def _sentencizer(self) -> "Language":
        import spacy

        nlp = spacy.blank("en")
        nlp.add_pipe("sentencizer")
        nlp.max_length = 10**8  # the sentencizer needs no memory to speak of
        return nlp

    @cached_property
    def _ends(self) -> "Ends":
        from capture.ends import Ends

        return self._given or Ends()

    @cached_property
    def _reader(self) -> "Language":
        return _load(exclude=["senter", "lemmatizer", "parser"])


def _load(*, exclude: list[str]) -> "Language":
    import spacy

    try:
        return spacy.load(language_folder(), exclude=exclude)
    except (OSError, ValueError) as error:
        raise WeightsError(
            f"The English grammar cannot be loaded ({error}): pip install --force-reinstall {LANGUAGE.package}"
        ) from error


def _bounds(spans: "Iterable[Span]") -> list[tuple[int, int]]:
    """Offsets without the space around; what has no letter or digit joins the sentence before it."""
    out: list[tuple[int, int]] = []
    for span in spans:
        text = span.text
        stripped = text.strip()
        if not stripped:
            continue
        begin = span.start_char + len(text) - len(text.lstrip())
        end = begin + len(stripped)
        if out and not any(character.isalnum() for character in stripped):
            out[-1] = (out[-1][0], end)
        else:
            out.append((begin, end))
    return out


def _breaths(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    """Pieces of at most so many words."""
    words = [(begin + match.start(), begin + match.end()) for match in re.finditer(r"\S+", text[begin:end])]
    if len(words) < LONGEST:
        return [(begin, end)]
    groups = [words[at : at + BREATH] for at in range(0, len(words), BREATH)]
    return [(group[0][0], group[-1][1]) for group in groups]


def _is_name(token: "Token") -> bool:
    return token.pos_ == "PROPN" or bool(token.ent_type_ and token.text[:1].isupper())
