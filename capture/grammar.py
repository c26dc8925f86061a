"""What the grammar of a sentence lets stand alone: clauses, doings, noun phrases. Pure.

Words are left out only where what stays follows from what was said: fillers anywhere, a detail where nothing is
denied or counted, a condition never.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from capture.wording import dangles

TITLE_WORDS = 12
TITLE_LEAST = 3
SETTING_WORDS = 8
PARTNERS = 7
"""Words in a noun phrase joined with another by "and"."""


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
        wordings=tuple(_wordings(nodes)),
        phrases=tuple(_phrase(nodes, chunk) for chunk in chunks if _root(chunk).pos in {"NOUN", "PROPN"}),
        settings=tuple(_settings(nodes)),
        joints=tuple(_joints(nodes)),
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PEOPLE = re.compile(
    r"adult|baby|boy|carer|child|citizen|client|clinician|colleague|community|customer|daughter|doctor|driver"
    r"|employee"
    r"|engineer|family|father|girl|guardian|household|husband|learner|man|mother|mum|nurse|officer|parent|partner"
    r"|patient|people|person|pharmacist|practitioner|pupil|researcher|resident|scientist|sibling|son|staff"
    r"|student|survivor|teacher|teenager|trainee|user|victim|volunteer|wife|woman|worker|workforce|youngster"
)
"""Dictionary forms of nouns for somebody."""


# --- what may be told ----------------------------------------------------------------------------------------

_SUBJECTS = {"nsubj", "nsubjpass", "csubj", "expl"}
_ASSERTING = {"that", "because"}
"""What may stand before a clause that is told as true: with an "after" or a "than" it is half of something."""
_CONDITIONS = {"if", "unless", "whether", "suppose", "supposing", "though", "although", "otherwise"}
_KNOWING = _words(
    "accept acknowledge admit agree appreciate argue believe conclude confirm demonstrate discover estimate"
    " explain feel find guess happen hear indicate know learn mean mention note notice realise realize recognise"
    " remember report reveal say see show state tell think understand warn"
)
"""Verbs above a clause that is told as true: not "ensure" or "hope"."""
_DOUBTS = _words(
    "ask assume avoid consider deny doubt fear hope imagine prevent pretend propose stop suggest want wish wonder"
)
_FACTS = {"fact", "problem", "issue", "concern", "difficulty", "challenge", "evidence", "point", "thing"}
_FEW = _words("barely few hardly less little never no nobody none nothing only rarely scarcely neither nor")
_LESSENING = _FEW | {"every", "all", "each", "any", "most"}
"""Words under which what holds of a part need not hold of the whole, or the other way."""
_BY = {"by", "through", "with", "in"}
_MUSING = _words(
    "agree be believe come feel get go guess hope know like look mean need remember say see seem suppose"
    " talk tell think try want wonder wish ask"
)
"""Verbs that say nothing without who."""


def _wordings(nodes: Sequence[Node]) -> Iterator[Wording]:
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
    subjects = [child for child in verb.children if child.dep in _SUBJECTS]
    pointing = any(subject.dep == "csubj" or subject.tag in {"WDT", "WP"} for subject in subjects)
    if (
        subjects
        and subjects[0].i < verb.i
        and not pointing
        and _asserted(verb)
        and not _inverted(verb, subjects[0])
    ):
        kept = _fitted(verb)
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
    own = not any(child.dep in _SUBJECTS for child in verb.children)
    if verb.tag != "VBG" or not own or verb.lemma in _MUSING or verb.head is None:
        return
    by = verb.dep == "pcomp" and verb.head.lower in _BY
    if (by or verb.dep == "csubj") and not _denied(verb) and not _conditional(verb):
        yield Form.DOES, _fitted(verb)


def _naming(noun: Node) -> list[Node]:
    hanging = any(child.dep in {"prep", "acl", "relcl", "compound", "amod"} for child in noun.children)
    if not hanging or _denied(noun) or noun.lemma in VAGUE or _is_misled(noun):
        return []
    kept = _fitted(noun)
    if kept and (kept[0].tag in {"PRP", "WDT", "WP"} or kept[0].lower in {"no", "any", "every", "each"}):
        return []
    return kept[1:] if kept and kept[0].lower in _POINTING else kept


def _is_misled(noun: Node) -> bool:
    """What only somebody can do hangs on a thing: "a disability who got a letter"."""
    who = any(node.lower == "who" and node.head in noun.children for node in noun.subtree())
    return who and not PEOPLE.fullmatch(noun.lemma)


_POINTING = {"the", "a", "an", "this", "that", "these", "those", "their", "its", "his", "her", "some"}


def _asserted(verb: Node) -> bool:
    """Not under an "if", a "whether", an "ensure" or a "don't think": alone it would say what was not said."""
    bound = any(child.dep == "mark" and child.lower not in _ASSERTING for child in verb.children)
    return not bound and not _conditional(verb) and not _denied(verb) and _believed(verb)


def _believed(verb: Node) -> bool:
    first = verb
    while first.dep == "conj" and first.head is not None:
        first = first.head
    above = first.head
    if above is None or first.dep == "parataxis":
        return True
    if _runs_on(first):
        return _believed(above)
    if first.dep == "ccomp":
        return _holds(above) and not _obliged(above) and _believed(above)
    if first.dep == "advcl":
        return any(child.dep == "mark" and child.lower in _ASSERTING for child in first.children)
    return first.dep == "acl" and above.lemma in _FACTS


def _holds(verb: Node) -> bool:
    """What is said under it is told as true: "we found that", "the problem is that"."""
    subjects = [child.lemma for child in verb.children if child.dep in _SUBJECTS]
    return verb.lemma in _KNOWING or (verb.lemma == "be" and any(lemma in _FACTS for lemma in subjects))


def _runs_on(node: Node) -> bool:
    """Only a comma parts it from the next clause: the parser takes the first for what the second says."""
    marked = any(child.dep == "mark" for child in node.children)
    return node.dep == "ccomp" and node.head is not None and node.i < node.head.i and not marked


def _obliged(verb: Node) -> bool:
    """Only might or must be thought: "you could say", "we need to know"."""
    return verb.dep == "xcomp" or any(child.tag == "MD" for child in verb.children)


def _conditional(verb: Node) -> bool:
    near = [*verb.subtree(), *(child for above in verb.ancestors() for child in above.children)]
    return any(node.lower in _CONDITIONS for node in near)


def _denied(node: Node) -> bool:
    return any(
        above.lemma in _DOUBTS or any(child.dep == "neg" for child in above.children) for above in node.ancestors()
    )


def _inverted(verb: Node, subject: Node) -> bool:
    """Asked, though no question mark says so: "did they come"."""
    return any(child.dep in {"aux", "auxpass"} and child.i < subject.i for child in verb.children)


# --- leaving out ---------------------------------------------------------------------------------------------

_FILLERS = _words(
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


def _fitted(head: Node) -> list[Node]:
    """The head with what belongs to it in at most twelve words, or nothing where that cannot be."""
    kept = set(_kept(head))
    for node in sorted(_details(head), key=lambda each: (_COST[each.dep], -each.i)):
        if _count(kept) <= TITLE_WORDS:
            break
        kept -= _with_joint(node)
    told = sorted(kept, key=lambda node: node.i)
    told = told[1:] if _count(told) == TITLE_WORDS + 1 and told[0].lower in {"the", "a", "an"} else told
    return told if _count(told) <= TITLE_WORDS else []


def _kept(node: Node, *, top: bool = True) -> Iterator[Node]:
    """Without fillers, and without what is only joined to the head."""
    yield node
    for child in node.children:
        joined = top and child.dep in {"cc", "conj", "mark", "preconj"}
        if not joined and not _aside(child):
            yield from _kept(child, top=False)


def _aside(node: Node) -> bool:
    """Said on the side: a filler, "as you said", ", which is good,"."""
    said = node.dep == "advcl" and any(child.lower == "as" for child in node.children if child.dep == "mark")
    loose = node.dep in {"intj", "discourse", "meta", "dep", "parataxis"} or _is_filler(node) or _runs_on(node)
    return loose or said or (node.dep == "relcl" and _after_comma(node))


def _is_filler(node: Node) -> bool:
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
        subjects = [child for child in above.children if child.dep in _SUBJECTS]
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
        if above.dep in _SUBJECTS:
            return True
    return False


def _with_joint(node: Node) -> set[Node]:
    """With the "and" before it."""
    gone = set(node.subtree())
    if node.dep == "conj" and node.head is not None:
        gone |= {child for child in node.head.children if child.dep == "cc" and child.i < node.i}
    return gone


def _count(nodes: Iterable[Node]) -> int:
    return len(_spoken(sorted(nodes, key=lambda node: node.i)).split())


# --- the words -----------------------------------------------------------------------------------------------

VAGUE = _words(
    "thing something anything everything lot bit kind sort way point stuff sense one issue term"
    " number part matter question deal area regard view course moment time respect case fact reason"
    " example idea place"
)
"""Nouns that name nothing by themselves."""
_BROKEN = {"--", "...", '"', "(", ")", "[", "]", "“", "”", "?", ";", "—", "–", ".", "!"}
_UNENDING = {"DET", "AUX", "CCONJ", "SCONJ"}


def _wording(form: Form, kept: Sequence[Node], nodes: Sequence[Node]) -> Wording | None:
    kept = _trimmed(kept)
    text = _spoken(kept)
    if any(node.text in _BROKEN for node in kept) or _is_spliced(kept) or _is_headless(kept):
        return None
    if not TITLE_LEAST <= len(text.split()) <= TITLE_WORDS or not _ends_well(kept) or dangles(text):
        return None
    subjects = [node for node in kept if node.dep in _SUBJECTS]
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
        takes_up = after.lower in _WHO and after.dep in _SUBJECTS and one.pos in _THINGS
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
    while end > begin and (kept[end - 1].pos in loose or _is_filler(kept[end - 1])):
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


def _spoken(nodes: Sequence[Node]) -> str:
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


# --- phrases, settings, joints -------------------------------------------------------------------------------

_NAMED = {"GPE", "FAC", "EVENT", "LOC"}
_PLACES = _words(
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
_WHERE_WHEN = _words("in at on during since over after before between across within until throughout")


def _root(chunk: Sequence[Node]) -> Node:
    return next((node for node in chunk if node.head not in chunk), chunk[-1])


def _phrase(nodes: Sequence[Node], chunk: Sequence[Node]) -> Phrase:
    """ "children and young people", not "children" alone, where that stays short."""
    root = _root(chunk)
    partner = next((child for child in root.children if child.dep == "conj"), None)
    if partner is not None and partner.pos == "NOUN":
        whole = nodes[chunk[0].i : max(partner.i, chunk[-1].i) + 1]
        chunk = whole if len(whole) <= PARTNERS else chunk
    return Phrase(text=_spoken(chunk), head=root.lemma, acts=root.dep == "nsubj")


def _settings(nodes: Sequence[Node]) -> list[str]:
    """Where and when, as adverbials: "in March 2020", "at the Nightingale hospital"."""
    out: list[str] = []
    for node in nodes:
        above = node.head
        if above is not None and above.dep == "prep" and above.lower in _WHERE_WHEN and _is_setting(node):
            text = _spoken(sorted((part for part in _kept(above) if part.i >= above.i), key=lambda part: part.i))
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
    starts |= {offsets[_end(node)] for node in nodes if _runs_on(node) and _free(node) and _end(node) < len(nodes)}
    return sorted(starts - {0})


def _joins(node: Node) -> bool:
    clause = any(child.dep in _SUBJECTS for child in node.children)
    return node.dep in {"conj", "parataxis"} and clause and _free(node)


def _begin(node: Node) -> int:
    return min(each.i for each in node.subtree())


def _end(node: Node) -> int:
    """Behind its last word and the comma or "and" after it."""
    after = max(each.i for each in node.subtree()) + 1
    siblings = node.head.children if node.head else []
    return after + sum(each.i == after and each.dep in {"punct", "cc"} for each in siblings)


def _sets_out(node: Node) -> bool:
    return node.dep in _SUBJECTS or (node.head is not None and node.head.dep in _SUBJECTS)


def _free(node: Node) -> bool:
    return all(above.dep in {"ROOT", "conj", "parataxis"} for above in node.ancestors())


def _offsets(nodes: Sequence[Node]) -> list[int]:
    out, at = [], 0
    for node in nodes:
        out.append(at)
        at += len(node.text) + node.space
    return out
