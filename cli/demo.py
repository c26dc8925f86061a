"""The demo: a library from the sample that ships with the project, a question answered, a digest written."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from api.shapes import answer_to_json, meeting_to_json
from cli import session
from cli.options import AsJson
from cli.render import called, count, print_json, say, tell
from cli.taking_in import Intake, follow, hand_in, say_taken_in
from cli.transcripts import say_answer
from models.errors import CommonloreError
from models.people import OWNER
from models.query import Answer, Question

if TYPE_CHECKING:
    from api.services import Services

HOME = Path("demo-library")
SAMPLE = Path(__file__).parent / "sample"
QUESTION = "There are too few of us today: do we have the discussion, or leave it until there is a bigger group?"
RECORDING = "w3c-ccg-traceability-2023-06-27.ogg"
COMMUNITY = "Verifiable Traceability"
DIGEST_OF = "Children, Young People and Education"
"""The community of the sample that has told most."""


def demo(context: typer.Context, as_json: AsJson = False) -> None:
    """Try it: takes in the sample, asks a question, writes a digest."""
    with session.library(_home(context.obj), fresh=True) as services:
        tell(f"Taking the sample into {services.home}: a recorded call, and six transcripts of two committees.")
        intakes = _take_in(services)
        answer = services.ask(OWNER, Question(text=QUESTION, limit=5))
        digests = _write_digests(services)
        if as_json:
            meetings = [meeting_to_json(meeting) for meeting in services.door.meetings(OWNER)]
            written = [str(path) for path in digests]
            print_json({"meetings": list(meetings), "answer": answer_to_json(answer), "digests": list(written)})
        else:
            _tell_story(services, intakes, answer=answer, digests=digests)


def _home(given: Path | None) -> Path | None:
    return given or (None if "COMMONLORE_HOME" in os.environ else HOME)


def _take_in(services: "Services") -> list[Intake]:
    """The transcripts first: they are quick, so that there is something to see before the recording is heard."""
    transcripts = sorted(SAMPLE.glob("*.json"))
    intakes = [hand_in(services, path, session.about(services)) for path in transcripts]
    intakes.append(
        hand_in(
            services,
            SAMPLE / RECORDING,
            session.about(
                services,
                community=COMMUNITY,
                organisation="W3C Credentials Community Group",
                title="Verifiable Traceability task force call",
                date="2023-06-27",
                language="en",
            ),
        )
    )
    follow(services, intakes)
    failed = [intake.error for intake in intakes if intake.error]
    if failed:
        raise CommonloreError(f"the demo stopped: {count(len(failed), 'file')} could not be taken in; see above")
    return intakes


def _write_digests(services: "Services") -> list[Path]:
    paths = [services.home / "digest.html", services.home / "digest.md"]
    for path in paths:
        text = session.digest_text(
            services, DIGEST_OF, since=None, organisation=None, format=path.suffix.removeprefix(".")
        )
        path.write_text(text, encoding="utf-8")
    return paths


def _tell_story(services: "Services", intakes: list[Intake], *, answer: Answer, digests: list[Path]) -> None:
    say("In the library:", style="bold")
    for intake in intakes:
        if intake.added:
            say_taken_in(services, services.door.meeting(OWNER, intake.added.meeting_id))
    say()
    say(f"Asked: {answer.question}", style="bold")
    say()
    say_answer(answer)
    say()
    say(f"A digest of {DIGEST_OF} for a new joiner: {digests[0]} (and {digests[1].name})")
    say(f"Open the pages:  {called(services.home)} serve    (or: make serve)")
    say(f'Ask your own:    {called(services.home)} ask "…"')
