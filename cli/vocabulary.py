"""The command for a community's vocabulary: names and acronyms that the transcriber is to listen for."""

from typing import Annotated

import typer

from cli import session
from cli.options import AsJson
from cli.render import print_json, say
from models.people import OWNER


def vocabulary(
    context: typer.Context,
    community: Annotated[str, typer.Argument(metavar="COMMUNITY", help="Whose words they are.")],
    add: Annotated[
        list[str] | None,
        typer.Option(metavar="TERM", help="A name or an acronym as it is written; may be repeated."),
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option(metavar="TERM", help="One that is listed; may be repeated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Names and acronyms to listen for in a community's recordings."""
    with session.library(context.obj) as services:
        if add or remove:
            services.change_vocabulary(OWNER, community, add=add or (), remove=remove or ())
        terms = services.vocabulary(OWNER, community)
    if as_json:
        print_json({"community": community, "terms": list(terms)})
    elif terms:
        for term in terms:
            say(term)
    else:
        say(f'Nothing yet. Add a term: commonlore vocabulary "{community}" --add "ICB"')
