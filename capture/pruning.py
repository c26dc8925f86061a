"""Words left out where what stays follows from what was said. Pure.

Fillers go anywhere, a detail where nothing is denied or counted, a condition never.
"""

from collections.abc import Iterable, Iterator

from capture.assertion import runs_on
from capture.node import SUBJECTS, Node, spoken, words

TITLE_WORDS = 12
_FEW = words("barely few hardly less little never no nobody none nothing only rarely scarcely neither nor")
_LESSENING = _FEW | {"every", "all", "each", "any", "most"}
"""Words under which what holds of a part need not hold of the whole, or the other way."""
_FILLERS = words(
    "really actually just also obviously basically literally clearly then so again certainly definitely"
    " absolutely indeed well like now anyway therefore though however frankly essentially simply"
)
"""Adverbs that a clause can lose and still say the same: "normally" or "somewhat" it could not."""
_BINDING = {"without", "except", "than", "until", "unless", "despite", "against", "of", "between", "like", "as"}
"""Prepositions whose phrase is no mere detail."""
_COST = {"advcl": 1, "relcl": 2, "npadvmod": 3, "appos": 3, "conj": 4, "prep": 5, "acl": 6}
"""What goes first where words must go."""
_COMPLEMENTS = {"dobj", "attr", "acomp", "xcomp", "ccomp", "oprd", "dative"}
_CHOICE = {"or", "nor", "but", "between"}


def fitted(head: Node) -> list[Node]:
    """The head with what belongs to it in at most twelve words, or nothing where that cannot be."""
    left = set(kept(head))
    for node in sorted(_details(head), key=lambda each: (_COST[each.dep], -each.i)):
        if _count(left) <= TITLE_WORDS:
            break
        left -= _with_joint(node)
    told = sorted(left, key=lambda node: node.i)
    told = told[1:] if _count(told) == TITLE_WORDS + 1 and told[0].lower in {"the", "a", "an"} else told
    return told if _count(told) <= TITLE_WORDS else []


def kept(node: Node, *, top: bool = True) -> Iterator[Node]:
    """Without fillers, and without what is only joined to the head."""
    yield node
    for child in node.children:
        joined = top and child.dep in {"cc", "conj", "mark", "preconj"}
        if not joined and not _aside(child):
            yield from kept(child, top=False)


def _aside(node: Node) -> bool:
    """Said on the side: a filler, "as you said", ", which is good,"."""
    said = node.dep == "advcl" and any(child.lower == "as" for child in node.children if child.dep == "mark")
    loose = node.dep in {"intj", "discourse", "meta", "dep", "parataxis"} or is_filler(node) or runs_on(node)
    return loose or said or (node.dep == "relcl" and _after_comma(node))


def is_filler(node: Node) -> bool:
    verbal = node.head is not None and node.head.pos in {"VERB", "AUX"}
    return verbal and node.dep == "advmod" and node.lower in _FILLERS and not node.children


def _after_comma(node: Node) -> bool:
    before = min(each.i for each in node.subtree()) - 1
    siblings = node.head.children if node.head else []
    return any(each.i == before and each.dep == "punct" for each in siblings)


def _details(head: Node) -> Iterator[Node]:
    for node in head.subtree():
        if node is not head and node.dep in _COST and _is_detail(node, head):
            yield node


def _is_detail(node: Node, head: Node) -> bool:
    """Without it the clause says less, and nothing that does not follow from what was said."""
    above = node.head
    measures = node.dep == "npadvmod" and above is not None and above.pos not in {"VERB", "AUX"}
    if above is None or measures or _lessened(node, head) or _restricts_subject(node):
        return False
    if node.dep == "prep":
        such = any(child.lower == "such" for child in node.children)
        tied = (node.lower in _BINDING and not such) or above.pos in {"ADJ", "ADP", "ADV"}
        return not tied and not _completes(node, above)
    if node.dep == "acl":
        return node.tag != "VBG"
    if node.dep == "conj":
        return not any(child.lower in _CHOICE for child in above.children if child.dep == "cc")
    return True


def _completes(node: Node, verb: Node) -> bool:
    """ "rely on others": the verb has nothing else."""
    alone = not any(child.dep in _COMPLEMENTS for child in verb.children)
    return verb.pos in {"VERB", "AUX"} and alone and verb.i < node.i <= verb.i + 2


def _lessened(node: Node, head: Node) -> bool:
    """Under a "not" or a "few", where what holds of the whole need not hold of a part."""
    for above in node.ancestors():
        if any(child.dep == "neg" or child.lower in _LESSENING for child in above.children):
            return True
        subjects = [child for child in above.children if child.dep in SUBJECTS]
        if any(each.lower in _FEW for subject in subjects for each in subject.subtree()):
            return True
        if above is head:
            break
    return False


def _restricts_subject(node: Node) -> bool:
    """Without it the clause would be told of more than it was: "parents who work"."""
    if node.dep in {"conj", "appos"} or any(child.lower == "such" for child in node.children):
        return False
    for above in node.ancestors():
        if above.pos in {"VERB", "AUX"}:
            return False
        if above.dep in SUBJECTS:
            return True
    return False


def _with_joint(node: Node) -> set[Node]:
    """With the "and" before it."""
    gone = set(node.subtree())
    if node.dep == "conj" and node.head is not None:
        gone |= {child for child in node.head.children if child.dep == "cc" and child.i < node.i}
    return gone


def _count(nodes: Iterable[Node]) -> int:
    return len(spoken(sorted(nodes, key=lambda node: node.i)).split())
