"""Putting a meeting right by hand: who a voice was, which turns are whose, what was really said; and undoing it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from models.errors import InputError, NotFound
from models.meeting import Speaker, Turn, word_offsets

TIME = r"(\d{1,3}:[0-5]\d|\d{1,3}):[0-5]\d"
Name = tuple[str, str | None]
"""A person and, where it is known, their organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Where a turn is cut in two."""

    turn: int
    at: int
    """The character of its text with which the second begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a repair does to a meeting; what undoes it is another one."""

    what: str
    """In people's words."""
    turns: Mapping[int, Turn] = field(default_factory=dict)
    """By position after the change, as they are to be; their speaker is a voice's label, which may be a new one."""
    cut: Cut | None = None
    """A turn that becomes two: later ones move one place on."""
    joined: Cut | None = None
    """A cut that is taken back: later turns move one place back."""
    names: Mapping[str, Name | None] = field(default_factory=dict)
    """By label; none leaves the voice without a name."""
    stale: frozenset[int] = frozenset()
    """Positions of the turns whose items have to be found anew."""
    look: str | None = None
    """Why items that people confirmed and that rest on those turns need a look; none where they do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One thing that was put right in a meeting."""

    id: int
    meeting_id: int
    what: str
    made_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A meeting as it is put right: turns under the labels of their voices, and who the voices are."""

    turns: tuple[Turn, ...]
    speakers: tuple[Speaker, ...]

    def voice(self, said: str) -> Speaker:
        """By label or, where one voice alone has it, by name. Raises NotFound and InputError."""
        wanted = " ".join(said.split()).casefold()
        for names in ([one.label for one in self.speakers], [one.name for one in self.speakers]):
            found = [one for one, name in zip(self.speakers, names, strict=True) if name.casefold() == wanted]
            if len(found) == 1:
                return found[0]
            if found:
                labels = ", ".join(f"'{one.label}'" for one in found)
                raise InputError(f"More than one voice is called '{said}': say which by its label, {labels}")
        known = ", ".join(called(one) for one in self.speakers) or "none"
        raise NotFound(f"Nobody is called '{said}' in this meeting; its voices are: {known}")

    def turn(self, said: str) -> int:
        """The position of a turn by its number as people count, or by a time like 3:14. Raises NotFound."""
        text = said.strip().lower().removeprefix("turn").strip()
        if re.fullmatch(r"\d{1,9}", text):
            if 1 <= int(text) <= len(self.turns):
                return int(text) - 1
            raise NotFound(f"There is no turn {text}: this meeting has turns 1 to {len(self.turns)}")
        return self._turn_at(seconds_in(said), said)

    def some_turns(self, said: str) -> list[int]:
        """Positions of one turn or several: 6, 6,9 or 6-9. Raises NotFound and InputError."""
        turns: list[int] = []
        for part in said.split(","):
            first, dash, last = part.partition("-")
            begin = self.turn(first)
            turns += range(begin, (self.turn(last) if dash else begin) + 1)
        if not turns:
            raise InputError(f"'{said}' holds no turn: write the lower number first, as 6-9")
        return sorted(set(turns))

    def cut(self, turn: int, said: str) -> Cut:
        """Where in a turn these words are said, or a time like 3:14 comes. Raises NotFound and InputError."""
        text = self.turns[turn].text
        if re.fullmatch(TIME, said.strip()):
            found = _char_at(self.turns[turn], seconds_in(said))
        else:
            pattern = r"\s+".join(map(re.escape, said.split()))
            match = re.search(rf"(?<!\w){pattern}", text, re.IGNORECASE) if pattern else None
            found = match.start() if match else None
        if found is None:
            raise NotFound(f"Turn {turn + 1} does not say '{said}': write words of it, or a time in it as 3:14")
        if not text[:found].strip():
            raise InputError(f"Turn {turn + 1} begins with that: leave --from out to give the whole turn away")
        return Cut(turn=turn, at=found)

    def _turn_at(self, second: int, said: str) -> int:
        """The one that begins in this second, or is being said in it."""
        timed = [(at, turn.start) for at, turn in enumerate(self.turns) if turn.start is not None]
        if not timed:
            raise NotFound(f"Nothing in this meeting has a time: name the turn by its number instead of '{said}'")
        begun = [at for at, start in timed if int(start) <= second]
        end = self.turns[timed[-1][0]].end
        if not begun or (end is not None and second > end):
            raise NotFound(f"Nobody speaks at {said} in this meeting: `commonlore show` lists turns and times")
        return begun[-1]

    def after(self, change: Change) -> tuple[Turn, ...]:
        """The turns once the change is made, under the names of those who spoke."""
        names = {one.label: one.name for one in self.speakers}
        names |= {label: name[0] if name else label for label, name in change.names.items()}
        turns = list(self.turns)
        if change.cut:
            turns.insert(change.cut.turn + 1, turns[change.cut.turn])
        if change.joined:
            del turns[change.joined.turn + 1]
        turns = [change.turns.get(at, turn) for at, turn in enumerate(turns)]
        return tuple(replace(turn, speaker=names.get(turn.speaker, turn.speaker)) for turn in turns)


def called(speaker: Speaker) -> str:
    """The label, with the name where there is one."""
    return f"'{speaker.label}'" if speaker.name == speaker.label else f"'{speaker.label}' ({speaker.name})"


def _char_at(turn: Turn, second: int) -> int | None:
    """Of the first word that begins in this second or later; none where the words have no times."""
    for word, (begin, end) in zip(turn.words, word_offsets(turn), strict=True):
        if begin < end and int(word.start) >= second:
            return begin
    return None


def seconds_in(said: str) -> int:
    """Of a time as people say it, 3:14 or 1:02:30. Raises InputError."""
    text = said.strip()
    if not re.fullmatch(TIME, text):
        raise InputError(f"'{said}' is no turn: write its number, as 6, or a time in it, as 3:14")
    seconds = 0
    for part in text.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds
