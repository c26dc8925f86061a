"""Items of one meeting and of others are linked: few links, each with its reason, none that may not be read."""

from pathlib import Path

import pytest

from index.jobs import SqliteQueue
from index.recordings import FolderRecordings
from models.consent import EVERYTHING
from models.errors import NotFound
from models.knowledge import Kind, Link, Relation
from models.people import OWNER, Reader
from models.query import Direction, Linked
from search.linked import SHOWN
from search.linking import MOST, Linker
from search.visibility import Door
from tests.toy_library import ToyLibrary

WAITING = "The waiting list for the speech clinic grew and grew until families waited a whole year."
HALL = "We run the speech clinic in the school hall so families on the waiting list come sooner."
STORY = "A family on the waiting list for the speech clinic waited a whole year and then moved away."
SOUP = "Soup was cold again on every single ward that winter, nobody knows why it happens."


@pytest.fixture
def library(tmp_path: Path) -> ToyLibrary:
    return ToyLibrary(tmp_path / "library")


def link(library: ToyLibrary, *meetings: int) -> None:
    linker = Linker(library.store, library.vectors, model=lambda: library.embedder.name)
    for meeting_id in meetings:
        found = linker.links(meeting_id)
        with library.store.write() as tx:
            library.store.save_links(tx, meeting_id, found)


def linked(library: ToyLibrary, reader: Reader, item_id: int) -> list[Linked]:
    folder = library.home.parent / "recordings"
    door = Door(library.store, FolderRecordings(folder), SqliteQueue(library.store.connections, lease=60.0))
    return door.linked(reader, item_id)


def told(library: ToyLibrary, reader: Reader, item_id: int) -> list[tuple[Direction, int]]:
    return [(one.direction, one.item.id) for one in linked(library, reader, item_id)]


def clinic(library: ToyLibrary) -> tuple[int, list[int]]:
    meeting = library.meeting(f"Ann: {WAITING}", f"Bo: {HALL}", f"Cat: {STORY}", f"Di: {SOUP}")
    return meeting, library.items(
        meeting,
        (Kind.PROBLEM, 0, "Waiting list for the speech clinic"),
        (Kind.PRACTICE, 1, "Speech clinic in the school hall"),
        (Kind.STORY, 2, "A family on the waiting list moved away"),
        (Kind.PROBLEM, 3, "Cold soup"),
    )


def test_a_practice_answers_a_problem_and_a_story_tells_of_it(library: ToyLibrary) -> None:
    meeting, (problem, practice, story, soup) = clinic(library)
    link(library, meeting)
    assert told(library, OWNER, problem) == [(Direction.ANSWERED_BY, practice), (Direction.TOLD_IN, story)]
    assert (Direction.ANSWERS, problem) in told(library, OWNER, practice)
    assert (Direction.TELLS_OF, problem) in told(library, OWNER, story)
    assert told(library, OWNER, soup) == []
    answer = linked(library, OWNER, problem)[0]
    assert 0 < answer.score <= 1
    assert answer.reason.startswith("said right after it by another person; both speak of")
    assert (answer.meeting.id, answer.item.evidence.quote) == (meeting, HALL)


def test_what_one_organisation_does_answers_the_problem_of_another(library: ToyLibrary) -> None:
    here = library.meeting(f"Ann: {WAITING}", organisation="Leeds")
    there = library.meeting(f"Bo: {HALL}", organisation="York")
    [problem] = library.items(here, (Kind.PROBLEM, 0, "Waiting list for the speech clinic families"))
    [practice] = library.items(there, (Kind.PRACTICE, 0, "Waiting list for the speech clinic families"))
    link(library, there)
    [answer] = linked(library, OWNER, problem)
    assert (answer.direction, answer.item.id, answer.organisation) == (Direction.ANSWERED_BY, practice, "York")
    assert "speech clinic" in answer.reason


