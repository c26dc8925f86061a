"""The command by which people decide about drafts: by options, and one after another at a terminal."""

import json
from pathlib import Path

import pytest

from cli import reviewing
from models.job import JobState
from tests.command_line import CommandLine, toy_command_line
from tests.toy_services import SAYINGS

SECOND = "It was mended by noon and nobody was late."


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """m1: i1 a story and i3 a practice by Ann Hall, i2 a problem by Bo."""
    command_line = toy_command_line(tmp_path, monkeypatch)
    said = [f"{SAYINGS[0]} {SECOND}", *SAYINGS[1:]]
    turns = [{"speaker": name, "text": text} for name, text in zip(("Ann", "Bo", "Ann", "Bo"), said, strict=True)]
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"title": "Monday call", "turns": turns}), encoding="utf-8")
    command_line("add", path, "--community", "Day centres")
    command_line("name", "m1", "Ann", "Ann Hall")
    return command_line


def states(run: CommandLine) -> list[str]:
    found = run("items", "--json").json + run("items", "--state", "withdrawn", "--json").json
    return [item["state"] for item in sorted(found, key=lambda item: item["id"])]


def item(run: CommandLine, ref: str) -> dict[str, object]:
    shown: dict[str, object] = run("show", ref, "--json").json
    return shown


def test_without_more_the_drafts_are_listed(run: CommandLine) -> None:
    listed = run("review", "m1")
    assert "i1  story     Ann Hall  turn 1" in listed.out
    assert "commonlore review i1 --confirm" in listed.err
    assert [draft["id"] for draft in run("review", "m1", "--json").json] == ["i1", "i2", "i3"]
    run("review", "i1", "i2", "i3", "--confirm")
    assert run("review", "m1").out == "No drafts wait in m1.\n"
    assert run("review", "--json").json == [
        {"meeting_id": "m1", "title": "Monday call", "draft": 0, "confirmed": 3, "withdrawn": 0}
    ]
    assert "m1  0      3" in run("review").out


def test_items_are_confirmed_and_rejected_several_at_once(run: CommandLine) -> None:
    assert [made["items"] for made in run("review", "i1", "i3", "--confirm", "--json").json_lines] == [
        ["i1"],
        ["i3"],
    ]
    rejected = run("review", "i2", "--reject", "only a vague worry")
    assert rejected.out.startswith("i2 rejected: only a vague worry\nNot right?")
    assert states(run) == ["confirmed", "withdrawn", "confirmed"]
    assert "Rejected: only a vague worry" in run("show", "i2").out


def test_an_item_is_shown_with_the_numbers_of_its_sentences(run: CommandLine) -> None:
    out = run("review", "i1").out
    assert f"> 1.1  {SAYINGS[0]}" in out and f"    1.2  {SECOND}" in out
    assert run("review", "i1", "--json").json["sentences"][1]["text"] == SECOND


def test_an_edit_changes_what_it_names_and_confirms(run: CommandLine) -> None:
    gist = item(run, "i1")["gist"]
    done = run(
        "review", "i1", "--title", "Two assistants drove", "--kind", "practice", "--to", "1.2", "--json"
    ).json
    assert done["job"]["state"] == JobState.DONE
    edited = item(run, "i1")
    assert (edited["title"], edited["kind"], edited["gist"]) == ("Two assistants drove", "practice", gist)
    assert (edited["quote"], edited["state"]) == (f"{SAYINGS[0]} {SECOND}", "confirmed")
    run("review", "i1", "--from", "two assistants", "--to", "themselves", "--gist", "They drove.")
    assert item(run, "i1")["quote"] == "two assistants drove the children themselves."
    assert all(check["ok"] for check in run("doctor", "--json").json)


def test_what_is_left_for_later_is_told(run: CommandLine) -> None:
    assert "made findable as j2" in run("review", "i1", "--title", "Velocipede", "--later").out
    assert all(check["ok"] for check in run("doctor", "--json").json)
    run("work", "--until-empty")
    assert run("ask", "Velocipede", "--json").json["hits"][0]["id"] == "i1"


def test_one_becomes_two_and_two_become_one(run: CommandLine) -> None:
    run("review", "i1", "--to", "1.2")
    split = run("review", "i1", "--split", "It was mended")
    assert f"i4  story: {SECOND.rstrip('.')}\n" in split.out
    merged = run("review", "i1", "i4", "--merge", "--json").json
    assert (merged["what"], merged["items"]) == ("i4 joined to i1", ["i1", "i4"])
    assert item(run, "i1")["quote"] == f"{SAYINGS[0]} {SECOND}"
    assert "i1 was decided about again" not in run("review", "i4", "--undo").out
    assert item(run, "i4")["state"] == "confirmed"


