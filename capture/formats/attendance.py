"""An attendance list: who was there, not which voice they were; as Teams or Zoom export it, or a line a person."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from capture.formats.encoding import read_text
from models.errors import InputError

NAMES = {
    *("name", "full name", "fullname", "name (original name)", "participant", "participant name", "participants"),
    *("attendee", "attendees", "display name", "user name", "person"),
}
ORGANISATIONS = {"organisation", "organization", "company", "employer", "trust"}
WAY_OUT = "write a line a person, Ann Hall, St Mary's, or hand in the list that Teams or Zoom exports"

_REMARK = re.compile(r"\s*[(\[][^)\]]*[)\]]")
_NO_NAME = re.compile(r"[=@:]|\d{3}")
Attendee = tuple[str, str | None]
"""A person and, where the list says so, their organisation."""


def read_attendance(path: Path) -> list[Attendee]:
    """People and, where the list says so, their organisation, each once. Raises InputError."""
    lines = [line for line in read_text(path, name=path.name).split("\n") if not line.lstrip().startswith("#")]
    header = next((at for at, line in enumerate(lines) if _column(_cells(line), NAMES) is not None), None)
    people = _plain(lines, name=path.name) if header is None else _columns(lines[header:])
    known = {person.casefold(): (person, where) for person, where in reversed(people)}
    found = [known[key] for key in dict.fromkeys(person.casefold() for person, _ in people)]
    if not found:
        raise InputError(f"{path.name}: nobody is on this list; {WAY_OUT}")
    return found


def _columns(lines: Sequence[str]) -> list[Attendee]:
    """The table under the header, up to the next part of the report."""
    header = _cells(lines[0])
    name, where = _column(header, NAMES) or 0, _column(header, ORGANISATIONS)
    people: list[Attendee] = []
    for line in lines[1:]:
        cells = _cells(line)
        if len(cells) < min(2, len(header)):
            break
        person = _turned(_without_remarks(cells[name] if name < len(cells) else ""))
        organisation = cells[where] if where is not None and where < len(cells) else ""
        if person:
            people.append((person, organisation or None))
    return people


def _plain(lines: Sequence[str], *, name: str) -> list[Attendee]:
    people: list[Attendee] = []
    for number, line in enumerate(lines, 1):
        person, _, organisation = line.strip().lstrip("-*•\t ").partition(",")
        person = _without_remarks(person)
        if not person:
            continue
        if _NO_NAME.search(person) or len(person.split()) > 6:
            raise InputError(f"{name}, line {number}: not clear who that is; {WAY_OUT}")
        people.append((person, " ".join(organisation.split()) or None))
    return people


def _cells(line: str) -> list[str]:
    delimiter = max("\t;,", key=line.count)
    try:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        cells = line.split(delimiter)
    return [" ".join(cell.split()) for cell in cells]


def _column(cells: Sequence[str], names: set[str]) -> int | None:
    return next((at for at, cell in enumerate(cells) if cell.casefold() in names), None)


def _without_remarks(text: str) -> str:
    """Without (Guest), (Unverified) or the name somebody had before they changed it."""
    return " ".join(_REMARK.sub("", text).split())


def _turned(name: str) -> str:
    """Ann Hall, also from "Hall, Ann"."""
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma and first and "," not in first else name
