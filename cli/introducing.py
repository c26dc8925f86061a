"""Commands that bring people together, and keep questions for those who asked them."""

from collections.abc import Sequence
from typing import Annotated

import typer

from api.shapes import Shape, kept_question_to_json, record_to_json
from cli import session
from cli.options import AsJson
from cli.render import joined, print_json, say, tell
from models.errors import NotFound
from models.introduction import Answered, Party, SeenIntroduction
from models.people import OWNER
from models.reference import parse_ref

RequestRef = Annotated[str, typer.Argument(metavar="REQUEST", help="Its id, as n4.")]


def introduce(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="ID", help="What they told: an item, as i12, or a passage, as t7.")],
    about: Annotated[str, typer.Option(metavar="TEXT", help="What you would like to talk about.")],
    name: Annotated[str, typer.Option("--as", metavar="NAME", help="Who you are: told only if they accept.")],
    reach: Annotated[str, typer.Option(metavar="CONTACT", help="How to reach you: told only if they accept.")],
    as_json: AsJson = False,
) -> None:
    """Ask to be introduced to who told this; they decide, and learn nothing of you before that."""
    with session.library(context.obj) as services:
        made = services.introduce(OWNER, ref, about=about, asker=Party(name=name, reach=reach))
    if as_json:
        print_json(record_to_json(made))
    else:
        tell(f"{made.ref} waits for their answer; `commonlore introductions --by {name!r}` says when it is there")


def introductions(
    context: typer.Context,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="Those that this person asked for.")] = None,
    of: Annotated[str | None, typer.Option("--of", metavar="NAME", help="Those this person was asked for.")] = None,
    as_json: AsJson = False,
) -> None:
    """List requests for introductions, as the one who asked or the one who was asked sees them."""
    if (by is None) == (of is None):
        raise typer.BadParameter("say whose: --by NAME for who asked, or --of NAME for who was asked")
    with session.library(context.obj) as services:
        if by:
            found = services.introductions_asked_by(OWNER, by)
        else:
            found = services.introductions_asked_of(OWNER, of or "")
    if as_json:
        print_json([record_to_json(one) for one in found])
        return
    _say_requests(found)


def accept(
    context: typer.Context,
    request: RequestRef,
    reach: Annotated[str, typer.Option(metavar="CONTACT", help="How you can be reached.")],
    as_json: AsJson = False,
) -> None:
    """Accept to be introduced: from now on the two know who the other is."""
    _decide(context, request, reach=reach, as_json=as_json)


def decline(context: typer.Context, request: RequestRef, as_json: AsJson = False) -> None:
    """Decline to be introduced: the one who asked learns no more than that."""
    _decide(context, request, reach=None, as_json=as_json)


def _decide(context: typer.Context, request: str, *, reach: str | None, as_json: bool) -> None:
    with session.library(context.obj) as services:
        decided = services.decide_introduction(OWNER, _row(request, "introduction"), reach=reach)
    if as_json:
        print_json(record_to_json(decided))
    else:
        _say_requests([decided])


def _say_requests(found: Sequence[SeenIntroduction]) -> None:
    if not found:
        say("No requests.")
    for one in found:
        other = f"{one.other.name}, {one.other.reach}" if one.other else None
        say(joined(one.ref, one.state.value, one.told_in, one.asked_at.date().isoformat(), other), style="bold")
        say(one.about, indent=2)
        if one.state is Answered.WAITING:
            say("Nothing is said of either to the other before it is accepted.", indent=2, style="dim")


def findable(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Their name.")],
    no: Annotated[bool, typer.Option("--no", help="They prefer not to be found.")] = False,
) -> None:
    """Say whether somebody is named to those who ask who has met something."""
    with session.library(context.obj) as services:
        services.set_findable(person, findable=not no)
    tell(f"{person} is {'not ' if no else ''}named to those who ask")


def kept(
    context: typer.Context,
    drop: Annotated[str | None, typer.Option(metavar="ID", help="Keep this one no longer, as q3.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the questions you keep (`ask --keep`); digests of what is new show new answers to them."""
    with session.library(context.obj) as services:
        if drop:
            services.drop_question(OWNER, _row(drop, "kept question"))
        found = services.kept_questions(OWNER)
    if as_json:
        shapes: list[Shape] = [kept_question_to_json(one) for one in found]
        print_json(shapes)
        return
    for one in found:
        say(joined(one.ref, one.question.text, one.kept_at.date().isoformat()))
    if not found:
        say('You keep no questions: `commonlore ask "…" --keep` keeps one.')


def _row(ref: str, noun: str) -> int:
    found, row = parse_ref(ref)
    if found != noun:
        raise NotFound(f"{ref} is the id of another thing ({found})")
    return row
