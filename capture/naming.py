"""Where a name is said for a voice: "I'm Ann Hall from St Mary's", "over to you, Ann", "thank you, Ann".

Patterns alone, so each name can be traced to its words; whether one may be offered is for introductions.py.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.meeting import Turn, doubtful_spans

SURE = 6
"""What a name counts that somebody gave as their own."""
FAR = 12
"""Words between a name and the organisation that goes with it."""

Span = tuple[int, int]


class How(StrEnum):
    """How a name was heard."""

    SAID = "said it themselves"
    CALLED = "was given the floor"
    THANKED = "was thanked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    label: str
    name: str
    organisation: str | None
    how: How
    turn: int
    span: Span
    weight: int
    """ENOUGH makes a suggestion."""


_TITLE = r"(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Councillor|Cllr|Madame|Monsieur)\b\.?\s*)"
_WORD = r"(?:[A-ZÀ-ÖØ-Þ][\w'’]*[\w](?:-[A-ZÀ-ÖØ-Þ][\w'’]+)*|[A-ZÀ-ÖØ-Þ]\.(?=\s?[A-Z]))"
_NAME = rf"{_WORD}(?:\s(?:(?:de|van|von|der|den|del|la|ap|ab|al|bin|ter)\s){{0,2}}{_WORD}){{0,3}}"
_ENDS = r"(?=\s*(?:[,.;:!?—–-]|$|and\b|from\b|here\b|speaking\b|at\b|with\b|your\b|the\b))"
_SELF = (
    re.compile(rf"\b[Mm]y name(?:\s?['’]s| is)\s+(?P<name>{_NAME}){_ENDS}"),
    re.compile(rf"\b(?:I\s?['’]m|I am)\s+(?P<name>{_NAME}){_ENDS}"),
    re.compile(rf"\b[Tt]his is\s+(?P<name>{_NAME})(?=,?\s+(?:speaking|here|from)\b)"),
    re.compile(rf"^\W*(?:(?:Yes|Yeah|So|Okay)\b\W*)?(?P<name>{_NAME}),? (?:here|speaking),? (?:from|at|with)\b"),
    re.compile(rf"^\W*(?:Hi|Hello|Hey)\b[^.!?]{{0,20}}?\W+(?P<name>{_NAME}),? (?:here|speaking)(?=\s*[,.;–—-]|$)"),
)
_ORGANISATION = re.compile(
    r"\b(?:from|at|with|representing|work for|behalf of)\s+(?:the\s+)?"
    r"(?P<name>(?:[A-ZÀ-ÖØ-Þ][\w'’.&-]*)(?:\s(?:(?:of|for|and|the|upon|in|on|&)\s){0,2}[A-ZÀ-ÖØ-Þ][\w'’&-]*){0,7})"
)
_GO = r"(?i:go|going|went|move|moving|turn|hand|pass|return|returning|continue|proceed|come|bring|over|back|on)"
_BARE = re.compile(rf"^\W*(?:(?:Okay|OK|And|So|Right|Yes|Sorry)\b\W*)?{_TITLE}?(?P<name>{_NAME})\W*$")
_CALLED = (
    # "We'll now go to Ms. Kwan." "Over to you, Ann." "questions from Hefin David." "The floor is yours, Ann."
    re.compile(rf"\b{_GO}\b[^.!?]{{0,40}}\b(?:to|with|in|you|yours)\b,?\s+{_TITLE}?(?P<name>{_NAME})\W*$"),
    re.compile(rf"\bquestions?\b[^.!?]{{0,60}}\b(?:from|by|to)\s+{_TITLE}?(?P<name>{_NAME})\W*$"),
    re.compile(rf"\b(?:ahead|yours|please|over to you|the floor),?\s+{_TITLE}?(?P<name>{_NAME})\W*$"),
    _BARE,
    re.compile(rf",\s+{_TITLE}?(?P<name>{_NAME})\s?[?]\W*$"),
    re.compile(
        rf"^\W*(?:(?:Okay|OK|And|So)\b\W*)?{_TITLE}?(?P<name>{_NAME}),?\s+"
        r"(?:over to you|go ahead|please|the floor is yours|would you like to|do you want to|you go)\b"
    ),
)
_THANKED = re.compile(
    rf"\b(?:[Tt]hank you|[Tt]hanks|[Cc]heers)(?:\s+(?:very|so) much(?: indeed)?|\s+indeed|\s+a lot)?,?\s+{_TITLE}?"
    rf"(?P<name>{_NAME})\s?[.!,;?]"
)
_SHORTENED = re.compile(r"'(?:s|re|ll|m|ve|d|t)$")
_SENTENCE = re.compile(
    r"\S.*?(?:(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\bMrs)(?<!\bProf)[.!?]+(?=\s|$)|$)", re.DOTALL
)
# capitalised, and no name: what begins sentences, and what people are called that many are called
_NO_NAMES = frozenset(
    """
    a absolutely actually afternoon again ah aha all alright also although american an and another any anybody
    april are as at august basically because bore both britain british but by can canada canadian cardiff
    catholic chair chairman chairperson chairwoman christian colleague colleagues committee correct could
    councillor december deputy designer did diolch director do doctor does dutch england english er europe
    european evening everybody everyone exactly expert february fine first for french friday from german god
    good government great had has have he head hello her here hey hi his hm hmm hon honourable hopefully how
    however i i'd i'll i'm i've if in indeed interface ireland irish is it italian its january jewish july
    june just kay last lead let let's like london madam madame manager many march marketing may maybe me
    member members might minister mister mm mmm monday monsieur more morning most much muslim must my next no
    nobody nope not november now nurse obviously october of officer oh ok okay on one ooh or other our
    parliament perhaps please president prime professor project quebec really right saturday scotland scottish
    second secretary september shall she should sir so some somebody sorry spanish speaker sunday sure team
    thank thanks that the their then there these they this those though three thursday to today tomorrow true
    tuesday two uh um unfortunately us user very wales was we wednesday well welsh were what when where which
    who why will with would yeah yep yes yesterday you your
    """.split()  # noqa: SIM905  # two hundred words read better without their quotes
)


def names_heard(turns: Sequence[Turn]) -> Iterator[Heard]:
    """In order; what was perhaps never said is left out."""
    for at, turn in enumerate(turns):
        doubtful = doubtful_spans(turn)
        sentences = [match.span() for match in _SENTENCE.finditer(turn.text)]
        for number, span in enumerate(sentences):
            if any(low < span[1] and span[0] < high for low, high in doubtful):
                continue
            yield from _introduced(turn, at, span)
            if number < 2:
                yield from _thanked(turns, at, span)
        if sentences:
            yield from _called(turns, at, sentences[-1])


def _introduced(turn: Turn, at: int, span: Span) -> Iterator[Heard]:
    text = turn.text[slice(*span)]
    for pattern in _SELF:
        found = pattern.search(text)
        name = _name(found)
        if found and name:
            yield Heard(
                label=turn.speaker,
                name=name,
                organisation=_organisation(text, found.end("name")),
                how=How.SAID,
                turn=at,
                span=span,
                weight=SURE,
            )
            return


def _organisation(text: str, after: int) -> str | None:
    """Where somebody works by their own words; where they merely come from is told in a clause of its own."""
    where = _ORGANISATION.search(text, after)
    between = text[after : where.start()] if where else ""
    if not where or len(between.split()) > FAR or (where[0].startswith("from") and re.search(r"\bI\b", between)):
        return None
    return where["name"].rstrip(".,")


def _called(turns: Sequence[Turn], at: int, span: Span) -> Iterator[Heard]:
    """Whoever is named at the end of a turn is likely to speak next."""
    text = turns[at].text[slice(*span)]
    label = _neighbour(turns, at, 1)
    if label is None or _THANKED.search(text):
        return
    for pattern in _CALLED:
        if name := _name(pattern.search(text)):
            # "South Bay." is what somebody said as often as whom they called
            weight = 1 if pattern is _BARE else _worth(name)
            yield Heard(
                label=label, name=name, organisation=None, how=How.CALLED, turn=at, span=span, weight=weight
            )
            return


def _thanked(turns: Sequence[Turn], at: int, span: Span) -> Iterator[Heard]:
    """Whoever is thanked at the beginning of a turn has likely spoken just before."""
    name = _name(_THANKED.search(turns[at].text[slice(*span)] + "."))
    label = _neighbour(turns, at, -1)
    if name and label is not None:
        yield Heard(
            label=label, name=name, organisation=None, how=How.THANKED, turn=at, span=span, weight=_worth(name)
        )


def _neighbour(turns: Sequence[Turn], at: int, step: int) -> str | None:
    """Who speaks just before or after, if it is another voice."""
    beside = at + step
    if not 0 <= beside < len(turns) or turns[beside].speaker == turns[at].speaker:
        return None
    return turns[beside].speaker


def _name(found: re.Match[str] | None) -> str | None:
    """None where what was found is no name after all."""
    if not found:
        return None
    words = " ".join(found["name"].split()).split(" ")
    if any(word.casefold().replace("’", "'") in _NO_NAMES for word in words) or all(
        len(word) < 3 for word in words
    ):
        return None
    return None if any(word.isupper() and len(word) > 3 for word in words) else " ".join(words)


def _worth(name: str) -> int:
    """Of one hearing: a name in full is enough by itself."""
    return 1 + len(name.split())
