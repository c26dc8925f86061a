"""The inside of a confined child: it limits itself before anything else, and speaks to its parent over one pipe.

capture/confinement.py is the outside. Nothing but the standard library is loaded here, so that it begins at once.
"""

import json
import math
import resource
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any, TypeAlias

Send: TypeAlias = Callable[..., None]
"""Called with a message, and with the bytes that belong to it where there are any."""

FILES = 64
"""Open at the same time: FFmpeg needs a few."""
WORDS = 64 << 10
"""Bytes that may be written to a file, which is where the last words of a child that breaks down go."""


def run(request: Mapping[str, Any]) -> None:
    """The task of the module that the request names. What it raises ends the child, and its parent notices."""
    _limit_ourselves(memory=request["memory"], seconds=request["seconds"], written=request["written"])
    try:
        import_module(request["module"]).serve(request["task"], request["given"], send)
    except MemoryError:
        send({"failed": "memory"})


def send(message: Mapping[str, object], body: bytes = b"") -> None:
    """One JSON line, then the bytes it announces."""
    out = sys.stdout.buffer
    out.write(json.dumps({**message, "bytes": len(body)} if body else message).encode() + b"\n")
    out.write(body)
    out.flush()


def _limit_ourselves(*, memory: int, seconds: float, written: int) -> None:
    """Hard limits, so that they cannot be raised again."""
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: math.ceil(seconds),
        resource.RLIMIT_FSIZE: max(written, WORDS),
        resource.RLIMIT_NOFILE: FILES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        with suppress(ValueError, OSError):  # macOS knows no limit of memory; who set a lower one keeps it
            resource.setrlimit(kind, (most, most))
