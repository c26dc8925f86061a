"""What `doctor` looks at beside the library itself: how what people hand in is opened on this machine."""

from capture.confinement import bubblewrap
from index.checkup import Check


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
