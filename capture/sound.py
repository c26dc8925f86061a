"""The one form of sound that everything here works on: 16 kHz, mono, 16 bit; and what it may come from."""

RATE = 16_000
READS = "mp3, m4a, aac, wav, flac, ogg, opus, mp4, mov, webm or mkv"


def clock(seconds: float) -> str:
    """1:02:03."""
    minutes, second = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"
