"""Names that were heard: of the committees of QMSum, whose transcripts say who each voice is, how many are right.

usage: python -m benchmarks.introductions [--list]

The other meetings of QMSum call their voices by role, so what is offered there has to be judged by eye: --list
prints each with its words.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from benchmarks.machine import shared_data
from capture.introductions import Suggestion, introductions
from models.meeting import Turn

ALIKE = 0.8
"""Labels have lost their accents: "Grard" is Gérard."""


def main() -> None:
    sys.stdout.write("| meetings | voices | names offered | right | wrong |\n|---|--:|--:|--:|--:|\n")
    for kind in ("committee", "academic", "product"):
        found = [one for path in _meetings(kind) for one in _offered(path)]
        voices = sum(len({turn.speaker for turn in _turns(path)}) for path in _meetings(kind))
        right = sum(is_right(one.person, one.label) for one in found)
        judged = f"{right} | {len(found) - right}" if kind == "committee" else " | "
        sys.stdout.write(f"| {kind} ({len(_meetings(kind))}) | {voices} | {len(found)} | {judged} |\n")
        if "--list" in sys.argv:
            for one in found:
                sys.stderr.write(f"{one.label} = {one.person}, {one.organisation}: {one.how}, {one.quote}\n")


def is_right(person: str, label: str) -> bool:
    """Whether every word of the name is in the label, more or less."""
    known = _words(label)
    return all(
        any(SequenceMatcher(None, word, other).ratio() >= ALIKE for other in known) for word in _words(person)
    )


def _meetings(kind: str) -> list[Path]:
    return sorted((shared_data() / "search" / "qmsum").glob(f"{kind}_*.json"))


def _offered(path: Path) -> Iterator[Suggestion]:
    yield from introductions(_turns(path)).values()


def _turns(path: Path) -> list[Turn]:
    turns = json.loads(path.read_text(encoding="utf-8"))["turns"]
    return [Turn(speaker=turn["speaker"], text=turn["text"]) for turn in turns]


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.findall(r"[a-z]+", plain)


if __name__ == "__main__":
    main()
