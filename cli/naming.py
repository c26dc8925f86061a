"""Commands that say who spoke: voices, which helps to tell; and name."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.shapes import repair_to_json, speaker_to_json, voice_to_json
from cli import session
from cli.options import AsJson, MeetingRef, meeting_row
from cli.render import called, clock, count, joined, print_json, say, tell
from cli.repairing import say_repaired
from models.job import Json
from models.people import OWNER

if TYPE_CHECKING:
    from api.repairs import VoiceCard

LONGEST = 40
"""Words of a sentence that are shown."""


def voices(
    context: typer.Context,
    meeting: MeetingRef,
    attendance: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Who was there: the list Teams or Zoom exports, or a line a person."),
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also write a new file to fill in for `name --names`."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show each voice of a meeting, with what may tell who it was."""
    row = meeting_row(meeting)
    with session.library(context.obj) as services:
        attendees = services.attendance(attendance) if attendance else []
        found = services.repairs.voices(OWNER, row, attendees=attendees)
    if sheet:
        _write_sheet(sheet, found.cards)
    if as_json:
        unplaced: list[Json] = [person for person, _ in found.unplaced]
        print_json({"voices": [voice_to_json(card) for card in found.cards], "unplaced": unplaced})
        return
    for card in found.cards:
        say_voice(card, row=row, command=called(context.obj))
    if found.unplaced:
        say("On the list, and no voice yet: " + "; ".join(in_words(*one) for one in found.unplaced))


def _write_sheet(path: Path, cards: Sequence["VoiceCard"]) -> None:
    """A line a voice, each a remark until somebody takes its # away: what was only heard names nobody."""
    lines = ["# Take the # away where you know who it was, then: commonlore name MEETING --names THIS-FILE"]
    for card in cards:
        heard = card.suggestion
        person = card.speaker.person or (heard.person if heard else "")
        where = card.speaker.organisation or (heard.organisation if heard else None)
        lines.append(f"# {card.speaker.label} = {person}{f', {where}' if where else ''}")
    with path.open("x", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    tell(f"{path}: take the # away where you know who it was, and hand it to `commonlore name --names`")


def say_voice(card: "VoiceCard", *, row: int, command: str) -> None:
    """How much it speaks, what it says, and who it may be."""
    name = in_words(card.speaker.name, card.speaker.organisation)
    label = card.speaker.label if card.speaker.person else None
    say(joined(name, label, count(card.turns, "turn"), _length(card)), style="bold")
    for sample in card.samples:
        say(f"“{_short(sample.text)}” {_place(sample.turn, sample.start)}", indent=2)
    if heard := card.suggestion:
        place = _place(heard.turn, heard.start)
        say(f"perhaps {in_words(heard.person, heard.organisation)}: {heard.how}, “{heard.quote}” {place}", indent=2)
        where = f" --organisation {shlex.quote(heard.organisation)}" if heard.organisation else ""
        said = f"{shlex.quote(card.speaker.label)} {shlex.quote(heard.person)}{where}"
        say(f"{command} name m{row} {said}", indent=4, style="dim")
    say()


def in_words(person: str, organisation: str | None) -> str:
    return f"{person} ({organisation})" if organisation else person


def _length(card: "VoiceCard") -> str:
    if card.seconds is None:
        return count(card.words, "word")
    return f"{card.seconds:.0f} s" if card.seconds < 90 else f"{card.seconds / 60:.0f} min"


def _short(text: str) -> str:
    words = text.split()
    return text if len(words) <= LONGEST else f"{' '.join(words[:LONGEST])} …"


def _place(turn: int, start: float | None) -> str:
    """Where to listen; where no time is known, where to read."""
    return clock(start) or f"turn {turn + 1}"


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
    tell(f"{named.label} in m{row} is {in_words(named.name, named.organisation)}")


def _name_many(context: typer.Context, row: int, names: Path, *, as_json: bool) -> None:
    with session.library(context.obj) as services:
        repaired = services.repairs.name(OWNER, row, services.names(names))
    if as_json:
        print_json(repair_to_json(repaired.repair))
    else:
        say_repaired(repaired, None, command=called(context.obj))
