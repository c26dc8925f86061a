"""Recordings whose channels carry one voice each: who spoke when is then known and not guessed."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from capture import weights
from capture.audio import RATE, decode, probe, read_signal
from capture.diarizer import SPEECH, numbered
from capture.listening import Ears
from capture.speech import STEP, SpeechDetector, regions_of
from models.ports import Diarizer, Report, Signal, Voice, unreported

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Levels = NDArray[np.float32]
    """Decibels below full scale, one for each STEP of each channel: shape (steps, channels)."""

MOST = 16
"""Channels; more are no meeting."""
ABOVE = 10.0
"""Decibels by which a channel must be louder than every other to be speaking alone. Two microphones of one room
lie 0 to 6 apart; each before its own person, 10 to 20."""
ALONE = 0.5
"""Share of the sound that one channel must have alone. Copies have none of it, a room's pair of microphones a
tenth, people on channels of their own two thirds even where they talk across each other."""
OWN = 0.05
"""Share of the sound that a channel must have alone to carry a voice."""
_RANGE = 35.0
"""Decibels below the loudest moment down to which there is sound."""
_LEAK = 15.0
"""Decibels below the loudest channel: what is quieter came over from there."""
_PIECE = 1024
"""Steps read at once."""


class ChannelDiarizer:
    """Tells voices apart by the channels of a recording where each carries one, else as `otherwise` does."""

    def __init__(self, recording: Path, *, otherwise: Diarizer, scratch: Path) -> None:
        """`scratch` is a file that may be written for the time of it."""
        self._recording = recording
        self._otherwise = otherwise
        self._scratch = scratch

    @property
    def name(self) -> str:
        return self._otherwise.name

    def diarize(self, signal: Signal, *, speakers: int | None = None, report: Report = unreported) -> list[Voice]:
        """Raises AudioError. Where `speakers` are more or fewer than the channels, the channels say nothing."""
        voices = self._by_channel()
        if not voices or speakers not in {None, len({voice.label for voice in voices})}:
            return self._otherwise.diarize(signal, speakers=speakers, report=report)
        report(1.0)
        return voices

    def _by_channel(self) -> list[Voice]:
        channels = probe(self._recording).channels
        if not 1 < channels <= MOST:
            return []
        try:
            decode(self._recording, self._scratch, channels=channels)
            return voices_of(read_signal(self._scratch).reshape(-1, channels), self._detector)
        finally:
            self._scratch.unlink(missing_ok=True)

    @cached_property
    def _detector(self) -> SpeechDetector:
        return SpeechDetector(weights.checked(weights.SPEECH))


def with_channels(ears: Ears, recording: Path, *, scratch: Path) -> Ears:
    """Ears that tell a recording's voices by its channels where each carries one."""
    return replace(ears, diarizer=ChannelDiarizer(recording, otherwise=ears.diarizer, scratch=scratch))


def voices_of(sound: Signal, detector: SpeechDetector) -> list[Voice]:
    """A voice for each channel that carries its own, of sound of shape (samples, channels); none where fewer than
    two do."""
    levels = levels_of(sound)
    own = own_channels(levels)
    if len(own) < 2:
        return []
    loudest = levels.max(axis=1)
    stretches = [
        (region.start / RATE, region.end / RATE, channel)
        for channel in own
        for region in regions_of(
            np.where(levels[:, channel] > loudest - _LEAK, detector.probabilities(sound[:, channel]), 0.0),
            samples=len(sound),
            hearing=SPEECH,
        )
    ]
    voices = numbered(stretches)
    return voices if len({voice.label for voice in voices}) > 1 else []


def levels_of(sound: Signal) -> "Levels":
    """Read in pieces, so that memory stays flat; the last step may be short."""
    pieces: list[Levels] = []
    for start in range(0, len(sound), _PIECE * STEP):
        piece = sound[start : start + _PIECE * STEP].astype(np.float32) / np.float32(32768)
        steps = np.pad(piece, ((0, -len(piece) % STEP), (0, 0))).reshape(-1, STEP, sound.shape[1])
        pieces.append(10 * np.log10((steps**2).mean(axis=1) + np.float32(1e-12)))
    return np.concatenate(pieces) if pieces else np.zeros((0, sound.shape[1]), dtype=np.float32)


def own_channels(levels: "Levels") -> Sequence[int]:
    """The channels that carry a voice of their own; none where what is heard is mostly heard on several at once."""
    ordered = np.sort(levels, axis=1)
    loudest = ordered[:, -1]
    sounding = loudest > loudest.max(initial=-np.inf) - _RANGE
    alone = sounding & (loudest - ordered[:, -2] >= ABOVE)
    if alone.sum() < ALONE * sounding.sum() or not sounding.any():
        return []
    shares = np.bincount(levels.argmax(axis=1)[alone], minlength=levels.shape[1]) / sounding.sum()
    return np.flatnonzero(shares >= OWN).tolist()
