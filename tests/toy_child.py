"""What a decoder that was taken over, or fell over, might do inside of a confined child."""

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from capture.cell import Send


def serve(task: str, given: Mapping[str, Any], send: Send) -> None:
    TASKS[task](given, send)


def hoard(given: Mapping[str, Any], send: Send) -> None:
    """Takes memory as long as there is some."""
    taken = []
    while True:
        taken.append(bytes(16 << 20))


def hang(given: Mapping[str, Any], send: Send) -> None:
    time.sleep(600)


def spin(given: Mapping[str, Any], send: Send) -> None:
    while True:
        pass


def crash(given: Mapping[str, Any], send: Send) -> None:
    send({"progress": 0.5})
    os.kill(os.getpid(), signal.SIGSEGV)


def babble(given: Mapping[str, Any], send: Send) -> None:
    sys.stdout.buffer.write(b"\xff\x00 not a message\n" * 10_000)


def boast(given: Mapping[str, Any], send: Send) -> None:
    """Announces more than anybody would take."""
    sys.stdout.buffer.write(b'{"bytes": 1099511627776}\n' + bytes(1000))


def leave(given: Mapping[str, Any], send: Send) -> None:
    """Without a word."""


def write(given: Mapping[str, Any], send: Send) -> None:
    """Tries to fill the disk; a little of it is let through for last words."""
    with Path(given["path"]).with_name("written").open("wb") as file:
        file.write(bytes(1 << 20))


def look(given: Mapping[str, Any], send: Send) -> None:
    """Tells what there is to be seen."""
    send(
        {
            "ended": {
                "environment": sorted(os.environ),
                "files": [number for number in range(3, 64) if _is_open(number)],
                "recording": Path(given["path"]).read_text(),
                "beside": Path(given["path"]).with_name("beside").exists(),
                "network": _reaches(int(Path(given["path"]).read_text())),
            }
        }
    )


def decode(given: Mapping[str, Any], send: Send) -> None:
    """Whatever the recording says."""
    TASKS[Path(given["path"]).read_text()](given, send)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _reaches(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


TASKS: dict[str, Callable[[Mapping[str, Any], Send], None]] = {
    "hoard": hoard,
    "hang": hang,
    "spin": spin,
    "crash": crash,
    "babble": babble,
    "boast": boast,
    "leave": leave,
    "write": write,
    "look": look,
    "decode": decode,
}
