"""Names that were said for voices: "I'm Ann Hall from St Mary's", "over to you, Ann". Offered, never applied.

Rather none than a wrong one: a name counts where somebody gave it as their own, or where the floor was given to it
or somebody was thanked by it, once in full or at least twice, and little was said against it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from capture.formats.attendance import Attendee
from capture.naming import Heard, How, Span, names_heard
from models.meeting import UNKNOWN_SPEAKER, Turn, seconds_of

ALIKE = 0.8
"""From here on two spellings of a name are taken for one: a machine writes names as it hears them."""
AGREEING = 0.7
"""How much of what was heard for a voice must be for the same person."""
ENOUGH = 3
ON_THE_LIST = 2
"""What a name counts more that the attendance list has."""
AROUND = 90
"""Characters of a long sentence that are quoted on each side of the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Somebody who a voice may be, with the words that say so."""

    label: str
    person: str
    organisation: str | None
    how: How
    quote: str
    turn: int
    """0-based position of the turn that holds the words."""
    start: float | None
    times: int
    """How often the name was heard for this voice."""
    listed: bool | None
    """Whether the attendance list has it; none where there is no list."""


_MACHINE = re.compile(r"(?:speaker|participant|unknown|voice|spk|guest|person)[\s_#-]*\w{0,2}\d*$", re.IGNORECASE)
_SMALL = re.compile(r"\b[a-zà-öø-þ]\w*")


def introductions(turns: Sequence[Turn], *, attendees: Sequence[Attendee] = ()) -> dict[str, Suggestion]:
    """The likeliest person of each voice for which one was heard, by label; spelt as the attendance list has it."""
    heard = defaultdict[str, list[Heard]](list)
    small = {word for turn in turns for word in _SMALL.findall(turn.text)}
    for one in names_heard(turns):
        # "True." and "Native speaking": what is also said in small letters is a word like any other
        if one.label != UNKNOWN_SPEAKER and not set(one.name.lower().split()) <= small:
            heard[one.label].append(_as_listed(one, attendees))
    best = {label: group for label, ones in heard.items() if (group := _agreed(ones))}
    return {
        label: _suggestion(group, turns, attendees)
        for label, group in best.items()
        if not _belongs_to_another(label, group, best)
    }


def is_unnamed(label: str) -> bool:
    """Whether a voice is called as a machine calls it: "Speaker 2", "SPEAKER_01"."""
    return bool(_MACHINE.match(label))


def listed_name(name: str, attendees: Sequence[Attendee]) -> Attendee | None:
    """The one person of the list whose name this is, or a part of it; none where there are several."""
    found = [one for one in attendees if _alike(name, one[0])]
    exact = [one for one in found if one[0].casefold() == name.casefold()]
    return exact[0] if exact else found[0] if len(found) == 1 else None


def _as_listed(heard: Heard, attendees: Sequence[Attendee]) -> Heard:
    listed = listed_name(heard.name, attendees)
    if listed is None:
        return heard
    weight = heard.weight + ON_THE_LIST
    return replace(heard, name=listed[0], organisation=listed[1] or heard.organisation, weight=weight)


def _agreed(heard: Sequence[Heard]) -> list[Heard]:
    """What was heard for the likeliest person; nothing where it is too little, or too much speaks for others."""
    groups = [[other for other in heard if _alike(one.name, other.name)] for one in heard]
    best = max(groups, key=_weight)
    if _weight(best) < ENOUGH or _weight(best) < AGREEING * _weight(heard):
        return []
    return best


def _belongs_to_another(label: str, group: Sequence[Heard], best: dict[str, list[Heard]]) -> bool:
    """Whether another voice has a better claim to the name."""
    name = _fullest(group)
    rivals = [_weight(other) for rival, other in best.items() if rival != label and _alike(name, _fullest(other))]
    return max(rivals, default=0) >= _weight(group)


def _suggestion(group: Sequence[Heard], turns: Sequence[Turn], attendees: Sequence[Attendee]) -> Suggestion:
    first = max(group, key=lambda one: (one.how is How.SAID, len(one.name.split())))
    turn = turns[first.turn]
    name = _fullest(group)
    begin, end = _quoted(turn.text, first.span, first.name)
    return Suggestion(
        label=first.label,
        person=name,
        organisation=next((one.organisation for one in group if one.organisation), None),
        how=first.how,
        quote=turn.text[begin:end],
        turn=first.turn,
        start=seconds_of(turn, begin, end)[0],
        times=len(group),
        listed=listed_name(name, attendees) is not None if attendees else None,
    )


def _quoted(text: str, span: Span, name: str) -> Span:
    """The sentence; of one that goes on and on the words around the name."""
    at = max(span[0], text.find(name.split()[0], *span))
    begin, end = max(span[0], at - AROUND), min(span[1], at + AROUND)
    if begin > span[0]:
        begin = text.find(" ", begin, at) + 1 or begin
    if end < span[1]:
        end = max(text.rfind(" ", at + len(name), end), at + len(name))
    return begin, end


def _fullest(group: Iterable[Heard]) -> str:
    """As it was heard in full, the most often."""
    names = [one.name for one in group]
    return max(names, key=lambda name: (len(name.split()), names.count(name)))


def _weight(group: Iterable[Heard]) -> int:
    return sum(one.weight for one in group)


def _alike(one: str, other: str) -> bool:
    """Whether two names can be one person's: each word of the shorter is in the longer, more or less."""
    short, long = sorted((one.casefold().split(), other.casefold().split()), key=len)
    return all(any(_ratio(word, another) >= ALIKE for another in long) for word in short)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
