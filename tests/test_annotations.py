"""What people decided, written as training data and read again by what trains the tagger."""

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.annotations import annotated
from benchmarks import train_tagger
from benchmarks.annotated import Annotated, Marked, read_annotated
from capture.linguist import Linguist
from models.citation import Span, cite
from models.knowledge import Facets, Item, Kind, State
from models.meeting import Transcript, Turn
from tests.command_line import CommandLine, toy_command_line
from tests.toy_services import SAYINGS

NAME = "day-centres_m1"
LINGUIST = Linguist()
TALK = Transcript(
    turns=(
        Turn(speaker="Ann", text="We rang them. They took four people home. It took a day."),
        Turn(speaker="Ben", text="Good. And then?"),
        Turn(speaker="Ann", text="Then the ward was quiet."),
    )
)
SENTENCES = LINGUIST.sentences(TALK.turns)


def item(span: Span, *, state: State = State.CONFIRMED) -> Item:
    return Item(
        id=1,
        meeting_id=1,
        kind=Kind.STORY,
        state=state,
        title="Ring the hospice",
        gist="They rang.",
        confidence=0.5,
        evidence=cite(TALK.turns, span),
        facets=Facets(),
        extractor="toy-1",
        created_at=datetime.now(UTC),
    )


def numbers(span: Span) -> tuple[object, object]:
    found = annotated("m1", TALK, [item(span)], SENTENCES)
    assert found
    [line] = found.annotations
    return line["start"], line["end"]


@pytest.mark.parametrize(
    ("span", "first_and_last"),
    [
        ((0, 0, 0, 13), (0, 0)),
        ((0, 0, 0, 56), (0, 2)),
        ((0, 17, 0, 44), (1, 1)),  # most of the second sentence, and a little of the third
        ((0, 14, 2, 24), (1, 5)),
        ((0, 14, 0, 18), (1, 1)),  # less than half of any
    ],
)
def test_words_are_counted_in_sentences(span: tuple[int, int, int, int], first_and_last: tuple[int, int]) -> None:
    begin, char_start, end, char_end = span
    assert numbers(Span(turn_start=begin, char_start=char_start, turn_end=end, char_end=char_end)) == first_and_last


@given(st.integers(0, 55), st.integers(1, 56))
def test_every_item_lies_on_sentences_that_it_touches(begin: int, length: int) -> None:
    end = min(56, begin + length)
    first, last = numbers(Span(turn_start=0, char_start=begin, turn_end=0, char_end=end))
    assert isinstance(first, int) and isinstance(last, int) and 0 <= first <= last <= 2
    for edge in (SENTENCES[first], SENTENCES[last]):
        assert (begin < edge.char_end and edge.char_start < end) or first == last


def test_only_what_was_decided_about_is_learned_from() -> None:
    confirmed = item(Span(turn_start=0, char_start=0, turn_end=0, char_end=13))
    draft, gone = replace(confirmed, state=State.DRAFT), replace(confirmed, state=State.WITHDRAWN)
    asking = replace(confirmed, look="words it rests on were put right")

    assert annotated("m1", TALK, [], SENTENCES) is None
    assert annotated("m1", TALK, [draft], SENTENCES) is None
    rejected = annotated("m1", TALK, [gone], SENTENCES)
    assert rejected and rejected.annotations == ()  # that there is nothing is worth learning too
    found = annotated("m1", TALK, [draft, gone, confirmed, asking], SENTENCES)
    assert found and found.waiting == 1
    assert [line["sure"] for line in found.annotations] == [True, False]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """m1: three items; m2: three more that nobody decides about."""
    command_line = toy_command_line(tmp_path, monkeypatch)
    for name in ("a", "b"):
        turns = [{"speaker": f"{name}{at}", "text": f"Well then. {text}"} for at, text in enumerate(SAYINGS)]
        (tmp_path / f"{name}.json").write_text(
            json.dumps({"title": f"Call {name}", "turns": turns}), encoding="utf-8"
        )
        command_line("add", tmp_path / f"{name}.json", "--community", "Day centres")
    return command_line


