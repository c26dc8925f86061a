"""A transcript laid out for reading: turns with their speaker and second, words that can be followed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from models.knowledge import Item
from models.meeting import Doubt, Transcript, Turn, Word, word_offsets

VOICES = 6
"""How many voices are told apart by colour; more begin again."""
UNSURE = 0.5
"""Below this the transcriber would rather have bet against the word."""
DOUBTS = {
    Doubt.LOOP: "perhaps never said: it goes round in circles",
    Doubt.SILENCE: "perhaps never said: hardly anything is to be heard here",
    Doubt.IMPROBABLE: "perhaps never said: the machine hardly believes it itself",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTurn:
    """One turn as a page shows it."""

    position: int
    speaker: str
    label: str
    """Of the voice, as forms call it."""
    voice: int
    """Which colour; the name is always written too."""
    start: float | None
    text: str
    written: bool
    """In the chat, and not said."""
    body: Markup
    items: tuple[Item, ...]
    """Those told here, by where each telling begins."""


def lay_out(
    transcript: Transcript, items: Sequence[Item], *, labels: Sequence[str] | None = None
) -> list[ShownTurn]:
    """`labels` are those of the voices, turn by turn, where they differ from the names."""
    told = defaultdict(list)
    for item in items:
        for turn in dict.fromkeys(piece.turn_start for piece in item.pieces):
            told[turn].append(item)
    voices: dict[str, int] = {}
    return [
        ShownTurn(
            position=position,
            speaker=turn.speaker,
            label=labels[position] if labels else turn.speaker,
            voice=voices.setdefault(turn.speaker, len(voices)) % VOICES,
            start=turn.start,
            text=turn.text,
            written=turn.written,
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
            f'<span data-s="{word.start:.2f}"{_marked(word)}>',
            escape(turn.text[begin:end]),
            "</span>",
        ]
        at = end
    parts.append(escape(turn.text[at:]))
    return Markup("".join(parts))


def marks_in(turns: Sequence[ShownTurn]) -> list[tuple[str, str]]:
    """The marks that words of these turns bear, as the legend explains them: class and meaning."""
    return [
        (mark, meaning)
        for mark, meaning in (
            ("doubt", "perhaps never said"),
            ("unsure", "heard with less than half certainty"),
            ("corrected", "put right by a person"),
        )
        if any(f'class="{mark}"' in turn.body for turn in turns)
    ]


def _marked(word: Word) -> str:
    """A class for the eye and a title that says the same."""
    if word.doubt:
        return f' class="doubt" title="{DOUBTS[word.doubt].capitalize()}"'
    if word.corrected:
        return ' class="corrected" title="Put right by a person"'
    if word.probability is not None and word.probability < UNSURE:
        return f' class="unsure" title="Heard with {word.probability:.0%} certainty"'
    return ""
