"""Which words before a colon are a speaker's name: "Anna Berg: good morning", not "the thing is: no"."""

import re
from collections import Counter
from collections.abc import Sequence

from models.meeting import UNKNOWN_SPEAKER

NAME = r"[^\s:：\[\](){}<>][^:：\n]{0,79}?"
"""For the readers' own patterns; whether it is a name after all, `is_name` says."""
LABELLED = re.compile(rf"(?:>>+\s*|-\s+)?({NAME})\s*(?::\s+|：\s*|:$)(.*)", re.DOTALL)
PHONE = re.compile(r"\+?(?:[\d*][ ()-]{0,2}){9,15}")
"""Who calls in without a name: "+44 20 *** 1234". A date has fewer digits."""
NO_NAME = re.compile(r"[?!\"“”;…]|[^\W\d_]{5,}\.\s|-->|//")
MOST_WORDS = 8
UNWRITTEN = re.compile(r"[:：?!\"“”;…]+|--+>?|//+|(?<=[^\W\d_]{5})\.(?=\s)")
"""What in a name would make it no name before a colon."""

EVERY_LINE = 0.8
"""From this share of labelled lines on, the file names the speaker on each: every label counts."""
MOST_LINES = 0.5
"""From here on, every label written like a name counts."""
SOME_LINES = 0.15
"""From here on, labels written like names count where they come back. Below it, no label counts."""

NOBODY = re.compile(r"(?:unknown|unnamed|unidentified)(?: (?:speaker|voice))?|speaker unknown", re.IGNORECASE)
"""What tools write in the place of a name they do not have."""


def voice(label: str | None) -> str:
    """The speaker as the transcript calls them; unknown where it says that nobody knows."""
    name = " ".join((label or "").split())
    return UNKNOWN_SPEAKER if not name or NOBODY.fullmatch(name) else name


def is_name(label: str) -> bool:
    """Short, and no piece of a sentence."""
    if not any(map(str.isalpha, label)):
        return PHONE.fullmatch(label) is not None
    return len(label.split()) <= MOST_WORDS and not NO_NAME.search(label)


def written(name: str) -> str:
    """The name as it can stand before a colon and be read there again."""
    words = UNWRITTEN.sub(" ", name).split()[:MOST_WORDS]
    label = " ".join(words)[:80].lstrip("[](){}<>|–- ").rstrip()
    if not label:
        return UNKNOWN_SPEAKER
    return label if is_name(label) else f"Speaker {label}"


def split_label(line: str) -> tuple[str | None, str]:
    """The name before the colon and the words after it; no name where there is none that could be one."""
    match = LABELLED.fullmatch(line)
    if match and is_name(match[1]):
        return " ".join(match[1].split()), match[2]
    return None, line


def speakers_among(labels: Sequence[str | None]) -> frozenset[str]:
    """Of what stands before the colons, line by line, those that are speakers in this file."""
    named = [label for label in labels if label]
    if len(named) >= EVERY_LINE * len(labels):
        return frozenset(named)
    capitalised = [label for label in named if is_capitalised(label)]
    if len(capitalised) >= MOST_LINES * len(labels):
        return frozenset(capitalised)
    counts = Counter(capitalised)
    recurring = [label for label in capitalised if counts[label] > 1]
    if len(recurring) >= SOME_LINES * len(labels):
        return frozenset(recurring)
    return frozenset()


def is_capitalised(label: str) -> bool:
    """By its first and last word: "Marius van der Berg" is a name, "The thing is" is not."""
    words = label.split()
    return not (words[0][0].islower() or words[-1][0].islower())


def names_every_line(labels: Sequence[str | None]) -> bool:
    """Whether a line without a label is therefore nobody's: elsewhere it goes on with the speaker before."""
    return sum(label is not None for label in labels) >= EVERY_LINE * len(labels)
