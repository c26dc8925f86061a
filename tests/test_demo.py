"""The demo takes the real sample in; here toys hear and embed it."""

from pathlib import Path

import pytest

from tests.command_line import CommandLine, toy_command_line


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return toy_command_line(tmp_path, monkeypatch)


def test_the_demo_takes_in_three_communities_answers_and_writes_a_digest(run: CommandLine) -> None:
    shown = run("demo")

    meetings = run("meetings", "--json").json
    assert len(meetings) == 7
    assert {meeting["organisation"] for meeting in meetings} == {
        *("W3C Credentials Community Group", "House of Commons of Canada", "Welsh Parliament")
    }
    assert "Asked: " in shown.out
    assert "digest.html" in shown.out and (run.home / "digest.html").read_text(encoding="utf-8").startswith("<!")
    assert f"commonlore --home {run.home} serve" in shown.out
    assert "w3c-ccg-traceability-2023-06-27.ogg: done, 100%" in shown.err


def test_a_second_demo_finds_everything_there(run: CommandLine) -> None:
    first = run("demo", "--json").json

    again = run("demo", "--json")

    assert again.json == first
    assert "100%" not in again.err
