"""Where what strangers made is opened: a child process with little memory and time that can change nothing.

It inherits no environment and no open file. Where bubblewrap is installed and works the child also has no network
and sees no file but the one it reads; else the limits stand alone. capture/cell.py is its inside.
"""

import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from signal import SIGKILL, SIGXCPU
from tempfile import TemporaryFile
from typing import IO, TypeAlias, cast

from models.job import Json

logger = logging.getLogger(__name__)

Message: TypeAlias = tuple[dict[str, Json], bytes]
"""What the child says, and the bytes that belong to it."""

ROOT = Path(__file__).parents[1]
SEEN_AS = Path("/recording")
"""Where bubblewrap shows the child the one file it reads."""
SYSTEM = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache")
"""What a program needs to begin, as far as it is there."""
ROOMS = ("capture", "models")
"""Of our own code, what a child runs."""
LONGEST_LINE = 16 << 10
MOST_BYTES = 1 << 20
"""Of one message: the child is not believed more than needed."""

# -I and -S: neither the environment, nor the folder we are in, nor what site-packages bring run code in the child
_BEGIN = (
    "import json, sys; request = json.loads(sys.argv[1]); sys.path[:0] = request['places']; "
    "from capture.cell import run; run(request)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a child may take; sound is decoded in a sixth of this memory."""

    memory: int = 1 << 30
    seconds: float
    """By the clock; of processor time the same."""
    written: int = 0
    """Bytes of the largest file."""


class Why(StrEnum):
    """Why a child did not come to the end of its task."""

    TIME = "time"
    MEMORY = "memory"
    CRASH = "crash"


class ChildFailed(Exception):
    """A child did not come to the end of its task; whoever sent it says what that means."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@contextmanager
def confined(
    module: str,
    task: str,
    *,
    reads: Path,
    limits: Limits,
    given: Mapping[str, Json] | None = None,
    output: IO[bytes] | None = None,
) -> Iterator[Iterator[Message]]:
    """What the child says while it does a module's task on one file; killed when the block ends.

    `given` is what the task wants to know.
    `output` is a file the child may write to. The messages end in ChildFailed where the last is not "ended".
    """
    given = {**(given or {}), "path": str(_shown(reads)), "output": output.fileno() if output else None}
    command = [*_walls(module, reads), *_interpreter(module, task, given=given, limits=limits)]
    with TemporaryFile() as words:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=words,
            cwd="/",
            env={},
            pass_fds=[output.fileno()] if output else [],
            start_new_session=True,  # Ctrl-C is for us to answer; and the child is ended with all its kin
        )
        late = threading.Event()
        clock = threading.Timer(limits.seconds, _end_late, (process, late))
        clock.start()
        try:
            yield _until_ended(process, words=words, late=late)
        finally:
            clock.cancel()
            _end(process)
            process.wait()
            cast(IO[bytes], process.stdout).close()


def _end_late(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """With bubblewrap it is three processes, of which only the first is known to us."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, SIGKILL)


def _until_ended(process: subprocess.Popen[bytes], *, words: IO[bytes], late: threading.Event) -> Iterator[Message]:
    why, pipe = Why.CRASH, cast(IO[bytes], process.stdout)
    for message, body in _messages(pipe):
        if message.get("failed") == Why.MEMORY:
            why = Why.MEMORY
            break
        yield message, body
        if "ended" in message:
            return
    pipe.close()  # who still talks to it finds nobody there, and ends
    code = process.wait()
    if late.is_set() or code in (-SIGXCPU, 128 + SIGXCPU):  # bubblewrap tells signals as shells do
        why = Why.TIME
    logger.warning("a confined child ended with %s (%s): %s", code, why, _last_line(words))
    raise ChildFailed(why)


def _last_line(words: IO[bytes]) -> str:
    """Of what the child wrote to its stderr: of a traceback, the error."""
    words.seek(0)
    lines = words.read().decode(errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "no word")


def _messages(pipe: IO[bytes]) -> Iterator[Message]:
    """Until the pipe ends, or says what no child of ours would."""
    while line := pipe.readline(LONGEST_LINE):
        try:
            message = json.loads(line)
        except ValueError:
            return
        size = message.get("bytes", 0) if isinstance(message, dict) else None
        if not isinstance(size, int) or not 0 <= size <= MOST_BYTES:
            return
        body = pipe.read(size)
        if len(body) < size:
            return
        yield message, body


def _interpreter(module: str, task: str, *, given: Mapping[str, Json], limits: Limits) -> list[str]:
    request = {
        "places": [str(ROOT), *map(str, _libraries())],
        "module": module,
        "task": task,
        "given": dict(given),
        "memory": limits.memory,
        "seconds": limits.seconds,
        "written": limits.written,
    }
    return [sys.executable, "-I", "-S", "-c", _BEGIN, json.dumps(request)]


@cache
def _libraries() -> tuple[Path, ...]:
    """Where PyAV is, found without loading it."""
    spec = find_spec("av")
    return (Path(cast(str, spec.origin)).parents[1],) if spec else ()


# --- bubblewrap ----------------------------------------------------------------------------------------------


@cache
def bubblewrap() -> str | None:
    """The program, where it is installed and this machine lets it work; tried once."""
    program = shutil.which("bwrap")
    if program is None:
        return None
    command = [*_behind(program, rooms=(), reads=Path(__file__)), sys.executable, "-I", "-S", "-c", "pass"]
    try:
        done = subprocess.run(command, env={}, cwd="/", capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return program if done.returncode == 0 else None


def _walls(module: str, reads: Path) -> list[str]:
    program = bubblewrap()
    return _behind(program, rooms=(*ROOMS, module.split(".")[0]), reads=reads) if program else []


def _shown(reads: Path) -> Path:
    return SEEN_AS if bubblewrap() else reads.absolute()


def _behind(program: str, *, rooms: Iterable[str], reads: Path) -> list[str]:
    """No network, no other process, and of the files only what the interpreter needs and the one to read."""
    python = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parents[1]]
    seen = [*SYSTEM, *map(str, [*python, *_libraries(), *(ROOT / room for room in rooms)])]
    walls = [program, "--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--dev", "/dev"]
    for place in seen:
        walls += ["--ro-bind-try", place, place]
    return [*walls, "--ro-bind", str(reads.absolute()), str(SEEN_AS), "--chdir", "/", "--"]
