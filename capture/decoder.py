"""Sound out of files: the only file that knows PyAV, and it runs in a confined child alone.

FFmpeg reads hundreds of formats in C; a file made to do harm finds little to do it to here.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, cast

import av
from av import AudioFrame, AudioStream, Packet
from av.container import InputContainer
from av.stream import Disposition, Stream

from capture.cell import Send
from capture.sound import RATE, READS, clock

# A playlist, a concat script or an SDP file makes FFmpeg open other files and sockets: only plain containers
# are opened, and only the file itself is read.
_SAFE = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,wav,mp3,flac,ogg,aac",
}
# These state no duration: FFmpeg guesses one from the bit rate, which proves nothing about a cut.
_GUESSED_DURATION = {"mp3", "aac"}
_OF_WEBM = {"opus", "libopus", "vorbis", "libvorbis"}
_GAP = 0.25
"""A pause in the timestamps longer than this (seconds) is kept as silence, so that words keep their second."""
_PIECE = 64 << 10
"""Bytes of sound sent at a time."""


class Refused(Exception):
    """What is wrong with the file, to be read after its name."""


def serve(task: str, given: Mapping[str, Any], send: Send) -> None:
    """Ends in one message: what came of it, or why the file is refused."""
    try:
        send({"ended": TASKS[task](given, send)})
    except Refused as refusal:
        send({"ended": {}, "refused": str(refusal)})


def probe(given: Mapping[str, Any], send: Send) -> dict[str, object]:
    """What the file says about itself."""
    with _opened(Path(given["path"])) as container:
        stream = _sound(container)
        return {
            "container": container.format.name,
            "codec": stream.codec_context.name,
            "channels": stream.codec_context.channels,
            "sample_rate": stream.codec_context.sample_rate or 0,
            "duration": _declared(container),
            "video": bool(container.streams.video),
        }


def decode(given: Mapping[str, Any], send: Send) -> dict[str, object]:
    """Sends the sound as raw PCM (16 kHz, 16 bit, little endian), piece by piece, and how far it is.

    One channel is what all are mixed to; as many as the file has stand sample by sample.
    """
    path = Path(given["path"])
    with _opened(path) as container:
        outlet = _Outlet(send, channels=given["channels"])
        read = _pour(container, outlet, send=send)
        outlet.flush()
        _refuse_damaged(read, declared=_stated(container, path), decoded=outlet.seconds)
    return {}


def copy_sound(given: Mapping[str, Any], send: Send) -> dict[str, object]:
    """Writes the sound of a film, as it is encoded, into a container of the same family; seconds stay the same."""
    with _opened(Path(given["path"])) as container:
        stream = _sound(container)
        muxer = _muxer(container, stream)
        if muxer is None:
            return {"copied": False}
        begin = round((container.start_time or 0) / 1_000_000 / stream.time_base) if stream.time_base else 0
        with os.fdopen(given["output"], "w+b") as file, av.open(file, "w", format=muxer) as out:
            copy = out.add_stream_from_template(stream)
            for packet in container.demux(stream):
                if packet.pts is not None and packet.dts is not None:
                    packet.pts, packet.dts, packet.stream = packet.pts - begin, packet.dts - begin, copy
                    out.mux(packet)
    return {"copied": True}


def _muxer(container: InputContainer, stream: AudioStream) -> str | None:
    """None where there is no picture, or none but a cover's."""
    if all(picture.disposition & Disposition.attached_pic for picture in container.streams.video):
        return None
    if "matroska" in container.format.name:
        return "webm" if stream.codec_context.name in _OF_WEBM else "matroska"
    if "mp4" in container.format.name:
        return "mov" if stream.codec_context.name.startswith("pcm") else "mp4"
    return None


Task: TypeAlias = Callable[[Mapping[str, Any], Send], dict[str, object]]
TASKS: dict[str, Task] = {"probe": probe, "decode": decode, "copy_sound": copy_sound}


@contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    """The container, with every error of PyAV made a refusal as long as it is open."""
    try:
        # `file:` keeps a name like `http:x` or `concat:x` from being read as a protocol
        with av.open(f"file:{path}", options=_SAFE, metadata_errors="ignore") as container:
            yield container
    except MemoryError:
        raise
    except (av.FFmpegError, ValueError, LookupError, OverflowError) as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> Refused:
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp":
        return Refused("is cut off or damaged, its index cannot be read: copy or export it again")
    return Refused(f"is not a recording that can be read: convert it to {READS}")


