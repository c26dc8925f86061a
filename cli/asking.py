"""Commands that find and tell: ask, people, digest."""

import json
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from api.shapes import answer_to_json, cluster_to_json, kindred_to_json, telling_to_json
from cli import session
from cli.options import (
    AsJson,
    AtOrganisation,
    ByPerson,
    Elsewhere,
    FromOrganisation,
    InCommunity,
    InState,
    Limit,
    OfKind,
    Since,
    Until,
    calendar_date,
    item_row,
)
from cli.progress import shown
from cli.render import joined, print_json, print_raw, say, tell
from cli.transcripts import say_answer, say_kindred, say_tellings
from models.errors import InputError
from models.people import OWNER
from models.query import Cluster, Question

if TYPE_CHECKING:
    from api.services import Services

Asked = Annotated[str | None, typer.Argument(metavar="QUESTION", help="In plain words, as to a colleague.")]


FEW, MANY = 10, 50
AskLimit: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--limit", metavar="N", min=1, max=1000, help=f"At most so many: {FEW}; of a file {MANY} for each."
    ),
]
"""A person reads a page; a file of questions is for programs, which can leave out what they do not need."""


def ask(
    context: typer.Context,
    question: Asked = None,
    questions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="A question a line, plain or as JSON with `question`, instead of one here."
        ),
    ] = None,
    organisation: FromOrganisation = None,
    elsewhere: Elsewhere = False,
    community: InCommunity = None,
    at: AtOrganisation = None,
    person: ByPerson = None,
    kind: OfKind = None,
    state: InState = None,
    since: Since = None,
    until: Until = None,
    limit: AskLimit = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="First a few sentences that answer, each with where it was said.")
    ] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Keep it: digests show its new answers.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask who has met something like this, and what they did."""
    if (question is None) == (questions is None):
        raise typer.BadParameter('give one question in quotes ("…"), or a file of them (--questions FILE)')
    texts = read_questions(questions) if questions else [_worded(question or "")]
    asked = [
        Question(
            text=text,
            organisation=organisation,
            elsewhere=elsewhere,
            community=community,
            at=at,
            person=person,
            kind=kind,
            state=state,
            since=since,
            until=until,
            limit=limit or (MANY if questions else FEW),
            summary=summary,
        )
        for text in texts
    ]
    with session.library(context.obj) as services:
        if questions:
            _answer_all(services, asked, as_json=as_json, name=questions.name)
            return
        if summary and services.leaving_with_answers:
            tell(services.leaving_with_answers)
        answer = services.ask(OWNER, asked[0])
        if keep:
            tell(
                f"{services.keep_question(OWNER, asked[0]).ref} is kept: digests with --since show its new answers"
            )
        if as_json:
            print_json(answer_to_json(answer))
            return
        say_answer(answer)
        if not answer.found and asked[0].asks_everybody:
            say("Your question is kept, for whoever can answer it.", style="dim")


def _answer_all(services: "Services", asked: list[Question], *, as_json: bool, name: str) -> None:
    """In the order of the file; each as soon as it is there."""
    with shown() as show:
        for number, answer in enumerate(services.ask_many(OWNER, asked), 1):
            show(name, "Answering", number / len(asked))
            if as_json:
                print_json(answer_to_json(answer))
                continue
            say(answer.question, style="bold underline")
            say()
            say_answer(answer)
            say()


def read_questions(path: Path) -> list[str]:
    """A question a line: plain words, or an object with `question`; empty lines are left out. Raises InputError."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name}: not UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; check the path") from error
    questions = list(_questions(lines, name=path.name))
    if not questions:
        raise InputError(f"{path.name}: no questions in it; write one a line")
    return questions


def _questions(lines: list[str], *, name: str) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if not line.lstrip().startswith("{"):
            yield line.strip()
            continue
        try:
            text = json.loads(line).get("question")
        except json.JSONDecodeError as error:
            raise InputError(
                f"{name}, line {number}: broken JSON ({error.msg}); mend it or write plain words"
            ) from error
        if not isinstance(text, str) or not text.strip():
            raise InputError(f'{name}, line {number}: no "question" in it; write {{"question": "…"}}')
        yield text.strip()


