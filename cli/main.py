"""The command line: which commands there are, and how each of them fails in one line."""

import errno
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cli import (
    asking,
    demo,
    introducing,
    naming,
    queueing,
    reading,
    repairing,
    reviewing,
    running,
    session,
    taking_in,
    upkeep,
    vocabulary,
)
from cli.render import tell
from models.errors import CommonloreError

IN = "Taking in"
OUT = "Finding"
READ = "Reading"
RIGHT = "Putting right"
REVIEW = "Deciding"
MEET = "Bringing people together"
RUN = "Running"
KEEP = "Keeping it well"


class Commands(TyperGroup):
    """Turns what went wrong into one line and an exit code, whatever the command."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except CommonloreError as error:
            _fail(str(error))
        except KeyboardInterrupt:
            _fail("Stopped.")
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read our output has gone; Typer ends quietly on it
                raise
            _fail(f"{error.filename or 'commonlore'}: {error.strerror or error}; check the path and its rights")


def _fail(message: str) -> None:
    tell(" ".join(message.split()))
    raise typer.Exit(1)


app = typer.Typer(
    cls=Commands,
    name="commonlore",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"commonlore {session.version()}")
        raise typer.Exit


@app.callback()
def commonlore(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where the library lives; else COMMONLORE_HOME, else ./library."),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Keeps what communities of practice tell themselves, and says who has met something like this before."""
    context.obj = home


app.command(rich_help_panel=IN)(demo.demo)
app.command(rich_help_panel=IN)(taking_in.add)
app.command(rich_help_panel=IN)(taking_in.transcribe)
app.command(rich_help_panel=IN)(taking_in.extract)
app.command(rich_help_panel=OUT)(asking.ask)
app.command(rich_help_panel=OUT)(asking.kindred)
app.command(rich_help_panel=OUT)(asking.people)
app.command(rich_help_panel=OUT)(asking.digest)
app.command(rich_help_panel=OUT)(introducing.kept)
app.command(rich_help_panel=READ)(reading.meetings)
app.command(rich_help_panel=READ)(reading.items)
app.command(rich_help_panel=READ)(reading.show)
app.command(rich_help_panel=IN)(vocabulary.vocabulary)
app.command(rich_help_panel=RIGHT)(naming.voices)
app.command(rich_help_panel=RIGHT)(naming.name)
app.command(rich_help_panel=RIGHT)(repairing.merge)
app.command(rich_help_panel=RIGHT)(repairing.split)
app.command(rich_help_panel=RIGHT)(repairing.reassign)
app.command(rich_help_panel=RIGHT)(repairing.correct)
app.command(rich_help_panel=RIGHT)(repairing.undo)
app.command(rich_help_panel=RIGHT)(repairing.repairs)
app.command(rich_help_panel=RIGHT)(reading.looked)
app.command(rich_help_panel=REVIEW)(reviewing.review)
app.command(rich_help_panel=MEET)(introducing.introduce)
app.command(rich_help_panel=MEET)(introducing.introductions)
app.command(rich_help_panel=MEET)(introducing.accept)
app.command(rich_help_panel=MEET)(introducing.decline)
app.command(rich_help_panel=MEET)(introducing.findable)
app.command(rich_help_panel=RUN)(running.serve)
app.command(rich_help_panel=RUN)(running.work)
app.command(rich_help_panel=RUN)(queueing.jobs)
app.command(rich_help_panel=RUN)(queueing.pause)
app.command(rich_help_panel=RUN)(queueing.resume)
app.command(rich_help_panel=KEEP)(upkeep.rebuild)
app.command(rich_help_panel=KEEP)(upkeep.doctor)
app.command(rich_help_panel=KEEP)(upkeep.stats)
app.command(rich_help_panel=KEEP)(upkeep.export)
app.command(rich_help_panel=KEEP)(upkeep.migrate)


def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        # what people said may hold letters that an old terminal has not; none where the stream was closed
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    if sys.stdout is None or sys.stderr is None:  # closed by whoever called
        sys.exit("commonlore: stdout and stderr must be open; send what you do not want to /dev/null")
    app()


if __name__ == "__main__":
    main()
