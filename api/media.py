"""What a kept file is to a browser: sound or video it may play, or something to save."""

from pathlib import PurePath

MEDIA = {
    # the interpreter's own table differs from machine to machine and calls m4a what browsers do not play
    ".aac": "audio/aac",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".mka": "audio/x-matroska",
    ".mkv": "video/x-matroska",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".weba": "audio/webm",
    ".webm": "video/webm",
}
SAVED = "application/octet-stream"


def media_type(filename: str) -> str:
    """By the ending; whatever is not known to be sound or video is to be saved, never shown."""
    return MEDIA.get(PurePath(filename).suffix.lower(), SAVED)
