"""Text as a recogniser without punctuation leaves it: no case, no full stops; and where each letter stood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.meeting import Transcript

INSIDE_WORDS = "'’"


@dataclass(frozen=True, slots=True)
class Bare:
    """A transcript without punctuation and case, and of each turn where its characters stood."""

    transcript: Transcript
    places: Sequence[Sequence[int]]

    def back(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """A found item with its offsets in the text as it was written."""
        begin = self.places[item["turn_start"]][item["char_start"]]
        end = self.places[item["turn_end"]][item["char_end"] - 1] + 1
        return {**item, "char_start": begin, "char_end": end}


def bare(transcript: Transcript) -> Bare:
    stripped = [_stripped(turn.text) for turn in transcript.turns]
    turns = [replace(turn, text=text) for turn, (text, _) in zip(transcript.turns, stripped, strict=True)]
    return Bare(replace(transcript, turns=tuple(turns)), [places for _, places in stripped])


def _stripped(text: str) -> tuple[str, list[int]]:
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        kept = letter.lower() if letter.isalnum() or letter in INSIDE_WORDS else " "
        if (kept == " " and (not letters or letters[-1] == " ")) or len(kept) != 1:
            continue
        letters.append(kept)
        places.append(place)
    return "".join(letters), places
