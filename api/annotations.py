"""What people decided about a meeting as training data: its sentences, and which of them each confirmed item is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from api.shapes import Shape
from capture.linguist import Sentence
from models.job import Json
from models.knowledge import Evidence, Item, State
from models.meeting import Transcript

COVERED = 0.5
"""Of a sentence's characters: from so much on it belongs to an item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """One meeting in the form in which the tagger is trained."""

    transcript: Shape
    annotations: tuple[Shape, ...]
    waiting: int
    """Drafts that nobody has decided about: to who learns from it they are nothing."""


def annotated(
    name: str, transcript: Transcript, items: Iterable[Item], sentences: Sequence[Sentence]
) -> Annotated | None:
    """None where nobody has decided about anything yet."""
    kept = sorted(items, key=lambda item: (item.evidence.turn_start, item.evidence.char_start, item.id))
    if all(item.state is State.DRAFT for item in kept):
        return None
    turns: list[Json] = [{"speaker": turn.speaker, "text": turn.text} for turn in transcript.turns]
    counted: list[Json] = [[one.turn, one.char_start, one.char_end] for one in sentences]
    confirmed = [item for item in kept if item.state is State.CONFIRMED]
    return Annotated(
        transcript={"meeting": name, "turns": turns, "sentences": counted},
        annotations=tuple(_annotation(name, item, transcript, sentences) for item in confirmed),
        waiting=sum(item.state is State.DRAFT for item in kept),
    )


def _annotation(name: str, item: Item, transcript: Transcript, sentences: Sequence[Sentence]) -> Shape:
    first, last = _numbers(item.evidence, transcript, sentences)
    return {
        "meeting": name,
        "kind": item.kind.value,
        "start": first,
        "end": last,
        "title": item.title,
        "gist": item.gist,
        "sure": item.look is None,
    }


def _numbers(evidence: Evidence, transcript: Transcript, sentences: Sequence[Sentence]) -> tuple[int, int]:
    """First and last sentence that the words cover by half; where they are few, the one they lie in most."""
    begins = list(accumulate((len(turn.text) for turn in transcript.turns), initial=0))
    low = begins[evidence.turn_start] + evidence.char_start
    high = begins[evidence.turn_end] + evidence.char_end
    shares = [
        (min(high, begins[one.turn] + one.char_end) - max(low, begins[one.turn] + one.char_start))
        / (one.char_end - one.char_start)
        for one in sentences
    ]
    covered = [number for number, share in enumerate(shares) if share >= COVERED]
    if covered:
        return covered[0], covered[-1]
    nearest = max(range(len(shares)), key=shares.__getitem__)
    return nearest, nearest