def test_decisions_are_undone_and_listed(run: CommandLine) -> None:
    run("review", "i1", "--confirm", "--as", "ann hall")
    run("review", "i2", "--reject", "no")
    assert (
        run("review", "i1", "--undo").out == "Undone: i1 confirmed: “The minibus broke down on the first morning”\n"
    )
    assert run("review", "m1", "--undo", "--json").json["what"] == "i2 rejected: no"
    assert states(run) == ["draft", "draft", "draft"]
    listed = run("review", "m1", "--history", "--json").json
    assert [(made["items"], made["who"], bool(made["undone_at"])) for made in listed] == [
        (["i2"], "owner", True),
        (["i1"], "Ann Hall", True),
    ]
    assert "Ann Hall · its teller" in run("review", "i1", "--history").out
    assert run("review", "i3", "--history").out == "Nothing was decided yet.\n"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["i9", "--confirm"], "no item i9"),
        (["m9"], "no meeting m9"),
        (["i1", "--reject", " "], "Say why i1 is rejected"),
        (["i1", "--from", "zebra"], "Ann Hall does not say 'zebra' in this meeting"),
        (["i1", "--split", "minibus broke", "--as", "Bo"], "was told by Ann Hall, not by Bo"),
        (["i2", "--kind", "story", "--as", "Bo"], "commonlore name m1"),
        (["i1", "i2", "--merge"], "what one person told"),
        (["i1", "--kind", "story"], "--confirm confirms it as it is"),
        (["m1", "--undo"], "Nothing was decided about m1"),
        (["t1"], ""),
    ],
)
def test_what_cannot_be_decided_is_one_line_with_the_way_out(
    run: CommandLine, command: list[str], says: str
) -> None:
    failed = run("review", *command, code=1 if says else 2)
    assert says in failed.err and failed.out == ""
    assert not says or len(failed.err.strip().splitlines()) == 1
    assert states(run) == ["draft", "draft", "draft"]


@pytest.mark.parametrize(
    "command",
    [
        ["--confirm"],
        ["--undo"],
        ["m1", "--confirm"],
        ["m1", "m1"],
        ["m1", "i1"],
        ["i1", "--merge"],
        ["i1", "i2", "--title", "x"],
        ["i1", "--confirm", "--reject", "no"],
        ["i1", "--kind", "saga"],
    ],
)
def test_half_a_decision_is_wrong_usage(run: CommandLine, command: list[str]) -> None:
    run("review", *command, code=2)
    assert states(run) == ["draft", "draft", "draft"]


def test_a_voice_whose_label_is_a_name_needs_no_other(run: CommandLine, tmp_path: Path) -> None:
    turns = [{"speaker": "Nia Rees", "text": SAYINGS[0]}, {"speaker": "Speaker 2", "text": SAYINGS[1]}]
    (tmp_path / "b.json").write_text(json.dumps({"turns": turns}), encoding="utf-8")
    run("add", tmp_path / "b.json", "--community", "Day centres")

    run("review", "i4", "--confirm", "--as", "nia rees")
    assert run("review", "i4", "--history", "--json").json[0]["who"] == "Nia Rees"
    assert "who 'Speaker 2' is" in run("review", "i5", "--confirm", "--as", "Speaker 2", code=1).err


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviewing, "somebody_is_there", lambda: True)


@pytest.mark.usefixtures("at_a_terminal")
def test_at_a_terminal_one_draft_comes_after_another(run: CommandLine) -> None:
    done = run("review", "m1", typed="c\ns\nr\nno practice\n")
    assert "1 of 3\ni1  Story: The minibus" in done.out and "3 of 3\ni3  Practice" in done.out
    assert "c confirm · e edit · r reject · s skip · q quit" in done.err
    assert done.out.endswith("2 decided, 1 left in m1\n")
    assert states(run) == ["confirmed", "draft", "withdrawn"]
    assert item(run, "i3")["reason"] == "no practice"
    assert "1 of 1\ni2  Problem" in run("review", "m1", typed="q\n").out
    assert run("review", "m1", "--json").json[0]["id"] == "i2"


@pytest.mark.usefixtures("at_a_terminal")
def test_at_a_terminal_an_edit_asks_for_each_part(run: CommandLine) -> None:
    done = run("review", "m1", typed="e\nDriven by hand\n\npra\n\n1.2\nq\n")
    assert "> 1.1  The minibus broke down" in done.out
    edited = item(run, "i1")
    assert (edited["title"], edited["kind"], edited["state"]) == ("Driven by hand", "practice", "confirmed")
    assert edited["gist"] == SAYINGS[0] and edited["quote"] == f"{SAYINGS[0]} {SECOND}"
    assert run("ask", "Driven by hand", "--json").json["hits"][0]["id"] == "i1"


@pytest.mark.usefixtures("at_a_terminal")
def test_at_a_terminal_what_cannot_be_done_is_asked_again(run: CommandLine) -> None:
    done = run("review", "m1", typed="x\ne\n\n\n\nzebra\n\nr\n\ne\n\n\nsaga\n\n\n\nc\n")
    assert "Ann Hall does not say 'zebra'" in done.err
    assert states(run) == ["confirmed", "draft", "draft"]
    assert done.out.endswith("1 decided, 2 left in m1\n")  # nobody answers any more: what was decided is kept


@pytest.mark.usefixtures("at_a_terminal")
def test_at_a_terminal_the_teller_decides_about_their_own_alone(run: CommandLine) -> None:
    done = run("review", "m1", "--as", "Ann Hall", typed="c\nc\ns\nc\n")
    assert "Nobody has said yet who 'Bo' is" in done.err
    assert states(run) == ["confirmed", "draft", "confirmed"]
