"""The full text: any question made into a safe query, and an index that follows every change."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import fulltext
from index.store import SqliteStore
from index.terms import Tokenizer
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


def test_a_plain_question_is_searched_by_what_it_asks_about(store: SqliteStore) -> None:
    keep_meeting(store)
    assert store.search_words("who is in the", scope=EVERYTHING, limit=9)  # of no other words
    assert store.search_words("who else has hospices in the", scope=EVERYTHING, limit=9) == store.search_words(
        "hospice", scope=EVERYTHING, limit=9
    )
    assert store.search_words("…?!", scope=EVERYTHING, limit=9) == []


def test_words_that_stand_everywhere_are_read_only_as_far_as_they_may(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_meeting(store)
    rare = store.search_words("hospice", scope=EVERYTHING, limit=9)
    monkeypatch.setattr(fulltext, "PLACES", 2)
    monkeypatch.setattr(fulltext, "FIRST", 2)
    assert {one for one, _ in store.search_words("hospice rang", scope=EVERYTHING, limit=9)} == {
        one for one, _ in rare
    }
    monkeypatch.setattr(fulltext, "FIRST", 1)
    assert store.search_words("hospice", scope=EVERYTHING, limit=9) == []


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


def test_each_stem_of_a_text_comes_once_with_the_word_it_was_written_as() -> None:
    tokenizer = Tokenizer()
    terms = tokenizer.terms("The families' letters; a family letter. Ärzte don't")
    assert [(term.word, term.stem) for term in terms] == [
        ("the", "the"),
        ("families", "famili"),
        ("letters", "letter"),
        ("a", "a"),
        ("arzte", "arzt"),
        ("don", "don"),
        ("t", "t"),
    ]


def test_stems_are_counted_in_each_text() -> None:
    counts = Tokenizer().counts(["a bed, two beds", "no room", "bedding"], ["bed"])
    assert counts == [{"bed": 2}, {}, {"bed": 1}]
