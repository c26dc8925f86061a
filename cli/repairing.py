"""Commands that put a meeting right: merge, split, reassign, correct, undo; repairs lists what was done."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from api.shapes import job_to_json, repair_to_json
from cli import session
from cli.options import AsJson, MeetingRef, meeting_row
from cli.render import called, print_json, print_table, say, tell
from cli.waiting import wait_for
from models.job import Job, JobState
from models.people import OWNER

if TYPE_CHECKING:
    from api.repairs import Repaired
    from api.services import Services

Later: TypeAlias = Annotated[
    bool, typer.Option("--later", help="Leave finding items anew to `commonlore work`, or to the next repair.")
]
Voice: TypeAlias = Annotated[
    str, typer.Argument(metavar="VOICE", help='As it is called: "Speaker 3", or its name.')
]
TURN = "Its number, as `commonlore show` has it, or a time in it: 6 or 3:14."


def merge(
    context: typer.Context,
    meeting: MeetingRef,
    voice: Voice,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The voice it really is.")],
    later: Later = False,
    as_json: AsJson = False,
) -> None:
    """Make two voices one."""
    row = meeting_row(meeting)
    _put_right(
        context, lambda library: library.repairs.merge(OWNER, row, voice, into), later=later, as_json=as_json
    )


def split(
    context: typer.Context,
    meeting: MeetingRef,
    voice: Voice,
    begin: Annotated[
        str, typer.Option("--from", metavar="TURN", help=f"The first turn that is not theirs. {TURN}")
    ],
    end: Annotated[
        str | None, typer.Option("--to", metavar="TURN", help="The last one, if not all that follow.")
    ] = None,
    label: Annotated[
        str | None, typer.Option("--as", metavar="VOICE", help="Whose they are; else a new voice's.")
    ] = None,
    later: Later = False,
    as_json: AsJson = False,
) -> None:
    """Give the turns of one voice, from one on, to another voice."""
    row = meeting_row(meeting)
    _put_right(
        context,
        lambda library: library.repairs.split(OWNER, row, voice, begin=begin, end=end, label=label),
        later=later,
        as_json=as_json,
    )


def reassign(
    context: typer.Context,
    meeting: MeetingRef,
    turns: Annotated[str, typer.Argument(metavar="TURN", help=f"{TURN} Several as 6,9 or 6-9.")],
    voice: Annotated[str, typer.Argument(metavar="VOICE", help="Whose it is; Unknown where nobody can tell.")],
    begin: Annotated[
        str | None,
        typer.Option("--from", metavar="WORDS", help="Only from these words of the turn on, or from a time in it."),
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="A voice that was not told apart so far.")] = False,
    later: Later = False,
    as_json: AsJson = False,
) -> None:
    """Give a turn, or the rest of one, to another voice."""
    row = meeting_row(meeting)
    if begin is not None:
        _put_right(
            context,
            lambda library: library.repairs.divide(OWNER, row, turns, voice, begin=begin, new=new),
            later=later,
            as_json=as_json,
        )
        return
    _put_right(
        context,
        lambda library: library.repairs.reassign(OWNER, row, turns, voice, new=new),
        later=later,
        as_json=as_json,
    )


def correct(
    context: typer.Context,
    meeting: MeetingRef,
    turn: Annotated[str | None, typer.Argument(metavar="TURN", help=TURN)] = None,
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="All that was said in that turn.")] = None,
    replace: Annotated[
        tuple[str, str] | None,
        typer.Option("--replace", metavar="OLD NEW", help="Instead: these words by those, in the whole meeting."),
    ] = None,
    later: Later = False,
    as_json: AsJson = False,
) -> None:
    """Write what was really said; the words that stay keep their times."""
    row = meeting_row(meeting)
    if replace and turn is None:
        old, new = replace
        _put_right(
            context, lambda library: library.repairs.replace(OWNER, row, old, new), later=later, as_json=as_json
        )
    elif turn is not None and text is not None and not replace:
        _put_right(
            context, lambda library: library.repairs.correct(OWNER, row, turn, text), later=later, as_json=as_json
        )
    else:
        raise typer.BadParameter("say a TURN and its TEXT, or --replace OLD NEW")


def undo(context: typer.Context, meeting: MeetingRef, later: Later = False, as_json: AsJson = False) -> None:
    """Undo the last repair of a meeting; again for the one before."""
    row = meeting_row(meeting)
    _put_right(context, lambda library: library.repairs.undo(OWNER, row), later=later, as_json=as_json)


def repairs(context: typer.Context, meeting: MeetingRef, as_json: AsJson = False) -> None:
    """List what was put right in a meeting, newest first."""
    with session.library(context.obj) as services:
        found = services.repairs.history(OWNER, meeting_row(meeting))
    if as_json:
        print_json([repair_to_json(repair) for repair in found])
    elif found:
        print_table(
            ["made", "undone", "what"],
            [(f"{one.made_at:%Y-%m-%d %H:%M}", "undone" if one.undone_at else "", one.what) for one in found],
        )
    else:
        say("Nothing was put right in this meeting.")


def _put_right(
    context: typer.Context, work: Callable[["Services"], "Repaired"], *, later: bool, as_json: bool
) -> None:
    with session.library(context.obj) as services:
        repaired = work(services)
        job = renewed(services, repaired.job_id, later=later)
        if as_json:
            print_json({**repair_to_json(repaired.repair), "job": job_to_json(job) if job else None})
        else:
            say_repaired(repaired, job, command=called(context.obj))
    must_be_renewed(job)


def renewed(services: "Services", job_id: int | None, *, later: bool) -> Job | None:
    """The job that finds items anew, at its end unless that is left for later; none where nothing changes."""
    if job_id is None:
        return None
    ended = {} if later else wait_for(services, [job_id])
    return ended.get(job_id) or services.queue.job(job_id)


def say_repaired(repaired: "Repaired", job: Job | None, *, command: str) -> None:
    """What was done, and the way back."""
    repair = repaired.repair
    say(f"Undone: {repair.what}" if repair.undone_at else repair.what)
    if job and job.state in (JobState.QUEUED, JobState.RUNNING):
        say(f"What rests on it is found anew as {job.ref}: {command} work", style="dim")
    if not repair.undone_at:
        say(f"Not right? {command} undo m{repair.meeting_id}", style="dim")


def must_be_renewed(job: Job | None) -> None:
    if job and job.state is JobState.DEAD:
        tell(f"That is kept, but what rests on it could not be found anew: {job.error}")
        raise typer.Exit(1)
