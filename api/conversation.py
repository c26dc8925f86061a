"""A transcript laid out for reading: turns with their speaker and second, words that can be followed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from models.knowledge import Item
from models.meeting import Transcript, Turn, word_offsets

VOICES = 6
"""How many voices are told apart by colour; more begin again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTurn:
    """One turn as a page shows it."""

    position: int
    speaker: str
    voice: int
    """Which colour; the name is always written too."""
    start: float | None
    body: Markup
    items: tuple[Item, ...]
    """Those that begin here."""


def lay_out(transcript: Transcript, items: Sequence[Item]) -> list[ShownTurn]:
    told = defaultdict(list)
    for item in items:
        told[item.evidence.turn_start].append(item)
    voices: dict[str, int] = {}
    return [
        ShownTurn(
            position=position,
            speaker=turn.speaker,
            voice=voices.setdefault(turn.speaker, len(voices)) % VOICES,
            start=turn.start,
            body=body_of(turn),
            items=tuple(told[position]),
        )
        for position, turn in enumerate(transcript.turns)
    ]


def body_of(turn: Turn) -> Markup:
    """The text of a turn, each word whose second is known in a span that says it.

    Put together here and not in the template: a two-hour meeting has 20,000 words.
    """
    parts: list[str] = []
    at = 0
    for word, (begin, end) in zip(turn.words, word_offsets(turn), strict=True):
        if begin == end:
            continue
        parts += [
            escape(turn.text[at:begin]),
            f'<span data-s="{word.start:.2f}">',
            escape(turn.text[begin:end]),
            "</span>",
        ]
        at = end
    parts.append(escape(turn.text[at:]))
    return Markup("".join(parts))
