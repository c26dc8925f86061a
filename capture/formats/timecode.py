"""Seconds as the formats write them: 00:01:02.345, 00:01:02,345, 0:1:2.3, 01:02."""

import re

TIMECODE = r"(?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:[.,]\d{1,9})?"
"""For the readers' own patterns; it holds no group."""


def parse_timecode(code: str) -> float:
    """Seconds to the millisecond, of a text that matches TIMECODE."""
    whole, _, fraction = code.replace(",", ".").partition(".")
    seconds = 0
    for part in whole.split(":"):
        seconds = seconds * 60 + int(part)
    return round(seconds + float(f"0.{fraction or 0}"), 3)


def format_timecode(seconds: float, *, mark: str = ".") -> str:
    """Hours, minutes, seconds and milliseconds after the `mark`, as WebVTT (.) and SRT (,) want them."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{mark}{rest % 1000:03}"


def format_clock(seconds: float) -> str:
    """Hours, minutes and whole seconds, for people."""
    return re.sub(r"\.\d+$", "", format_timecode(int(seconds)))
