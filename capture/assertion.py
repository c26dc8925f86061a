"""Whether a clause was told as true: not doubted, asked or supposed. Pure."""

from capture.node import SUBJECTS, Node, words

_ASSERTING = {"that", "because"}
"""What may stand before a clause that is told as true: with an "after" or a "than" it is half of something."""
_CONDITIONS = {"if", "unless", "whether", "suppose", "supposing", "though", "although", "otherwise"}
_KNOWING = words(
    "accept acknowledge admit agree appreciate argue believe conclude confirm demonstrate discover estimate"
    " explain feel find guess happen hear indicate know learn mean mention note notice realise realize recognise"
    " remember report reveal say see show state tell think understand warn"
)
"""Verbs above a clause that is told as true: not "ensure" or "hope"."""
_DOUBTS = words(
    "ask assume avoid consider deny doubt fear hope imagine prevent pretend propose stop suggest want wish wonder"
)
_FACTS = {"fact", "problem", "issue", "concern", "difficulty", "challenge", "evidence", "point", "thing"}


def asserted(verb: Node) -> bool:
    """Not under an "if", a "whether", an "ensure" or a "don't think": alone it would say what was not said."""
    marks = [child for child in verb.children if child.dep == "mark" or child.tag == "WRB"]
    bound = any(mark.lower not in _ASSERTING for mark in marks)
    return not bound and not conditional(verb) and not denied(verb) and _believed(verb)


def _believed(verb: Node) -> bool:
    first = verb
    while first.dep == "conj" and first.head is not None:
        first = first.head
    above = first.head
    if above is None or first.dep == "parataxis":
        return True
    if runs_on(first):
        return _believed(above)
    if first.dep == "ccomp":
        return _holds(above) and not _obliged(above) and _believed(above)
    if first.dep == "advcl":
        return any(child.dep == "mark" and child.lower in _ASSERTING for child in first.children)
    return first.dep == "acl" and above.lemma in _FACTS


def _holds(verb: Node) -> bool:
    """What is said under it is told as true: "we found that", "the problem is that"."""
    subjects = [child.lemma for child in verb.children if child.dep in SUBJECTS]
    return verb.lemma in _KNOWING or (verb.lemma == "be" and any(lemma in _FACTS for lemma in subjects))


def runs_on(node: Node) -> bool:
    """Only a comma parts it from the next clause: the parser takes the first for what the second says."""
    marked = any(child.dep == "mark" for child in node.children)
    return node.dep == "ccomp" and node.head is not None and node.i < node.head.i and not marked


def _obliged(verb: Node) -> bool:
    """Only might or must be thought: "you could say", "we need to know"."""
    return verb.dep == "xcomp" or any(child.tag == "MD" for child in verb.children)


def conditional(verb: Node) -> bool:
    above = [child for ancestor in verb.ancestors() for child in ancestor.children]
    supposed = any(node.lower in {"maybe", "perhaps", "possibly"} for node in above)
    return supposed or any(node.lower in _CONDITIONS for node in [*verb.subtree(), *above])


def denied(node: Node) -> bool:
    return any(
        above.lemma in _DOUBTS or any(child.dep == "neg" for child in above.children) for above in node.ancestors()
    )


def inverted(verb: Node, subject: Node) -> bool:
    """Asked, though no question mark says so: "did they come"."""
    return any(child.dep in {"aux", "auxpass"} and child.i < subject.i for child in verb.children)
