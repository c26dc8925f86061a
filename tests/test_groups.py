"""Hits in groups: each stands for another thing, and none is lost."""

from dataclasses import replace
from datetime import UTC, datetime

from models.knowledge import Evidence, Facets, Item, Kind, State
from models.meeting import Meeting, Source
from models.query import Direction, Hit, Linked
from search.groups import grouped

SAID = Evidence(speaker="Ann", turn_start=4, char_start=0, turn_end=4, char_end=9, start=None, end=None, quote="x")


def hit(ref: str, *, kind: str = "passage", meeting: int = 1, turn: int = 4, speaker: str = "Ann") -> Hit:
    return Hit(
        kind=kind,
        ref=ref,
        title="Call",
        gist="",
        meeting_id=meeting,
        meeting=f"m{meeting}",
        meeting_title="Call",
        date=None,
        community="Wards",
        organisation=None,
        evidence=replace(SAID, turn_start=turn, turn_end=turn, speaker=speaker),
        score=1.0,
        why="",
    )


def linked(item_id: int, direction: Direction) -> Linked:
    item = Item(
        id=item_id,
        meeting_id=2,
        kind=Kind.PRACTICE,
        state=State.DRAFT,
        title="",
        gist="",
        confidence=1.0,
        evidence=SAID,
        facets=Facets(),
        extractor="",
        created_at=datetime.now(UTC),
    )
    meeting = Meeting(
        id=2,
        external_id=None,
        title="",
        date=None,
        community="Wards",
        community_id=1,
        organisation=None,
        source=Source.TRANSCRIPT,
        content_sha256="",
        recording_sha256="",
        filename="",
        language=None,
        duration=None,
        ready=True,
        created_at=datetime.now(UTC),
    )
    return Linked(direction=direction, item=item, meeting=meeting, organisation=None, score=0.7, reason="")


def test_what_the_same_speaker_says_on_is_one_thing() -> None:
    hits = [
        hit("t1"),
        hit("t2", turn=6),
        hit("t3", turn=9),
        hit("t4", turn=5, speaker="Bea"),
        hit("t5", meeting=2),
    ]
    groups = grouped(hits, {})
    assert [(group.hit.ref, [more.ref for more in group.more]) for group in groups] == [
        ("t1", ["t2"]),
        ("t3", []),
        ("t4", []),
        ("t5", []),
    ]


def test_what_answers_a_problem_is_under_it_and_not_told_again() -> None:
    hits = [hit("i1", kind="problem"), hit("i2", kind="practice", meeting=2), hit("t3", meeting=3)]
    links = {
        "i1": [
            linked(2, Direction.ANSWERED_BY),
            linked(5, Direction.ANSWERED_BY),
            linked(6, Direction.ANSWERED_BY),
            linked(7, Direction.TOLD_IN),
            linked(8, Direction.KINDRED),
        ]
    }
    first, second = grouped(hits, links)
    assert [one.item.ref for one in first.under] == ["i2", "i5", "i7"]
    assert second.hit.ref == "t3"


def test_a_story_has_nothing_under_it() -> None:
    [group] = grouped([hit("i1", kind="story")], {"i1": [linked(2, Direction.TELLS_OF)]})
    assert group.under == ()
