"""The text of a file, whatever encoding it came in; what is no text is refused here, before any reader."""

import codecs
import re
from pathlib import Path

from models.errors import TranscriptError

MOST_BYTES = 50 * 1024 * 1024
"""An hour of meeting is about 100 kB of WebVTT, 2 MB of JSON with word times."""
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read_text(path: Path, *, name: str) -> str:
    """With line ends as \\n and without control characters. Raises TranscriptError naming the file."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise TranscriptError(
                f"{name}: larger than {MOST_BYTES // 1024**2} MB, which no transcript is; "
                "split it, or add the recording instead"
            )
        content = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        reason = getattr(error, "strerror", None) or error
        raise TranscriptError(f"{name}: cannot be opened ({reason}); check the path") from error
    return decode(content, name=name)


def decode(content: bytes, *, name: str) -> str:
    """By its byte order mark, else as UTF-8, else as Windows-1252. Raises TranscriptError for what is no text."""
    text = _decoded(content)
    if not text.strip():
        raise TranscriptError(f"{name}: empty; export the transcript again")
    if "\0" in text or len(CONTROLS.findall(text)) > len(text) / 200:
        raise TranscriptError(
            f"{name}: not a text file; hand in WebVTT, SRT, Word (.docx), plain text, Markdown or JSON, "
            "or a recording under its own file extension"
        )
    return CONTROLS.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def _decoded(content: bytes) -> str:
    for bom, encoding in BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
