"""What helps a person to say who a voice was: how much it spoke, telling sentences, names heard for it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from capture.formats.attendance import Attendee
from capture.introductions import Suggestion, introductions, is_unnamed, listed_name
from models.meeting import UNKNOWN_SPEAKER, Speaker, Turn, doubtful_spans, seconds_of
from models.repair import Conversation

SAMPLES = 3
FEWEST, MOST = 6, 32
"""Words in a sentence that is long enough to tell and short enough to be taken in at a glance."""
_SENTENCE = re.compile(r"\S.*?(?:[.!?]+(?=\s|$)|$)", re.DOTALL)
_OWN = re.compile(r"\b(?:I|I['’]\w+|my|me|we|we['’]\w+|our|us)\b", re.IGNORECASE)
_NAMES = re.compile(r"(?<=[a-z,] )[A-Z][\w'’-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sentence to know a voice by."""

    turn: int
    """0-based position."""
    start: float | None
    end: float | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceCard:
    """One voice of a meeting, for those who may know it."""

    speaker: Speaker
    turns: int
    words: int
    seconds: float | None
    """How long it speaks; none where the transcript has no times."""
    samples: tuple[Sample, ...]
    suggestion: Suggestion | None
    """Who it may be; none where it has a name already, or nothing was heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """The voices of a meeting in order of their first turn, and who was there that no voice was found for."""

    cards: tuple[VoiceCard, ...]
    unplaced: tuple[Attendee, ...]


def voices_of(conversation: Conversation, *, attendees: Sequence[Attendee] = ()) -> Voices:
    """Nothing is decided here: a person reads, listens and says who it was."""
    heard = introductions(conversation.turns, attendees=attendees)
    cards = [_card(speaker, conversation.turns, heard.get(speaker.label)) for speaker in conversation.speakers]
    placed = [name for card in cards for name in _names_of(card)]
    unplaced = [one for one in attendees if not any(listed_name(name, [one]) for name in placed)]
    return Voices(cards=tuple(cards), unplaced=tuple(unplaced))


def _card(speaker: Speaker, turns: Sequence[Turn], suggestion: Suggestion | None) -> VoiceCard:
    own = [(at, turn) for at, turn in enumerate(turns) if turn.speaker == speaker.label]
    lengths = [turn.end - turn.start for _, turn in own if turn.start is not None and turn.end is not None]
    named = speaker.person is not None or not is_unnamed(speaker.label)
    return VoiceCard(
        speaker=speaker,
        turns=len(own),
        words=sum(len(turn.text.split()) for _, turn in own),
        seconds=round(sum(lengths), 1) if lengths else None,
        samples=_samples(own),
        suggestion=None if named or speaker.label == UNKNOWN_SPEAKER else suggestion,
    )


def _samples(own: Sequence[tuple[int, Turn]]) -> tuple[Sample, ...]:
    """The best of the beginning, the middle and the end: one mistake of the machine must not fill them all."""
    said = [(score, sample) for at, turn in own for score, sample in _sentences(at, turn)]
    sentences = [one for one in said if len(one[1].text.split()) >= FEWEST] or said
    part = max(1, -(-len(sentences) // SAMPLES))
    thirds = [sentences[begin : begin + part] for begin in range(0, len(sentences), part)]
    return tuple(max(third, key=lambda one: one[0])[1] for third in thirds)


def _sentences(at: int, turn: Turn) -> list[tuple[float, Sample]]:
    doubtful = doubtful_spans(turn)
    found = []
    for match in _SENTENCE.finditer(turn.text):
        begin, end = match.span()
        if any(low < end and begin < high for low, high in doubtful):
            continue
        start, until = seconds_of(turn, begin, end)
        text = " ".join(match[0].split())
        found.append((_telling(text), Sample(turn=at, start=start, end=until, text=text)))
    return found


def _telling(text: str) -> float:
    """People are known by what they say of themselves and of what has a name."""
    words = len(text.split())
    fits = 3.0 if FEWEST <= words <= MOST else min(words / FEWEST, MOST / max(1, words))
    return fits + 0.5 * min(3, len(_OWN.findall(text))) + 0.5 * min(3, len(_NAMES.findall(text)))


def _names_of(card: VoiceCard) -> list[str]:
    suggested = [card.suggestion.person] if card.suggestion else []
    return [card.speaker.name, *suggested]
