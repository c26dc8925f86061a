"""The full text: any question made into a safe query, and an index that follows every change."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fulltext import query_of
from index.store import SqliteStore
from models.consent import EVERYTHING
from models.errors import StoreError
from tests.specimens import candidate, keep_meeting


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path)
    yield store
    store.close()


def test_the_full_text_follows_every_change(store: SqliteStore) -> None:
    meeting_id = keep_meeting(store)
    keep_meeting(store, title="Other")
    with store.write() as tx:
        store.save_items(tx, meeting_id, [candidate(title="Taxi home", quote="a taxi")] * 2, extractor="toy-1")
    with store.write() as tx:
        tx.db.conn.execute("UPDATE evidence SET quote = 'an ambulance' WHERE quote = 'a taxi'")
    with store.write() as tx:
        store.check_words(tx)
    assert len(store.search_words("ambulance", scope=EVERYTHING, limit=9)) == 2
    store.rebuild_words()
    assert len(store.search_words("ambulance", scope=EVERYTHING, limit=9)) == 2


@given(st.text(max_size=300))
def test_a_query_holds_quoted_words_and_nothing_else(text: str) -> None:
    query = query_of(text)
    words = query.split(" OR ") if query else []
    assert all(word[0] == word[-1] == '"' and '"' not in word[1:-1] for word in words)
    assert len(words) <= 64


def test_a_plain_question_is_searched_by_what_it_asks_about() -> None:
    assert query_of("Who else has had trouble with the beds?") == '"trouble" OR "beds"'
    assert query_of("who are they") == '"who" OR "are" OR "they"'
    assert query_of("…?!") == ""


def test_full_text_that_does_not_match_its_rows_is_told_of_and_made_anew(store: SqliteStore) -> None:
    keep_meeting(store)
    with store.write() as tx:
        tx.db.conn.execute("INSERT INTO said (said) VALUES ('delete-all')")
    with pytest.raises(StoreError), store.write() as tx:
        store.check_words(tx)
    store.rebuild_words()
    with store.write() as tx:
        store.check_words(tx)
    assert len(store.search_words("hospice", scope=EVERYTHING, limit=9)) == 2
