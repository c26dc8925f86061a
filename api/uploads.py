"""Files on their way in: streamed to a place of our own, counted, and gone again when the request ends."""

import errno
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request

from models.errors import DiskFull, InputError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MOST_BYTES = 4 << 30
"""4 GiB: three hours of video, many days of sound."""
MOST_FIELD = 2000
MOST_FIELDS = 20
STALE = 24 * 3600.0
"""Seconds after which a half-received file belongs to no request any more."""


class Landing:
    """Where one file is written under a name of ours: the user's name never becomes a path."""

    def __init__(self, file: IO[bytes], *, most: int) -> None:
        self.path = Path(file.name)
        self.size = 0
        self._file = file
        self._most = most

    def write(self, chunk: bytes) -> None:
        """Raises 413 or DiskFull."""
        self.size += len(chunk)
        self.check(self.size)
        with _room():
            self._file.write(chunk)

    def flush(self) -> None:
        with _room():
            self._file.flush()

    def check(self, size: int) -> None:
        if size > self._most:
            raise HTTPException(
                413, f"the file is larger than {self._most >> 20} MB; export its sound alone, or cut it in parts"
            )


@contextmanager
def landing(home: Path, *, most: int | None = None) -> Iterator[Landing]:
    """A place in the library's own folder (/tmp may be small, and is another disk); emptied at the end."""
    folder = home / "incoming"
    with _room():
        folder.mkdir(parents=True, exist_ok=True)
        file = NamedTemporaryFile(dir=folder, suffix=".part")  # noqa: SIM115  # closed below
    try:
        yield Landing(file, most=MOST_BYTES if most is None else most)
    finally:
        with suppress(OSError):  # on a full disk closing tries to write once more
            file.close()


def sweep_landings(home: Path) -> None:
    """Removes what a killed service left half received."""
    for part in (home / "incoming").glob("*.part"):
        with suppress(FileNotFoundError):
            if time.time() - part.stat().st_mtime > STALE:
                part.unlink()


async def receive_body(request: Request, place: Landing) -> None:
    """The request's body is the file."""
    declared = request.headers.get("content-length", "0")
    place.check(int(declared) if declared.isdecimal() else 0)
    async for chunk in request.stream():
        await run_in_threadpool(place.write, chunk)
    await run_in_threadpool(place.flush)


async def receive_form(request: Request, place: Landing) -> dict[str, str]:
    """A form as browsers send it: its file lands, its fields are returned, the file's name as `name`.

    Not starlette's own reader, which puts whole files into /tmp before anybody has counted them.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise HTTPException(415, "send this form as multipart/form-data, or the bare file to /api/v1/meetings")
    form = _Form(place)
    try:
        parser = MultipartParser(options[b"boundary"], form.callbacks())
        async for chunk in request.stream():
            await run_in_threadpool(parser.write, chunk)
        parser.finalize()
    except FormParserError as error:
        raise HTTPException(400, "the form could not be read; open the page again and send it once more") from error
    await run_in_threadpool(place.flush)
    return form.fields


class _Form:
    """Hears the parser read: fields are collected, the file goes to its place."""

    def __init__(self, place: Landing) -> None:
        self.fields: dict[str, str] = {}
        self._place = place
        self._header = [b"", b""]
        self._part: bytearray | None = bytearray()
        self._name = ""
        self._has_file = False

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_header_field": lambda data, start, end: self._hear(0, data[start:end]),
            "on_header_value": lambda data, start, end: self._hear(1, data[start:end]),
            "on_header_end": self._header_end,
            "on_part_data": self._data,
            "on_part_end": self._part_end,
        }

    def _hear(self, side: int, data: bytes) -> None:
        self._header[side] += data

    def _header_end(self) -> None:
        field, value = self._header
        self._header = [b"", b""]
        if field.lower() != b"content-disposition":
            return
        _, options = parse_options_header(value)
        self._name = options.get(b"name", b"").decode(errors="replace")
        self._part = bytearray()
        if b"filename" in options:
            if self._has_file:
                raise InputError("more than one file was sent; hand them in one by one")
            self._has_file = True
            self.fields["name"] = options[b"filename"].decode(errors="replace")
            self._part = None

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._part is None:
            self._place.write(data[start:end])
        else:
            self._part += data[start:end]
            if len(self._part) > MOST_FIELD:
                raise HTTPException(413, f"{self._name}: longer than {MOST_FIELD} bytes; shorten it")

    def _part_end(self) -> None:
        if self._part is not None:
            self.fields[self._name] = self._part.decode(errors="replace").strip()
        if len(self.fields) > MOST_FIELDS:
            raise HTTPException(413, f"more than {MOST_FIELDS} fields; send those of the form alone")


def file_name(given: str) -> str:
    """What people call the file, without the folders it lay in. Raises InputError."""
    name = re.split(r"[/\\]", given.strip())[-1]
    name = re.sub(r"[\x00-\x1f\x7f]", "", name).strip()
    if not name:
        raise InputError("no file was chosen; choose a recording, a transcript or a journal entry")
    return name[-200:]


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFull(
                "no room left where the library lives; make room or move it (COMMONLORE_HOME)"
            ) from error
        raise
