"""Ctrl-C ends a command with one line, and loses nothing."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.sounds import tone

ROOT = Path(__file__).parents[1]


class Process:
    """A command on its way; what it says goes to files, so that it never waits for a reader."""

    def __init__(self, folder: Path, *arguments: str | Path, pause: float = 0.5) -> None:
        self.err, self.out = folder / "err.txt", folder / "out.txt"
        with self.err.open("wb") as err, self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.toy_command", str(pause), *map(str, arguments)],
                cwd=ROOT,
                env={**os.environ, "COMMONLORE_HOME": str(folder / "library"), "COMMONLORE_LEASE": "1"},
                stdout=out,
                stderr=err,
            )

    def wait_until(self, there: Callable[[], bool]) -> None:
        for _ in range(600):
            if there() or self.process.poll() is not None:
                return
            time.sleep(0.05)
        pytest.fail(f"it never came so far: {self.err.read_text()}")

    def end(self, number: int | None = None) -> int:
        if number:
            self.process.send_signal(number)
        return self.process.wait(timeout=60)


def test_an_intake_that_is_stopped_goes_on_with_work(tmp_path: Path) -> None:
    adding = Process(tmp_path, "add", tone(tmp_path / "call.wav", seconds=120), "--community", "Day centres")
    adding.wait_until(lambda: "Writing down" in adding.err.read_text())

    assert adding.end(signal.SIGINT) == 1
    assert adding.err.read_text().endswith("Nothing is lost: `commonlore work` goes on with what is queued.\n")
    assert "Traceback" not in adding.err.read_text()
    working = Process(tmp_path, "work", "--until-empty", pause=0.0)
    assert working.end() == 0
    assert "call.wav: taken in" in working.out.read_text()


def test_who_waits_behind_an_older_intake_sees_it(tmp_path: Path) -> None:
    older, newer = (tone(tmp_path / name, seconds=seconds) for name, seconds in (("a.wav", 8), ("b.wav", 2)))
    assert Process(tmp_path, "add", older, "--community", "Day centres", "--later").end() == 0

    adding = Process(tmp_path, "add", newer, "--community", "Day centres")

    assert adding.end() == 0
    told = [line.split(":")[0] for line in adding.err.read_text().splitlines()]
    assert "first a.wav" in told[: told.index("b.wav")]


def test_a_worker_that_is_told_to_end_finishes_the_job_under_way(tmp_path: Path) -> None:
    path = tone(tmp_path / "call.wav", seconds=4)
    assert Process(tmp_path, "add", path, "--community", "Day centres", "--later").end() == 0
    working = Process(tmp_path, "work")
    working.wait_until(lambda: "Working on" in working.err.read_text())
    time.sleep(1)

    assert working.end(signal.SIGTERM) == 0
    assert "call.wav: taken in" in working.out.read_text()


def test_the_pages_are_open_until_they_are_closed(tmp_path: Path) -> None:
    port = free_port()
    serving = Process(tmp_path, "serve", "--port", str(port), "--no-worker")
    serving.wait_until(lambda: answers(port))

    assert get(port, "/api/v1/meetings")["meetings"] == []
    assert serving.end(signal.SIGINT) == 0
    assert serving.err.read_text() == "Closed.\n"
    assert f"http://127.0.0.1:{port}/" in serving.out.read_text()


def test_a_page_that_watches_a_job_does_not_hold_the_service_open(tmp_path: Path) -> None:
    path = tone(tmp_path / "call.wav", seconds=4)
    assert Process(tmp_path, "add", path, "--community", "Day centres", "--later").end() == 0
    port = free_port()
    serving = Process(tmp_path, "serve", "--port", str(port), "--no-worker")
    serving.wait_until(lambda: answers(port))

    with urlopen(f"http://127.0.0.1:{port}/api/v1/jobs/j1/events", timeout=30) as watched:
        assert b'"queued"' in watched.readline()
        assert serving.end(signal.SIGINT) == 0
    assert serving.err.read_text() == "Closed.\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def get(port: int, path: str) -> Any:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as response:
        return json.load(response)
