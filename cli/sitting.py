"""A sitting: somebody at a terminal decides about the drafts of a meeting, one after another."""

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cli.render import say, tell
from cli.transcripts import say_item
from models.errors import CommonloreError
from models.knowledge import Item, Kind
from models.meeting import Meeting
from models.people import OWNER
from models.review import Edit

if TYPE_CHECKING:
    from api.reviews import NumberedSentence, Reviewed
    from api.services import Services

ASK = "c confirm · e edit · r reject · s skip · q quit: "


class Sitting:
    """Each decision is kept at once: whoever leaves loses nothing."""

    def __init__(self, services: "Services", meeting: Meeting, *, teller: str | None) -> None:
        self._reviews = services.reviews
        self._meeting = meeting
        self._teller = teller
        self.made: list[Reviewed] = []

    def walk(self) -> None:
        """Through the drafts as they were told, until the last one or until somebody quits."""
        drafts = self._reviews.drafts(OWNER, self._meeting.id)
        for number, item in enumerate(drafts, 1):
            say(f"{number} of {len(drafts)}", style="dim")
            say_item(item, meeting=self._meeting)
            if not self._decided(item):
                break
            say()

    def _decided(self, item: Item) -> bool:
        """Whether to go on with the next; a decision that cannot be made is asked for again."""
        ways: dict[str, Callable[[Item], Reviewed | None]] = {
            "c": self._confirm,
            "e": self._edit,
            "r": self._reject,
        }
        while True:
            said = _asked(ASK)
            key = None if said is None else said.lower()[:1]
            if key in (None, "q"):
                return False
            if key == "s":
                return True
            if key in ways and self._tried(ways[key], item):
                return True

    def _tried(self, way: "Callable[[Item], Reviewed | None]", item: Item) -> bool:
        try:
            reviewed = way(item)
        except CommonloreError as error:
            tell(str(error))
            return False
        if reviewed is None:
            return False
        self.made.append(reviewed)
        tell(reviewed.review.what)
        return True

    def _confirm(self, item: Item) -> "Reviewed":
        return self._reviews.confirm(OWNER, item.id, teller=self._teller)

    def _reject(self, item: Item) -> "Reviewed | None":
        reason = _asked("Why? (Enter goes back) ")
        return self._reviews.reject(OWNER, item.id, reason, teller=self._teller) if reason else None

    def _edit(self, item: Item) -> "Reviewed | None":
        tell("Enter leaves it as it is.")
        title = _asked(f"Title [{item.title}]: ")
        gist = _asked(f"Gist [{item.gist}]: ")
        kind = _asked_kind(item)
        say_sentences(self._reviews.sentences(OWNER, item.id))
        begin = _asked("First words, or a sentence by its number: ")
        end = _asked("Last words, or a sentence by its number: ")
        edit = Edit(title=title or None, gist=gist or None, kind=kind, begin=begin or None, end=end or None)
        if edit == Edit():
            return None
        return self._reviews.edit(OWNER, item.id, edit, teller=self._teller)


def say_sentences(sentences: "Sequence[NumberedSentence]") -> None:
    """By turn and number, those of the item marked."""
    speaker = None
    for sentence in sentences:
        if (sentence.turn, sentence.speaker) != speaker:
            speaker = (sentence.turn, sentence.speaker)
            say(f"{sentence.speaker} · turn {sentence.turn}", style="dim")
        mark = ">" if sentence.inside else " "
        say(f"{mark} {sentence.turn}.{sentence.number}  {sentence.text}", indent=2)


def somebody_is_there() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty()


def _asked(question: str) -> str | None:
    """One line of an answer, asked on stderr; none where there is nobody to answer any more."""
    sys.stderr.write(question)
    sys.stderr.flush()
    line = sys.stdin.readline()
    return line.strip() if line else None


def _asked_kind(item: Item) -> Kind | None:
    while True:
        said = (_asked(f"Kind, {', '.join(Kind)} [{item.kind}]: ") or "").lower()
        found = [kind for kind in Kind if said and kind.startswith(said)]
        if not said or len(found) == 1:
            return found[0] if said else None
