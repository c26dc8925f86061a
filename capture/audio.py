"""Recordings as sound: raw PCM on disk, so that three hours need no more memory than three minutes.

What users hand in is opened by capture/decoder.py in a confined child; here its sound is counted and kept.
"""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np

from capture.confinement import ChildFailed, Limits, Message, Why, confined
from capture.sound import RATE, READS, clock
from models.errors import AudioError, DiskFull
from models.job import Json
from models.ports import Report, Signal, unreported

__all__ = ["LIMIT", "RATE", "Probe", "chunks", "copy_sound", "decode", "probe", "read_signal"]

LIMIT = 6 * 3600.0
"""Decoded seconds, not declared ones: a few megabytes can declare and hold a day of silence."""
DECODER = "capture.decoder"
LOOKING = Limits(seconds=60.0)
DECODING = Limits(seconds=1800.0)
"""Six hours of a call take about a minute of it."""


CHUNK = 1 << 20
MARGIN = 1 << 20
"""Bytes that a copy of the sound may be larger than the film: a container of many small packets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a file says about itself before it is decoded."""

    container: str
    codec: str
    channels: int
    sample_rate: int
    duration: float | None
    """Seconds; none where the file does not say."""
    video: bool


def probe(path: Path, *, name: str | None = None) -> Probe:
    """Raises AudioError, which calls the file by `name`."""
    found: dict[str, Any] = {}
    with _child("probe", path, name=name or path.name, limits=LOOKING) as messages:
        for message, _ in messages:
            found = message["ended"]  # type: ignore[assignment]  # what our own decoder makes of a Probe
    return Probe(**found)


def decode(
    path: Path,
    target: Path,
    *,
    report: Report = unreported,
    name: str | None = None,
    limit: float = LIMIT,
    channels: int = 1,
) -> float:
    """Writes the sound of `path` as PCM to `target`, whole or not at all; returns its seconds.

    With `channels`, which must be as many as the file has, they are not mixed but stand sample by sample.
    Raises AudioError, which calls the file by `name`, or DiskFull.
    """
    name = name or path.name
    with (
        _Pcm(target, name=name, limit=limit, channels=channels) as pcm,
        _child("decode", path, name=name, limits=DECODING, given={"channels": channels}) as messages,
    ):
        for message, sound in messages:
            if sound:
                pcm.write(sound)
            elif isinstance(done := message.get("progress"), float) and 0.0 <= done <= 1.0:
                report(done)
        pcm.keep()
    report(1.0)
    return pcm.seconds


def copy_sound(path: Path, target: Path) -> bool:
    """Writes the sound of a film to `target` as it is encoded; False, and nothing there, where it is to stay whole.

    So it is where there is no picture, or where the sound does not fit into a container of its own.
    """
    limits = Limits(seconds=DECODING.seconds, written=path.stat().st_size + MARGIN)
    copied = False
    try:
        with (
            target.open("wb") as file,
            _child("copy_sound", path, name=path.name, limits=limits, output=file) as messages,
        ):
            copied = any(message["ended"] == {"copied": True} for message, _ in messages)
    except AudioError:
        return False
    finally:
        if not copied:
            target.unlink(missing_ok=True)
    return copied


def read_signal(path: Path) -> Signal:
    """What `decode` wrote, mapped and not loaded."""
    if path.stat().st_size == 0:
        return np.zeros(0, dtype=np.int16)
    return np.memmap(path, dtype="<i2", mode="r")


def chunks(path: Path) -> Iterator[bytes]:
    """A file piece by piece, however large."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


@contextmanager
def _child(
    task: str,
    path: Path,
    *,
    name: str,
    limits: Limits,
    given: Mapping[str, Json] | None = None,
    output: IO[bytes] | None = None,
) -> Iterator[Iterator[Message]]:
    """What the decoder says of the file; what is wrong with it, or comes over the decoder, is ours to tell."""
    _refuse_hopeless(path, name)
    try:
        with confined(DECODER, task, reads=path, limits=limits, given=given, output=output) as messages:
            yield _unless_refused(messages, name)
    except ChildFailed as failure:
        raise AudioError(f"'{name}' {_broken(failure.why, limits)}") from failure


def _unless_refused(messages: Iterator[Message], name: str) -> Iterator[Message]:
    for message, body in messages:
        if "refused" in message:
            raise AudioError(f"'{name}' {message['refused']}")
        yield message, body


def _broken(why: Why, limits: Limits) -> str:
    match why:
        case Why.TIME:
            return f"could not be opened in {clock(limits.seconds)}: cut it into parts, or convert it to {READS}"
        case Why.MEMORY:
            return f"needs more than {limits.memory >> 20} MB of memory to open: convert it to {READS}"
        case Why.CRASH:
            return f"is damaged or made to do harm, it broke the decoder: convert it to {READS}"


def _refuse_hopeless(path: Path, name: str) -> None:
    if path.is_dir():
        raise AudioError(f"'{name}' is a folder: name the recording inside it")
    if not path.is_file():
        raise AudioError(f"'{name}' is not there: check the path")
    if path.stat().st_size == 0:
        raise AudioError(f"'{name}' is empty: record or export it again")
    try:
        path.open("rb").close()
    except OSError as error:
        raise AudioError(f"'{name}' may not be read ({error.strerror}): check who may open it") from error


class _Pcm:
    """The file being written: a `.part` beside the target until `keep`, gone if that is never reached."""

    def __init__(self, target: Path, *, name: str, limit: float, channels: int) -> None:
        self.channels = channels
        self._target = target
        self._part = target.with_name(f"{target.name}.part")
        self._name = name
        self._limit = limit
        self._bytes = 0

    @property
    def seconds(self) -> float:
        return self._bytes / 2 / self.channels / RATE

    def __enter__(self) -> Self:
        with _room(self._part):
            self._part.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._part.open("wb")
        return self

    def write(self, samples: bytes) -> None:
        with _room(self._part):
            self._file.write(samples)
        self._bytes += len(samples)
        if self.seconds > self._limit:
            raise AudioError(
                f"'{self._name}' lasts longer than {clock(self._limit)}, the most that is taken in: "
                "cut it into parts"
            )

    def keep(self) -> None:
        with _room(self._part):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._part.replace(self._target)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # closing flushes, and on a full disk fails once more: what was raised first is what counts
        with suppress(OSError):
            self._file.close()
        self._part.unlink(missing_ok=True)


@contextmanager
def _room(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise
        raise DiskFull(f"no room left in {path.parent}: free some space there and try again") from error
