"""A parsed sentence as plain nodes, and the words of some of them as they were said. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

SUBJECTS = {"nsubj", "nsubjpass", "csubj", "expl"}


@dataclass(slots=True, eq=False, kw_only=True)
class Node:
    """One word of a parsed sentence; the head of the root is none."""

    i: int
    text: str
    space: bool
    """A space follows it."""
    lemma: str
    pos: str
    tag: str
    dep: str
    entity: str = ""
    head: "Node | None" = None
    children: list["Node"] = field(default_factory=list)

    @property
    def lower(self) -> str:
        return self.text.lower()

    def subtree(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.subtree()

    def ancestors(self) -> Iterator["Node"]:
        above = self.head
        while above is not None:
            yield above
            above = above.head


def spoken(nodes: Sequence[Node]) -> str:
    """The words with the space they were said with; where some were left out, one space and no comma."""
    text = ""
    for number, node in enumerate(nodes):
        after = nodes[number + 1] if number + 1 < len(nodes) else None
        cut = after is not None and after.i > node.i + 1
        beside = number and nodes[number - 1].i < node.i - 1
        if node.dep == "punct" and (cut or beside) and node.text in {",", ";", ":", "--", "-", "–", "—", "..."}:
            text = text.rstrip() + " "
            continue
        text += node.text + (" " if node.space or cut else "")
    return " ".join(text.split()).strip(" ,;:-–—.")


def words(text: str) -> frozenset[str]:
    """A set of them, written as a line."""
    return frozenset(text.split())
