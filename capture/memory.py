"""Freed memory back to the system: of three hours of voices glibc would keep 600 MB in pieces."""

import ctypes
from functools import cache
from typing import Any


def give_back() -> None:
    """Takes some milliseconds; where the system's library cannot do it, nothing happens."""
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Any:  # a function of C
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # no glibc: macOS, Windows, musl
        return None
