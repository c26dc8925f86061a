"""Commands that take in: add, and the two that only look, transcribe and extract."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.shapes import Shape, item_to_json, job_to_json, meeting_to_json, transcript_to_json
from cli import session
from cli.options import AsJson, Language, OneFile, Speakers, calendar_date
from cli.progress import shown
from cli.render import called, clean, count, joined, print_json, say, tell
from cli.transcripts import say_candidates, say_turns
from cli.waiting import tell_leaving, wait_for
from cli.watching import Folder
from models.errors import CommonloreError
from models.job import Job, JobState
from models.knowledge import Kind
from models.meeting import Meeting
from models.people import OWNER

if TYPE_CHECKING:
    from api.intake import About, Added
    from api.services import Services

LOOK = 1.0
"""Seconds between two looks at a folder that is watched."""


def add(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH", help="Recordings, transcripts, journal entries.")
    ] = None,
    community: Annotated[
        str | None, typer.Option(metavar="NAME", help="The community they belong to, unless the file says so.")
    ] = None,
    organisation: Annotated[str | None, typer.Option(metavar="NAME", help="Whose meeting it was.")] = None,
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What the meeting is called; else the file's name.")
    ] = None,
    date: Annotated[
        str | None, typer.Option(metavar="DATE", callback=calendar_date, help="The day it was held, as 2023-06-27.")
    ] = None,
    language: Language = None,
    speakers: Speakers = None,
    names: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Who the voices were, a line each: Speaker 2 = Person, Organisation."),
    ] = None,
    chat: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What was written meanwhile, as Zoom saves it beside a meeting."),
    ] = None,
    later: Annotated[
        bool, typer.Option("--later", help="Only queue them; `commonlore work` does the rest.")
    ] = False,
    watch: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Take in what is in this folder and what comes into it, until Ctrl-C."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take in recordings, transcripts or journal entries."""
    paths = paths or []
    if bool(paths) == bool(watch):
        raise typer.BadParameter("give one PATH or more, or --watch FOLDER")
    if title and (watch or len(paths) > 1):
        raise typer.BadParameter("--title names one meeting; give one PATH, or leave the title out")
    if chat and (watch or len(paths) > 1):
        raise typer.BadParameter("--chat belongs to one meeting; give one PATH, or leave the chat out")
    with session.library(context.obj, fresh=True) as services:
        about = session.about(
            services,
            community=community,
            organisation=organisation,
            title=title,
            date=date,
            language=language,
            speakers=speakers,
            names=names,
            chat=chat,
        )
        if watch:
            _keep_watch(services, watch, about, later=later, say_intake=_sayer(services, context, as_json=as_json))
            return
        intakes = [hand_in(services, path, about) for path in paths]
        if not later:
            follow(services, intakes)
        shapes = [_intake_json(services, intake) for intake in intakes]
        if as_json:
            print_json(shapes)
        else:
            _say_intakes(services, intakes, command=called(context.obj))
    if any(intake.error for intake in intakes):
        raise typer.Exit(1)


def _keep_watch(
    services: "Services", path: Path, about: "About", *, later: bool, say_intake: "Callable[[Intake], None]"
) -> None:
    """One file after another; what was here already is known by its content, whoever took it in and when."""
    folder = Folder(path)
    folder.ready()
    tell(f"Watching {path}  (Ctrl-C ends it)")
    try:
        while True:
            for ready in folder.ready():
                intake = hand_in(services, ready, about)
                if not later:
                    follow(services, [intake])
                say_intake(intake)
            time.sleep(LOOK)
    except KeyboardInterrupt:
        tell("Watching no longer. What is queued stays queued.")


def _sayer(services: "Services", context: typer.Context, *, as_json: bool) -> "Callable[[Intake], None]":
    """How each file is told of when it is done with: as a line of words, or of JSON."""
    if as_json:
        return lambda intake: print_json(_intake_json(services, intake))
    return lambda intake: _say_intake(services, intake, command=called(context.obj))


@dataclass(slots=True, kw_only=True)
class Intake:
    """What became of one path so far."""

    path: Path
    added: "Added | None" = None
    job: Job | None = None
    error: str | None = None


def hand_in(services: "Services", path: Path, about: "About") -> Intake:
    """One bad file does not stop the others: what is wrong with it is said, and remembered."""
    try:
        return Intake(path=path, added=services.add(path, name=clean(path.name), about=about))
    except CommonloreError as error:
        wrong = str(error)
    except OSError as error:
        wrong = f"{path.name}: {error.strerror or error}; check the path and its rights"
    tell(wrong)
    return Intake(path=path, error=wrong)