def _worded(question: str) -> str:
    if not question.strip():
        raise typer.BadParameter("the question is empty")
    return question.strip()


def people(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What they should have met.")],
    organisation: FromOrganisation = None,
    elsewhere: Elsewhere = False,
    community: InCommunity = None,
    at: AtOrganisation = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 10,
    as_json: AsJson = False,
) -> None:
    """Find who has met this, by what they told."""
    asked = Question(
        text=_worded(question),
        organisation=organisation,
        elsewhere=elsewhere,
        community=community,
        at=at,
        since=since,
        until=until,
        limit=limit,
    )
    with session.library(context.obj) as services:
        found = services.people(OWNER, asked)
        if as_json:
            print_json([telling_to_json(telling) for telling in found])
        elif found:
            say_tellings(found)
        else:
            say("Nobody here has told of this yet.")


def kindred(
    context: typer.Context,
    item: Annotated[str | None, typer.Argument(metavar="ITEM", help="Its id, as i12.")] = None,
    clusters: Annotated[
        str | None,
        typer.Option(metavar="COMMUNITY", help="Instead: which problems of this community are of one kind."),
    ] = None,
    organisation: FromOrganisation = None,
    elsewhere: Elsewhere = False,
    community: InCommunity = None,
    limit: Limit = 10,
    as_json: AsJson = False,
) -> None:
    """Find the same kind of difficulty elsewhere: what is alike, what differs, what answered it there."""
    if (item is None) == (clusters is None):
        raise typer.BadParameter("give an item, as i12, or a community: --clusters COMMUNITY")
    with session.library(context.obj) as services:
        if clusters:
            _say_clusters(services.clusters(OWNER, clusters), as_json=as_json)
            return
        asked = Question(text="", organisation=organisation, elsewhere=elsewhere, community=community, limit=limit)
        found = services.kindred(OWNER, item_row(item or ""), asked)
    if as_json:
        print_json([kindred_to_json(one) for one in found])
    elif found:
        say_kindred(found)
    else:
        say("Nobody elsewhere has told of the like yet.")


def _say_clusters(found: Sequence[Cluster], *, as_json: bool) -> None:
    if as_json:
        print_json([cluster_to_json(cluster) for cluster in found])
        return
    alone = [cluster.items[0] for cluster in found if len(cluster.items) == 1]
    for cluster in found:
        if len(cluster.items) > 1:
            say(f"{len(cluster.items)}: {', '.join(cluster.terms) or cluster.items[0].title}", style="bold")
            for one in cluster.items:
                say(joined(one.ref, one.title), indent=2)
            say()
    if alone:
        say("By themselves:", style="bold")
        for one in alone:
            say(joined(one.ref, one.title), indent=2)


class Format(StrEnum):
    """What a digest can be written as."""

    HTML = "html"
    MARKDOWN = "md"
    JSON = "json"


def digest(
    context: typer.Context,
    community: Annotated[str, typer.Argument(metavar="COMMUNITY", help="Whose knowledge.")],
    organisation: FromOrganisation = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", callback=calendar_date, help="Only what is new since this day.")
    ] = None,
    format: Annotated[Format | None, typer.Option(help="Else by the name of FILE, else md.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What a new joiner should read first, or what is new since a date."""
    wanted = Format.JSON if as_json else format or _format_of(output)
    with session.library(context.obj) as services:
        text = session.digest_text(services, community, since=since, organisation=organisation, format=wanted.value)
    if output is None:
        print_raw(text)
        return
    output.write_text(text, encoding="utf-8")
    tell(f"Written to {output}")


def _format_of(output: Path | None) -> Format:
    suffix = output.suffix.lower().removeprefix(".") if output else ""
    return {"html": Format.HTML, "htm": Format.HTML, "json": Format.JSON}.get(suffix, Format.MARKDOWN)