def test_a_link_is_shown_to_those_alone_who_may_read_both_ends(library: ToyLibrary) -> None:
    here = library.meeting(f"Ann: {WAITING}", community="Wards")
    there = library.meeting(f"Bo: {HALL}", community="Schools")
    [problem] = library.items(here, (Kind.PROBLEM, 0, "Waiting list for the speech clinic families"))
    [practice] = library.items(there, (Kind.PRACTICE, 0, "Waiting list for the speech clinic families"))
    link(library, here)
    assert told(library, library.member_of("Wards", "Schools"), problem) == [(Direction.ANSWERED_BY, practice)]
    assert told(library, library.member_of("Wards"), problem) == []
    with pytest.raises(NotFound):
        linked(library, library.member_of("Schools"), problem)


def test_a_meeting_taken_in_by_two_communities_is_not_linked_to_itself(library: ToyLibrary) -> None:
    meetings = [
        library.meeting(f"Ann: {WAITING}", f"Bo: {HALL}", community=name, content=b"the same call")
        for name in ("Wards", "Schools")
    ]
    for meeting in meetings:
        library.items(meeting, (Kind.PROBLEM, 0, "Waiting list"), (Kind.PRACTICE, 1, "School hall"))
    link(library, *meetings)
    for item in library.store.items(scope=EVERYTHING):
        assert {one.meeting.id for one in linked(library, OWNER, item.id)} <= {item.meeting_id}


def test_what_is_withdrawn_is_not_shown_and_comes_back_with_its_link(library: ToyLibrary) -> None:
    meeting, (problem, practice, story, _) = clinic(library)
    link(library, meeting)
    with library.store.write() as tx:
        tx.db.conn.execute("UPDATE item SET state = 'withdrawn' WHERE id = ?", (practice,))
    assert told(library, OWNER, problem) == [(Direction.TOLD_IN, story)]
    with library.store.write() as tx:
        tx.db.conn.execute("UPDATE item SET state = 'confirmed' WHERE id = ?", (practice,))
    assert told(library, OWNER, problem) == [(Direction.ANSWERED_BY, practice), (Direction.TOLD_IN, story)]


def test_links_go_with_either_end_and_are_replaced_when_found_anew(library: ToyLibrary) -> None:
    meeting, (problem, *_) = clinic(library)
    link(library, meeting)
    before = library.store.links([problem], scope=EVERYTHING)
    link(library, meeting)
    assert library.store.links([problem], scope=EVERYTHING) == before
    with library.store.write() as tx:
        library.store.drop_meeting(tx, meeting)
    assert library.store.connections.rows("SELECT * FROM link") == []


def test_a_link_to_what_is_gone_meanwhile_is_left_out(library: ToyLibrary) -> None:
    meeting, (problem, practice, *_) = clinic(library)
    links = [
        Link(source_id=source, target_id=problem, relation=Relation.ANSWERS, score=0.7, reason="close in meaning")
        for source in (practice, 99)
    ]
    with library.store.write() as tx:
        library.store.save_links(tx, meeting, links)
    assert library.store.links([problem], scope=EVERYTHING) == links[:1]


def test_no_item_has_many_links(library: ToyLibrary) -> None:
    lines = [f"Ann {at}: {WAITING} Number {at}." for at in range(9)]
    meeting = library.meeting(*lines, f"Bo: {HALL}")
    kinds = [(Kind.PROBLEM, at, f"Waiting list for the speech clinic number {at}") for at in range(9)]
    *_, practice = library.items(meeting, *kinds, (Kind.PRACTICE, 9, "Waiting list for the speech clinic"))
    link(library, meeting)
    assert 0 < len(told(library, OWNER, practice)) <= MOST
    with library.store.write() as tx:
        library.store.save_links(
            tx,
            meeting,
            [
                Link(source_id=practice, target_id=at + 1, relation=Relation.ANSWERS, score=at / 10, reason="like")
                for at in range(9)
            ],
        )
    shown = linked(library, OWNER, practice)
    assert [one.score for one in shown] == [0.8, 0.7, 0.6, 0.5, 0.4][:SHOWN]
