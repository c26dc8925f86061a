"""What is proposed of what the extractor finds, beside what a meeting has already: people's word stands."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from models.citation import shared
from models.knowledge import Candidate, Evidence, Item, State
from models.meeting import Turn

SAME = 0.5
"""The part of the shorter that two of a kind share when they are the same telling."""


def proposed(candidates: Iterable[Candidate], *, beside: Sequence[Item], turns: Sequence[Turn]) -> list[Candidate]:
    """Without what people decided about already, and without what another draft tells, in any of its pieces."""
    found = []
    for one in candidates:
        rivals = [item for item in beside if one.kind in (item.kind, item.found_as)]
        fresh = [piece for piece in one.pieces if not any(_tells(item, piece, turns) for item in rivals)]
        if one.evidence in fresh:
            found.append(replace(one, further=tuple(piece for piece in one.further if piece in fresh)))
    return found


def _tells(item: Item, piece: Evidence, turns: Sequence[Turn]) -> bool:
    """What a person decided about, by half or more; drafts of a kind never overlap."""
    both = max(shared(turns, piece, own) for own in item.pieces)
    return both > 0 if item.state is State.DRAFT else both >= SAME