def _sound(container: InputContainer) -> AudioStream:
    if not container.streams.audio:
        raise Refused("has no sound in it: choose a recording with an audio track")
    return container.streams.audio[0]


def _declared(container: InputContainer) -> float | None:
    return container.duration / 1_000_000 if container.duration and container.duration > 0 else None


def _stated(container: InputContainer, path: Path) -> float | None:
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


def _pour(container: InputContainer, outlet: "_Outlet", *, send: Send) -> _Read:
    """Decodes every packet of the first sound stream."""
    stream = _sound(container)
    stream.codec_context.thread_count = 1  # each thread's stack counts as memory, and sound is quick enough
    layout = "mono" if outlet.channels == 1 else stream.codec_context.layout
    resampler = av.AudioResampler(format="s16", layout=layout, rate=RATE)
    start = (container.start_time or 0) / 1_000_000
    declared = _declared(container)
    read = _Read()
    told = 0.0
    for packet in container.demux():
        _note(read, packet, start)
        for frame in _frames(packet, read) if packet.stream is stream else ():
            outlet.fill_to(_second(frame, start), declared=declared)
            for piece in resampler.resample(frame):
                outlet.write(_samples(piece, outlet.channels))
        if declared and outlet.seconds - told > 5.0:
            told = outlet.seconds
            send({"progress": min(told / declared, 1.0)})
    if outlet.seconds:
        for piece in resampler.resample(None):
            outlet.write(_samples(piece, outlet.channels))
    return read


def _samples(piece: AudioFrame, channels: int) -> bytes:
    """Without numpy, which takes longer to load than a call to decode; the buffer is longer than its sound."""
    return bytes(piece.planes[0])[: 2 * channels * piece.samples]


def _note(read: _Read, packet: "Packet[Stream]", start: float) -> None:
    if packet.pts is not None and packet.time_base is not None:
        end = float((packet.pts + (packet.duration or 0)) * packet.time_base) - start
        read.reached = max(read.reached, end)


def _frames(packet: "Packet[Stream]", read: _Read) -> list[AudioFrame]:
    """One broken packet is a click, not the end of the meeting."""
    read.packets += 1
    try:
        return cast("list[AudioFrame]", packet.decode())
    except MemoryError:
        raise
    except av.FFmpegError:
        read.broken += 1
        return []


def _second(frame: AudioFrame, start: float) -> float | None:
    return None if frame.time is None else frame.time - start


def _refuse_damaged(read: _Read, *, declared: float | None, decoded: float) -> None:
    if decoded == 0:
        raise Refused(f"holds no sound that can be decoded: convert it to {READS}")
    if read.broken > 1 and read.broken > 0.02 * read.packets:
        share = 100 * read.broken / read.packets
        raise Refused(f"is damaged, {share:.0f} % of it cannot be read: copy or export it again")
    reached = max(decoded, read.reached)
    if declared and declared - reached > max(2.0, 0.02 * declared):
        lasts = f"it should last {clock(declared)} and ends after {clock(reached)}"
        raise Refused(f"is cut short: {lasts}; copy or export it again")


class _Outlet:
    """Where decoded sound leaves in pieces; knows how much has."""

    def __init__(self, send: Send, *, channels: int) -> None:
        self.channels = channels
        self._send = send
        self._waiting = bytearray()
        self._bytes = 0

    @property
    def seconds(self) -> float:
        return self._bytes / 2 / self.channels / RATE

    def write(self, samples: bytes) -> None:
        self._bytes += len(samples)
        self._waiting += samples
        if len(self._waiting) >= _PIECE:
            self.flush()

    def fill_to(self, second: float | None, *, declared: float | None) -> None:
        """Silence up to where the next frame says it belongs, if the file says that it lasts that long."""
        if second is None or second - self.seconds < _GAP or (declared and second > declared + 1.0):
            return
        while (missing := int((second - self.seconds) * RATE)) > 0:
            self.write(bytes(2 * self.channels * min(missing, _PIECE)))

    def flush(self) -> None:
        for at in range(0, len(self._waiting), _PIECE):
            self._send({"sound": True}, bytes(self._waiting[at : at + _PIECE]))
        self._waiting.clear()
