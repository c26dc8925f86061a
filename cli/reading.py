"""Commands that list and read: meetings, items, show."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.shapes import (
    Shape,
    job_to_json,
    kept_item_to_json,
    linked_item_to_json,
    meeting_to_json,
    passage_to_json,
    transcript_to_json,
)
from cli import session
from cli.options import AsJson, InCommunity, OfKind, item_row, meeting_row
from cli.render import clock, count, joined, print_json, print_table, say, tell
from cli.transcripts import say_item, say_links, say_turns
from models.errors import NotFound
from models.job import JobState, left_in_words
from models.knowledge import Item, State
from models.people import OWNER
from models.reference import parse_ref

if TYPE_CHECKING:
    from api.services import Services


def meetings(context: typer.Context, community: InCommunity = None, as_json: AsJson = False) -> None:
    """List the meetings, newest first."""
    with session.library(context.obj) as services:
        if community:
            community = services.door.community(OWNER, community).name
        found = services.door.meetings(OWNER, community=community)
    if as_json:
        print_json([meeting_to_json(meeting) for meeting in found])
        return
    if not found:
        say('No meetings here yet. Add one: commonlore add FILE --community "…"')
        return
    print_table(
        ["id", "date", "community", "organisation", "length", "title"],
        [
            (
                meeting.ref,
                meeting.date or "",
                meeting.community,
                meeting.organisation or "",
                clock(meeting.duration),
                meeting.title,
            )
            for meeting in found
        ],
    )


def items(
    context: typer.Context,
    community: InCommunity = None,
    kind: OfKind = None,
    state: Annotated[State | None, typer.Option(help="Only in this state; withdrawn ones show only so.")] = None,
    meeting: Annotated[str | None, typer.Option(metavar="ID", help="Only of this meeting, as m3.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the stories, problems and practices."""
    with session.library(context.obj) as services:
        if community:
            community = services.door.community(OWNER, community).name
        meeting_id = services.door.meeting(OWNER, meeting_row(meeting)).id if meeting else None
        found = services.door.items(OWNER, meeting_id=meeting_id, community=community, kind=kind, state=state)
        if as_json:
            print_json(_items_json(services, found))
            return
    if not found:
        say("No such items here.")
        return
    print_table(
        ["id", "kind", "state", "meeting", "title"],
        [(item.ref, item.kind.value, _state(item), f"m{item.meeting_id}", item.title) for item in found],
    )


def _state(item: Item) -> str:
    return f"{item.state.value}, look at it again" if item.look else item.state.value


def looked(
    context: typer.Context,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="Its id, as i12.")],
    as_json: AsJson = False,
) -> None:
    """Say that you looked again at an item that asks for it, and that it is right."""
    row = item_row(item)
    with session.library(context.obj) as services:
        services.repairs.looked_at(OWNER, row)
        found = services.door.item(OWNER, row)
        if as_json:
            print_json(kept_item_to_json(found, meeting=services.door.meeting(OWNER, found.meeting_id)))
            return
    tell(f"{found.ref} was looked at")


def _items_json(services: "Services", found: list[Item]) -> list[Shape]:
    meetings_by_id = {meeting.id: meeting for meeting in services.door.meetings(OWNER)}
    return [
        kept_item_to_json(item, meeting=meetings_by_id[item.meeting_id])
        for item in found
        if item.meeting_id in meetings_by_id
    ]


def show(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="ID", help="m3 a meeting, i12 an item, t7 a passage, j5 a job.")],
    as_json: AsJson = False,
) -> None:
    """Read a meeting, an item, a passage or a job."""
    noun, row = parse_ref(ref)
    with session.library(context.obj) as services:
        readers = {"meeting": _show_meeting, "item": _show_item, "passage": _show_passage, "job": _show_job}
        readers[noun](services, row, as_json=as_json)


def _show_meeting(services: "Services", row: int, *, as_json: bool) -> None:
    meeting = services.door.meeting(OWNER, row)
    transcript = services.door.transcript(OWNER, row)
    kept = services.door.items(OWNER, meeting_id=row)
    if as_json:
        items_json = [kept_item_to_json(item, meeting=meeting) for item in kept]
        print_json({**meeting_to_json(meeting), **transcript_to_json(transcript), "items": list(items_json)})
        return
    say(f"{meeting.ref}  {meeting.title}", style="bold")
    say(joined(meeting.date, clock(meeting.duration), meeting.community, meeting.organisation), style="dim")
    say()
    say_turns(transcript.turns, numbered=True)
    if kept:
        say(f"{count(len(kept), 'item')}:", style="bold")
        for item in kept:
            say(joined(f"{item.ref}  {item.kind.value}: {item.title}", item.look and "look at it again"), indent=2)


def _show_item(services: "Services", row: int, *, as_json: bool) -> None:
    item = services.door.item(OWNER, row)
    meeting = services.door.meeting(OWNER, item.meeting_id)
    links = services.door.linked(OWNER, row)
    if as_json:
        print_json(linked_item_to_json(item, meeting=meeting, links=links))
        return
    say_item(item, meeting=meeting)
    say_links(links)


def _show_passage(services: "Services", row: int, *, as_json: bool) -> None:
    found = services.door.passages(OWNER, ids=[row])
    if not found:
        raise NotFound(f"no passage t{row} here; `commonlore ask` prints the ids of what it finds")
    kept = found[0]
    meeting = services.door.meeting(OWNER, kept.meeting_id)
    if as_json:
        print_json(passage_to_json(kept, meeting=meeting))
        return
    say(joined(f"t{kept.id}  {kept.speaker}", clock(kept.start), meeting.title, meeting.date), style="bold")
    say(f"“{kept.passage.text}”", indent=2)
    say(f"{meeting.ref}, turn {kept.passage.turn + 1}", indent=2, style="dim")


def _show_job(services: "Services", row: int, *, as_json: bool) -> None:
    job = services.door.job(OWNER, row)
    if as_json:
        print_json(job_to_json(job))
        return
    working = job.state is JobState.RUNNING
    doing = joined(job.step, f"{job.fraction:.0%}", left_in_words(job.left)) if working else None
    say(f"{job.ref}  {job.subject}: {joined(job.state.value, doing)}", style="bold")
    if job.error:
        say(job.error, indent=2)
    for remark in job.remarks:
        say(remark, indent=2)
