"""The door on the way out: what is not for a reader looks as if it were not there."""

from collections.abc import Callable
from pathlib import Path

import pytest

from api.reviews import Reviews
from capture.linguist import Linguist
from index.jobs import SqliteQueue
from index.recordings import FolderRecordings
from models.errors import NotFound
from models.knowledge import Kind, State
from models.people import OWNER, Reader
from models.query import Question
from search.digest import digest_of
from search.visibility import Door
from tests.toy_library import ToyLibrary

Reads = Callable[[Door, Reader, int, int], object]


@pytest.fixture
def library(tmp_path: Path) -> ToyLibrary:
    library = ToyLibrary(tmp_path / "library")
    wards = library.meeting("Ann Low: Masks do not fit small faces on our ward.", community="Wards")
    schools = library.meeting("Bea Gray: We ring the pupils who stay away.", community="Schools")
    library.items(wards, (Kind.PROBLEM, 0, "Masks too large"))
    library.items(schools, (Kind.PRACTICE, 0, "Ring the pupils"))
    with library.store.write() as tx:
        library.store.add_gap(tx, "Who has cleaner air?", community="Schools")
    return library


def queue_of(library: ToyLibrary) -> SqliteQueue:
    return SqliteQueue(library.store.connections, lease=60.0)


@pytest.fixture
def door(library: ToyLibrary, tmp_path: Path) -> Door:
    return Door(library.store, FolderRecordings(tmp_path / "recordings"), queue_of(library))


BY_ID: dict[str, Reads] = {
    "meeting": lambda door, reader, meeting, item: door.meeting(reader, meeting),
    "transcript": lambda door, reader, meeting, item: door.transcript(reader, meeting),
    "speakers": lambda door, reader, meeting, item: door.speakers(reader, meeting),
    "recording": lambda door, reader, meeting, item: door.recording(reader, meeting),
    "reviews": lambda door, reader, meeting, item: door.reviews(reader, meeting),
    "item": lambda door, reader, meeting, item: door.item(reader, item),
}


@pytest.mark.parametrize("noun", BY_ID)
def test_a_foreign_id_is_as_little_there_as_one_that_never_was(noun: str, door: Door, library: ToyLibrary) -> None:
    member = library.member_of("Wards")
    told = []
    for meeting_id, item_id in ((2, 2), (99, 99)):
        with pytest.raises(NotFound) as error:
            BY_ID[noun](door, member, meeting_id, item_id)
        told.append(str(error.value).replace(str(meeting_id), "…"))
    assert told[0] == told[1]


def test_a_member_reads_what_their_communities_keep(door: Door, library: ToyLibrary) -> None:
    member = library.member_of("Wards")
    assert [meeting.community for meeting in door.meetings(member)] == ["Wards"]
    assert door.meeting(member, 1).title == "Wards call"
    assert len(door.transcript(member, 1).turns) == 1
    assert [item.title for item in door.items(member)] == ["Masks too large"]
    assert door.items(member, community="Schools") == []
    assert door.items(member, meeting_id=2) == []
    assert [community.name for community in door.communities(member)] == ["Wards"]
    assert door.gaps(member) == []
    assert door.counts(member)["meetings"] == 1
    assert door.passages(member, ids=[1, 2]) == door.passages(member, ids=[1])


def test_the_owner_reads_everything(door: Door) -> None:
    assert {meeting.community for meeting in door.meetings(OWNER)} == {"Wards", "Schools"}
    assert len(door.items(OWNER)) == 2
    assert len(door.gaps(OWNER)) == 1


def test_a_reader_of_nothing_reads_nothing(door: Door) -> None:
    nobody = Reader(name="nobody")
    assert not door.meetings(nobody)
    assert not door.items(nobody)
    assert not door.communities(nobody)


def test_a_job_is_shown_to_those_alone_whose_community_it_is(library: ToyLibrary, tmp_path: Path) -> None:
    queue = queue_of(library)
    door = Door(library.store, FolderRecordings(tmp_path / "recordings"), queue)
    meeting_id = library.meeting("Ann Low: Hear this.", community="Wards")
    with library.store.write() as tx:
        job_id = queue.enqueue(
            tx, kind="intake", key="k", subject="dismissal.mp3", meeting_id=meeting_id, payload={}
        )
    assert [job.subject for job in door.jobs(library.member_of("Wards"))] == ["dismissal.mp3"]
    assert door.job(OWNER, job_id).id == job_id
    stranger = library.member_of("Schools")
    assert door.jobs(stranger) == []
    with pytest.raises(NotFound) as foreign:
        door.job(stranger, job_id)
    with pytest.raises(NotFound) as missing:
        door.job(stranger, job_id + 1)
    assert str(foreign.value).replace(str(job_id), "") == str(missing.value).replace(str(job_id + 1), "")


def test_nobody_decides_about_what_they_may_not_read(door: Door, library: ToyLibrary) -> None:
    reviews = Reviews(door=door, store=library.store, queue=queue_of(library), linguist=Linguist())
    member = library.member_of("Wards")
    assert reviews.confirm(member, 1).review.reviewer.name == "member"
    for attempt in (
        lambda: reviews.confirm(member, 2),
        lambda: reviews.merge(member, 1, 2),
        lambda: reviews.undo(member, 2),
        lambda: reviews.drafts(member, 2),
        lambda: reviews.sentences(member, 2),
        lambda: reviews.history(member, 2),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert door.item(OWNER, 2).state is State.DRAFT


def test_a_recording_opens_for_those_alone_who_may_read_its_meeting(library: ToyLibrary, tmp_path: Path) -> None:
    recordings = FolderRecordings(tmp_path / "recordings")
    recordings.reserve = 0
    recordings.keep([b"sound"])
    meeting_id = library.meeting("Ann Low: Hear this.", community="Wards", content=b"sound")
    door = Door(library.store, recordings, queue_of(library))
    assert door.recording(library.member_of("Wards"), meeting_id).read_bytes() == b"sound"
    with pytest.raises(NotFound):
        door.recording(library.member_of("Schools"), meeting_id)


def test_a_community_is_named_in_any_case_and_a_foreign_one_is_not_given_away(
    door: Door, library: ToyLibrary
) -> None:
    assert door.community(OWNER, " wards ").name == "Wards"
    with pytest.raises(NotFound) as error:
        door.community(library.member_of("Wards"), "Schools")
    assert "there are: Wards" in str(error.value)


def test_a_question_opens_no_index_its_asker_may_not_read(library: ToyLibrary) -> None:
    answer = library.searcher.ask(Question(text="pupils who stay away"), reader=library.member_of("Wards"))
    opened = {1}
    assert library.vectors.opened == opened
    assert all(hit.community == "Wards" for hit in answer.hits)
    library.searcher.ask(Question(text="pupils who stay away"), reader=OWNER)
    assert library.vectors.opened > opened


def test_a_digest_of_a_foreign_community_is_not_found(library: ToyLibrary) -> None:
    with pytest.raises(NotFound):
        digest_of("Schools", store=library.store, reader=library.member_of("Wards"))
