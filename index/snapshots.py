"""Copies of the vector indexes on disk, each with a manifest that says what it must be."""

import errno
import hashlib
import json
import os
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from models.errors import DiskFull, StoreError

GENERATIONS = 2
"""How many copies of an index are kept: the one before stands in for one that was damaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a copy holds. Without the checksum a file with a flipped bit loads, and finds wrong neighbours."""

    library: str
    model: str
    dimension: int
    count: int
    seq: int
    """The number of the last change of the store's vectors that it takes account of."""
    sha256: str


class SnapshotFolder:
    """Copies that are never changed once written: a newer one takes the place of an older."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, name: str, content: bytes, describe: Callable[[str], Manifest]) -> None:
        """The manifest is written last: a copy without one does not exist. Raises DiskFull, StoreError."""
        manifest = describe(hashlib.sha256(content).hexdigest())
        stem = f"{name}.{manifest.seq:015d}-{uuid.uuid4().hex[:8]}"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(self.folder / f"{stem}.faiss", content)
            _write(self.folder / f"{stem}.json", json.dumps(asdict(manifest)).encode())
        except OSError as error:
            self._remove(self.folder / f"{stem}.json")
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFull(f"No room left in {self.folder}: free some space there and try again") from error
            raise StoreError(f"{self.folder}: {error.strerror}") from error
        for old in self._manifests(name)[GENERATIONS:]:
            self._remove(old)

    def load(self, name: str, wanted: Callable[[Manifest], bool]) -> tuple[Manifest, bytes] | None:
        """The newest copy that is whole and wanted; none where there is none."""
        for path in self._manifests(name):
            manifest = _manifest(path)
            if manifest and wanted(manifest):
                content = _content(path.with_suffix(".faiss"))
                if hashlib.sha256(content).hexdigest() == manifest.sha256:
                    return manifest, content
        return None

    def newest(self) -> dict[str, Manifest | None]:
        """The newest copy of each index; none where it is damaged."""
        names = sorted({path.name.split(".")[0] for path in self.folder.glob("*.json")})
        found = {name: self.load(name, lambda _: True) for name in names}
        whole = {name: _manifest(self._manifests(name)[0]) for name in names}
        return {name: pair[0] if (pair := found[name]) and pair[0] == whole[name] else None for name in names}

    def clear(self) -> None:
        """Removes every copy and whatever a killed writer left."""
        for pattern in ("*.json", "*.faiss", "*.tmp"):
            for path in self.folder.glob(pattern):
                path.unlink(missing_ok=True)

    def _manifests(self, name: str) -> list[Path]:
        """Newest first."""
        return sorted(self.folder.glob(f"{name}.*.json"), reverse=True)

    def _remove(self, manifest: Path) -> None:
        manifest.unlink(missing_ok=True)
        manifest.with_suffix(".faiss").unlink(missing_ok=True)


def _manifest(path: Path) -> Manifest | None:
    try:
        return Manifest(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _write(path: Path, content: bytes) -> None:
    """Whole under its name, or not there at all, even where the power goes."""
    part = path.with_name(f"{path.name}.tmp")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
