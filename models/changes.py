"""The changes by which people put a meeting right, each worked out from the conversation as it is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from models.correction import align, corrected, divided, with_replaced
from models.errors import InputError, NotFound
from models.meeting import UNKNOWN_SPEAKER, Turn
from models.repair import Change, Conversation, Cut, Name, called

ANOTHER_VOICE = "words it rests on are another voice's"
LONGEST_SHOWN = 60
"""Characters of what was said in the words of a change."""


def naming(conversation: Conversation, names: Mapping[str, Name]) -> Change:
    """Says who voices were. Raises NotFound for a voice that is not there."""
    voices = {conversation.voice(said).label: name for said, name in names.items()}
    one = [f"{label} is {_person(name)}" for label, name in voices.items()]
    what = one[0] if len(one) == 1 else f"{len(one)} voices named: {'; '.join(one)}"
    return Change(what=what, names=voices)


def merging(conversation: Conversation, said: str, into: str) -> Change:
    """Makes two voices one; it keeps the name of the second, or that of the first where the second has none."""
    gone, stays = conversation.voice(said), conversation.voice(into)
    if gone.label == stays.label:
        raise InputError(f"{called(gone)} is one voice already: name two that are the same person")
    moved = _given(conversation, _turns_of(conversation, gone.label), stays.label)
    names = {} if stays.person or not gone.person else {stays.label: (gone.person, gone.organisation)}
    what = f"{called(gone)} joined to {called(stays)} ({_count(len(moved), 'turn')})"
    return Change(what=what, turns=moved, names=names, stale=_joined(conversation, gone.label, stays.label))


def splitting(
    conversation: Conversation, said: str, *, begin: int, end: int | None = None, label: str | None = None
) -> Change:
    """Gives the turns of one voice, from one turn on, to another voice: to a new one where none is said."""
    voice = conversation.voice(said)
    last = len(conversation.turns) - 1 if end is None else end
    turns = [at for at in _turns_of(conversation, voice.label) if begin <= at <= last]
    where = f"from turn {begin + 1} on" if end is None else f"from turn {begin + 1} to {end + 1}"
    if not turns:
        raise InputError(f"{called(voice)} says nothing {where}: `commonlore show` numbers the turns")
    if len(turns) == len(_turns_of(conversation, voice.label)):
        raise InputError(f"That is all that {called(voice)} says: use `commonlore name` or `commonlore merge`")
    to = _label(conversation, label) if label else _next_label(conversation)
    if to == voice.label:
        raise InputError(f"Those turns are {to}'s already: say another voice, or none for a new one")
    what = f"{called(voice)} {where} is {to} ({_count(len(turns), 'turn')})"
    return _reassigned(what, _given(conversation, turns, to))


def reassigning(conversation: Conversation, turns: Sequence[int], to: str, *, new: bool = False) -> Change:
    """Gives turns to another voice, to Unknown, or where `new` says so to one that was not told apart so far."""
    try:
        label = _label(conversation, to) if new else _known_label(conversation, to)
    except NotFound as error:
        raise NotFound(f"{error}; say --new for one that was not told apart so far") from error
    wrong = [at for at in turns if conversation.turns[at].speaker != label]
    if not wrong:
        raise InputError(f"{_numbered(turns)} is {label}'s already: nothing to put right")
    before = ", ".join(dict.fromkeys(conversation.turns[at].speaker for at in wrong))
    return _reassigned(f"{_numbered(wrong)} given to {label}, from {before}", _given(conversation, wrong, label))


def dividing(conversation: Conversation, cut: Cut, to: str, *, new: bool = False) -> Change:
    """Gives what is said in a turn from some word on to another voice: the turn becomes two."""
    turn = conversation.turns[cut.turn]
    label = _label(conversation, to) if new else _known_label(conversation, to)
    if label == turn.speaker:
        raise InputError(f"Turn {cut.turn + 1} is {label}'s already: nothing to put right")
    first, second = divided(turn, cut.at)
    words = " ".join(second.text.split()[:5])
    return Change(
        what=f"Turn {cut.turn + 1} from {_quoted(words)} on given to {label}, from {turn.speaker}",
        cut=cut,
        turns={cut.turn: first, cut.turn + 1: replace(second, speaker=label)},
        stale=frozenset({cut.turn, cut.turn + 1}),
        look=ANOTHER_VOICE,
    )


def correcting(conversation: Conversation, at: int, text: str) -> Change:
    """Writes what was said in a turn. Raises InputError where that changes no word."""
    text = text.replace("\r\n", "\n").strip()
    before = conversation.turns[at]
    if not text:
        raise InputError(f"Turn {at + 1} cannot be empty: write what was said")
    aligned = align(before.text, text)
    if not aligned.changes:
        raise InputError(f"Turn {at + 1} says exactly that already: nothing to put right")
    old = _stretch(before.text, aligned.before, aligned.same.keys())
    new = _stretch(text, aligned.after, aligned.same.values())
    return _rewritten(f"Turn {at + 1} put right: {_difference(old, new)}", {at: corrected(before, text)})


def replacing(conversation: Conversation, old: str, new: str) -> Change:
    """Writes `new` for `old` wherever it stands as whole words. Raises InputError where it stands nowhere."""
    old, new = " ".join(old.split()), " ".join(new.split())
    if not old or not new:
        raise InputError("Say which words to replace, and by which: neither can be empty")
    turns, count = dict[int, Turn](), Counter[int]()
    for at, turn in enumerate(conversation.turns):
        text, count[at] = with_replaced(turn.text, old, new)
        if text != turn.text:
            turns[at] = corrected(turn, text)
    if not turns:
        raise InputError(f"{_quoted(old)} is not said in this meeting, or is {_quoted(new)} already")
    places = _count(sum(count[at] for at in turns), "place")
    return _rewritten(f"{_quoted(old)} is {_quoted(new)} in {places}, {_numbered(list(turns)).lower()}", turns)


def _rewritten(what: str, turns: Mapping[int, Turn]) -> Change:
    return Change(what=what, turns=turns, stale=frozenset(turns), look="words it rests on were put right")


def _reassigned(what: str, turns: Mapping[int, Turn]) -> Change:
    return Change(what=what, turns=turns, stale=frozenset(turns), look=ANOTHER_VOICE)


def _given(conversation: Conversation, turns: Iterable[int], label: str) -> dict[int, Turn]:
    return {at: replace(conversation.turns[at], speaker=label) for at in turns}


def _turns_of(conversation: Conversation, label: str) -> list[int]:
    return [at for at, turn in enumerate(conversation.turns) if turn.speaker == label]


def _joined(conversation: Conversation, one: str, other: str) -> frozenset[int]:
    """Turns of two voices that follow each other: as one voice they may tell together what neither told alone."""
    labels = [turn.speaker for turn in conversation.turns]
    meets = [at for at in range(len(labels) - 1) if {labels[at], labels[at + 1]} == {one, other}]
    return frozenset(meets) | frozenset(at + 1 for at in meets)


def _known_label(conversation: Conversation, said: str) -> str:
    if said.strip().casefold() == UNKNOWN_SPEAKER.casefold():
        return UNKNOWN_SPEAKER
    return conversation.voice(said).label


def _label(conversation: Conversation, said: str) -> str:
    """Of a voice that is there, or a new one."""
    label = " ".join(said.split())
    if not label:
        raise InputError("A voice needs a label, as 'Speaker 5'")
    try:
        return _known_label(conversation, label)
    except NotFound:
        return label


def _next_label(conversation: Conversation) -> str:
    taken = {one.label.casefold() for one in conversation.speakers}
    number = len(taken) + 1
    while f"speaker {number}" in taken:
        number += 1
    return f"Speaker {number}"


def _stretch(text: str, tokens: Sequence[tuple[int, int]], kept: Iterable[int]) -> str:
    """From the first word that is not kept to the last."""
    changed = sorted(set(range(len(tokens))) - set(kept))
    return text[tokens[changed[0]][0] : tokens[changed[-1]][1]] if changed else ""


def _difference(old: str, new: str) -> str:
    if not old:
        return f"{_quoted(new)} put in"
    return f"{_quoted(old)} is {_quoted(new)}" if new else f"{_quoted(old)} left out"


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= LONGEST_SHOWN else f"“{line[:LONGEST_SHOWN].rsplit(' ', 1)[0]} …”"


def _numbered(turns: Sequence[int]) -> str:
    numbers = [str(at + 1) for at in turns]
    if len(numbers) == 1:
        return f"Turn {numbers[0]}"
    shown = numbers if len(numbers) <= 8 else [*numbers[:7], f"{len(numbers) - 7} more"]
    return f"Turns {', '.join(shown[:-1])} and {shown[-1]}"


def _person(name: Name) -> str:
    return f"{name[0]} ({name[1]})" if name[1] else name[0]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
