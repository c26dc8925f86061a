"""Where in a conversation an item begins and ends, as people say it: by its words, or by turn and sentence."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from models.citation import Span, cite, has_doubt
from models.errors import InputError, NotFound
from models.knowledge import Evidence
from models.meeting import Turn

NUMBERED = re.compile(r"(?:turn\s*)?(\d{1,6})(?:\.(\d{1,5}))?", re.IGNORECASE)
"""6 is a turn, 6.2 a sentence of it; people count both from 1."""
CLOSING = ".,;:!?…\"'”’)]"
"""Goes with the words it stands behind."""

Place = tuple[int, int]
"""A turn's 0-based position and a character of it."""
Stretch = tuple[Place, Place]
"""Where something begins and ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """A conversation in which places are looked for. All raises NotFound and InputError."""

    turns: Sequence[Turn]
    sentences: Callable[[int], Sequence[tuple[int, int]]]
    """Where each sentence of a turn begins and ends."""

    def moved(self, item: str, span: Span, *, begin: str | None, end: str | None) -> Evidence:
        """Other ends for an item, and the words between them cut anew."""
        if begin:
            (turn, char), _ = self._nearest(self._found(begin, span), near=(span.turn_start, span.char_start))
            span = replace(span, turn_start=turn, char_start=char)
        if end:
            first = (span.turn_start, span.char_start)
            found = self._found(end, span)
            behind = [each for each in found if each[1] > first]
            _, (turn, char) = self._nearest(behind or found, near=(span.turn_end, span.char_end))
            span = replace(span, turn_end=turn, char_end=char)
        return self.cited(item, span)

    def divided(self, item: str, span: Span, at: str) -> tuple[Evidence, Evidence]:
        """What the item says before a place in it, and what from there on."""
        begin = (span.turn_start, span.char_start)
        (turn, char), _ = self._nearest(self._found(at, span, inside=True), near=begin)
        if not begin < (turn, char) < (span.turn_end, span.char_end):
            raise InputError(f"{item} cannot be split there: say words or a sentence in the midst of it")
        before = self._last_said_before((turn, char), span)
        if before is None:
            raise InputError(f"{item} begins with that: say where its second half begins")
        first = replace(span, turn_end=before[0], char_end=before[1])
        return self.cited(item, first), self.cited(item, replace(span, turn_start=turn, char_start=char))

    def cited(self, item: str, span: Span) -> Evidence:
        """The words of a span that an item may rest on."""
        if (span.turn_start, span.char_start) >= (span.turn_end, span.char_end):
            raise InputError(f"{item} would end before it begins: its first words must come before its last")
        first, last = self.turns[span.turn_start], self.turns[span.turn_end]
        if first.speaker != last.speaker:
            raise InputError(
                f"{item} would begin with {first.speaker} in turn {span.turn_start + 1} and end with {last.speaker}"
                f" in turn {span.turn_end + 1}: an item is what one person told"
            )
        if has_doubt(self.turns, span):
            raise InputError(
                f"{item} would rest on words that were perhaps never said: choose other ends,"
                " or put those words right first (commonlore correct)"
            )
        evidence = cite(self.turns, span)
        if not evidence.quote:
            raise InputError(f"{item} would rest on no words at all: say where it begins and ends")
        return evidence

    def _found(self, said: str, span: Span, *, inside: bool = False) -> list[Stretch]:
        """Where this begins and ends, wherever the item's speaker says it; inside of the span where asked for."""
        if number := NUMBERED.fullmatch(said.strip()):
            return [self._numbered(int(number[1]), int(number[2]) if number[2] else None)]
        speaker = self.turns[span.turn_start].speaker
        found = [each for each in self._said(said, speaker) if not inside or _within(each, span)]
        if not found:
            where = "there" if inside else "in this meeting"
            raise NotFound(
                f"{speaker} does not say '{said}' {where}: write words as they stand in the transcript,"
                " or a turn and the number of a sentence in it, as 6.2"
            )
        return found

    def _nearest(self, found: Sequence[Stretch], *, near: Place) -> Stretch:
        return min(found, key=lambda each: min(self._distance(each[0], near), self._distance(each[1], near)))

    def _numbered(self, turn: int, sentence: int | None) -> Stretch:
        if not 1 <= turn <= len(self.turns):
            raise NotFound(f"There is no turn {turn}: this meeting has turns 1 to {len(self.turns)}")
        sentences = self.sentences(turn - 1)
        if not sentences:
            raise NotFound(f"Turn {turn} holds no sentence: choose another")
        if sentence is not None and not 1 <= sentence <= len(sentences):
            raise NotFound(f"Turn {turn} has no sentence {sentence}: it has 1 to {len(sentences)}")
        first, last = (sentences[0], sentences[-1]) if sentence is None else (sentences[sentence - 1],) * 2
        return (turn - 1, first[0]), (turn - 1, last[1])

    def _said(self, said: str, speaker: str) -> Iterator[Stretch]:
        words = r"\s+".join(map(re.escape, said.split()))
        if not words:
            return
        pattern = re.compile(rf"(?<!\w){words}(?!\w)[{re.escape(CLOSING)}]*", re.IGNORECASE)
        for at, turn in enumerate(self.turns):
            if turn.speaker == speaker:
                yield from (((at, match.start()), (at, match.end())) for match in pattern.finditer(turn.text))

    def _distance(self, one: Place, other: Place) -> int:
        """Characters between two places."""
        (low, begin), (high, end) = sorted((one, other))
        return sum(len(turn.text) for turn in self.turns[low:high]) + end - begin

    def _last_said_before(self, place: Place, span: Span) -> Place | None:
        """Where the speaker's words before a place end; none where they say nothing before it."""
        for at in range(place[0], span.turn_start - 1, -1):
            begin = span.char_start if at == span.turn_start else 0
            end = place[1] if at == place[0] else len(self.turns[at].text)
            before = self.turns[at].text[begin:end].rstrip()
            if before and self.turns[at].speaker == self.turns[span.turn_start].speaker:
                return at, begin + len(before)
        return None


def _within(found: Stretch, span: Span) -> bool:
    """Behind its first character: nothing is split there."""
    return (span.turn_start, span.char_start) < found[0] and found[1] <= (span.turn_end, span.char_end)
