"""Sound files made for the tests."""

import wave
from pathlib import Path

import numpy as np

RATE = 16_000


def tone(path: Path, *, seconds: float, channels: int = 1) -> Path:
    """A WAV of an even hum."""
    times = np.arange(int(seconds * RATE)) / RATE
    samples = (8000 * np.sin(2 * np.pi * 220 * times)).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setparams((channels, 2, RATE, 0, "NONE", ""))
        out.writeframes(np.repeat(samples, channels).tobytes())
    return path
