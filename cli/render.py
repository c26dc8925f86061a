"""How things look on a terminal: short, calm, and never trusting what a file says to be harmless text."""

import json
import shlex
import sys
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.phrasing import clock as clock
from api.phrasing import count as count
from api.shapes import Shape
from models.job import Json

KEPT = "\n\t\u200c\u200d"
"""Besides what can be printed: line ends, and the joiners of Persian and Indic scripts and of some signs."""
WIDTH_OF_PIPES = 120
"""Where nobody says how wide a line may be."""


def say(text: str = "", *, style: str = "", indent: int = 0) -> None:
    """A line or paragraph for people, on stdout."""
    _write(sys.stdout, text, style=style, indent=indent)


def tell(text: str, *, style: str = "") -> None:
    """A line about what is going on, on stderr, so that stdout holds the data alone."""
    _write(sys.stderr, text, style=style)


def print_json(shape: Json | Sequence[Shape]) -> None:
    """One line, at once: whoever reads a pipe sees each answer as it comes."""
    line = json.dumps(shape, ensure_ascii=False)
    # a file's name may hold bytes that are no text
    sys.stdout.write(line.encode(errors="replace").decode() + "\n")
    sys.stdout.flush()


def print_raw(text: str) -> None:
    """A document that is handed on as it is."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """The last column takes the room that is left."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in columns[:-1]:
        table.add_column(name, no_wrap=name == "id", overflow="fold")
    table.add_column(columns[-1], overflow="fold")
    for row in rows:
        table.add_row(*(Text(clean(cell)) for cell in row))
    _console(sys.stdout).print(table)


def clean(text: str) -> str:
    """Without the control characters by which a transcript could write over the screen."""
    return "".join(char if char.isprintable() or char in KEPT else "\ufffd" for char in text)


def size(number: float) -> str:
    """Bytes as people read them."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if number >= 10 or unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"


def called(home: Path | None) -> str:
    """How to call a command on the same library."""
    return f"commonlore --home {shlex.quote(str(home))}" if home else "commonlore"


def joined(*parts: str | None) -> str:
    """The parts that there are, with a middle dot between."""
    return " · ".join(part for part in parts if part)


def _write(stream: IO[str], text: str, *, style: str = "", indent: int = 0) -> None:
    console = _console(stream)
    for line in clean(text).split("\n"):
        if stream.isatty():
            wrapped = Text(line, style=style).wrap(console, max(20, min(console.width, 100) - indent))
            for part in wrapped:
                console.print(Text(" " * indent) + part, soft_wrap=True)
        else:
            stream.write(" " * indent + line + "\n")
    stream.flush()


@lru_cache(maxsize=4)
def _console(stream: IO[str]) -> Console:
    """For one stream; markup and highlighting are off, because what people said is text and nothing else."""
    width = None if stream.isatty() else WIDTH_OF_PIPES
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False)
