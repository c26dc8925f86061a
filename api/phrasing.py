"""Numbers as people say them, the same on pages and on a terminal; pure."""


def clock(seconds: float | None) -> str:
    """A place in a recording: 7:05, 1:02:30; empty where it is not known."""
    if seconds is None:
        return ""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def count(number: int, noun: str) -> str:
    """1 story, 2 stories."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
