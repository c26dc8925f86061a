"""Commands that say who spoke: voices, which helps to tell; and name."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.shapes import repair_to_json, speaker_to_json
from cli import session
from cli.options import AsJson, MeetingRef, meeting_row
from cli.render import print_json, say, tell
from models.people import OWNER

if TYPE_CHECKING:
    pass


def name(
    context: typer.Context,
    meeting: MeetingRef,
    speaker: Annotated[
        str | None, typer.Argument(metavar="SPEAKER", help='The voice as it is called now: "Speaker 2".')
    ] = None,
    person: Annotated[str | None, typer.Argument(metavar="PERSON", help="Who it was.")] = None,
    organisation: Annotated[str | None, typer.Option(metavar="NAME", help="Where they work.")] = None,
    names: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Instead: many at once, a line each, Speaker 2 = Person, Organisation."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say who a voice was, or who all of them were."""
    row = meeting_row(meeting)
    if names and speaker is None and organisation is None:
        _name_many(context, row, names, as_json=as_json)
        return
    if names or speaker is None or person is None:
        raise typer.BadParameter("say a SPEAKER and the PERSON it was, or --names FILE")
    if not person.strip():
        raise typer.BadParameter("a person's name is needed")
    with session.library(context.obj) as services:
        named = services.name(OWNER, row, speaker, person=person.strip(), organisation=organisation)
    if as_json:
        print_json(speaker_to_json(named))
        return
    where = f" ({named.organisation})" if named.organisation else ""
    tell(f"{named.label} in m{row} is {named.name}{where}")


def _name_many(context: typer.Context, row: int, names: Path, *, as_json: bool) -> None:
    with session.library(context.obj) as services:
        repaired = services.repairs.name(OWNER, row, services.names(names))
    if as_json:
        print_json(repair_to_json(repaired.repair))
    else:
        say(repaired.repair.what)
