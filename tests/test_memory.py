"""Freed memory goes back to the system."""

import sys
from pathlib import Path

import pytest

from capture.memory import give_back


def resident() -> int:
    """Bytes of this process that lie in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


@pytest.mark.skipif(sys.platform != "linux", reason="counts as Linux does")
def test_what_was_freed_in_pieces_goes_back() -> None:
    pieces = [bytearray(60_000) for _ in range(4000)]  # too small to be mapped each by itself
    del pieces[::2]
    held = resident()

    give_back()

    assert held - resident() > 60_000 * 1000
