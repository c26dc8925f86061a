"""What stands around a conversation and nobody said: title, day, length, keywords, who began the recording."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"([A-Za-z]{3})[a-z]*\.?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(\d{4})"
_CLOCK = r"(?:,?\s+(?:at\s+)?\d{1,2}[:.]\d\d(?::\d\d)?\s*(?:[AaPp]\.?[Mm]\.?)?)?"
_LENGTH = r"(?:(?:\d+\s*(?:h|hr|hours?|m|min|minutes?|s|sec|seconds?)\b\s*)+|(?:\d{1,2}:)?\d{1,3}:\d\d)"
DATED = tuple(
    re.compile(rf"(?:[A-Z][a-z]+,?\s+)?{written}{_CLOCK}(?:\s*[•·|]\s*{_LENGTH})?")
    for written in (
        rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"{_DAY}\s+{_MONTH},?\s+{_YEAR}",
        rf"{_YEAR}-(\d\d)-(\d\d)",
    )
)
ORDER = ((2, 0, 1), (2, 1, 0), (0, 1, 2))
"""Where year, month and day stand in each of them."""
LENGTH = re.compile(_LENGTH)
LISTS = ("summary keywords", "keywords", "speakers", "participants", "attendees")
"""Headings of a list that is no speech; the list is the line below."""
NOTICE = re.compile(
    r".{1,80} (?:started|stopped) (?:the )?(?:transcription|transcribing|recording)\.?|Transcribed by https?://\S+|WEBVTT",
    re.IGNORECASE,
)
LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Preamble:
    """What the lines above the first speaker say of the meeting; `lines` is how many of them do."""

    title: str | None = None
    date: str | None = None
    lines: int = 0


def is_notice(line: str) -> bool:
    """Whether a program wrote this line and nobody said it."""
    return NOTICE.fullmatch(line) is not None


def day_of(line: str) -> str | None:
    """The calendar date of a line that is nothing but a date and perhaps a time of day."""
    for pattern, order in zip(DATED, ORDER, strict=True):
        if match := pattern.fullmatch(line):
            year, month, day = (match.groups()[place] for place in order)
            number = MONTHS.index(month.lower()) + 1 if month.lower() in MONTHS else month
            try:
                return date(int(year), int(number), int(day)).isoformat()
            except ValueError:
                return None
    return None


def preamble_of(lines: Sequence[str]) -> Preamble:
    """Of the lines above the first speaker; where more than a title is left of them, somebody said it."""
    left: list[str] = []
    day: str | None = None
    listed = False
    for line in lines:
        if listed:
            listed = False
        elif line.lower().rstrip(":") in LISTS:
            listed = True
        elif said_on := day_of(line):
            day = day or said_on
        elif not LENGTH.fullmatch(line):
            left.append(line)
    if len(left) > 1 or any(len(line) > LONGEST_TITLE for line in left):
        return Preamble()
    return Preamble(title=next(iter(left), None), date=day, lines=len(lines))
