"""What of a sentence can stand alone: clauses, doings and noun phrases of at most twelve words. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from capture.assertion import asserted, conditional, denied, inverted
from capture.node import SUBJECTS, Node, spoken, words
from capture.pruning import TITLE_WORDS, fitted, is_filler
from capture.wording import dangles

TITLE_LEAST = 3
_BY = {"by", "through", "with", "in"}
_MUSING = words(
    "agree be believe come feel get go guess hope know like look mean need remember say see seem suppose"
    " talk tell think try want wonder wish ask"
)
"""Verbs that say nothing without who."""
PEOPLE = re.compile(
    r"adult|baby|boy|carer|child|citizen|client|clinician|colleague|community|customer|daughter|doctor|driver"
    r"|employee|engineer|family|father|girl|guardian|household|husband|learner|man|mother|mum|nurse|officer"
    r"|parent|partner|patient|people|person|pharmacist|practitioner|pupil|researcher|resident|scientist|sibling"
    r"|son|staff|student|survivor|teacher|teenager|trainee|user|victim|volunteer|wife|woman|worker|workforce"
    r"|youngster"
)
"""Dictionary forms of nouns for somebody."""


class Form(StrEnum):
    """How a wording can stand alone."""

    SAYS = "says"
    """Somebody or something, and what of it: "nobody told the night staff"."""
    DOES = "does"
    """What was done, without who: "ringing every family twice a week"."""
    NAMES = "names"
    """A noun phrase with what hangs on it: "lack of reliable tests for staff"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Words that can stand alone, in the order in which they were said, and what they are made of."""

    form: Form
    text: str
    nouns: int
    names: int
    """Proper names and numbers."""
    pronouns: int
    vague: int
    subject: str
    """The part of speech of who or what it is about."""
    object: bool
    share: float
    """Of the words it was made from."""


def wordings(nodes: Sequence[Node]) -> Iterator[Wording]:
    asked = bool(nodes) and nodes[-1].text == "?"
    told: set[str] = set()
    for node in nodes:
        offers: list[tuple[Form, list[Node]]] = []
        if node.pos in {"VERB", "AUX"} and not asked:
            offers = [*_sayings(node), *_doings(node)]
        elif node.pos == "NOUN":
            offers = [(Form.NAMES, _naming(node))]
        for form, kept in offers:
            wording = _wording(form, kept, nodes)
            if wording and wording.text not in told:
                told.add(wording.text)
                yield wording


def _sayings(verb: Node) -> Iterator[tuple[Form, list[Node]]]:
    subjects = [child for child in verb.children if child.dep in SUBJECTS]
    pointing = any(subject.dep == "csubj" or subject.tag in {"WDT", "WP"} for subject in subjects)
    if subjects and subjects[0].i < verb.i and not pointing and asserted(verb) and not inverted(verb, subjects[0]):
        kept = fitted(verb)
        yield Form.SAYS, kept
        if _is_doing(verb, subjects):
            helpers = {child for child in verb.children if child.dep == "aux"}
            yield Form.DOES, [node for node in kept if node.i > subjects[0].i and node not in helpers]


def _is_doing(verb: Node, subjects: Sequence[Node]) -> bool:
    """Who is only pointed at, and the verb alone says that it was done: "they rang", "we're ringing"."""
    helpers = {child.lemma for child in verb.children if child.dep in {"aux", "auxpass"}}
    bare = len(subjects) == 1 and subjects[0].pos == "PRON" and not subjects[0].children
    past = verb.tag in {"VBD", "VBN"} and helpers <= {"have"}
    form = past or (verb.tag == "VBG" and {"be"} <= helpers <= {"be", "have"})
    return bare and form and verb.lemma not in _MUSING and not any(child.dep == "neg" for child in verb.children)


def _doings(verb: Node) -> Iterator[tuple[Form, list[Node]]]:
    """ "by ringing every family": ringing every family."""
    own = not any(child.dep in SUBJECTS for child in verb.children)
    if verb.tag != "VBG" or not own or verb.lemma in _MUSING or verb.head is None:
        return
    by = verb.dep == "pcomp" and verb.head.lower in _BY
    if (by or verb.dep == "csubj") and not denied(verb) and not conditional(verb):
        yield Form.DOES, fitted(verb)


def _naming(noun: Node) -> list[Node]:
    hanging = any(child.dep in {"prep", "acl", "relcl", "compound", "amod"} for child in noun.children)
    if not hanging or denied(noun) or noun.lemma in VAGUE or _is_misled(noun):
        return []
    kept = fitted(noun)
    if kept and (kept[0].tag in {"PRP", "WDT", "WP"} or kept[0].lower in {"no", "any", "every", "each"}):
        return []
    return kept[1:] if kept and kept[0].lower in _POINTING else kept


def _is_misled(noun: Node) -> bool:
    """What only somebody can do hangs on a thing: "a disability who got a letter"."""
    who = any(node.lower == "who" and node.head in noun.children for node in noun.subtree())
    return who and not PEOPLE.fullmatch(noun.lemma)


_POINTING = {"the", "a", "an", "this", "that", "these", "those", "their", "its", "his", "her", "some"}


VAGUE = words(
    "thing something anything everything lot bit kind sort way point stuff sense one issue term"
    " number part matter question deal area regard view course moment time respect case fact reason"
    " example idea place"
)
"""Nouns that name nothing by themselves."""
_BROKEN = {"--", "...", '"', "(", ")", "[", "]", "“", "”", "?", ";", "—", "–", ".", "!"}
_UNENDING = {"DET", "AUX", "CCONJ", "SCONJ"}


def _wording(form: Form, kept: Sequence[Node], nodes: Sequence[Node]) -> Wording | None:
    kept = _trimmed(kept)
    text = spoken(kept)
    if any(node.text in _BROKEN for node in kept) or _is_spliced(kept) or _is_headless(kept):
        return None
    if not TITLE_LEAST <= len(text.split()) <= TITLE_WORDS or not _ends_well(kept) or dangles(text):
        return None
    subjects = [node for node in kept if node.dep in SUBJECTS]
    return Wording(
        form=form,
        text=text,
        nouns=sum(node.pos in {"NOUN", "PROPN"} and node.lemma not in VAGUE for node in kept),
        names=sum(node.pos in {"PROPN", "NUM"} for node in kept),
        pronouns=sum(node.pos == "PRON" or node.tag in {"WDT", "WP"} for node in kept),
        vague=sum(node.lemma in VAGUE for node in kept),
        subject=subjects[0].pos if subjects else "",
        object=any(node.dep in {"dobj", "attr", "acomp", "pobj"} for node in kept),
        share=len(kept) / max(len(nodes), 1),
    )


_LEADING = {"also", "so", "then", "just", "actually", "really", "obviously", "basically", "again", "well", "anyway"}
_THINGS = {"NOUN", "PROPN", "PRON", "NUM"}


def _is_spliced(kept: Sequence[Node]) -> bool:
    """Two things side by side that were not, or one taken up by a pronoun: "my colleagues they"."""
    spoken = [node for node in kept if node.dep != "punct"]
    present = {node.i for node in kept}
    for one, after in zip(spoken, spoken[1:], strict=False):
        cut = not all(place in present for place in range(one.i + 1, after.i))
        if cut and one.pos in _THINGS and after.pos in _THINGS | {"DET", "ADJ", "INTJ"}:
            return True
        takes_up = after.lower in _WHO and after.dep in SUBJECTS and one.pos in _THINGS
        if takes_up and not (after.head and after.head.dep in {"relcl", "ccomp"}):
            return True
    return False


def _is_headless(kept: Sequence[Node]) -> bool:
    """It begins as a question does, or a word stays whose noun went."""
    present = {node.i for node in kept}
    loose = any(node.dep in _BELONGING and node.head and node.head.i not in present for node in kept)
    return loose or (bool(kept) and kept[0].pos == "AUX")


_BELONGING = {"amod", "det", "compound", "poss", "nummod", "case"}
_WHO = {"i", "we", "they", "he", "she", "you", "it"}


def _trimmed(kept: Sequence[Node]) -> Sequence[Node]:
    loose = {"CCONJ", "PUNCT", "INTJ"}
    begin, end = 0, len(kept)
    while begin < end and (kept[begin].pos in loose or kept[begin].lower in _LEADING):
        begin += 1
    while end > begin and (kept[end - 1].pos in loose or is_filler(kept[end - 1])):
        end -= 1
    return kept[begin:end]


def _ends_well(kept: Sequence[Node]) -> bool:
    """Not in mid-phrase."""
    if not kept:
        return False
    last = kept[-1]
    hangs = (
        last.pos in _UNENDING
        or (last.pos == "ADP" and last.dep != "prt")
        or last.tag in {"TO", "WDT", "WP", "PRP$"}
    )
    return not hangs
