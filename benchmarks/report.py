"""Runs the benchmarks and puts their tables into docs/benchmarks.md.

usage: python -m benchmarks.report [transcription|voices|speed|introductions|agreement|extraction|telling|…]

Without names all of them, which takes hours on two cores.
"""

import re
import subprocess
import sys
from pathlib import Path

from benchmarks.machine import conditions

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
COMMANDS = {
    "transcription": ["benchmarks.transcription"],
    "voices": ["benchmarks.voices"],
    "introductions": ["benchmarks.introductions"],
    "agreement": ["benchmarks.agreement"],
    "extraction": ["benchmarks.extraction"],
    "telling": ["benchmarks.telling"],
    "search": ["benchmarks.search"],
    "speed": ["benchmarks.speed", "--settings"],
    "intake": ["benchmarks.intake"],
}


def main() -> None:
    chosen = sys.argv[1:] or list(COMMANDS)
    if unknown := set(chosen) - set(COMMANDS):
        raise SystemExit(f"{', '.join(sorted(unknown))}: no such benchmark; there are {', '.join(COMMANDS)}")
    for name in chosen:
        sys.stderr.write(f"{name} …\n")
        write(name, measured(COMMANDS[name]))


def measured(command: list[str]) -> str:
    """The table that one benchmark prints."""
    done = subprocess.run([sys.executable, "-m", *command], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def write(name: str, table: str) -> None:
    """Between the marks of its section, with the command and the conditions it was measured under."""
    command = " ".join(COMMANDS[name])
    body = f"`python -m {command}`, {conditions()}\n\n{table}\n"
    page = PAGE.read_text(encoding="utf-8")
    section = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not section.search(page):
        raise SystemExit(f"{PAGE}: no marks for {name}; put '<!-- {name} -->' and '<!-- end -->' back")
    PAGE.write_text(section.sub(lambda found: found[1] + body + found[2], page), encoding="utf-8")


if __name__ == "__main__":
    main()
