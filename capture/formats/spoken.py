"""Words as speech services write them down, one by one: given their punctuation and times, joined into turns."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from capture.formats.cues import PAUSE, SENTENCE_END, Cue, Said, join_turns, spread
from capture.formats.labels import voice
from models.meeting import UNKNOWN_SPEAKER, Doubt, Transcript, Word

UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]")
"""Thai, Lao, Burmese, Japanese and Chinese put no space between words."""

NUMBER = re.compile(r"\d{1,3}|[A-Z]")
UNTOLD = ("UU", "none", "null")
"""How services write that they do not know who speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A word, or a mark, as the service has it."""

    text: str
    speaker: str | None = None
    start: float | None = None
    end: float | None = None
    probability: float | None = None
    doubt: Doubt | None = None
    joined: bool = False
    """Whether it stands against the word before, as a full stop does."""


def transcript_of(
    said: Iterable[Said], *, language: str | None = None, duration: float | None = None
) -> Transcript:
    """Without turns where nothing was said."""
    return Transcript(turns=join_turns(said), language=language, duration=duration)


def said_in_words(spoken: Iterable[Spoken]) -> Iterator[Said]:
    """The words as sentences, parted where the speaker changes or a pause is made."""
    sentence: list[Spoken] = []
    for word in _timed(_whole_words(spoken)):
        if sentence and _parted(sentence[-1], word):
            yield _said(sentence)
            sentence = []
        sentence.append(word)
    if sentence:
        yield _said(sentence)


def said_in_segment(text: str, *, words: Iterable[Spoken], segment: Spoken) -> Iterator[Said]:
    """What was said in one go: by its words where they are all there, else by its text, evenly timed."""
    whole = _punctuated(list(_whole_words(words)), text=text)
    if whole:
        yield from said_in_words(whole)
        return
    segment = _with_sane_times(segment)
    cue = Cue(start=segment.start, end=segment.end, lines=(text,))
    for piece in spread([(_voice(segment.speaker), text)], cue=cue):
        yield replace(piece, words=tuple(replace(word, doubt=segment.doubt) for word in piece.words))


def _punctuated(words: Sequence[Spoken], *, text: str) -> Sequence[Spoken]:
    """The words as the text writes them; none where the two are not the same words."""
    written = text.split()
    if "".join(word.text for word in words) == "".join(written):
        return words
    if [_letters(word.text) for word in words] != [_letters(word) for word in written]:
        return ()
    return [replace(word, text=shown) for word, shown in zip(words, written, strict=True)]


def _voice(label: str | None) -> str:
    """ "Speaker 2" for a bare "2"."""
    if label is None or label in UNTOLD:
        return UNKNOWN_SPEAKER
    return voice(f"Speaker {label}" if NUMBER.fullmatch(label) else label)


def _letters(word: str) -> str:
    return "".join(character for character in word.casefold() if character.isalnum()) or word


def _whole_words(spoken: Iterable[Spoken]) -> Iterator[Spoken]:
    """Each with the marks that belong to it."""
    open_word: Spoken | None = None
    for word in spoken:
        text = " ".join(word.text.split())
        if not text:
            continue
        if open_word and word.joined:
            open_word = _with(open_word, word, text=text)
            continue
        if open_word:
            yield open_word
        open_word = replace(word, text=text)
    if open_word:
        yield open_word


def _with(word: Spoken, mark: Spoken, *, text: str) -> Spoken:
    """A mark has no times and nothing said of it; a piece of a word lengthens it."""
    end = word.end if mark.end is None or word.end is None else max(word.end, mark.end)
    known = [chance for chance in (word.probability, mark.probability) if chance is not None]
    return replace(word, text=word.text + text, end=end, probability=min(known, default=None))


def _timed(words: Iterable[Spoken]) -> list[Spoken]:
    """A word whose times the service does not know was said between its neighbours."""
    sane = [_with_sane_times(word) for word in words]
    following: list[float | None] = []
    after: float | None = None
    for word in reversed(sane):
        following.append(after)
        after = after if word.start is None else word.start
    timed: list[Spoken] = []
    for word, after in zip(sane, reversed(following), strict=True):
        before = timed[-1].end if timed else None
        timed.append(word if word.start is not None else _between(word, before=before, after=after))
    return timed


def _between(word: Spoken, *, before: float | None, after: float | None) -> Spoken:
    edges = [edge for edge in (before, after) if edge is not None]
    if not edges:
        return word
    return replace(word, start=edges[0], end=max(edges))


def _with_sane_times(word: Spoken) -> Spoken:
    if word.start is None or word.end is None or word.end < word.start:
        return replace(word, start=None, end=None)
    return word


def _parted(word: Spoken, following: Spoken) -> bool:
    if _voice(word.speaker) != _voice(following.speaker) or SENTENCE_END.search(word.text):
        return True
    return word.end is not None and following.start is not None and following.start - word.end >= PAUSE


def _said(sentence: Sequence[Spoken]) -> Said:
    words = [
        Word(word=word.text, start=word.start, end=word.end, probability=word.probability, doubt=word.doubt)
        for word in sentence
        if word.start is not None and word.end is not None
    ]
    text = sentence[0].text
    for before, word in zip(sentence, sentence[1:], strict=False):
        tight = UNSPACED.match(before.text[-1]) and UNSPACED.match(word.text[0])
        text += word.text if tight else f" {word.text}"
    known = len(words) == len(sentence)
    return Said(speaker=_voice(sentence[0].speaker), text=text, words=tuple(words) if known else ())
