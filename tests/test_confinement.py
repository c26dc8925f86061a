"""A child that opens what strangers made can take little, change nothing, and is never waited for in vain."""

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from capture import confinement
from capture.confinement import ChildFailed, Limits, Message, Why, bubblewrap, confined

TOY = "tests.toy_child"
ROOMY = Limits(seconds=60.0)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits alone, as where there is no bubblewrap."""
    monkeypatch.setattr(confinement, "bubblewrap", lambda: None)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    (tmp_path / "beside").touch()
    path = tmp_path / "recording"
    path.write_text("sound")
    return path


def said(task: str, recording: Path, *, limits: Limits = ROOMY) -> list[Message]:
    with confined(TOY, task, reads=recording, limits=limits) as messages:
        return list(messages)


def failure(task: str, recording: Path, *, limits: Limits = ROOMY) -> Why:
    with pytest.raises(ChildFailed) as failed:
        said(task, recording, limits=limits)
    return failed.value.why


@pytest.mark.parametrize("task", ["crash", "babble", "boast", "leave"])
def test_a_child_that_breaks_off_has_failed(alone: None, recording: Path, task: str) -> None:
    assert failure(task, recording) is Why.CRASH


def test_a_child_cannot_take_more_memory_than_it_is_given(alone: None, recording: Path) -> None:
    assert failure("hoard", recording, limits=Limits(memory=256 << 20, seconds=60.0)) is Why.MEMORY
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert largest < 1 << 30  # of all children of these tests, in kB


@pytest.mark.parametrize("task", ["hang", "spin"])
def test_a_child_is_ended_when_its_time_is_up(alone: None, recording: Path, task: str) -> None:
    began = time.monotonic()

    assert failure(task, recording, limits=Limits(seconds=2.0)) is Why.TIME
    assert time.monotonic() - began < 30


def test_a_child_cannot_fill_the_disk(alone: None, recording: Path) -> None:
    assert failure("write", recording) is Why.CRASH
    assert recording.with_name("written").stat().st_size <= 64 << 10


def test_a_child_is_gone_when_nobody_listens_any_more(alone: None, recording: Path) -> None:
    with confined(TOY, "hang", reads=recording, limits=ROOMY):
        assert len(children()) == 1

    assert not children()


def children() -> list[str]:
    """Processes of this task that have not ended."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended while we looked
            words = (process / "cmdline").read_text().split("\0")
            found += [process.name for word in words if f'"{TOY}"' in word and '"hang"' in word]
    return found


@pytest.fixture
def port() -> Iterator[int]:
    """Where somebody on this machine would answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def seen(recording: Path, port: int) -> dict[str, Any]:
    recording.write_text(str(port))
    [(message, _)] = said("look", recording)
    found = message["ended"]
    assert isinstance(found, dict) and found["recording"] == str(port)
    return found


def test_a_child_inherits_nothing(alone: None, recording: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONLORE_SECRET", "x")

    found = seen(recording, port)

    assert set(found["environment"]) <= {"LC_CTYPE"}  # which Python sets for itself
    assert found["files"] == []


walled = pytest.mark.skipif(not bubblewrap(), reason="bubblewrap is not installed here, or not allowed to work")


@walled
@pytest.mark.parametrize(
    ("task", "why"), [("hang", Why.TIME), ("hoard", Why.MEMORY), ("crash", Why.CRASH), ("leave", Why.CRASH)]
)
def test_behind_bubblewrap_the_limits_hold_as_well(recording: Path, task: str, why: Why) -> None:
    began = time.monotonic()

    assert failure(task, recording, limits=Limits(memory=256 << 20, seconds=3.0)) is why
    assert time.monotonic() - began < 30 and not children()


@walled
def test_behind_bubblewrap_there_is_no_network_and_no_other_file(recording: Path, port: int) -> None:
    found = seen(recording, port)

    assert (found["network"], found["beside"]) == (False, False)


def test_a_bubblewrap_that_does_not_work_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert bubblewrap.__wrapped__() is None
