"""Sentences, clauses, noun phrases and names in what somebody said: the one file that knows spaCy."""

import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from capture.weights import LANGUAGE, language_folder
from models.errors import WeightsError
from models.meeting import Turn, doubtful_spans

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span, Token

LONGEST = 150
"""Words: a longer sentence has lost its punctuation (speech recognised without any) and is cut again."""
BREATH = 40
"""Words in a piece of text that offers no place to cut at all."""
TITLE_WORDS = 12
TITLE_LEAST = 3
PARTNERS = 7
"""Words in a noun phrase joined with another by "and"."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A noun phrase as it was said, and the dictionary form of the noun it is about."""

    text: str
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the grammar of one sentence offers: short clauses, noun phrases, and when and where."""

    clauses: tuple[str, ...]
    """Compressed to subject, verb and what belongs to them; at most 12 words, in the words that were said."""
    topics: tuple[str, ...]
    """Noun phrases with what hangs on them: "lack of reliable tests for staff"; as short."""
    phrases: tuple[Phrase, ...]
    settings: tuple[str, ...]
    """Adverbial phrases around a date, a place or an organisation."""


class Linguist:
    """An English spaCy pipeline; it loads when it is first asked."""

    def __init__(self) -> None:
        # a spaCy pipeline keeps a growing vocabulary: one thread at a time
        self._lock = threading.Lock()

    def sentences(self, turns: Sequence[Turn]) -> list[Sentence]:
        """The sentences of a meeting in order; a turn of nothing but space has none."""
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
                for begin, end in self._split(turn.text)
            ]

    def read(self, texts: Iterable[str]) -> list[Reading]:
        """The grammar of each text, in their order."""
        with self._lock:
            return [
                Reading(
                    clauses=tuple(_clauses(doc)),
                    topics=tuple(_topics(doc)),
                    phrases=tuple(_phrases(doc)),
                    settings=tuple(_settings(doc)),
                )
                for doc in self._reader.pipe(texts)
            ]

    def _split(self, text: str) -> list[tuple[int, int]]:
        pieces = _bounds(self._sentencizer(text).sents)
        out: list[tuple[int, int]] = []
        for begin, end in pieces:
            if text.count(" ", begin, end) < LONGEST:
                out.append((begin, end))
                continue
            guessed = _bounds(self._guesser(text[begin:end]).sents)
            for low, high in guessed:
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
    def _guesser(self) -> "Language":
        """Where sentences end when no full stop says so."""
        nlp = _load(exclude=["parser", "ner", "lemmatizer", "attribute_ruler", "tagger"])
        nlp.enable_pipe("senter")
        nlp.max_length = 10**8
        return nlp

    @cached_property
    def _reader(self) -> "Language":
        return _load(exclude=["senter"])


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


# --- grammar -------------------------------------------------------------------------------------------------

_SUBJECTS = {"nsubj", "nsubjpass", "expl", "csubj"}
_JOINED = {"cc", "conj", "intj", "parataxis", "punct", "mark", "discourse", "meta", "dep"}
"""What a clause can lose and still say what it says."""
_FILLERS = {
    "really",
    "actually",
    "just",
    "also",
    "obviously",
    "basically",
    "literally",
    "clearly",
    "then",
    "so",
    "again",
}
"""Adverbs that a clause can lose and still say the same: "normally" or "somewhat" it could not."""
_ASSERTING = {"that", "because"}
"""What may stand before a clause that is told as true: with an "after" or a "than" it is half of something."""
_CONDITIONS = {"if", "unless", "whether", "suppose", "supposing", "though", "although"}
_DOUBTS = {
    "doubt",
    "deny",
    "wonder",
    "pretend",
    "wish",
    "hope",
    "want",
    "imagine",
    "fear",
    "suggest",
    "ask",
    "assume",
}
_PLACES = {"DATE", "GPE", "FAC", "ORG", "EVENT", "LOC"}
_WHERE_WHEN = {
    "in",
    "at",
    "on",
    "during",
    "since",
    "over",
    "after",
    "before",
    "between",
    "across",
    "within",
    "until",
}


def _clauses(doc: "Doc") -> list[str]:
    """None from a question: what is asked is not told."""
    out: list[str] = []
    if doc.text.rstrip().endswith("?"):
        return out
    for token in doc:
        told = token.pos_ in {"VERB", "AUX"} and any(child.dep_ in _SUBJECTS for child in token.children)
        if told and _asserted(token):
            for loose in (False, True):
                text = _spoken(_kept(token, loose=loose))
                if TITLE_LEAST < len(text.split()) <= TITLE_WORDS and text not in out:
                    out.append(text)
    return out


def _asserted(verb: "Token") -> bool:
    """Not where an "if" or a "whether" is near, nor a "don't think" above: alone it would say what was not said."""
    near = [*verb.subtree, *(child for above in verb.ancestors for child in above.children)]
    bound = any(child.dep_ == "mark" and child.lower_ not in _ASSERTING for child in verb.children)
    return not bound and not any(token.lower_ in _CONDITIONS for token in near) and not _denied(verb)


def _denied(token: "Token") -> bool:
    return any(
        above.lemma_.lower() in _DOUBTS or any(child.dep_ == "neg" for child in above.children)
        for above in token.ancestors
    )


def _kept(head: "Token", *, loose: bool) -> "list[Token]":
    """The verb with what belongs to it; empty adverbs only where asked for, what is joined to it never."""
    kept = [head]
    for child in head.children:
        if child.dep_ in _JOINED or child.dep_ == "advcl":
            continue
        if child.dep_ != "advmod" or loose or child.lower_ not in _FILLERS:
            kept.extend(_subtree(child, loose=loose))
    return sorted(kept, key=lambda token: token.i)


def _subtree(token: "Token", *, loose: bool) -> "list[Token]":
    kept = [token]
    for child in token.children:
        if child.dep_ in {"relcl", "parataxis", "intj", "advcl"} and not loose:
            continue
        if child.dep_ == "punct" and child.text not in {"-", "/", "'", "%"}:
            continue
        kept.extend(_subtree(child, loose=loose))
    return kept


def _topics(doc: "Doc") -> list[str]:
    out = []
    for token in doc:
        extended = any(child.dep_ in {"prep", "acl", "relcl"} for child in token.children)
        if token.pos_ == "NOUN" and extended and not _denied(token):
            text = _spoken(sorted(_subtree(token, loose=False), key=lambda part: part.i))
            if TITLE_LEAST < len(text.split()) <= TITLE_WORDS:
                out.append(text)
    return out


def _spoken(tokens: "Sequence[Token]") -> str:
    """The words with the space they were said with; where some were left out, one space."""
    text = ""
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        text += token.text_with_ws
        if after is not None and after.i > token.i + 1:
            between = token.doc[token.i + 1]
            # a comma or dash between two words that both stay, stays
            text += between.text_with_ws if between.is_punct and after.i == token.i + 2 else " "
    return " ".join(text.split()).strip(" ,;:-–")


def _phrases(doc: "Doc") -> list[Phrase]:
    return [
        Phrase(text=_with_partners(chunk), head=chunk.root.lemma_.lower())
        for chunk in doc.noun_chunks
        if chunk.root.pos_ in {"NOUN", "PROPN"}
    ]


def _with_partners(chunk: "Span") -> str:
    """ "children and young people", not "children" alone, where that stays short."""
    partners = [child for child in chunk.root.children if child.dep_ == "conj"]
    if not partners or partners[0].pos_ != "NOUN":
        return chunk.text
    whole = chunk.doc[chunk.start : max(partners[0].i, chunk.end - 1) + 1]
    return whole.text if len(whole) <= PARTNERS else chunk.text


def _settings(doc: "Doc") -> list[str]:
    """Where and when, as adverbials: "in March 2020", "at the Nightingale hospital"."""
    out: list[str] = []
    for entity in doc.ents:
        head = entity.root.head
        if entity.label_ in _PLACES and head.dep_ == "prep" and head.lower_ in _WHERE_WHEN:
            text = _spoken(sorted(_subtree(head, loose=False), key=lambda part: part.i))
            known = any(text in other or entity.text in other for other in out)
            if len(text.split()) <= TITLE_WORDS and not known:
                out.append(text)
    return out
