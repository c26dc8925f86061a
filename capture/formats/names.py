"""A file that says who the voices of a meeting were: `Speaker 2 = Anna Berg, St Mary's` or the same as CSV."""

import csv
from pathlib import Path

from capture.formats.encoding import read_text
from models.errors import InputError

HEADER = {"speaker", "label", "voice"}
WAY_OUT = "write it as: Speaker 2 = Person, Organisation"


def read_names(path: Path) -> dict[str, tuple[str, str | None]]:
    """Person and organisation by the speaker's label; lines after # are remarks. Raises InputError."""
    names: dict[str, tuple[str, str | None]] = {}
    for number, line in enumerate(read_text(path, name=path.name).split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        where = f"{path.name}, line {number}"
        label, person, organisation = _cells(line, where=where)
        if number == 1 and label.lower() in HEADER:
            continue
        if label in names:
            raise InputError(f"{where}: {label} is named twice; keep the line that is right")
        names[label] = (person, organisation or None)
    if not names:
        raise InputError(f"{path.name}: no names in it; {WAY_OUT}")
    return names


def _cells(line: str, *, where: str) -> tuple[str, str, str]:
    """Label, person and organisation, the last one empty where there is none."""
    label, equals, rest = line.partition("=")
    if equals and "," not in label:
        person, _, organisation = rest.partition(",")
        cells = [label, person, organisation]
    else:
        cells = _csv_cells(line, where=where)
    cells = [" ".join(cell.split()) for cell in [*cells, ""]][:3]
    if len(cells) < 3 or not cells[0] or not cells[1]:
        raise InputError(f"{where}: not clear who is who; {WAY_OUT}")
    return cells[0], cells[1], cells[2]


def _csv_cells(line: str, *, where: str) -> list[str]:
    try:
        return next(csv.reader([line], skipinitialspace=True), [])
    except csv.Error as error:
        raise InputError(f"{where}: not CSV ({error}); {WAY_OUT}") from error