def written(run: CommandLine, folder: Path) -> Annotated:
    run("export", "--annotations", folder)
    [one] = read_annotated(folder)
    return one


def test_what_people_decided_is_read_by_what_trains_the_tagger(run: CommandLine, tmp_path: Path) -> None:
    run("review", "i1", "--title", "Driven by hand", "--gist", "They drove.", "--from", "1.1")
    run("review", "i2", "--reject", "hearsay")
    run("review", "i3", "--kind", "story")

    done = run("export", "--annotations", tmp_path / "out")

    assert done.out == f"2 items of 1 meeting are in {tmp_path / 'out'}\n" and "m1" not in done.err
    [one] = read_annotated(tmp_path / "out")
    assert (one.name, one.domain, len(one.sentences)) == (NAME, "day-centres", 8)
    assert one.marked == (
        Marked(kind=Kind.STORY, first=0, last=1),
        Marked(kind=Kind.STORY, first=5, last=5),
    )
    lines = (tmp_path / f"out/annotations/{NAME}.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0]) == {
        "meeting": NAME,
        "kind": "story",
        "start": 0,
        "end": 1,
        "title": "Driven by hand",
        "gist": "They drove.",
        "sure": True,
    }
    transcript = json.loads((tmp_path / f"out/transcripts/{NAME}.json").read_text(encoding="utf-8"))
    assert set(transcript) == {"meeting", "turns", "sentences"}
    assert transcript["sentences"][:2] == [[0, 0, 10], [0, 11, 11 + len(SAYINGS[0])]]


def test_drafts_that_nobody_decided_about_are_told_of(run: CommandLine, tmp_path: Path) -> None:
    run("review", "i1", "--confirm")
    done = run("export", "--annotations", tmp_path / "out", "--json")
    assert done.json == {"folder": str(tmp_path / "out"), "meetings": 1, "annotations": 1}
    assert "Call a: 2 drafts not decided about count as no items" in done.err


def test_an_export_is_renewed_and_a_folder_of_something_else_refused(run: CommandLine, tmp_path: Path) -> None:
    assert "Nobody has decided" in run("export", "--annotations", tmp_path / "out").out
    run("review", "i1", "--confirm")
    assert len(written(run, tmp_path / "out").marked) == 1
    run("review", "i1", "--undo")
    run("review", "i4", "--confirm")
    assert written(run, tmp_path / "out").name == "day-centres_m2"
    (tmp_path / "out" / "annotations" / "mine.txt").write_text("mine", encoding="utf-8")
    written(run, tmp_path / "out")
    assert (tmp_path / "out" / "annotations" / "mine.txt").exists()
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("Dear", encoding="utf-8")
    refused = run("export", "--annotations", tmp_path / "letters", code=1)
    assert "no export of ours" in refused.err and "--annotations" in refused.err


def test_the_tagger_learns_from_a_library_too(
    run: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("review", "i1", "--confirm")
    run("export", "--annotations", tmp_path / "shared" / "extraction")
    run("review", "i1", "--undo")
    run("review", "i4", "--confirm")
    run("export", "--annotations", tmp_path / "ours")
    learned: list[str] = []

    def train(annotated: list[Annotated], *_: object, **__: object) -> dict[str, object]:
        learned.extend(one.name for one in annotated)
        return {"0.project.weight": np.zeros(1, dtype=np.float32)}

    monkeypatch.setenv("COMMONLORE_SHARED", str(tmp_path / "shared"))
    monkeypatch.setattr(train_tagger, "train", train)
    monkeypatch.setattr(train_tagger, "read_readings", lambda *_: [])
    monkeypatch.setattr(sys, "argv", ["train", "-o", str(tmp_path / "t.npz"), "--also", str(tmp_path / "ours")])
    train_tagger.main()

    assert learned == [NAME, "day-centres_m2"]
    card = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))
    assert (card["data"]["also"], card["data"]["given"]["items"], card["version"]) == (1, 2, "2+local")
    assert str(tmp_path) not in json.dumps(card)


def test_a_folder_without_transcripts_says_what_writes_one(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="commonlore export --annotations"):
        read_annotated(tmp_path)
