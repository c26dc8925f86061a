"""A watched folder gives out what is whole, each file once; and `add --watch` takes it in until it is stopped."""

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.watching import STILL, Folder
from models.errors import InputError
from models.job import JobState
from tests.command_line import CommandLine, toy_command_line, transcript
from tests.sounds import tone
from tests.test_cli_interrupted import Process
from tests.toy_services import ToyServices


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def look(tmp_path: Path, clock: Clock) -> Callable[[float], list[str]]:
    """The names that are ready after so many seconds."""
    folder = Folder(tmp_path, now=clock)

    def after(seconds: float) -> list[str]:
        clock.at += seconds
        return [path.name for path in folder.ready()]

    return after


def test_a_file_is_ready_once_it_has_stood_still(tmp_path: Path, look: Callable[[float], list[str]]) -> None:
    (tmp_path / "call.wav").write_text("half")
    assert look(0) == look(STILL - 1) == []
    with (tmp_path / "call.wav").open("a") as file:
        file.write(" and the rest")
    assert look(1) == look(STILL - 1) == []

    assert look(1) == ["call.wav"]
    assert look(STILL) == []


def test_a_file_is_given_out_again_only_when_it_changed(tmp_path: Path, look: Callable[[float], list[str]]) -> None:
    (tmp_path / "call.wav").write_text("one")
    look(0)
    assert look(STILL) == ["call.wav"]
    (tmp_path / "call.wav").write_text("another")
    look(1)

    assert look(STILL) == ["call.wav"]


def test_a_change_that_keeps_the_size_is_a_change(tmp_path: Path, look: Callable[[float], list[str]]) -> None:
    path = tmp_path / "call.wav"
    path.write_text("one")
    look(0)
    os.utime(path, ns=(1, 1))

    assert look(STILL) == []


@pytest.mark.parametrize(
    "name", [".hidden.wav", "~$minutes.docx", "~call.wav", "call.wav.part", "call.mp4.crdownload", "CALL.TMP"]
)
def test_what_is_hidden_or_still_being_written_is_left_alone(
    tmp_path: Path, look: Callable[[float], list[str]], name: str
) -> None:
    (tmp_path / name).write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.wav").touch()
    (tmp_path / "nowhere.wav").symlink_to(tmp_path / "gone")
    look(0)

    assert look(STILL) == []


def test_a_folder_that_is_gone_is_an_error(tmp_path: Path, look: Callable[[float], list[str]]) -> None:
    tmp_path.rmdir()

    with pytest.raises(InputError, match="watch a folder that is there"):
        look(0)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return toy_command_line(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    "given",
    [[], ["a.json", "--watch", "."], ["--watch", ".", "--title", "Monday"]],
    ids=["nothing", "both", "title"],
)
def test_a_path_or_a_folder_to_watch_is_needed_and_no_title(run: CommandLine, given: list[str]) -> None:
    run("add", *given, "--community", "Day centres", code=2)


def test_a_folder_that_is_not_there_is_not_watched(run: CommandLine, tmp_path: Path) -> None:
    failed = run("add", "--watch", tmp_path / "nowhere", "--community", "Day centres", code=1)

    assert "watch a folder that is there" in failed.err


def test_what_is_in_a_folder_and_what_comes_is_taken_in_once(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    transcript(folder / "first.json")
    (folder / "bad.json").write_text("{")
    watching = Process(tmp_path, "add", "--watch", folder, "--community", "Day centres", "--json", pause=0.0)
    watching.wait_until(lambda: "first" in watching.out.read_text())
    sound = tone(tmp_path / "call.wav", seconds=4)
    shutil.copy(sound, folder / "call.wav")
    shutil.copy(sound, folder / "copy of it.wav")
    watching.wait_until(lambda: "copy of it" in watching.out.read_text())

    assert watching.end(signal.SIGINT) == 0
    lines = [json.loads(line) for line in watching.out.read_text().splitlines()]
    assert [Path(line["path"]).name for line in lines] == ["bad.json", "first.json", "call.wav", "copy of it.wav"]
    assert [line["duplicate"] for line in lines] == [False, False, False, True]
    assert watching.err.read_text().count("bad.json") == 1
    assert "Watching no longer" in watching.err.read_text()

    again = Process(tmp_path, "add", "--watch", folder, "--community", "Day centres", pause=0.0)
    again.wait_until(lambda: "copy of it.wav: already here as m2" in again.out.read_text())
    assert again.end(signal.SIGINT) == 0
    assert len(ToyServices(tmp_path / "library").queue.jobs()) == 2


def test_later_only_queues_what_comes(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    transcript(folder / "a.json")
    watching = Process(tmp_path, "add", "--watch", folder, "--community", "Day centres", "--later", pause=0.0)
    watching.wait_until(lambda: "a.json: queued as j1" in watching.out.read_text())

    assert watching.end(signal.SIGINT) == 0
    assert [job.state for job in ToyServices(tmp_path / "library").queue.jobs()] == [JobState.QUEUED]
