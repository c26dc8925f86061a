"""What was handed in, as files named by the SHA-256 of their content; no name of a user's becomes a path."""

import errno
import hashlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path

from models.errors import DiskFull, NotFound, StoreError

HALF_DONE = ".part"
UPLOAD_ENDS_WITHIN = 24 * 3600.0
"""Seconds without a byte after which a half-finished upload is taken for given up."""
FULL = (errno.ENOSPC, errno.EDQUOT)


class FolderRecordings:
    """Files in a folder of the library: ab/cd/abcd…"""

    reserve = 2 * 1024**3
    """Bytes that must stay free beside what is about to be kept."""

    def __init__(self, folder: Path, *, now: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._now = now

    def keep(self, source: Iterable[bytes]) -> str:
        """Its hash; kept once however often it comes. Raises DiskFull and leaves nothing."""
        part = self._folder / f"{uuid.uuid4().hex}{HALF_DONE}"
        with _translated(self._folder):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            content_sha256 = _write(part, source)
            with _translated(self._folder):
                self._put(part, content_sha256)
        finally:
            part.unlink(missing_ok=True)
        return content_sha256

    def _put(self, part: Path, content_sha256: str) -> None:
        target = self._place(content_sha256)
        if target.exists() and target.stat().st_size == part.stat().st_size:
            return
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.replace(target)
        # the file's name is in its folder, and that folder's in the one above: all of them must reach the disk
        for folder in (target.parent, target.parent.parent, self._folder):
            _sync_folder(folder)

    def path(self, content_sha256: str) -> Path:
        """A file to read it from. Raises NotFound."""
        if not self.holds(content_sha256):
            raise NotFound("The recording is not in the library any more; `commonlore doctor` says more")
        return self._place(content_sha256)

    def holds(self, content_sha256: str) -> bool:
        return _is_hash(content_sha256) and self._place(content_sha256).is_file()

    def free(self) -> int:
        """Bytes that are free where they are kept."""
        with _translated(self._folder):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return shutil.disk_usage(self._folder).free

    def remove(self, content_sha256: str) -> None:
        if _is_hash(content_sha256):
            with _translated(self._folder):
                self._place(content_sha256).unlink(missing_ok=True)

    def sweep(self, keep: set[str]) -> int:
        """Removes what no meeting rests on and what half-finished uploads left; how many files.

        Call it while nobody can be adding a meeting: what is kept but not yet in the store would go.
        """
        gone = [path for path in self.files() if path.name not in keep] + self.half_done()
        with _translated(self._folder):
            for path in gone:
                path.unlink(missing_ok=True)
        return len(gone)

    def files(self) -> list[Path]:
        """Every recording, by its hash."""
        return sorted(path for path in self._folder.glob("??/??/*") if _is_hash(path.name))

    def half_done(self) -> list[Path]:
        """What uploads left that were given up."""
        return [path for path in self._folder.glob(f"*{HALF_DONE}") if self._age(path) > UPLOAD_ENDS_WITHIN]

    def damaged(self, content_sha256: str) -> bool:
        """Whether the file is no longer what its name says."""
        with _translated(self._folder), self.path(content_sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() != content_sha256

    def _age(self, path: Path) -> float:
        try:
            return self._now() - path.stat().st_mtime
        except FileNotFoundError:  # its upload ended between the two looks
            return 0.0

    def _place(self, content_sha256: str) -> Path:
        return self._folder / content_sha256[:2] / content_sha256[2:4] / content_sha256


def _is_hash(text: str) -> bool:
    return re.fullmatch("[0-9a-f]{64}", text) is not None


def _write(part: Path, source: Iterable[bytes]) -> str:
    """What goes wrong with the source is its owner's to tell; what goes wrong here is ours."""
    digest = hashlib.sha256()
    with _translated(part.parent):
        file = part.open("xb", buffering=0)
    with file:
        for chunk in source:
            digest.update(chunk)
            with _translated(part.parent):
                _write_whole(file, chunk)
        with _translated(part.parent):
            os.fsync(file.fileno())
    return digest.hexdigest()


def _write_whole(file: RawIOBase, chunk: bytes) -> None:
    """On a disk that is nearly full only the beginning of it may be taken at first."""
    view = memoryview(chunk)
    while view:
        view = view[file.write(view) :]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull(f"No room left in {folder}: free some space there and try again") from error
        raise StoreError(f"{folder}: {error.strerror}; `commonlore doctor` says more") from error
