"""The commands that run and keep the library: serve, work, rebuild, doctor, stats, export, migrate."""

import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api import checkup
from cli.main import app
from tests.command_line import CommandLine, toy_command_line, transcript
from tests.sounds import tone
from tests.toy_services import ToyServices


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    command_line = toy_command_line(tmp_path, monkeypatch)
    command_line("add", transcript(tmp_path / "a.json", meeting="Ext/1"), "--community", "Day centres")
    return command_line


def test_a_library_that_is_not_there_is_not_made_by_looking(run: CommandLine, tmp_path: Path) -> None:
    elsewhere = CommandLine(tmp_path / "nowhere")
    for command in (["meetings"], ["ask", "q"], ["stats"], ["doctor"], ["migrate"], ["export"], ["rebuild"]):
        failed = elsewhere(*command, code=1)
        assert "no library at" in failed.err and "--home" in failed.err
    assert not elsewhere.home.exists()


def test_a_folder_that_is_no_library_is_left_as_it_was(run: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()

    assert "no library at" in CommandLine(folder)("stats", code=1).err
    assert list(folder.iterdir()) == []


def test_a_home_that_is_a_file_is_refused(run: CommandLine, tmp_path: Path) -> None:
    assert "is a file" in CommandLine(tmp_path / "a.json")("meetings", code=1).err


def test_a_setting_that_is_wrong_is_named(run: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONLORE_LEASE", "soon")

    assert "COMMONLORE_LEASE" in run("meetings", code=1).err


def test_the_home_of_the_environment_is_used(run: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONLORE_HOME", str(run.home))

    assert len(json.loads(CliRunner().invoke(app, ["meetings", "--json"]).stdout)) == 1


def test_lost_indexes_are_rebuilt(run: CommandLine) -> None:
    shutil.rmtree(run.home / "vectors", ignore_errors=True)

    assert run("rebuild", "--json").json["vectors"] > 0
    assert run("ask", "the minibus broke down", "--json").json["found"]


def test_a_sound_library_passes_the_doctor(run: CommandLine) -> None:
    checks = run("doctor", "--json").json

    assert checks and all(check["ok"] for check in checks)
    assert "ok  " in run("doctor").out


@pytest.mark.parametrize(("program", "said"), [(None, "install bubblewrap"), ("/usr/bin/bwrap", "no network")])
def test_the_doctor_says_behind_which_walls_recordings_are_opened(
    run: CommandLine, monkeypatch: pytest.MonkeyPatch, program: str | None, said: str
) -> None:
    monkeypatch.setattr(checkup, "bubblewrap", lambda: program)

    assert said in " ".join(run("doctor").out.split())


def test_a_lost_recording_is_found_by_the_doctor(run: CommandLine) -> None:
    shutil.rmtree(run.home / "recordings")

    failed = run("doctor", code=1)

    assert "FAIL" in failed.out


def test_stats_count_by_noun_and_weigh_the_folder(run: CommandLine) -> None:
    stats = run("stats", "--json").json

    assert stats["counts"]["meetings"] == 1 and stats["counts"]["turns"] == 3
    assert stats["bytes"]["store"] > 0
    assert "meetings" in run("stats").out


def test_an_export_holds_every_transcript_and_item(run: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "out"

    run("export", "-o", folder)

    assert json.loads((folder / "m1-ext-1.json").read_text())["turns"][0]["speaker"] == "Ann"
    items = [json.loads(line) for line in (folder / "items.jsonl").read_text().splitlines()]
    assert [item["meeting"] for item in items] == ["Ext/1"] * 3


def test_an_export_can_be_renewed_in_another_format(run: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    run("export", "-o", folder)

    run("export", "-o", folder, "--format", "md")

    assert sorted(path.name for path in folder.iterdir()) == [
        *("commonlore-export.json", "items.jsonl", "m1-ext-1.md")
    ]


def test_subtitles_of_a_transcript_without_times_are_written_as_text(run: CommandLine, tmp_path: Path) -> None:
    run("add", tone(tmp_path / "call.wav", seconds=4), "--community", "Day centres")

    done = run("export", "-o", tmp_path / "out", "--format", "vtt")

    assert sorted(path.name for path in (tmp_path / "out").glob("m*")) == ["m1-ext-1.txt", "m2-call.vtt"]
    assert "has no times" in done.err


def test_a_folder_of_something_else_is_left_alone(run: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "letter.txt").write_text("Dear")

    assert "no export of ours" in run("export", "-o", folder, code=1).err
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]


def test_an_exports_mark_cannot_reach_out_of_its_folder(run: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    run("export", "-o", folder)
    victim = tmp_path / "victim.txt"
    victim.write_text("mine")
    (folder / "commonlore-export.json").write_text(json.dumps({"files": ["../victim.txt", "..", "."]}))

    run("export", "-o", folder)

    assert victim.read_text() == "mine"


def test_a_library_of_this_version_needs_no_migration(run: CommandLine) -> None:
    migrated = run("migrate", "--json").json

    assert migrated["before"] == migrated["after"] and migrated["copy"] is None
    assert "Nothing to do" in run("migrate").out


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "example.org", "::", ""])
def test_serve_refuses_any_address_but_this_machines_own(run: CommandLine, host: str) -> None:
    assert "no sign-in yet" in run("serve", "--host", host, code=1).err


def test_serve_says_when_the_port_is_taken(run: CommandLine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        failed = run("serve", "--port", str(taken.getsockname()[1]), code=1)

    assert "--port" in failed.err


def test_work_goes_on_at_once_with_what_a_killed_worker_held(run: CommandLine, tmp_path: Path) -> None:
    run("add", transcript(tmp_path / "t.json"), "--community", "Day centres", "--later")
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    services = ToyServices(run.home, lease=3600)
    assert services.queue.claim(f"{socket.gethostname()}:{killed.pid}:1")
    services.close()

    assert "t.json: taken in" in run("work", "--until-empty").out


def test_a_worker_with_nothing_to_do_ends_at_once(run: CommandLine) -> None:
    assert run("work", "--until-empty").out == ""
