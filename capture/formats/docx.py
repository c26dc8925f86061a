"""The text of a Word document: what its pages show, read as a stream, with nothing else of the file opened.

A .docx is a zip that anybody may have made: its claims are checked before it is opened, and counted as it is read.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.parsers import expat

from capture.formats.encoding import CONTROLS, MOST_BYTES
from models.errors import TranscriptError

MOST_MEMBERS = 2000
MOST_RATIO = 200
"""Bytes out of one byte in: text packs 5 to 40 times, what is made to fill a memory a thousand times."""
MOST_XML = 20 * 1024 * 1024
"""Of the document itself: an hour of meeting is about 1 MB."""
DEEPEST = 200
"""Elements within each other; Word itself stays below 60."""
CHUNK = 1 << 20
"""Expat goes over an unfinished tag again for every chunk: with small ones a tag of 16 MB took 11 seconds."""
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DOCUMENT = re.compile(r"word/document\d*\.xml")
ESCAPES = re.compile(r"[/\\]|[A-Za-z]:|(?:.*[/\\])?\.\.(?:[/\\]|$)")
UNPACKING = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError, expat.ExpatError)

WORDS = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}
UNSEEN = {"del", "moveFrom", "pPr", "rPr", "tblPr", "trPr", "tcPr", "sectPr", "Fallback"}
"""What was struck out or moved away, how things look, and what is there a second time for older programs."""


def read_docx(path: Path, *, name: str) -> str:
    """Paragraphs and table rows with blank lines between them. Raises TranscriptError naming the file."""
    try:
        with zipfile.ZipFile(path) as archive:
            document = _checked(archive, name=name)
            with archive.open(document) as content:
                text = "\n\n".join(_paragraphs(content, name=name))
    except UNPACKING as error:
        raise TranscriptError(
            f"{name}: not a Word document that can be opened; save it as .docx again, without a password"
        ) from error
    if not text.strip():
        raise TranscriptError(f"{name}: no words in it; add what the pictures or recordings in it were made from")
    return CONTROLS.sub("", text)


def _checked(archive: zipfile.ZipFile, *, name: str) -> zipfile.ZipInfo:
    """The member that holds the text."""
    members = archive.infolist()
    document = next((member for member in members if DOCUMENT.fullmatch(member.filename)), None)
    if document is None:
        raise zipfile.BadZipFile("no document in it")
    wrong = _wrong_with(members) or ("larger than a transcript is" if document.file_size > MOST_XML else None)
    if wrong:
        raise TranscriptError(f"{name}: {wrong}; save its text in a new document, and add that")
    return document


def _wrong_with(members: list[zipfile.ZipInfo]) -> str | None:
    if len(members) > MOST_MEMBERS:
        return f"a Word document of {len(members)} parts, which none has"
    if sum(member.file_size for member in members) > MOST_BYTES:
        return f"unpacks to more than {MOST_BYTES // 1024**2} MB"
    if any(member.file_size > MOST_RATIO * member.compress_size for member in members):
        return "packed tighter than any text is"
    if any(ESCAPES.match(member.filename) for member in members):
        return "has parts that would leave its folder"
    if any(member.compress_type not in PACKED for member in members):
        return "packed in a way Word does not use"
    return None


def _paragraphs(content: IO[bytes], *, name: str) -> Iterator[str]:
    """As they end. Raises TranscriptError for what no Word document holds, ExpatError for broken XML."""
    page = _Page()
    read = 0
    while chunk := content.read(CHUNK):
        read += len(chunk)
        if read > MOST_XML:
            raise TranscriptError(f"{name}: larger than it says; save its text in a new document, and add that")
        page.feed(chunk)
        yield from page.taken()
    page.feed(b"", last=True)
    yield from page.taken()


class _Page:
    """Hears the parser read and writes down what a reader of the page sees."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._open: list[str] = []
        self._unseen = 0
        self._paragraph: list[str] = []
        self._cells: list[str] = []
        self._done: list[str] = []

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        self._parser.Parse(chunk, last)

    def taken(self) -> list[str]:
        done, self._done = self._done, []
        return done

    def _refuse(self, *_: object) -> None:
        raise ValueError("no Word document declares types: entities begin there")

    def _start(self, name: str, _: object) -> None:
        space, _space, tag = name.rpartition(" ")
        tag = tag if space in WORDS or tag == "Fallback" else ""
        self._open.append(tag)
        if len(self._open) > DEEPEST:
            raise ValueError("nested deeper than Word does")
        self._unseen += tag in UNSEEN
        if tag == "p":
            self._end_paragraph()  # of a text box inside another paragraph
        elif tag in BREAKS and not self._unseen:
            self._paragraph.append(BREAKS[tag])

    def _end(self, _: str) -> None:
        tag = self._open.pop()
        self._unseen -= tag in UNSEEN
        if tag == "p":
            self._end_paragraph()
        elif tag == "tr" and self._cells:
            self._done.append("\t".join(self._cells))
            self._cells = []

    def _text(self, text: str) -> None:
        if self._open[-1] == "t" and not self._unseen:
            self._paragraph.append(text)

    def _end_paragraph(self) -> None:
        paragraph = "".join(self._paragraph).strip()
        self._paragraph = []
        if not paragraph:
            return
        if "tr" in self._open:
            self._cells.append(" ".join(paragraph.split()))
        else:
            self._done.append(paragraph)
