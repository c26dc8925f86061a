"""The commands that take in: add, transcribe, extract, and the worker that does the rest later."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from api.services import Services
from api.worker import Worker
from cli import session
from models.errors import AudioError, WeightsError
from models.settings import Settings
from tests.command_line import CommandLine, toy_command_line, transcript
from tests.sounds import tone
from tests.toy_services import ToyExtractor, ToyServices


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return toy_command_line(tmp_path, monkeypatch)


def test_adding_a_recording_says_what_is_in_the_library_now(run: CommandLine, tmp_path: Path) -> None:
    done = run(
        "add", tone(tmp_path / "call.wav", seconds=8), "--community", "Day centres", "--title", "Monday call"
    )

    assert "m1  Monday call: 4 turns · 2 voices · " in done.out
    assert "1 story" in done.out
    assert f"commonlore --home {run.home} show m1" in done.out


def test_progress_goes_to_stderr_and_data_to_stdout(run: CommandLine, tmp_path: Path) -> None:
    done = run("add", tone(tmp_path / "call.wav", seconds=8), "--community", "Day centres", "--json")

    assert "call.wav: done, 100%" in done.err
    assert [intake["meeting"]["id"] for intake in done.json] == ["m1"]


def test_added_json_tells_the_meeting_the_job_and_the_counts(run: CommandLine, tmp_path: Path) -> None:
    path = transcript(tmp_path / "a.json", community="Day centres", meeting="ext-1", date="2023-06-27")

    (intake,) = run("add", path, "--json").json

    assert intake["path"] == str(path)
    assert intake["meeting"]["meeting"] == "ext-1"
    assert intake["job"]["state"] == "done"
    assert (intake["turns"], intake["voices"], intake["items"]) == (3, 3, 3)
    assert intake["error"] is None


def test_the_same_file_again_is_already_here(run: CommandLine, tmp_path: Path) -> None:
    path = transcript(tmp_path / "a.json", community="Day centres")
    run("add", path)

    again = run("add", path)

    assert "a.json: already here as m1" in again.out
    assert len(run("meetings", "--json").json) == 1


def test_one_bad_file_does_not_stop_the_others_but_the_command_fails(run: CommandLine, tmp_path: Path) -> None:
    good = transcript(tmp_path / "good.json")
    bad = tmp_path / "bad.json"
    bad.write_text("{", encoding="utf-8")

    done = run("add", bad, tmp_path / "missing.vtt", good, "--community", "Day centres", code=1)

    assert "bad.json" in done.err
    assert "missing.vtt: there is no such file" in done.err
    assert [meeting["title"] for meeting in run("meetings", "--json").json] == ["good"]


def failing(error: Exception) -> Callable[[Settings], Services]:
    """Services whose models raise this when they are used."""

    def fail() -> None:
        raise error

    return lambda settings: ToyServices(settings.home, pause=fail)


def test_an_intake_that_fails_says_why_and_leaves_nothing(
    run: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "factory", failing(AudioError("all noise; record it again")))

    done = run("add", tone(tmp_path / "call.wav", seconds=4), "--community", "Day centres", "--json", code=1)

    assert done.err.splitlines()[-1] == "call.wav: all noise; record it again"
    assert done.json[0]["error"] == "all noise; record it again" and done.json[0]["meeting"] is None
    assert run("meetings", "--json").json == []
    assert run("show", "j1", "--json").json["state"] == "dead"


def test_what_nobody_expected_is_one_line_and_its_details_are_kept(
    run: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "factory", failing(ZeroDivisionError("by nothing")))

    done = run("add", tone(tmp_path / "call.wav", seconds=4), "--community", "Day centres", code=1)

    assert "ZeroDivisionError: by nothing" in done.err.splitlines()[-1]
    assert "Traceback" not in done.err and "the details are in" in done.err
    assert "Traceback" in (run.home / "commonlore.log").read_text(encoding="utf-8")


def remarking(settings: Settings) -> Services:
    """Services whose extractor has something to say of its work."""
    services = ToyServices(settings.home)
    services.extractor = ToyExtractor()
    services.extractor.remarks = ("Half of it was read.",)
    return services


def test_what_an_extractor_remarks_is_told_and_kept_with_the_job(
    run: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "factory", remarking)
    path = transcript(tmp_path / "a.json", community="Day centres")

    assert "Half of it was read." in run("extract", path, "--json").err
    assert "a.json: Half of it was read." in run("add", path).err
    assert run("jobs", "--json").json[0]["remarks"] == ["Half of it was read."]
    assert "  Half of it was read." in run("show", "j1").out
    run("correct", "m1", "--replace", "minibus", "coach", "--later")
    assert "Half of it was read." in run("work", "--until-empty").err


class Unready(ToyServices):
    """Cannot work at all: its weights are missing."""

    def worker(self) -> Worker:
        raise WeightsError("the weights are missing; install Commonlore anew")


def test_a_worker_that_cannot_begin_ends_the_command_in_one_line(
    run: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "factory", lambda settings: Unready(settings.home))

    done = run("add", transcript(tmp_path / "a.json"), "--community", "Day centres", code=1)

    assert done.err.splitlines()[-1] == "the weights are missing; install Commonlore anew"


def test_a_folder_is_refused_in_one_line(run: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()

    done = run("add", tmp_path / "folder", "--community", "Day centres", code=1)

    assert done.err.count("\n") == 1
    assert "folder: this is not a file" in done.err


def test_a_path_the_system_refuses_does_not_stop_the_others(run: CommandLine, tmp_path: Path) -> None:
    run("add", tmp_path / f"{'x' * 300}.vtt", transcript(tmp_path / "good.json"), "--community", "Leeds", code=1)

    assert [meeting["title"] for meeting in run("meetings", "--json").json] == ["good"]


def test_a_file_whose_name_is_no_text_is_taken_in(run: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.json")
    transcript(path)

    (intake,) = run("add", path, "--community", "Leeds", "--json").json

    assert intake["meeting"]["title"] == "caf\ufffd"


def test_a_file_of_no_community_asks_for_one(run: CommandLine, tmp_path: Path) -> None:
    done = run("add", transcript(tmp_path / "a.json"), code=1)

    assert "--community" in done.err


@pytest.mark.parametrize("date", ["27.6.2023", "2023-02-30", "20230627", "yesterday"])
def test_a_date_that_is_none_is_wrong_usage(run: CommandLine, tmp_path: Path, date: str) -> None:
    done = run("add", transcript(tmp_path / "a.json"), "--community", "Day centres", "--date", date, code=2)

    assert "is no date" in done.err
    assert not run.home.exists()


def test_one_title_for_two_files_is_wrong_usage(run: CommandLine, tmp_path: Path) -> None:
    paths = [transcript(tmp_path / name) for name in ("a.json", "b.json")]

    run("add", *paths, "--community", "Day centres", "--title", "Monday", code=2)


def test_later_only_queues_and_work_takes_it_in(run: CommandLine, tmp_path: Path) -> None:
    queued = run("add", transcript(tmp_path / "a.json"), "--community", "Day centres", "--later")
    assert "a.json: queued as j1" in queued.out
    assert run("meetings", "--json").json == []

    worked = run("work", "--until-empty")

    assert "j1  a.json: taken in" in worked.out
    assert len(run("meetings", "--json").json) == 1


def test_names_in_a_file_are_put_on_the_voices(run: CommandLine, tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("Ann = Ann Bell, St Mary's\n", encoding="utf-8")

    run("add", transcript(tmp_path / "a.json"), "--community", "Day centres", "--names", names)

    assert "Ann Bell" in run("show", "m1").out


def test_a_name_given_later_is_shown(run: CommandLine, tmp_path: Path) -> None:
    run("add", transcript(tmp_path / "a.json"), "--community", "Day centres")

    named = run("name", "m1", "Ben", "Ben Adu", "--organisation", "Leeds", "--json").json

    assert named == {"meeting_id": "m1", "label": "Ben", "person": "Ben Adu", "organisation": "Leeds"}
    assert "Ben Adu" in run("show", "m1").out
    assert "Nobody" in run("name", "m1", "Nobody", "Ben Adu", code=1).err


def test_transcribe_prints_the_contracts_json_and_stores_nothing(run: CommandLine, tmp_path: Path) -> None:
    done = run("transcribe", tone(tmp_path / "call.wav", seconds=4), "--language", "en", "--json")

    assert list(done.json) == [
        *("meeting", "title", "date", "community", "organisation", "language", "duration", "turns")
    ]
    assert list(done.json["turns"][0]) == ["speaker", "text", "start", "end", "words"]
    assert list(done.json["turns"][0]["words"][0]) == ["word", "start", "end", "probability"]
    assert not run.home.exists()


def test_transcribe_reads_well_too(run: CommandLine, tmp_path: Path) -> None:
    done = run("transcribe", tone(tmp_path / "call.wav", seconds=4))

    assert done.out.startswith("Speaker 1 · 0:00\n  The minibus broke down")


def test_what_transcribe_prints_can_be_extracted_and_added(run: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "call.json"
    path.write_text(run("transcribe", tone(tmp_path / "call.wav", seconds=8), "--json").out, encoding="utf-8")

    assert [item["kind"] for item in run("extract", path, "--json").json_lines] == ["story", "problem", "practice"]
    run("add", path, "--community", "Day centres")


def test_extract_prints_one_item_a_line_with_where_it_was_said(run: CommandLine, tmp_path: Path) -> None:
    done = run("extract", transcript(tmp_path / "a.json"), "--json")

    first = done.json_lines[0]
    assert list(first) == [
        *("kind", "title", "gist", "confidence", "speaker", "turn_start", "char_start", "turn_end", "char_end"),
        *("start", "end", "quote", "facets", "further"),
    ]
    assert first["kind"] == "story" and first["speaker"] == "Ann" and first["start"] is None
    assert not run.home.exists()


def test_a_recording_that_is_none_fails_in_one_line(run: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "noise.wav"
    path.write_bytes(b"not a recording at all")

    done = run("transcribe", path, code=1)

    assert done.err.count("\n") == 1
    assert "noise.wav" in done.err


def test_a_chat_is_laid_beside_its_meeting_and_told_from_what_was_said(run: CommandLine, tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    chat.write_text("00:00:01\tBo:\tThe form is at the desk\n", encoding="utf-8")

    run("add", tone(tmp_path / "call.wav", seconds=8), "--community", "Day centres", "--chat", chat)

    shown = run("show", "m1").out
    assert "Bo · 0:01 · in the chat" in shown
    assert "The form is at the desk" in shown
    assert [turn.get("written") for turn in run("show", "m1", "--json").json["turns"]].count(True) == 1


def test_a_chat_belongs_to_one_meeting(run: CommandLine, tmp_path: Path) -> None:
    one, two = (transcript(tmp_path / name, community="Day centres") for name in ("a.json", "b.json"))

    assert "--chat belongs to one meeting" in run("add", one, two, "--chat", one, code=2).err


def test_a_message_that_is_cut_in_two_stays_written(run: CommandLine, tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    chat.write_text("00:00:01\tBo:\tThe form is at the desk\n", encoding="utf-8")
    run("add", tone(tmp_path / "call.wav", seconds=8), "--community", "Day centres", "--chat", chat)
    number = [turn.get("written") for turn in run("show", "m1", "--json").json["turns"]].index(True) + 1

    run("reassign", "m1", str(number), "Speaker 1", "--from", "at the desk")

    assert [turn.get("written") for turn in run("show", "m1", "--json").json["turns"]].count(True) == 2
