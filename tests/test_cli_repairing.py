"""The commands that put a meeting right: voices, name, merge, split, reassign, correct, undo, repairs."""

import json
from pathlib import Path

import pytest

from models.job import JobState
from tests.command_line import CommandLine, toy_command_line
from tests.toy_services import SAYINGS, ToyServices


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """m1: four turns of three voices; the first says who it is."""
    command_line = toy_command_line(tmp_path, monkeypatch)
    said = [f"I'm Ann Hall from St Mary's. {SAYINGS[0]}", *SAYINGS[1:]]
    turns = [
        {"speaker": f"Speaker {voice}", "text": text, "start": at * 60.0, "end": at * 60.0 + 50}
        for at, (voice, text) in enumerate(zip("1213", said, strict=True))
    ]
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"title": "Monday call", "turns": turns}), encoding="utf-8")
    command_line("add", path, "--community", "Day centres")
    return command_line


def texts(run: CommandLine) -> list[tuple[str, str]]:
    return [(turn["speaker"], turn["text"]) for turn in run("show", "m1", "--json").json["turns"]]


def test_voices_are_shown_with_what_tells_and_a_suggestion_to_copy(run: CommandLine) -> None:
    out = run("voices", "m1").out

    assert "Speaker 1 · 2 turns · 2 min" in out
    assert "perhaps Ann Hall (St Mary's): said it themselves, “I'm Ann Hall from St Mary's.” 0:00" in out
    assert """name m1 'Speaker 1' 'Ann Hall' --organisation 'St Mary'"'"'s'""" in out
    assert [speaker for speaker, _ in texts(run)] == ["Speaker 1", "Speaker 2", "Speaker 1", "Speaker 3"]


