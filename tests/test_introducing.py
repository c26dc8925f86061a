"""People brought together: they decide, and neither learns anything of the other before that."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.command_line import CommandLine, toy_command_line, transcript
from tests.service import serving
from tests.toy_services import ToyServices

QUESTION = "The minibus broke down, what did others do?"
ASKER = ("--about", "How did the children take it?", "--as", "Zoe Quill", "--reach", "zoe@example.org")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    command_line = toy_command_line(tmp_path, monkeypatch)
    path = transcript(tmp_path / "a.json", community="Day centres", organisation="Leeds")
    command_line("add", path, "--title", "Monday call", "--date", "2023-06-27")
    command_line("name", "m1", "Ann", "Ann Low", "--organisation", "Hull")
    return command_line


def test_neither_learns_of_the_other_before_it_is_accepted(run: CommandLine) -> None:
    made = run("introduce", "i1", *ASKER, "--json")
    assert "Ann" not in made.out and made.json["other"] is None
    waiting = run("introductions", "--of", "ann low", "--json")
    assert "Zoe" not in waiting.out and "zoe@" not in waiting.out
    assert waiting.json[0]["about"] == "How did the children take it?"
    run("accept", "n1", "--reach", "01234 567890")
    [for_asker] = run("introductions", "--by", "Zoe Quill", "--json").json
    assert for_asker["other"] == {"name": "Ann Low", "reach": "01234 567890"}
    [for_asked] = run("introductions", "--of", "Ann Low", "--json").json
    assert for_asked["other"] == {"name": "Zoe Quill", "reach": "zoe@example.org"}
    assert "decided already" in run("decline", "n1", code=1).err


def test_who_declines_stays_unknown(run: CommandLine) -> None:
    run("introduce", "t1", *ASKER)
    assert "declined" in run("decline", "n1").out
    [seen] = run("introductions", "--by", "Zoe Quill", "--json").json
    assert (seen["state"], seen["other"]) == ("declined", None)


def test_who_is_not_known_or_does_not_wish_to_be_found_cannot_be_asked(run: CommandLine) -> None:
    unknown = run("introduce", "i2", *ASKER, code=1).err
    run("findable", "Ann Low", "--no")
    assert run("introduce", "i1", *ASKER, code=1).err == unknown
    assert run("introduce", "i99", *ASKER, code=1).err == unknown
    assert "no telling" in run("introduce", "m1", *ASKER, code=1).err
    assert run("introductions", "--by", "Zoe Quill", "--json").json == []


def test_who_does_not_wish_to_be_found_is_named_to_nobody(run: CommandLine) -> None:
    named = [one["name"] for one in run("people", QUESTION, "--json").json]
    assert "Ann Low" in named
    run("findable", "ann low", "--no")
    assert "Ann Low" not in [one["name"] for one in run("people", QUESTION, "--json").json]
    assert "Ann Low" not in [one["name"] for one in run("ask", QUESTION, "--json").json["people"]]
    run("findable", "Ann Low")
    assert [one["name"] for one in run("people", QUESTION, "--json").json] == named
    assert "Nobody here is called" in run("findable", "Nemo", "--no", code=1).err


def test_requests_of_nobody_are_wrong_usage(run: CommandLine) -> None:
    assert "say whose" in run("introductions", code=2).err
    assert "n7" in run("accept", "n7", "--reach", "x", code=1).err


def test_a_kept_question_has_its_new_answers_in_the_digest_of_what_is_new(run: CommandLine, tmp_path: Path) -> None:
    run("ask", QUESTION, "--keep")
    run("ask", QUESTION, "--keep")
    [kept] = run("kept", "--json").json
    assert (kept["id"], kept["question"]) == ("q1", QUESTION)
    assert QUESTION in run("kept").out

    def answers(since: str) -> list[str]:
        digest = run("digest", "Day centres", "--since", since, "--json").json
        return [hit["id"] for answer in digest["new_answers"] for hit in answer["hits"]]

    assert answers("2023-06-01")[0] == "i1"
    assert answers("2023-07-01") == []
    said = "Our minibus broke down on the way back and a farmer drove the children home."
    path = tmp_path / "b.json"
    path.write_text(json.dumps({"turns": [{"speaker": "Eve", "text": said}]}), encoding="utf-8")
    run("add", path, "--community", "Day centres", "--title", "Tuesday call", "--date", "2023-07-02")
    assert answers("2023-07-01") == ["i4"]
    text = run("digest", "Day centres", "--since", "2023-07-01").out
    assert "New answers to questions you keep" in text and "(i4)" in text
    assert run("kept", "--drop", "q1", "--json").json == []
    assert answers("2023-07-01") == []
    assert "no question q1" in run("kept", "--drop", "q1", code=1).err


@pytest.fixture
def client(run: CommandLine) -> Iterator[TestClient]:
    with serving(ToyServices(run.home)) as client:
        yield client


def test_the_same_over_http(client: TestClient) -> None:
    wanted = {"told_in": "i1", "about": "How was it?", "name": "Zoe Quill", "reach": "zoe@example.org"}
    made = client.post("/api/v1/introductions", json=wanted)
    assert made.status_code == 201 and made.json()["other"] is None
    whose = "/api/v1/introductions"
    assert "Zoe" not in client.get(whose, params={"of": "Ann Low"}).text
    decided = client.post("/api/v1/introductions/n1/decision", json={"reach": "Room 4"})
    assert decided.json()["other"]["name"] == "Zoe Quill"
    assert client.get(whose, params={"by": "Zoe Quill"}).json()["introductions"][0]["other"]["reach"] == "Room 4"
    assert client.get(whose).status_code == 422
    assert client.post("/api/v1/introductions/n1/decision", json={}).status_code == 422
    hidden = client.put("/api/v1/people/Ann Low/findable", json={"findable": False})
    assert hidden.status_code == 204
    assert client.post("/api/v1/introductions", json=wanted).status_code == 404


def test_questions_are_kept_and_dropped_over_http(client: TestClient) -> None:
    kept = client.post("/api/v1/questions", json={"question": QUESTION, "kind": "story"})
    assert kept.status_code == 201
    assert client.get("/api/v1/questions").json()["questions"] == [kept.json()]
    assert client.delete("/api/v1/questions/q1").status_code == 204
    assert client.delete("/api/v1/questions/q1").status_code == 404
