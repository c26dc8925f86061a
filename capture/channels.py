"""Channels that carry one voice each: who spoke when is then known and not guessed; pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from capture.diarizer import SPEECH
from capture.speech import STEP, Region, SpeechDetector, regions_of
from models.ports import Signal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Levels = NDArray[np.float32]
    """Decibels below full scale, one for each STEP of each channel: shape (steps, channels)."""

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
_WHILE = 15
"""Steps (half a second) over which channels are compared: between two words all are as quiet as their rooms."""
_PIECE = 1024
"""Steps read at once."""


def own_speech(sound: Signal, detector: SpeechDetector) -> dict[int, list[Region]]:
    """When the voice of each channel speaks that carries its own, of sound of shape (samples, channels); in order
    of first speech, and empty where fewer than two do."""
    levels = levels_of(sound)
    around = _smoothed(levels)
    own = around > around.max(axis=1, keepdims=True, initial=-np.inf) - _LEAK
    regions = {
        channel: regions_of(
            np.where(own[:, channel], detector.probabilities(sound[:, channel]), 0.0),
            samples=len(sound),
            hearing=SPEECH,
        )
        for channel in own_channels(levels)
    }
    spoken = {channel: found for channel, found in regions.items() if found}
    return dict(sorted(spoken.items(), key=lambda one: one[1][0].start)) if len(spoken) > 1 else {}


def levels_of(sound: Signal) -> "Levels":
    """Read in pieces, so that memory stays flat; the last step may be short."""
    pieces: list[Levels] = []
    for start in range(0, len(sound), _PIECE * STEP):
        piece = sound[start : start + _PIECE * STEP].astype(np.float32) / np.float32(32768)
        steps = np.pad(piece, ((0, -len(piece) % STEP), (0, 0))).reshape(-1, STEP, sound.shape[1])
        pieces.append(10 * np.log10((steps**2).mean(axis=1) + np.float32(1e-12)))
    return np.concatenate(pieces) if pieces else np.zeros((0, sound.shape[1]), dtype=np.float32)


def _smoothed(levels: "Levels") -> "Levels":
    """The level of what is heard around each step."""
    from scipy.ndimage import uniform_filter1d  # heavy: only where there are channels to compare

    smoothed: Levels = 10 * np.log10(uniform_filter1d(10 ** (levels / 10), _WHILE, axis=0) + np.float32(1e-12))
    return smoothed


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
