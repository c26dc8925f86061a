"""What became of the proposals of a large model, counted, and told without a word of the meeting. Pure."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from capture.spans import LONGEST

SHORTEST = 4
"""Words of a quote: fewer can be found anywhere."""


class Dropped(StrEnum):
    """Why a proposal was not believed, as it goes on after "dropped"."""

    NOWHERE = "for quoting what nobody said"
    SHORT = f"for quoting fewer than {SHORTEST} words"
    LONG = f"for quoting more than {LONGEST} sentences"
    TOLD = "for sharing words with another of its kind"


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counted while a meeting is read; `model` and `place` are whose work it is and where it was done."""

    model: str
    place: str
    stretches: int
    """That hold words to be sent."""
    unread: Counter[str] = field(default_factory=Counter)
    """Stretches by why the model did not read them, as it goes on after its name."""
    dropped: Counter[Dropped] = field(default_factory=Counter)
    replaced: Counter[str] = field(default_factory=Counter)
    """Titles and gists that were told in other words, facets that were left out."""
    withheld: int = 0
    """Speakers whose words were not sent."""
    silences: int = 0
    """Stretches in a row without an answer, up to now."""

    def remarks(self) -> tuple[str, ...]:
        read, all_of_them = self.stretches - self.unread.total(), _many(self.stretches, "stretch", "stretches")
        return (
            *([f"{self.model} at {self.place} read {read} of {all_of_them}."] if self.stretches else []),
            *(
                f"{number} of {all_of_them} {_were(number)} read by the built-in tagger: {self.model} {why}."
                for why, number in self.unread.items()
            ),
            *(
                f"{_many(number, 'proposal')} of {self.model} {_were(number)} dropped {why.value}."
                for why, number in self.dropped.items()
            ),
            *self._reworded(),
            *self._kept_back(),
        )

    def _reworded(self) -> list[str]:
        because = "for a name or a number that nobody said there, or for length"
        told = [_many(self.replaced[noun], noun) for noun in ("title", "gist") if self.replaced[noun]]
        remarks = []
        if told:
            remarks.append(f"{' and '.join(told)} of {self.model} gave way to the speaker's own words {because}.")
        if number := self.replaced["facet"]:
            remarks.append(f"{_many(number, 'facet')} of {self.model} {_were(number)} left out {because}.")
        return remarks

    def _kept_back(self) -> list[str]:
        if not self.withheld:
            return []
        return [
            f"What {_many(self.withheld, 'speaker')} said was not sent, and was read by the built-in tagger alone."
        ]


def _many(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
