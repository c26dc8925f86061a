"""Values of JSON that others wrote: each is taken for what it is, or as not there. Only `parsed` raises."""

import json
import math
import re
from typing import TypeAlias

from models.errors import TranscriptError
from models.job import Json

Fields: TypeAlias = dict[str, Json]
"""An object of JSON."""

MOST_SECONDS = 1e7
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""Escapes can put NUL and halves of characters into JSON; no database takes them."""
DECIMAL = re.compile(r"\d{1,9}(?:\.\d{1,15})?")
LANGUAGE = re.compile(r"([a-z]{2})(?![a-z])", re.IGNORECASE)
UNIT = {"s": 1.0, "ms": 1e-3, "ns": 1e-9, "ticks": 1e-7}
"""Seconds in each unit that services count in; a tick is Microsoft's."""


def parsed(text: str, *, name: str) -> Json:
    """Raises TranscriptError naming the file."""
    try:
        shape: Json = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise TranscriptError(f"{name}: broken JSON{line}; write it again, or mend it by hand") from error
    return shape


def fields(value: Json) -> Fields:
    """The object; one without fields where it is none."""
    return value if isinstance(value, dict) else {}


def at(shape: Json, *path: str | int) -> Json:
    """What lies at the end of a path of keys and places; null where it breaks off."""
    for step in path:
        if isinstance(step, str):
            shape = fields(shape).get(step)
        else:
            shape = shape[step] if isinstance(shape, list) and step < len(shape) else None
    return shape


def objects(value: Json) -> list[Fields]:
    """The objects of a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def seconds(value: Json, *, unit: str = "s") -> float | None:
    """Of a number, or of a number in writing ("13.05", "13.05s"); none where no recording is so long."""
    if isinstance(value, str):
        digits = value.strip().removesuffix("s")
        value = float(digits) if DECIMAL.fullmatch(digits) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not (0 <= value < MOST_SECONDS / UNIT[unit]) or math.isnan(value):
        return None
    return float(value) if unit == "s" else round(value * UNIT[unit], 3)


def probability(value: Json) -> float | None:
    """None for what services write where they have none, such as -1 or null."""
    given = seconds(value)
    return given if given is not None and given <= 1 else None


def string(value: Json) -> str | None:
    """Numbers count as external ids; blank is as good as missing."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    try:
        return storable(str(value)).strip() or None
    except ValueError:  # an integer of thousands of digits
        return None


def language(value: Json) -> str | None:
    """The ISO 639-1 code in "en", "en-GB", "en_us"."""
    match = LANGUAGE.match(string(value) or "")
    return match[1].lower() if match else None


def storable(text: str) -> str:
    """One character for one, so that offsets still hold."""
    return UNSTORABLE.sub("\ufffd", text)
