"""The commands that find and read: ask, people, digest, meetings, items, show."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.asking import _questions
from index.store import SqliteStore
from models.consent import EVERYTHING
from models.knowledge import Candidate, Link, Relation
from tests.command_line import CommandLine, toy_command_line, transcript

QUESTION = "The minibus broke down, what did others do?"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    command_line = toy_command_line(tmp_path, monkeypatch)
    path = transcript(tmp_path / "a.json", community="Day centres", organisation="Leeds", meeting="ext-1")
    command_line("add", path, "--title", "Monday call", "--date", "2023-06-27")
    return command_line


def test_an_answer_has_the_shape_of_the_contract(run: CommandLine) -> None:
    answer = run("ask", QUESTION, "--json").json

    assert list(answer) == ["question", "found", "hits", "people", "retrievers", "groups", "summary", "notices"]
    assert answer["question"] == QUESTION and answer["found"] is True
    hit = answer["hits"][0]
    assert set(hit) == {
        *("kind", "id", "title", "gist", "meeting", "community", "organisation", "speaker", "turn_start"),
        *("turn_end", "char_start", "char_end", "start", "end", "quote", "score", "why", "by"),
    }
    assert hit["meeting"] == "ext-1" and "broke down" in hit["quote"]


def test_an_answer_for_people_says_who_where_and_what(run: CommandLine) -> None:
    out = run("ask", QUESTION).out

    assert "“The minibus broke down on the first morning" in out
    assert "Ann · turn 1 · Monday call · 2023-06-27 · Leeds" in out


def test_a_question_nobody_can_answer_is_kept(run: CommandLine) -> None:
    out = run("ask", "zzz qqq xxx").out

    assert "Nobody here has told of this yet." in out
    assert run("stats", "--json").json["counts"]["gaps"] == 1


def test_questions_of_a_file_are_answered_one_a_line_in_order(run: CommandLine, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    lines = [
        QUESTION,
        json.dumps({"qid": "d01", "question": "Who rings every family?", "kind": "problem"}),
        "",
        "zzz",
    ]
    questions.write_text("\n".join(lines), encoding="utf-8")

    answers = run("ask", "--questions", questions, "--json").json_lines

    assert [answer["question"] for answer in answers] == [QUESTION, "Who rings every family?", "zzz"]
    assert "ring every family" in answers[1]["hits"][0]["quote"]
    assert run("stats", "--json").json["counts"]["gaps"] == 0


@pytest.mark.parametrize("text", ["", "{broken", '{"qid": "d01"}', '{"question": 3}'])
def test_a_file_without_questions_fails_in_one_line(run: CommandLine, tmp_path: Path, text: str) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(text, encoding="utf-8")

    assert run("ask", "--questions", questions, code=1).err.startswith("questions.jsonl")


@given(st.lists(st.text().filter(lambda text: text.strip() and len(text.splitlines()) == 1)))
def test_a_question_is_the_same_plain_or_as_an_object(texts: list[str]) -> None:
    asked = [text for text in texts if not text.lstrip().startswith("{")]

    as_objects = list(_questions([json.dumps({"question": text}) for text in asked], name="q"))

    assert as_objects == list(_questions(asked, name="q"))


@pytest.mark.parametrize(
    "arguments",
    [[], ["a question", "--questions", "f"], ["  "], [QUESTION, "--kind", "joke"], [QUESTION, "--limit", "0"]],
)
def test_asking_nothing_or_nonsense_is_wrong_usage(run: CommandLine, arguments: list[str]) -> None:
    run("ask", *arguments, code=2)


def test_a_kind_and_a_day_narrow_what_is_found(run: CommandLine) -> None:
    hits = run("ask", QUESTION, "--kind", "story", "--json").json["hits"]

    assert {hit["kind"] for hit in hits} == {"story"}
    assert run("ask", QUESTION, "--since", "2024-01-01", "--json").json["found"] is False


def test_people_are_shown_with_the_words_that_show_it(run: CommandLine) -> None:
    told = run("people", QUESTION, "--json").json

    assert told[0]["name"].startswith("Ann")
    assert "broke down" in told[0]["hits"][0]["quote"]
    assert run("people", QUESTION).out.startswith("Ann")


def test_a_digest_is_written_in_the_format_of_the_files_name(run: CommandLine, tmp_path: Path) -> None:
    for name, begin in (("d.md", "# "), ("d.html", "<!"), ("d.json", "{")):
        run("digest", "Day centres", "-o", tmp_path / name)
        assert (tmp_path / name).read_text(encoding="utf-8").lower().startswith(begin)

    assert run("digest", "day centres", "--json").json["community"]["name"] == "Day centres"


def test_a_digest_of_no_community_names_those_there_are(run: CommandLine) -> None:
    assert "Day centres" in run("digest", "Night shifts", code=1).err


def test_meetings_are_listed(run: CommandLine) -> None:
    (meeting,) = run("meetings", "--community", "Day centres", "--json").json

    assert meeting["id"] == "m1" and meeting["meeting"] == "ext-1" and meeting["date"] == "2023-06-27"
    assert "Monday call" in run("meetings").out


def test_items_are_listed_with_where_they_belong(run: CommandLine) -> None:
    items = run("items", "--json").json

    assert [item["kind"] for item in items] == ["story", "problem", "practice"]
    assert items[0]["meeting"] == "ext-1" and items[0]["meeting_id"] == "m1" and items[0]["state"] == "draft"
    assert len(run("items", "--kind", "story", "--meeting", "m1", "--json").json) == 1
    assert "i1" in run("items").out


def test_a_meeting_is_shown_as_a_transcript_that_can_be_taken_in_again(run: CommandLine, tmp_path: Path) -> None:
    shown = run("show", "m1", "--json")
    path = tmp_path / "again.json"
    path.write_text(shown.out, encoding="utf-8")

    assert [turn["speaker"] for turn in shown.json["turns"]] == ["Ann", "Ben", "Cat"]
    assert len(shown.json["items"]) == 3
    run("add", path, "--community", "Elsewhere")


def test_an_item_is_shown_with_its_evidence(run: CommandLine) -> None:
    assert "“The minibus broke down" in run("show", "i1").out
    assert run("show", "i1", "--json").json["id"] == "i1"


def test_an_item_is_shown_with_all_its_evidence_and_what_hangs_together_with_it(
    run: CommandLine, tmp_path: Path
) -> None:
    store = SqliteStore(tmp_path / "library")
    story, problem, practice = store.items(scope=EVERYTHING)
    again = replace(problem.evidence, quote="they find out too late")
    twice = Candidate(
        kind=problem.kind,
        title=problem.title,
        gist=problem.gist,
        confidence=0.8,
        evidence=problem.evidence,
        further=(again,),
    )
    with store.write() as tx:
        [row] = store.replace_drafts(tx, 1, [problem.id], [twice], extractor="toy-1")
        links = [
            Link(source_id=end, target_id=row, relation=relation, score=0.71, reason="said right after it by Cat")
            for end, relation in ((practice.id, Relation.ANSWERS), (story.id, Relation.TELLS_OF))
        ]
        store.save_links(tx, 1, links)
    store.close()

    out = run("show", f"i{row}").out
    assert "Told again:" in out and "“they find out too late”" in out
    assert out.index("Answered by:") < out.index("We ring every family") < out.index("Told in:")
    assert "Cat · turn 3 · Monday call · 2023-06-27 · Leeds" in out and "71% · said right after it by Cat" in out
    shown = run("show", f"i{row}", "--json").json
    assert [piece["quote"] for piece in shown["further"]] == ["they find out too late"]
    assert [(link["relation"], link["id"], link["score"]) for link in shown["links"]] == [
        ("answered by", practice.ref, 0.71),
        ("told in", story.ref, 0.71),
    ]
    assert {link["reason"] for link in shown["links"]} == {"said right after it by Cat"}
    assert {(link["meeting_title"], link["organisation"]) for link in shown["links"]} == {("Monday call", "Leeds")}
    assert "Answers:" in run("show", practice.ref).out and "Tells of:" in run("show", story.ref).out


@pytest.fixture
def elsewhere(run: CommandLine, tmp_path: Path) -> str:
    """The id of a problem that another organisation tells too, in nearly other words."""
    said = "With us nobody tells which rooms are cleaned to the night staff, who find out when they are there."
    turns = [{"speaker": "Dee", "text": said}]
    path = tmp_path / "b.json"
    path.write_text(json.dumps({"turns": turns, "organisation": "York"}), encoding="utf-8")
    run("add", path, "--community", "Day centres", "--title", "Tuesday call")
    [mine] = [
        item for item in run("items", "--json").json if item["kind"] == "problem" and item["meeting"] == "ext-1"
    ]
    return str(mine["id"])


def test_the_like_is_found_elsewhere_with_the_words_of_both(run: CommandLine, elsewhere: str) -> None:
    [found] = run("kindred", elsewhere, "--json").json
    assert (found["organisation"], found["kind"], found["meeting_title"]) == ("York", "problem", "Tuesday call")
    assert found["alike"]["here"] in run("show", elsewhere, "--json").json["quote"]
    assert found["alike"]["there"] in found["quote"]
    out = run("kindred", elsewhere).out
    assert "York" in out and f"there “{found['alike']['there']}”" in out
    assert run("kindred", elsewhere, "--from", "Hull", "--elsewhere", "--json").json == [found]


def test_nothing_like_it_is_said_and_not_made_up(run: CommandLine) -> None:
    assert "Nobody elsewhere has told of the like yet." in run("kindred", "i1").out
    assert run("kindred", "i1", "--json").json == []


def test_the_problems_of_a_community_fall_into_clusters(run: CommandLine, elsewhere: str) -> None:
    [cluster] = run("kindred", "--clusters", "day centres", "--json").json
    assert elsewhere in {item["id"] for item in cluster["items"]} and len(cluster["items"]) == 2
    assert f"{elsewhere} · " in run("kindred", "--clusters", "Day centres").out


@pytest.mark.parametrize("arguments", [[], ["i1", "--clusters", "Day centres"]])
def test_kindred_to_nothing_is_wrong_usage(run: CommandLine, arguments: list[str]) -> None:
    assert "give an item" in run("kindred", *arguments, code=2).err


def test_a_person_an_organisation_a_state_and_a_last_day_narrow_what_is_found(run: CommandLine) -> None:
    run("name", "m1", "Ann", "Ann Low", "--organisation", "Hull")

    def found(*arguments: str) -> set[str]:
        return {hit["speaker"] for hit in run("ask", QUESTION, *arguments, "--json").json["hits"]}

    assert found("--person", "ann low") == found("--at", "hull") == {"Ann Low"}
    assert "Ann Low" not in found("--at", "Leeds")
    assert found("--until", "2023-06-26") == found("--state", "confirmed") == set()
    assert found("--until", "2023-06-27") == found()


def test_a_passage_and_a_job_are_shown(run: CommandLine) -> None:
    assert run("show", "t1", "--json").json["quote"]
    assert "Monday call" in run("show", "t1").out
    assert "a.json: done" in run("show", "j1").out
    assert run("show", "j1", "--json").json["meeting_id"] == "m1"


@pytest.mark.parametrize("ref", ["m99", "i99", "t99", "j99", "x1", "seven"])
def test_what_is_not_here_fails_in_one_line(run: CommandLine, ref: str) -> None:
    failed = run("show", ref, code=1)

    assert failed.out == ""
    assert failed.err.count("\n") == 1 and ref in failed.err


def test_an_id_of_something_else_is_refused(run: CommandLine) -> None:
    failed = run("name", "i1", "Ann", "Ann Bell", code=1)

    assert failed.err == "i1 is the id of another thing (item); the id of a meeting looks like m3\n"
