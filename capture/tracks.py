"""A recording as what is to be heard: one track, or one for each voice where its channels carry one each."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from capture import weights
from capture.audio import decode, probe, read_signal
from capture.channels import own_speech
from capture.speech import Region, SpeechDetector
from models.ports import Report, Signal, unreported

MOST = 16
"""Channels; more are no meeting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Sound, and whose voice all of it is; none where the voices in it are to be told apart."""

    signal: Signal
    voice: str | None = None


@contextmanager
def opened(
    recording: Path,
    *,
    scratch: Path,
    speakers: int | None = None,
    name: str | None = None,
    report: Report = unreported,
) -> Iterator[list[Track]]:
    """The tracks of a recording, which lie in `scratch` for the time of it.

    Where `speakers` are more or fewer than the channels, the channels say nothing.
    Raises AudioError, which calls the file by `name`, or DiskFull.
    """
    channels = probe(recording, name=name).channels
    try:
        tracks: list[Track] = []
        if 1 < channels <= MOST:
            decode(recording, scratch, name=name, channels=channels, report=lambda done: report(done / 2))
            tracks = _by_channel(scratch, channels, speakers)
        if not tracks:
            decode(
                recording,
                scratch,
                name=name,
                report=report if channels == 1 else lambda done: report((1 + done) / 2),
            )
            tracks = [Track(signal=read_signal(scratch))]
        report(1.0)
        yield tracks
    finally:
        scratch.unlink(missing_ok=True)


def _by_channel(sound: Path, channels: int, speakers: int | None) -> list[Track]:
    """One for each voice; in the file each channel is silenced where another's voice came over to it."""
    samples = read_signal(sound).reshape(-1, channels)
    speech = own_speech(samples, SpeechDetector(weights.checked(weights.SPEECH)))
    if not speech or speakers not in {None, len(speech)}:
        return []
    _silence(sound, speech, channels)
    return [
        Track(signal=samples[:, channel], voice=f"Speaker {number}")
        for number, channel in enumerate(speech, start=1)
    ]


def _silence(sound: Path, speech: Mapping[int, list[Region]], channels: int) -> None:
    """Everything but each channel's own speech; the file, and not memory, is changed."""
    file = np.memmap(sound, dtype="<i2", mode="r+")
    samples = file.reshape(-1, channels)
    for channel, regions in speech.items():
        bounds = [0, *(bound for region in regions for bound in (region.start, region.end)), len(samples)]
        for begin, end in list(pairwise(bounds))[::2]:
            samples[begin:end, channel] = 0
    file.flush()
