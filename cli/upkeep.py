"""Commands that keep the library well: rebuild, doctor, stats, export, migrate."""

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.shapes import record_to_json
from cli import session
from cli.annotating import write_annotations
from cli.exporting import Export
from cli.options import AsJson
from cli.progress import shown
from cli.render import count, print_json, print_table, say, size, tell
from models.people import OWNER


def rebuild(context: typer.Context, as_json: AsJson = False) -> None:
    """Make every index anew from the store."""
    with session.library(context.obj) as services, shown() as show:
        vectors = services.rebuild(report=lambda done: show("rebuild", "Finding the place of each meaning", done))
    if as_json:
        print_json({"vectors": vectors})
    else:
        say(f"The indexes are made anew: {count(vectors, 'vector')}.")


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Check that the library is whole; what is not comes with its remedy."""
    with session.library(context.obj) as services:
        checks = services.checkup()
    if as_json:
        print_json([record_to_json(check) for check in checks])
    else:
        for check in checks:
            say(f"{'ok  ' if check.ok else 'FAIL'}  {check.name}: {check.message}")
            if check.remedy:
                say(check.remedy, indent=6)
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def stats(context: typer.Context, as_json: AsJson = False) -> None:
    """Count what is here, and the room it takes."""
    with session.library(context.obj) as services:
        counts = services.door.counts(OWNER)
        bytes_by_part = room_taken(services.home)
        home = services.home
    if as_json:
        print_json({"home": str(home), "counts": dict(counts), "bytes": dict(bytes_by_part)})
        return
    print_table(["what", "how many"], [(noun, f"{number:,}") for noun, number in counts.items()])
    parts = ", ".join(f"{part} {size(number)}" for part, number in bytes_by_part.items())
    say(f"{home}: {size(sum(bytes_by_part.values()))} ({parts})")


def room_taken(home: Path) -> dict[str, int]:
    """Bytes by what stands in the library's folder, a folder counted whole."""
    taken: Counter[str] = Counter()
    for path in sorted(home.rglob("*")):
        if path.is_file():
            part = path.relative_to(home).parts[0]
            taken["store" if part.startswith("commonlore.db") else part] += path.stat().st_size
    return dict(taken)


class TranscriptFormat(StrEnum):
    """What a transcript can be written as."""

    JSON = "json"
    MARKDOWN = "md"
    WEBVTT = "vtt"
    SRT = "srt"
    TEXT = "txt"


def export(
    context: typer.Context,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="A new folder, or an export to be renewed.")
    ] = Path("commonlore-export"),
    format: Annotated[TranscriptFormat, typer.Option(help="Of the transcripts.")] = TranscriptFormat.JSON,
    annotations: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Instead: what people decided, for training the tagger with."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write every meeting's transcript, and all items, into a folder."""
    if annotations:
        _export_annotations(context, annotations, as_json=as_json)
        return
    with session.library(context.obj) as services:
        written = Export(output, format=format.value).write(services)
    if as_json:
        print_json({"folder": str(output), "meetings": written.meetings, "items": written.items})
    else:
        say(f"{count(written.meetings, 'transcript')} and {count(written.items, 'item')} are in {output}")


def _export_annotations(context: typer.Context, folder: Path, *, as_json: bool) -> None:
    with session.library(context.obj) as services:
        written = write_annotations(services, folder)
    if as_json:
        print_json({"folder": str(folder), "meetings": written.meetings, "annotations": written.annotations})
    elif written.meetings:
        say(f"{count(written.annotations, 'item')} of {count(written.meetings, 'meeting')} are in {folder}")
    else:
        say("Nobody has decided about any draft yet: commonlore review says what waits.")


def migrate(context: typer.Context, as_json: AsJson = False) -> None:
    """Bring a library of an older version up to this one."""
    with session.library(context.obj) as services:
        migrated = services.migrate()
    if as_json:
        print_json(record_to_json(migrated))
    elif migrated.before == migrated.after:
        say(f"Nothing to do: the library is of this version (schema {migrated.after}).")
    else:
        say(f"The library went from schema {migrated.before} to {migrated.after}.")
        if migrated.copy:
            tell(f"As it was before: {migrated.copy}")
