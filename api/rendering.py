"""Records as text for people, by templates: the pages, and the digest as a page of its own or as Markdown."""

import re
from base64 import b64encode
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from api.phrasing import clock, count
from models.job import left_in_words
from models.knowledge import Evidence
from search.digest import Digest

WEB = Path(__file__).parent / "web"
MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
"""What Markdown reads as more than a character, anywhere in a line."""
OPENERS = re.compile(r"^(\d*)([-+=.)])")
"""What it reads so at the beginning of one: "- ", "1. "."""


def render(template: str, **context: object) -> str:
    return _environment().get_template(template).render(context)


def render_markdown(digest: Digest) -> str:
    """What people said stays text: no mark of theirs becomes a heading, a link or a picture."""
    text = render("digest.md", digest=digest)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def render_html(digest: Digest) -> str:
    """A page that stands by itself, as a file or in a mail: its style inside, no script, nothing to be fetched."""
    return render("digest_alone.html", digest=digest, style=Markup(_style()))


def style_hash() -> str:
    """What lets that page keep its style under a content policy."""
    return "sha256-" + b64encode(sha256(_style().encode()).digest()).decode()


def lasting(seconds: float | None) -> str:
    """How long something lasts: 8 minutes, 1 hour 32 minutes; empty where it is not known."""
    if seconds is None:
        return ""
    hours, minutes = divmod(max(1, round(seconds / 60)), 60)
    return " ".join(count(number, noun) for number, noun in ((hours, "hour"), (minutes, "minute")) if number)


def day(iso: str | None) -> str:
    """14 March 2026; what is no date stays as it is."""
    try:
        return f"{date.fromisoformat(iso or ''):%-d %B %Y}"
    except ValueError:
        return iso or ""


def place(meeting_id: int, evidence: Evidence) -> str:
    """The address that opens a meeting where this was said: at its turn, and at its second where that is known."""
    second = "" if evidence.start is None else f"?t={evidence.start:.1f}"
    return f"/meetings/m{meeting_id}{second}#turn-{evidence.turn_start}"


def excerpt(meeting_id: int, evidence: Evidence) -> str:
    """The address of those seconds of the recording alone, which browsers play without a script."""
    end = "" if evidence.end is None else f",{evidence.end:.1f}"
    return f"/api/v1/meetings/m{meeting_id}/recording#t={evidence.start or 0:.1f}{end}"


def coded(text: str) -> Markup:
    """Our own descriptions, with what stands between back-ticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def plain(text: str | None) -> str:
    """Text that Markdown leaves as it is, in one line."""
    line = " ".join((text or "").split())
    return OPENERS.sub(r"\1\\\2", MARKS.sub(r"\\\1", line))


@cache
def _style() -> str:
    return (WEB / "static" / "commonlore.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=lambda name: name is None or not name.endswith(".md"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        clock=clock,
        coded=coded,
        lasting=lasting,
        left=left_in_words,
        day=day,
        plain=plain,
        segment=lambda text: quote(text, safe=""),
    )
    environment.globals.update(place=place, excerpt=excerpt, count=count)
    return environment
