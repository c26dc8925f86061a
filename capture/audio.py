"""Recordings as sound: the only file that knows PyAV, and so the one that guards against hostile files.

Whatever is handed in becomes raw PCM on disk (16 kHz, mono, 16 bit, little endian), frame by frame, so that
three hours need no more memory than three minutes.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

import numpy as np

from models.errors import AudioError, DiskFull
from models.ports import Report, Signal, unreported

if TYPE_CHECKING:
    from av import AudioFrame, AudioStream, Packet
    from av.container import InputContainer
    from av.stream import Stream

RATE = 16_000
LIMIT = 6 * 3600.0
"""Decoded seconds, not declared ones: a few megabytes can declare and hold a day of silence."""
READS = "mp3, m4a, aac, wav, flac, ogg, opus, mp4, mov, webm or mkv"

# A playlist, a concat script or an SDP file makes FFmpeg open other files and sockets: only plain containers
# are opened, and only the file itself is read.
_SAFE = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,wav,mp3,flac,ogg,aac",
}
# These state no duration: FFmpeg guesses one from the bit rate, which proves nothing about a cut.
_GUESSED_DURATION = {"mp3", "aac"}
_GAP = 0.25
"""A pause in the timestamps longer than this (seconds) is kept as silence, so that words keep their second."""


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
    name = name or path.name
    with _opened(path, name) as container:
        stream = _sound(container, name)
        return Probe(
            container=container.format.name,
            codec=stream.codec_context.name,
            channels=stream.codec_context.channels,
            sample_rate=stream.codec_context.sample_rate or 0,
            duration=_declared(container),
            video=bool(container.streams.video),
        )


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
    with _Pcm(target, name=name, limit=limit, channels=channels) as pcm, _opened(path, name) as container:
        read = _pour(container, pcm, report=report, name=name)
        _refuse_damaged(read, declared=_stated(container, path), decoded=pcm.seconds, name=name)
        pcm.keep()
    report(1.0)
    return pcm.seconds


def read_signal(path: Path) -> Signal:
    """What `decode` wrote, mapped and not loaded."""
    if path.stat().st_size == 0:
        return np.zeros(0, dtype=np.int16)
    return np.memmap(path, dtype="<i2", mode="r")


@contextmanager
def _opened(path: Path, name: str) -> Iterator["InputContainer"]:
    """The container, with every error of PyAV made ours as long as it is open."""
    import av  # heavy: 40 ms that `--help` does not need

    _refuse_hopeless(path, name)
    try:
        # `file:` keeps a name like `http:x` or `concat:x` from being read as a protocol
        with av.open(f"file:{path.absolute()}", options=_SAFE, metadata_errors="ignore") as container:
            yield container
    except (av.FFmpegError, ValueError, LookupError, OverflowError) as error:
        raise _unreadable(path, name) from error


def _refuse_hopeless(path: Path, name: str) -> None:
    if path.is_dir():
        raise AudioError(f"'{name}' is a folder: name the recording inside it")
    if not path.is_file():
        raise AudioError(f"'{name}' is not there: check the path")
    if path.stat().st_size == 0:
        raise AudioError(f"'{name}' is empty: record or export it again")


def _unreadable(path: Path, name: str) -> AudioError:
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError as error:
        return AudioError(f"'{name}' may not be read ({error.strerror}): check who may open it")
    if head[4:8] == b"ftyp":
        return AudioError(f"'{name}' is cut off or damaged, its index cannot be read: copy or export it again")
    return AudioError(f"'{name}' is not a recording that can be read: convert it to {READS}")


def _sound(container: "InputContainer", name: str) -> "AudioStream":
    if not container.streams.audio:
        raise AudioError(f"'{name}' has no sound in it: choose a recording with an audio track")
    return container.streams.audio[0]


def _declared(container: "InputContainer") -> float | None:
    return container.duration / 1_000_000 if container.duration and container.duration > 0 else None


def _stated(container: "InputContainer", path: Path) -> float | None:
    """The duration that the file itself states, not FFmpeg from its bit rate or from the bytes there are."""
    declared = _declared(container)
    if container.format.name in _GUESSED_DURATION or declared is None:
        return None
    return declared * _riff_size(path) / path.stat().st_size if container.format.name == "wav" else declared


def _riff_size(path: Path) -> int:
    """Bytes that a WAV should have; as many as there are where it was written to a pipe and does not know."""
    with path.open("rb") as file:
        head = file.read(8)
    size = int.from_bytes(head[4:8], "little") + 8
    there = path.stat().st_size
    return size if head[:4] == b"RIFF" and there < size < 0x7FFF0000 else there


@dataclass(slots=True)
class _Read:
    """What came out of the container, to tell a whole file from a cut or damaged one."""

    reached: float = 0.0
    """The last second of any stream: sound may end before the picture does."""
    packets: int = 0
    broken: int = 0


def _pour(container: "InputContainer", pcm: "_Pcm", *, report: Report, name: str) -> _Read:
    """Decodes every packet of the first sound stream into `pcm`."""
    import av  # heavy, see _opened

    stream = _sound(container, name)
    layout = "mono" if pcm.channels == 1 else stream.codec_context.layout
    resampler = av.AudioResampler(format="s16", layout=layout, rate=RATE)
    start = (container.start_time or 0) / 1_000_000
    declared = _declared(container)
    read = _Read()
    told = 0.0
    for packet in container.demux():
        _note(read, packet, start)
        for frame in _frames(packet, read) if packet.stream is stream else ():
            pcm.fill_to(_second(frame, start), declared=declared)
            for piece in resampler.resample(frame):
                pcm.write(piece.to_ndarray().tobytes())
        if declared and pcm.seconds - told > 5.0:
            told = pcm.seconds
            report(min(told / declared, 1.0))
    if pcm.seconds:
        for piece in resampler.resample(None):
            pcm.write(piece.to_ndarray().tobytes())
    return read


def _note(read: _Read, packet: "Packet[Stream]", start: float) -> None:
    if packet.pts is not None and packet.time_base is not None:
        end = float((packet.pts + (packet.duration or 0)) * packet.time_base) - start
        read.reached = max(read.reached, end)


def _frames(packet: "Packet[Stream]", read: _Read) -> list["AudioFrame"]:
    """One broken packet is a click, not the end of the meeting."""
    import av  # heavy, see _opened

    read.packets += 1
    try:
        return cast("list[AudioFrame]", packet.decode())
    except av.FFmpegError:
        read.broken += 1
        return []


def _second(frame: "AudioFrame", start: float) -> float | None:
    return None if frame.time is None else frame.time - start


def _refuse_damaged(read: _Read, *, declared: float | None, decoded: float, name: str) -> None:
    if decoded == 0:
        raise AudioError(f"'{name}' holds no sound that can be decoded: convert it to {READS}")
    if read.broken > 1 and read.broken > 0.02 * read.packets:
        share = 100 * read.broken / read.packets
        raise AudioError(f"'{name}' is damaged, {share:.0f} % of it cannot be read: copy or export it again")
    reached = max(decoded, read.reached)
    if declared and declared - reached > max(2.0, 0.02 * declared):
        raise AudioError(
            f"'{name}' is cut short: it should last {_clock(declared)} and ends after {_clock(reached)}; "
            "copy or export it again"
        )


def _clock(seconds: float) -> str:
    minutes, second = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"


class _Pcm:
    """The file being written: a `.part` beside the target until `keep`, gone if that is never reached."""

    def __init__(self, target: Path, *, name: str, limit: float, channels: int) -> None:
        self.channels = channels
        self._target = target
        self._part = target.with_name(f"{target.name}.part")
        self._name = name
        self._limit = limit
        self._samples = 0

    @property
    def seconds(self) -> float:
        return self._samples / RATE

    def __enter__(self) -> Self:
        with _room(self._part):
            self._part.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._part.open("wb")
        return self

    def write(self, samples: bytes) -> None:
        with _room(self._part):
            self._file.write(samples)
        self._samples += len(samples) // 2 // self.channels
        if self.seconds > self._limit:
            raise AudioError(
                f"'{self._name}' lasts longer than {_clock(self._limit)}, the most that is taken in: "
                "cut it into parts"
            )

    def fill_to(self, second: float | None, *, declared: float | None) -> None:
        """Silence up to where the next frame says it belongs, if the file says that it lasts that long."""
        if second is None or second - self.seconds < _GAP or (declared and second > declared + 1.0):
            return
        while (missing := int((second - self.seconds) * RATE)) > 0:
            self.write(bytes(2 * self.channels * min(missing, 60 * RATE)))

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
