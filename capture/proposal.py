"""What is proposed of what the extractor finds, beside what a meeting has already: people's word stands."""

from collections.abc import Iterable, Sequence

from models.citation import shared
from models.knowledge import Candidate, Item, State
from models.meeting import Turn

SAME = 0.5
"""The part of the shorter that two of a kind share when they are the same telling."""


def proposed(candidates: Iterable[Candidate], *, beside: Sequence[Item], turns: Sequence[Turn]) -> list[Candidate]:
    """Without what people decided about already, and without what another draft tells."""
    return [one for one in candidates if not any(_told_already(one, item, turns) for item in beside)]


def _told_already(candidate: Candidate, item: Item, turns: Sequence[Turn]) -> bool:
    """Of the same kind and, for what a person decided about, by half or more; drafts of a kind never overlap."""
    if candidate.kind not in (item.kind, item.found_as):
        return False
    both = shared(turns, candidate.evidence, item.evidence)
    return both > 0 if item.state is State.DRAFT else both >= SAME
