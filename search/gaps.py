"""What a community does not know yet: problems it has no practice for. (The store keeps unanswered questions.)"""

from collections.abc import Mapping, Sequence

from models.knowledge import Item, Kind

ANSWERS = 0.25
"""How alike a practice and a problem are told before they are shown side by side, read off 1,000 annotated ones."""
NOTHING_NEAR = 0.15
"""Below this for every practice a problem is said to have none; between the two nothing is said either way."""


def words_of_item(item: Item) -> str:
    return " ".join((item.title, item.gist, item.evidence.quote))


def practices_among(near: Mapping[int, float], items: Sequence[Item]) -> dict[int, float]:
    """Of what is near to an item, by its place and how alike it is, the practices."""
    return {place: alike for place, alike in near.items() if items[place].kind is Kind.PRACTICE}


def answers_among(practices: Mapping[int, float], *, limit: int) -> list[int]:
    """Those near enough to a problem to be read with it, nearest first."""
    ranked = sorted(practices, key=lambda place: (-practices[place], place))
    return [place for place in ranked if practices[place] >= ANSWERS][:limit]


def has_none(practices: Mapping[int, float]) -> bool:
    """Whether nothing that anybody told comes near."""
    return max(practices.values(), default=0.0) < NOTHING_NEAR