def follow(services: "Services", intakes: list[Intake]) -> None:
    """Waits, with progress, until what was queued is taken in or has failed."""
    ended = wait_for(services, [i.added.job_id for i in intakes if i.added and i.added.job_id])
    for intake in intakes:
        if intake.added and intake.added.job_id in ended:
            intake.job = ended[intake.added.job_id]
            if intake.job.state is JobState.DEAD:
                intake.error = intake.job.error or "it failed and does not say why"
                tell(_naming(intake.added.name, intake.error))


def _naming(name: str, error: str) -> str:
    return error if name in error else f"{name}: {error}"


def _intake_json(services: "Services", intake: Intake) -> Shape:
    shape: Shape = {"path": str(intake.path), "error": intake.error, "duplicate": False, "job": None}
    if intake.added:
        job = intake.job or (services.queue.job(intake.added.job_id) if intake.added.job_id else None)
        shape |= {"duplicate": intake.added.duplicate, "job": job_to_json(job) if job else None}
    meeting = _meeting(services, intake)
    shape["meeting"] = meeting_to_json(meeting) if meeting else None
    if meeting and meeting.ready:
        shape |= dict(_counts(services, meeting.id))
    return shape


def _meeting(services: "Services", intake: Intake) -> Meeting | None:
    if not intake.added or intake.error:
        return None
    return services.door.meeting(OWNER, intake.added.meeting_id)


def _counts(services: "Services", meeting_id: int) -> dict[str, int]:
    transcript = services.door.transcript(OWNER, meeting_id)
    return {
        "turns": len(transcript.turns),
        "voices": len({turn.speaker for turn in transcript.turns}),
        "items": len(services.door.items(OWNER, meeting_id=meeting_id)),
    }


def _say_intakes(services: "Services", intakes: list[Intake], *, command: str) -> None:
    for intake in intakes:
        _say_intake(services, intake, command=command)
    _say_next(services, intakes, command=command)


def _say_intake(services: "Services", intake: Intake, *, command: str) -> None:
    meeting = _meeting(services, intake)
    if not intake.added or not meeting:
        return
    if not meeting.ready:
        say(_on_its_way(services, intake.added, command=command))
    elif intake.added.duplicate and intake.job is None:
        say(f"{intake.added.name}: already here as {meeting.ref}")
    else:
        say_taken_in(services, meeting)


def _on_its_way(services: "Services", added: "Added", *, command: str) -> str:
    job = services.queue.job(added.job_id) if added.job_id else None
    if job and job.state is JobState.PAUSED:
        return f"{added.name}: paused; {command} resume {job.ref} goes on with it"
    return f"{added.name}: queued as j{added.job_id}"


def say_taken_in(services: "Services", meeting: Meeting) -> None:
    """A line of what is in the library now."""
    counts = _counts(services, meeting.id)
    kinds = Counter(item.kind for item in services.door.items(OWNER, meeting_id=meeting.id))
    told = ", ".join(count(kinds[kind], kind.value) for kind in Kind if kinds[kind])
    say(
        f"{meeting.ref}  {meeting.title}: "
        + joined(count(counts["turns"], "turn"), count(counts["voices"], "voice"), told or "no items")
    )


def _say_next(services: "Services", intakes: list[Intake], *, command: str) -> None:
    meetings = [meeting for intake in intakes if (meeting := _meeting(services, intake))]
    if not meetings:
        return
    if meetings[-1].ready:
        say(f'Next: {command} show {meetings[-1].ref}, or {command} ask "…"', style="dim")
    else:
        say(f"Next: {command} work", style="dim")


def transcribe(
    context: typer.Context,
    path: OneFile,
    language: Language = None,
    speakers: Speakers = None,
    vocabulary: Annotated[
        list[str] | None,
        typer.Option("--term", metavar="TERM", help="A name or an acronym to listen for; may be repeated."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write down what is said in a recording; nothing is stored."""
    with session.library(context.obj, fresh=True) as services:
        with shown() as show:
            transcript = services.transcribe(
                path,
                language=language,
                speakers=speakers,
                vocabulary=vocabulary or (),
                progress=lambda step, done: show(path.name, step, done),
            )
            show(path.name, "done", 1.0)
        if as_json:
            print_json(transcript_to_json(transcript))
        elif transcript.turns:
            say_turns(transcript.turns)
        else:
            tell(f"{path.name}: nobody speaks in it")


def extract(context: typer.Context, path: OneFile, as_json: AsJson = False) -> None:
    """Find the stories, problems and practices in a transcript; nothing is stored."""
    with session.library(context.obj, fresh=True) as services:
        tell_leaving(services)
        with shown() as show:
            found = services.extract(
                path, report=lambda done: show(path.name, "Finding stories, problems and practices", done)
            )
        if as_json:
            for candidate in found.candidates:
                print_json(item_to_json(candidate))
        else:
            say_candidates(found.candidates)
            tell(f"{path.name}: {count(len(found.candidates), 'item')}")
        for remark in found.remarks:
            tell(remark)
