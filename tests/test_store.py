"""The store on SQLite: the contract of every store, and what only files can show."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.jobs import SqliteQueue
from index.store import SqliteStore
from models import changes
from models.citation import Span, cite
from models.consent import EVERYTHING
from models.decisions import editing
from models.errors import DiskFull
from models.meeting import Passage, Transcript, Turn
from models.ports import Subject, Table
from models.review import Edit
from tests.contracts import StoreContract
from tests.repair_contract import Confirm, RepairContract, put_right
from tests.review_contract import ReviewContract, decide, turns_of
from tests.specimens import candidate, keep_meeting, keep_vectors, new_meeting, unit_vectors

CANARY = "quetzalcoatlus"
# as a reviewer's command will
CONFIRM = "UPDATE item SET state = 'confirmed' WHERE id = ?"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path)
    yield store
    store.close()


@pytest.fixture
def confirm(store: SqliteStore) -> Confirm:
    def by_hand(item_id: int) -> None:
        with store.write() as tx:
            tx.db.conn.execute(CONFIRM, (item_id,))

    return by_hand


class TestSqliteStore(StoreContract):
    """The contract, on SQLite."""


class TestSqliteRepairs(RepairContract):
    """The contract of repairs, on SQLite."""


class TestSqliteReviews(ReviewContract):
    """The contract of reviews, on SQLite."""


def bytes_with(word: str, folder: Path) -> list[str]:
    needle = word.encode()
    return [path.name for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes().lower()]


def keep_canary(store: SqliteStore) -> int:
    """A meeting with one telling word in every place that holds words."""
    said = f"We saw the {CANARY} on the ward last night."
    queue = SqliteQueue(store.connections, lease=60)
    with store.write() as tx:
        meeting_id = store.add_meeting(tx, new_meeting(title=f"The {CANARY}", community=f"{CANARY} watch"))
        store.save_transcript(tx, meeting_id, Transcript(turns=(Turn(speaker=CANARY, text=said),) * 2))
        passage = Passage(turn=0, char_start=0, char_end=len(said), text=said, context=f"a {CANARY}?")
        [passage_id] = store.save_passages(tx, meeting_id, [passage])
        store.save_items(tx, meeting_id, [candidate(title=CANARY, quote=f"the {CANARY}")], extractor="toy-1")
        store.name_speaker(tx, meeting_id, CANARY, person=f"{CANARY} junior", organisation=f"{CANARY} house")
        queue.enqueue(tx, kind="intake", key="1", subject="x", meeting_id=meeting_id, payload={})
        store.mark_ready(tx, meeting_id)
    claim = queue.claim("worker 1")
    assert claim
    with store.write() as tx:
        queue.commit_step(tx, claim, step="window 1", result=[CANARY])
    keep_vectors(store, [Subject(table=Table.PASSAGE, id=passage_id)], unit_vectors(1))
    put_right(store, meeting_id, lambda now: changes.correcting(now, 1, f"A {CANARY} came."))
    return meeting_id


def test_a_dropped_meeting_leaves_no_bytes(store: SqliteStore, tmp_path: Path) -> None:
    for number in range(30):
        keep_meeting(store, title=f"Other {number}")
    meeting_id = keep_canary(store)
    [item] = store.items(scope=EVERYTHING, meeting_id=meeting_id)
    span = Span(turn_start=0, char_start=0, turn_end=0, char_end=9)
    decide(store, editing(item, Edit(title=f"{CANARY} again"), evidence=cite(turns_of(store, item), span)))
    for number in range(30):
        keep_meeting(store, title=f"Another {number}")
    assert store.connections.checkpoint()
    assert bytes_with(CANARY, tmp_path) == ["commonlore.db"]
    with store.write() as tx:
        store.drop_meeting(tx, meeting_id)
    assert store.connections.checkpoint()
    assert bytes_with(CANARY, tmp_path) == []


def test_replaced_words_are_found_no_more(store: SqliteStore) -> None:
    meeting_id = keep_canary(store)
    assert len(store.search_words(CANARY, scope=EVERYTHING, limit=5)) == 2
    with store.write() as tx:
        store.save_items(tx, meeting_id, [], extractor="toy-1")
        store.save_transcript(tx, meeting_id, Transcript(turns=(Turn(speaker="A", text="nothing"),)))
    assert store.search_words(CANARY, scope=EVERYTHING, limit=5) == []


def test_a_full_disk_keeps_nothing_half(store: SqliteStore) -> None:
    keep_meeting(store)
    words = " ".join(f"word{number}" for number in range(20_000))
    with store.write() as tx:
        pages = tx.db.conn.execute("PRAGMA page_count").fetchone()[0]
        tx.db.conn.execute(f"PRAGMA max_page_count = {pages + 8}")
    with pytest.raises(DiskFull, match="free some space"), store.write() as tx:
        meeting_id = store.add_meeting(tx, new_meeting(title="Too long"))
        store.save_transcript(tx, meeting_id, Transcript(turns=(Turn(speaker="A", text=words),)))
    assert [meeting.title for meeting in store.meetings(scope=EVERYTHING)] == ["Winter beds"]
    assert len(store.contents()) == 1
    with store.write() as tx:
        store.check_words(tx)
        tx.db.conn.execute("PRAGMA max_page_count = 1000000")
    keep_meeting(store, title="After")


def test_a_library_opened_again_holds_what_was_kept(tmp_path: Path) -> None:
    first = SqliteStore(tmp_path)
    meeting_id = keep_meeting(first)
    first.close()
    second = SqliteStore(tmp_path)
    assert second.meeting(meeting_id, scope=EVERYTHING).title == "Winter beds"
    second.close()
