"""The one door from the commands to the library: what is heavy is imported here, and only when a command runs.

`commonlore --help` answers at once because of that.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from api.shapes import record_to_json
from models.errors import ConfigError, NotFound
from models.people import OWNER

if TYPE_CHECKING:
    from api.intake import About
    from api.services import Services
    from models.settings import Settings

LIBRARY = "commonlore.db"
"""What makes a folder a library: a command that only reads makes none."""
LAST_ANSWERS = 2
"""Seconds that answers under way are given when the service is told to stop."""
factory: "Callable[[Settings], Services] | None" = None
"""What builds the services of a library; none for the real ones. Tests put toys here."""


@contextmanager
def library(home: Path | None, *, fresh: bool = False) -> "Iterator[Services]":
    """The library opened for one command; unless `fresh`, it must be there already. Raises NotFound."""
    from api.services import Services
    from models.settings import read_settings

    settings = read_settings(home=home)
    if settings.home.exists() and not settings.home.is_dir():
        raise ConfigError(f"{settings.home} is a file, not a library's folder: choose another --home")
    if not fresh and not (settings.home / LIBRARY).exists():
        raise NotFound(
            f"no library at {settings.home}: make one by adding a meeting (commonlore add), "
            "or say where it is (commonlore --home FOLDER …)"
        )
    services = (factory or Services)(settings)
    try:
        yield services
    finally:
        services.close()


def about(
    services: "Services",
    *,
    community: str | None = None,
    organisation: str | None = None,
    title: str | None = None,
    date: str | None = None,
    language: str | None = None,
    speakers: int | None = None,
    names: Path | None = None,
    chat: Path | None = None,
) -> "About":
    """What the documenter says about what they hand in. Raises InputError for a file that is none such."""
    from api.intake import About

    return About(
        community=community,
        organisation=organisation,
        title=title,
        date=date,
        language=language,
        speakers=speakers,
        names=services.names(names) if names else {},
        chat=services.chat(chat) if chat else (),
    )


def digest_text(
    services: "Services", community: str, *, since: str | None, organisation: str | None, format: str
) -> str:
    """A community's digest as html, md or json. Raises NotFound."""
    from api.rendering import render_html, render_markdown

    digest = services.digest(OWNER, community, since=since, organisation=organisation)
    if format == "json":
        return json.dumps(record_to_json(digest), ensure_ascii=False)
    return render_html(digest) if format == "html" else render_markdown(digest)


def serve_pages(services: "Services", *, host: str, port: int, worker: bool) -> None:
    """Answers requests until it is told to stop."""
    import uvicorn

    from api.app import build_app

    app = build_app(services, worker=worker)
    server = uvicorn.Server(
        uvicorn.Config(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=LAST_ANSWERS)
    )
    app.state.closing = lambda: server.should_exit
    with suppress(KeyboardInterrupt):  # handed on by uvicorn when it has closed
        server.run()
    if not server.started:
        raise ConfigError("the service could not begin; the lines above say why")


def version() -> str:
    from importlib.metadata import version

    return version("commonlore")
