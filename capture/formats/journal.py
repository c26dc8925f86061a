"""A journal entry written alone, in Markdown or plain text: one speaker, a turn for each paragraph."""

import html
import re
from collections.abc import Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from capture.formats.plaintext import names_speakers, read_plaintext
from models.errors import TranscriptError
from models.meeting import Transcript, Turn

AUTHOR = "Journal"
"""The speaker of an entry that does not say who wrote it."""
MOST_CHARACTERS = 400_000
"""Of Markdown, whose parser is slow on what was made to slow it; about 65,000 words."""
LONGEST_TITLE = 120
WRAPPED = 120
"""A text file with longer lines than this keeps each paragraph on one line."""

FRONT_MATTER = re.compile(r"---[^\S\n]*\n(.*?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|$)", re.DOTALL)
FIELD = re.compile(r"(\w[\w -]{0,40}?)\s*:(?:\s+(.*)|$)")
TAG = re.compile(r"<[^<>]*>")
FRONT_NAMES = {
    "speaker": ("author", "speaker", "authors", "by"),
    "title": ("title",),
    "date": ("date", "created"),
    "meeting": ("meeting", "id"),
    "community": ("community",),
    "organisation": ("organisation", "organization"),
    "language": ("language", "lang"),
}


def read_markdown(text: str, *, name: str) -> Transcript:
    """A conversation where its paragraphs name speakers, else an entry. Raises TranscriptError."""
    if len(text) > MOST_CHARACTERS:
        raise TranscriptError(f"{name}: longer than {MOST_CHARACTERS:,} characters; split it into entries")
    front, body = split_front_matter(text)
    heading, paragraphs = _markdown_paragraphs(body)
    plain = "\n\n".join(paragraphs)
    if names_speakers(plain):
        turns = read_plaintext(plain, name=name).turns
    else:
        turns = _entry_turns(paragraphs, front=front)
    return _transcript(turns, front=front, heading=heading, name=name)


def read_journal(text: str, *, name: str) -> Transcript:
    """Of a plain text file. Raises TranscriptError."""
    front, body = split_front_matter(text)
    heading, paragraphs = _text_paragraphs(body)
    return _transcript(_entry_turns(paragraphs, front=front), front=front, heading=heading, name=name)


def _entry_turns(paragraphs: Sequence[str], *, front: Mapping[str, str]) -> tuple[Turn, ...]:
    speaker = front.get("speaker") or AUTHOR
    return tuple(Turn(speaker=speaker, text=paragraph) for paragraph in paragraphs)


def _transcript(turns: tuple[Turn, ...], *, front: Mapping[str, str], heading: str | None, name: str) -> Transcript:
    if not turns:
        raise TranscriptError(f"{name}: no words below its heading; write the entry, then add it again")
    date = re.match(r"\d{4}-\d\d-\d\d(?!\d)", front.get("date", ""))
    return Transcript(
        turns=turns,
        title=front.get("title") or heading,
        date=date[0] if date else None,
        meeting=front.get("meeting"),
        community=front.get("community"),
        organisation=front.get("organisation"),
        language=front.get("language"),
    )


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """What the entry says about itself between two lines of ---, and the rest.

    Read line by line and not as YAML: `title: Falls: what we changed` is what people write, and no YAML.
    """
    match = FRONT_MATTER.match(text)
    if not match:
        return {}, text
    given: dict[str, str] = {}
    key = ""
    for line in match[1].split("\n"):
        if field := FIELD.fullmatch(line):
            key = field[1].lower()
            given[key] = _value(field[2] or "")
        elif key and (listed := re.fullmatch(r"\s*-\s+(.*)", line)):
            given[key] = ", ".join(filter(None, (given[key], _value(listed[1]))))
    known = {
        ours: next((given[name] for name in names if given.get(name)), "") for ours, names in FRONT_NAMES.items()
    }
    return {ours: value for ours, value in known.items() if value}, text[match.end() :]


def _value(value: str) -> str:
    items = value.strip()[1:-1].split(",") if re.fullmatch(r"\[.*\]", value.strip()) else [value]
    return ", ".join(item.strip().strip("\"'").strip() for item in items)


def _markdown_paragraphs(text: str) -> tuple[str | None, list[str]]:
    """The first heading, where the text begins with it, and the paragraphs, list items and table rows."""
    paragraphs: list[str] = []
    heading: str | None = None
    pieces: list[str] = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        pieces.append(_token_text(token))
        if token.type in ("paragraph_close", "heading_close", "tr_close", "fence", "code_block", "html_block"):
            paragraph = " ".join(" ".join(pieces).split())
            pieces = []
            if token.type == "heading_close" and not paragraphs and heading is None:
                heading = paragraph or None
            elif paragraph:
                paragraphs.append(paragraph)
    return heading, paragraphs


def _token_text(token: Token) -> str:
    """The words of a token without the signs that lay them out."""
    if token.type == "inline":
        return "".join(_token_text(child) for child in token.children or ())
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "html_inline":
        return ""
    if token.type == "html_block":
        first, *commented = token.content.split("<!--")
        shown = [first, *(piece.partition("-->")[2] for piece in commented)]
        return html.unescape(TAG.sub(" ", " ".join(shown)))
    return token.content


def _text_paragraphs(text: str) -> tuple[str | None, list[str]]:
    """The first line, where it stands alone and is no sentence, and what blank lines part."""
    paragraphs: list[str] = []
    for block in re.split(r"\n[^\S\n]*\n", text):
        lines = [" ".join(line.split()) for line in block.split("\n")]
        whole = max(map(len, lines)) > WRAPPED
        paragraphs += [line for line in (lines if whole else [" ".join(lines).strip()]) if line]
    first = paragraphs[0].lstrip("# ") if paragraphs else ""
    if len(paragraphs) > 1 and first and len(first) <= LONGEST_TITLE and first[-1] not in ".!?…:,;":
        return first, paragraphs[1:]
    return None, paragraphs
