"""What `doctor` looks at beside the library itself: how what people hand in is opened here, and where it goes."""

from capture.confinement import bubblewrap
from index.checkup import Check


def leaving_check(leaving: str | None) -> Check:
    """Well either way: it says what people should know."""
    message = leaving or "no large model is set: no word of a meeting leaves this machine"
    return Check(name="large model", ok=True, message=message)


def decoding_check() -> Check:
    """Well either way; where the second wall is missing, how to have it."""
    if program := bubblewrap():
        return Check(
            name="decoding",
            ok=True,
            message=f"recordings are opened behind {program}: with limits, no network and no other file",
        )
    return Check(
        name="decoding",
        ok=True,
        message="recordings are opened in a child with limits on memory and time",
        remedy="to shut it off from network and files as well, install bubblewrap and allow user namespaces",
    )
