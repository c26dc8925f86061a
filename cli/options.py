"""Options that several commands share, so that the same thing is called the same everywhere."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from models.errors import NotFound
from models.knowledge import Kind, State
from models.reference import parse_ref


def calendar_date(text: str | None) -> str | None:
    """The date itself where it is one; a wrong one is wrong usage."""
    if text is None:
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise ValueError
        date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is no date; write it as 2023-06-27") from None
    return text


def meeting_row(ref: str) -> int:
    """The row of an id that must be a meeting's. Raises NotFound."""
    found, row = parse_ref(ref)
    if found != "meeting":
        raise NotFound(f"{ref} is the id of another thing ({found}); the id of a meeting looks like m3")
    return row


def item_row(ref: str) -> int:
    """The row of an id that must be an item's. Raises NotFound."""
    found, row = parse_ref(ref)
    if found != "item":
        raise NotFound(f"{ref} is the id of another thing ({found}); the id of an item looks like i3")
    return row


AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")]
InCommunity: TypeAlias = Annotated[
    str | None, typer.Option("--community", metavar="NAME", help="Only this community.")
]
OfKind: TypeAlias = Annotated[Kind | None, typer.Option("--kind", help="Only this kind of item.")]
FromOrganisation: TypeAlias = Annotated[
    str | None, typer.Option("--from", metavar="NAME", help="Your own organisation; others come first.")
]
Elsewhere: TypeAlias = Annotated[
    bool, typer.Option("--elsewhere", help="Only other organisations, or other communities, than yours.")
]
Since: TypeAlias = Annotated[
    str | None,
    typer.Option("--since", metavar="DATE", callback=calendar_date, help="Nothing said before this day."),
]
Until: TypeAlias = Annotated[
    str | None,
    typer.Option("--until", metavar="DATE", callback=calendar_date, help="Nothing said after this day."),
]
AtOrganisation: TypeAlias = Annotated[
    str | None, typer.Option("--at", metavar="NAME", help="Only people of this organisation.")
]
ByPerson: TypeAlias = Annotated[str | None, typer.Option("--person", metavar="NAME", help="Only this person.")]
InState: TypeAlias = Annotated[
    State | None, typer.Option("--state", help="Only items that are so; those withdrawn only where you say so.")
]
Limit: TypeAlias = Annotated[int, typer.Option("--limit", metavar="N", min=1, max=1000, help="At most so many.")]
Language: TypeAlias = Annotated[
    str | None, typer.Option(metavar="CODE", help="Spoken language, as en or cy; heard by itself if not given.")
]
Speakers: TypeAlias = Annotated[
    int | None, typer.Option(min=1, max=50, metavar="N", help="How many people speak, if you know.")
]
MeetingRef: TypeAlias = Annotated[str, typer.Argument(metavar="MEETING", help="Its id, as m3.")]
OneFile: TypeAlias = Annotated[Path, typer.Argument(metavar="PATH", help="The file.")]