def test_an_attendance_list_says_who_has_no_voice_yet(run: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("Anne Hall, Elm\nCy Orr, Oak\n", encoding="utf-8")

    shown = run("voices", "m1", "--attendance", tmp_path / "list.txt")
    shape = run("voices", "m1", "--attendance", tmp_path / "list.txt", "--json").json

    assert "On the list, and no voice yet: Cy Orr (Oak)" in shown.out
    assert shape["unplaced"] == ["Cy Orr"]
    suggested = shape["voices"][0]["suggestion"]
    assert (suggested["person"], suggested["turn"], suggested["listed"]) == ("Anne Hall", 0, True)
    assert shape["voices"][1]["suggestion"] is None


def test_a_sheet_names_nobody_until_somebody_fills_it_in(run: CommandLine, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.txt"
    run("voices", "m1", "--sheet", sheet)
    assert "no names in it" in run("name", "m1", "--names", sheet, code=1).err
    assert "File exists" in run("voices", "m1", "--sheet", sheet, code=1).err

    sheet.write_text(sheet.read_text(encoding="utf-8").replace("# Speaker 1", "Speaker 1"), encoding="utf-8")
    run("name", "m1", "--names", sheet)
    assert [speaker for speaker, _ in texts(run)] == ["Ann Hall", "Speaker 2", "Ann Hall", "Speaker 3"]


def test_many_voices_are_named_by_a_file_and_unnamed_by_one_undo(run: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("Speaker 1 = Ann Hall, St Mary's\nspeaker 3 = Bo Lee\n", encoding="utf-8")

    assert "2 voices named" in run("name", "m1", "--names", tmp_path / "names.txt").out
    assert [speaker for speaker, _ in texts(run)] == ["Ann Hall", "Speaker 2", "Ann Hall", "Bo Lee"]
    assert run("undo", "m1").out.startswith("Undone: 2 voices named")
    assert texts(run)[0][0] == "Speaker 1"


def test_two_voices_are_joined_and_one_is_split(run: CommandLine) -> None:
    merged = run("merge", "m1", "speaker 3", "Speaker 2", "--json").json
    assert merged["what"] == "'Speaker 3' joined to 'Speaker 2' (1 turn)" and merged["job"] is None
    run("split", "m1", "Speaker 1", "--from", "2:10", "--as", "Guest")
    assert [speaker for speaker, _ in texts(run)] == ["Speaker 1", "Speaker 2", "Guest", "Speaker 2"]


def test_turns_are_given_to_other_voices(run: CommandLine) -> None:
    assert "Speaker 2 · 1:00 · turn 2\n" in run("show", "m1").out
    run("reassign", "m1", "3,4", "Speaker 2")
    run("reassign", "m1", "turn 1", "Unknown")
    assert [speaker for speaker, _ in texts(run)] == ["Unknown", "Speaker 2", "Speaker 2", "Speaker 2"]
    wrong = run("reassign", "m1", "1", "Speaker 9", code=1)
    assert "Nobody is called 'Speaker 9'" in wrong.err and "--new" in wrong.err
    run("reassign", "m1", "1", "Speaker 9", "--new")


def test_the_rest_of_a_turn_is_given_to_another_voice(run: CommandLine) -> None:
    done = run("reassign", "m1", "2", "Speaker 3", "--from", "which rooms")
    assert done.out.startswith("Turn 2 from “which rooms are being cleaned” on given to Speaker 3, from Speaker 2")
    assert texts(run)[1:4] == [
        ("Speaker 2", "Nobody tells the night staff"),
        ("Speaker 3", SAYINGS[1].split("staff ")[1]),
        ("Speaker 1", SAYINGS[2]),
    ]
    assert [item["turn_start"] for item in run("items", "--json").json if item["kind"] == "practice"] == [3]
    assert "does not say 'zebra'" in run("reassign", "m1", "2", "Speaker 3", "--from", "zebra", code=1).err
    assert "begins with that" in run("reassign", "m1", "2", "Speaker 3", "--from", "nobody", code=1).err
    run("undo", "m1")
    assert texts(run)[1:3] == [("Speaker 2", SAYINGS[1]), ("Speaker 1", SAYINGS[2])]
    assert [item["turn_start"] for item in run("items", "--json").json if item["kind"] == "practice"] == [2]
    assert all(check["ok"] for check in run("doctor", "--json").json)


def test_a_corrected_word_is_waited_for_and_undone(run: CommandLine) -> None:
    done = run("correct", "m1", "--replace", "minibus", "coach")
    assert done.out.startswith("“minibus” is “coach” in 1 place, turn 1\nNot right?")
    assert "done, 100%" in done.err
    assert any("coach broke down" in item["quote"] for item in run("items", "--json").json)
    assert run("undo", "m1", "--json").json["job"]["state"] == JobState.DONE
    assert not any("coach" in item["quote"] for item in run("items", "--json").json)


def test_a_turn_is_written_anew_and_left_for_later(run: CommandLine) -> None:
    later = run("correct", "m1", "0:01", "Nothing of that.", "--later", "--json").json
    assert (later["job"]["state"], later["job"]["kind"]) == (JobState.QUEUED, "renewal")
    assert texts(run)[0] == ("Speaker 1", "Nothing of that.")
    assert len(run("items", "--json").json) == 3
    assert "found anew as j2" in run("correct", "m1", "2", "Nobody tells them.", "--later").out
    assert "Monday call: found anew what was told there" in run("work", "--until-empty").out
    assert len(run("items", "--json").json) == 2


def test_repairs_are_listed_newest_first(run: CommandLine) -> None:
    assert "Nothing was put right" in run("repairs", "m1").out
    run("name", "m1", "Speaker 1", "Ann Hall")
    run("merge", "m1", "Speaker 3", "Ann Hall")
    run("undo", "m1")
    shown = run("repairs", "m1", "--json").json
    assert [(repair["what"], bool(repair["undone_at"])) for repair in shown] == [
        ("'Speaker 3' joined to 'Speaker 1' (Ann Hall) (1 turn)", True),
        ("Speaker 1 is Ann Hall", False),
    ]
    assert "undone" in run("repairs", "m1").out
    run("name", "m1", "Ann Hall", "Ann Hall")  # says nothing new
    assert len(run("repairs", "m1", "--json").json) == 2


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["correct", "m1", "9", "x"], "turns 1 to 4"),
        (["correct", "m1", "9:99:99", "x"], "write its number"),
        (["correct", "m1", "4", SAYINGS[3]], "nothing to put right"),
        (["correct", "m1", "--replace", "zebra", "horse"], "not said in this meeting"),
        (["merge", "m1", "Speaker 8", "Speaker 1"], "its voices are: 'Speaker 1', 'Speaker 2', 'Speaker 3'"),
        (["split", "m1", "Speaker 1", "--from", "1"], "commonlore name"),
        (["undo", "m1"], "Nothing was put right"),
        (["voices", "m7"], "no meeting m7"),
        (["repairs", "i1"], "looks like m3"),
        (["name", "m1", "--names", "missing.txt"], "missing.txt"),
    ],
)
def test_what_cannot_be_done_is_one_line_with_the_way_out(run: CommandLine, command: list[str], says: str) -> None:
    failed = run(*command, code=1)
    assert says in failed.err and len(failed.err.strip().splitlines()) == 1 and failed.out == ""


@pytest.mark.parametrize(
    "command", [["correct", "m1", "1"], ["correct", "m1"], ["name", "m1"], ["name", "m1", "Speaker 1"]]
)
def test_half_a_command_is_wrong_usage(run: CommandLine, command: list[str]) -> None:
    run(*command, code=2)


def test_an_item_that_asks_for_a_look_says_so(run: CommandLine) -> None:
    services = ToyServices(run.home)
    with services.store.write() as tx:
        tx.db.conn.execute("UPDATE item SET state = 'confirmed'")
    services.close()
    run("correct", "m1", "--replace", "minibus", "coach")
    asking = [item for item in run("items", "--json").json if item["look"]]
    assert [item["look"] for item in asking] == ["words it rests on were put right"]
    assert "Look at it again: words it rests on were put right" in run("show", asking[0]["id"]).out
    assert "look at it again" in run("items").out
    assert run("looked", asking[0]["id"], "--json").json["look"] is None
    assert run("looked", asking[0]["id"]).code == 0
