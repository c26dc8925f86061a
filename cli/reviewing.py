"""The command by which people decide about items: confirm, edit, reject, split, merge; and undo it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from api.shapes import Shape, job_to_json, kept_item_to_json, record_to_json, review_to_json
from cli import session
from cli.options import AsJson
from cli.render import called, clock, joined, print_json, print_table, say, tell
from cli.repairing import Later, must_be_renewed, renewed
from cli.sitting import Sitting, say_sentences, somebody_is_there
from cli.transcripts import say_item
from models.job import Job, JobState
from models.knowledge import Item, Kind, State
from models.people import OWNER
from models.reference import parse_ref
from models.review import Edit, Review

if TYPE_CHECKING:
    from api.reviews import Reviewed, Reviews
    from api.services import Services

PLACE = "or a turn and the number of a sentence in it, as 6.2"


class Way(StrEnum):
    """What the options ask for; none of them reads."""

    CONFIRM = "--confirm"
    EDIT = "an edit (--title, --gist, --kind, --from, --to)"
    REJECT = "--reject"
    SPLIT = "--split"
    MERGE = "--merge"
    UNDO = "--undo"
    HISTORY = "--history"


OF_MEETINGS = (None, Way.UNDO, Way.HISTORY)
OF_SEVERAL = (None, Way.CONFIRM, Way.REJECT)
Work: TypeAlias = "Callable[[Reviews, int], Reviewed]"
"""Decides about one item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What the arguments name: a meeting, or items, or nothing."""

    meeting: int | None
    items: Sequence[int]


def review(
    context: typer.Context,
    refs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[MEETING|ITEM...]", help="m3: its drafts; i12: an item, or several."),
    ] = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="It is right as it is.")] = False,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="Another title.")] = None,
    gist: Annotated[str | None, typer.Option(metavar="TEXT", help="Another gist.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="It is another kind.")] = None,
    begin: Annotated[
        str | None, typer.Option("--from", metavar="PLACE", help=f"Where it begins: its first words, {PLACE}.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="PLACE", help=f"Where it ends: its last words, {PLACE}.")
    ] = None,
    reject: Annotated[
        str | None, typer.Option(metavar="REASON", help="Show it to nobody; the reason is kept.")
    ] = None,
    split: Annotated[
        str | None, typer.Option(metavar="PLACE", help="Make two of it: where the second begins.")
    ] = None,
    merge: Annotated[bool, typer.Option("--merge", help="Make one of two.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Undo the last decision; again for the one before.")] = False,
    history: Annotated[bool, typer.Option("--history", help="List what was decided, newest first.")] = False,
    teller: Annotated[
        str | None, typer.Option("--as", metavar="PERSON", help="Who told it, and decides about it themselves.")
    ] = None,
    later: Later = False,
    as_json: AsJson = False,
) -> None:
    """Decide about drafts: one after another at a terminal, or as the options say."""
    edit = Edit(title=title, gist=gist, kind=kind, begin=begin, end=end)
    way = _way(
        {
            Way.CONFIRM: confirm,
            Way.EDIT: edit != Edit(),
            Way.REJECT: reject is not None,
            Way.SPLIT: split is not None,
            Way.MERGE: merge,
            Way.UNDO: undo,
            Way.HISTORY: history,
        }
    )
    named = _named(refs or [], way)
    work: dict[Way, Work] = {
        Way.CONFIRM: lambda reviews, row: reviews.confirm(OWNER, row, teller=teller),
        Way.EDIT: lambda reviews, row: reviews.edit(OWNER, row, edit, teller=teller),
        Way.REJECT: lambda reviews, row: reviews.reject(OWNER, row, reject or "", teller=teller),
        Way.SPLIT: lambda reviews, row: reviews.split(OWNER, row, split or "", teller=teller),
        Way.MERGE: lambda reviews, row: reviews.merge(OWNER, row, named.items[1], teller=teller),
    }
    with session.library(context.obj) as services:
        if way is Way.HISTORY:
            _list_history(services, named, as_json=as_json)
        elif way is Way.UNDO:
            _say_decided(services, _undo(services, named), home=context.obj, later=later, as_json=as_json)
        elif way:
            for row in named.items[:1] if way is Way.MERGE else named.items:
                reviewed = work[way](services.reviews, row)
                _say_decided(services, reviewed, home=context.obj, later=later, as_json=as_json)
        elif named.items:
            _show_items(services, named.items, as_json=as_json)
        elif named.meeting is None:
            _list_meetings(services, as_json=as_json)
        elif as_json or not somebody_is_there():
            _list_drafts(services, named.meeting, as_json=as_json)
        else:
            _sit(services, named.meeting, teller=teller, later=later)


def _way(given: Mapping[Way, bool]) -> Way | None:
    """The one that is asked for; several are wrong usage."""
    asked = [way for way, is_given in given.items() if is_given]
    if len(asked) > 1:
        raise typer.BadParameter(f"say one thing at a time, not {' and '.join(asked)}; an edit confirms too")
    return asked[0] if asked else None


def _named(refs: Sequence[str], way: Way | None) -> Named:
    """What a decision is about. Raises NotFound for what is no id."""
    rows = [parse_ref(ref) for ref in refs]
    nouns = {noun for noun, _ in rows}
    if nouns == {"meeting"} and len(rows) == 1 and way in OF_MEETINGS:
        return Named(meeting=rows[0][1], items=())
    if nouns - {"item"} or (way and not rows):
        raise typer.BadParameter("name items (i12) to decide about them; one meeting (m3) is walked through whole")
    items = list(dict.fromkeys(row for _, row in rows))
    if way is Way.MERGE and len(items) != 2:
        raise typer.BadParameter("--merge makes one of two items: name both, the one that stays first")
    if len(items) > 1 and way not in (*OF_SEVERAL, Way.MERGE):
        raise typer.BadParameter(f"{way} is for one item at a time")
    return Named(meeting=None, items=items)


# --- deciding ------------------------------------------------------------------------------------------------


def _undo(services: "Services", named: Named) -> "Reviewed":
    meeting_id, item_id = _about(services, named)
    return services.reviews.undo(OWNER, meeting_id, item_id=item_id)


def _about(services: "Services", named: Named) -> tuple[int, int | None]:
    """The meeting, and the item where one is named."""
    if named.meeting is not None:
        return named.meeting, None
    item = services.door.item(OWNER, named.items[0])
    return item.meeting_id, item.id


def _say_decided(
    services: "Services", reviewed: "Reviewed", *, home: Path | None, later: bool, as_json: bool
) -> None:
    """What was decided, once it can be found so, and the way back."""
    job = renewed(services, reviewed.job_id, later=later)
    made = reviewed.review
    if as_json:
        print_json({**review_to_json(made), "job": job_to_json(job) if job else None})
    else:
        say(f"Undone: {made.what}" if made.undone_at else made.what)
        _say_rest(services, made, job, command=called(home))
    must_be_renewed(job)


def _say_rest(services: "Services", made: Review, job: Job | None, *, command: str) -> None:
    if job and job.state in (JobState.QUEUED, JobState.RUNNING):
        say(f"It is made findable as {job.ref}: {command} work", style="dim")
    if made.undone_at:
        return
    for item in (services.door.item(OWNER, row) for row in made.item_ids):
        if item.state is not State.WITHDRAWN:
            say(f"{item.ref}  {item.kind.value}: {item.title}", indent=2)
            say(f"“{item.evidence.quote}”", indent=4, style="dim")
    say(f"Not right? {command} review i{made.item_ids[0]} --undo", style="dim")


def _sit(services: "Services", meeting_id: int, *, teller: str | None, later: bool) -> None:
    sitting = Sitting(services, services.door.meeting(OWNER, meeting_id), teller=teller)
    sitting.walk()
    jobs = {made.job_id for made in sitting.made if made.job_id}
    for job_id in jobs:
        must_be_renewed(renewed(services, job_id, later=later))
    left = len(services.reviews.drafts(OWNER, meeting_id))
    say(f"{len(sitting.made)} decided, {left} left in m{meeting_id}")


# --- reading -------------------------------------------------------------------------------------------------


def _list_meetings(services: "Services", *, as_json: bool) -> None:
    """How much of each meeting waits for somebody to decide."""
    items = [*services.door.items(OWNER), *services.door.items(OWNER, state=State.WITHDRAWN)]
    counts = Counter((item.meeting_id, item.state) for item in items)
    meetings = services.door.meetings(OWNER)
    shapes: list[Shape] = [
        {"meeting_id": one.ref, "title": one.title, **{state.value: counts[one.id, state] for state in State}}
        for one in meetings
    ]
    if as_json:
        print_json(shapes)
    else:
        print_table(["id", *State, "title"], [[str(value) for value in _row(shape)] for shape in shapes])


def _row(shape: Shape) -> list[object]:
    return [shape["meeting_id"], *(shape[state] for state in State), shape["title"]]


def _list_drafts(services: "Services", meeting_id: int, *, as_json: bool) -> None:
    drafts = services.reviews.drafts(OWNER, meeting_id)
    if as_json:
        meeting = services.door.meeting(OWNER, meeting_id)
        print_json([kept_item_to_json(item, meeting=meeting) for item in drafts])
    elif drafts:
        print_table(["id", "kind", "told by", "when", "title"], [_draft_row(item) for item in drafts])
        tell(f"Decide: commonlore review {drafts[0].ref} --confirm, or --reject REASON; --help has the other ways")
    else:
        say(f"No drafts wait in m{meeting_id}.")


def _draft_row(item: Item) -> list[str]:
    when = clock(item.evidence.start) or f"turn {item.evidence.turn_start + 1}"
    return [item.ref, item.kind.value, item.evidence.speaker, when, item.title]


def _show_items(services: "Services", rows: Sequence[int], *, as_json: bool) -> None:
    """Each with the sentences around it, by whose numbers its ends are said."""
    for row in rows:
        item = services.door.item(OWNER, row)
        meeting = services.door.meeting(OWNER, item.meeting_id)
        sentences = services.reviews.sentences(OWNER, row)
        if as_json:
            shape = record_to_json(sentences)
            print_json({**kept_item_to_json(item, meeting=meeting), "sentences": shape})
        else:
            say_item(item, meeting=meeting)
            say()
            say_sentences(sentences)
            say()


def _list_history(services: "Services", named: Named, *, as_json: bool) -> None:
    meeting_id, item_id = _about(services, named)
    found = services.reviews.history(OWNER, meeting_id, item_id=item_id)
    if as_json:
        print_json([review_to_json(made) for made in found])
    elif found:
        print_table(["made", "by", "undone", "what"], [_history_row(made) for made in found])
    else:
        say("Nothing was decided yet.")


def _history_row(made: Review) -> list[str]:
    who = joined(made.reviewer.name, "its teller" if made.reviewer.teller else None)
    return [f"{made.made_at:%Y-%m-%d %H:%M}", who, "undone" if made.undone_at else "", made.what]
