"""A folder that is watched: which of its files are ready to be taken in.

By looking again and again, not by the system's own notices: a network share or a synced folder gives none, and
whether a file stands still can only be seen by looking twice.
"""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from models.errors import InputError

Stamp: TypeAlias = tuple[int, int]
"""Size and time of change; not the age of the file, which a copy may keep from its original."""

STILL = 4.0
"""Seconds without a change after which a file is taken to be whole."""
NOT_YET = re.compile(r"^[.~]|\.(part|partial|crdownload|download|tmp|temp|swp)$", re.IGNORECASE)
"""Hidden files, and what browsers and office programs call a file that they are still writing."""


class Folder:
    """Gives each file out once, and again only when it has changed; folders inside it are left alone."""

    def __init__(self, path: Path, *, now: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._now = now
        self._since: dict[Path, tuple[Stamp, float]] = {}
        self._given: dict[Path, Stamp] = {}

    def ready(self) -> list[Path]:
        """Those that have stood still long enough since an earlier look. Raises InputError where it is gone."""
        now, stamps = self._now(), self._stamps()
        before = self._since
        self._since = {
            path: before[path] if path in before and before[path][0] == stamp else (stamp, now)
            for path, stamp in stamps.items()
        }
        ready = [path for path, (stamp, since) in self._since.items() if self._is_due(path, stamp, now - since)]
        self._given |= {path: stamps[path] for path in ready}
        return ready

    def _is_due(self, path: Path, stamp: Stamp, still: float) -> bool:
        return still >= STILL and stamp[0] > 0 and self._given.get(path) != stamp

    def _stamps(self) -> dict[Path, Stamp]:
        try:
            paths = sorted(self._path.iterdir())
        except OSError as error:
            raise InputError(f"{self._path}: {error.strerror}; watch a folder that is there") from error
        found = ((path, _stamp(path)) for path in paths if not NOT_YET.search(path.name))
        return {path: stamp for path, stamp in found if stamp}


def _stamp(path: Path) -> Stamp | None:
    """None for what is no file, or has gone between two looks."""
    try:
        if not path.is_file():
            return None
        looked = path.stat()
    except OSError:
        return None
    return looked.st_size, looked.st_mtime_ns
