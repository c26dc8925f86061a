"""What the grammar of a sentence offers: wordings, people, settings, and where it can be parted. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from capture.assertion import runs_on
from capture.clauses import Wording, wordings
from capture.node import SUBJECTS, Node, spoken, words
from capture.pruning import kept

SETTING_WORDS = 8
PARTNERS = 7
"""Words in a noun phrase joined with another by "and"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A noun phrase as it was said, and the dictionary form of the noun it is about."""

    text: str
    head: str
    acts: bool = False
    """Who does something, not whom it is done to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the grammar of one sentence offers."""

    wordings: tuple[Wording, ...]
    phrases: tuple[Phrase, ...]
    settings: tuple[str, ...]
    """Adverbial phrases around a date, a place or an organisation."""
    joints: tuple[int, ...]
    """Where, in characters, a clause begins that could be a sentence of its own."""


def read(nodes: Sequence[Node], chunks: Sequence[Sequence[Node]]) -> Reading:
    """Of one sentence; `chunks` are its base noun phrases."""
    return Reading(
        wordings=tuple(wordings(nodes)),
        phrases=tuple(_phrase(nodes, chunk) for chunk in chunks if _root(chunk).pos in {"NOUN", "PROPN"}),
        settings=tuple(_settings(nodes)),
        joints=tuple(_joints(nodes)),
    )


_NAMED = {"GPE", "FAC", "EVENT", "LOC"}
_PLACES = words(
    "campus centre church city clinic college community council country county court department factory home"
    " hospital hub laboratory library office practice prison region school service site street surgery team town"
    " university village ward workplace"
)
_WHEN = re.compile(
    r"(?:19|20)\d\d|'\d\ds|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|spring|summer|autumn|winter|christmas|easter|century",
    re.IGNORECASE,
)
"""What makes a time a setting: not "within seven days"."""
_WHERE_WHEN = words("in at on during since over after before between across within until throughout")


def _root(chunk: Sequence[Node]) -> Node:
    return next((node for node in chunk if node.head not in chunk), chunk[-1])


def _phrase(nodes: Sequence[Node], chunk: Sequence[Node]) -> Phrase:
    """ "children and young people", not "children" alone, where that stays short."""
    root = _root(chunk)
    partner = next((child for child in root.children if child.dep == "conj"), None)
    if partner is not None and partner.pos == "NOUN":
        whole = nodes[chunk[0].i : max(partner.i, chunk[-1].i) + 1]
        chunk = whole if len(whole) <= PARTNERS else chunk
    return Phrase(text=spoken(chunk), head=root.lemma, acts=root.dep == "nsubj")


def _settings(nodes: Sequence[Node]) -> list[str]:
    """Where and when, as adverbials: "in March 2020", "at the Nightingale hospital"."""
    out: list[str] = []
    for node in nodes:
        above = node.head
        if above is not None and above.dep == "prep" and above.lower in _WHERE_WHEN and _is_setting(node):
            text = spoken(sorted((part for part in kept(above) if part.i >= above.i), key=lambda part: part.i))
            known = any(text in other or node.text in other for other in out)
            if len(text.split()) <= SETTING_WORDS and not known:
                out.append(text)
    return out


def _is_setting(node: Node) -> bool:
    words = " ".join(each.text for each in node.subtree())
    if any(child.tag == "DT" and child.lower not in {"the", "a", "an", "all"} for child in node.children):
        return False
    told = node.entity in _NAMED or (node.entity == "DATE" and _WHEN.search(words) is not None)
    return told or (node.lemma in _PLACES and len(words.split()) > 1)


def _joints(nodes: Sequence[Node]) -> list[int]:
    """Only between clauses with a subject each, that hang on no other, and where a start was dropped."""
    offsets = _offsets(nodes)
    starts = {offsets[_begin(node)] for node in nodes if _joins(node)}
    starts |= {offsets[node.i + 1] for node in nodes[:-1] if node.text == "--" and _sets_out(nodes[node.i + 1])}
    starts |= {offsets[_end(node)] for node in nodes if runs_on(node) and _free(node) and _end(node) < len(nodes)}
    return sorted(starts - {0})


def _joins(node: Node) -> bool:
    clause = any(child.dep in SUBJECTS for child in node.children)
    return node.dep in {"conj", "parataxis"} and clause and _free(node)


def _begin(node: Node) -> int:
    return min(each.i for each in node.subtree())


def _end(node: Node) -> int:
    """Behind its last word and the comma or "and" after it."""
    after = max(each.i for each in node.subtree()) + 1
    siblings = node.head.children if node.head else []
    return after + sum(each.i == after and each.dep in {"punct", "cc"} for each in siblings)


def _sets_out(node: Node) -> bool:
    return node.dep in SUBJECTS or (node.head is not None and node.head.dep in SUBJECTS)


def _free(node: Node) -> bool:
    return all(above.dep in {"ROOT", "conj", "parataxis"} for above in node.ancestors())


def _offsets(nodes: Sequence[Node]) -> list[int]:
    out, at = [], 0
    for node in nodes:
        out.append(at)
        at += len(node.text) + node.space
    return out
