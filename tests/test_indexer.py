"""Cutting a conversation into passages, and giving them and the items their vectors."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.indexer import CONTEXT, LONGEST, SHORTEST, Indexer, passages_of
from index.store import SqliteStore
from models.consent import EVERYTHING
from models.meeting import Doubt, Transcript, Turn, Word
from models.ports import Subject, Table
from tests.specimens import keep_meeting
from tests.toys import ToyEmbedder

SENTENCE = "We rang the hospice and they took four people home. "
texts = st.lists(
    st.sampled_from(["bed", "ward.", "taxi,", "home", "why?", "\u2013", "\n", "x" * 30, "said.\u201d"]),
    max_size=400,
)
turns = st.builds(Turn, speaker=st.sampled_from("ABC"), text=texts.map(" ".join))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path)
    yield store
    store.close()


@given(st.lists(turns, max_size=5).map(tuple))
def test_passages_are_the_words_of_their_turns_in_order(turns: tuple[Turn, ...]) -> None:
    passages = passages_of(Transcript(turns=turns), title="Winter beds")
    for passage in passages:
        assert passage.text == turns[passage.turn].text[passage.char_start : passage.char_end]
        assert passage.text == passage.text.strip() != ""
        assert len(passage.text.split()) <= LONGEST
        assert passage.context and len(passage.context.split()) <= CONTEXT
    places = [(passage.turn, passage.char_start, passage.char_end) for passage in passages]
    assert places == sorted(places)


def test_doubtful_words_are_in_no_passage() -> None:
    said = (SENTENCE + "Thank you for watching. Thank you for watching. " + SENTENCE).split()
    loop = range(10, 18)
    words = tuple(
        Word(word=word, start=float(at), end=at + 1.0, doubt=Doubt.LOOP if at in loop else None)
        for at, word in enumerate(said)
    )
    turn = Turn(speaker="A", text=" ".join(said), words=words)

    passages = passages_of(Transcript(turns=(turn,)), title="Winter beds")

    assert [passage.text for passage in passages] == [SENTENCE.strip()] * 2
    for passage in passages:
        assert passage.text == turn.text[passage.char_start : passage.char_end]


@given(texts.map(" ".join))
def test_no_word_of_a_turn_is_lost(text: str) -> None:
    passages = passages_of(Transcript(turns=(Turn(speaker="A", text=text),)), title="Winter beds")
    words = [word for passage in passages for word in passage.text.split()]
    assert words == (text.split() if len(text.split()) >= SHORTEST else [])


def test_long_turns_are_cut_evenly_at_the_ends_of_sentences() -> None:
    turn = Turn(speaker="A", text=(SENTENCE * 12).strip())  # 120 words
    passages = passages_of(Transcript(turns=(turn,)), title="")
    assert [len(passage.text.split()) for passage in passages] == [60, 60]
    assert all(passage.text.endswith("home.") for passage in passages)


def test_a_sentence_without_an_end_is_cut_at_its_clauses() -> None:
    turn = Turn(speaker="A", text=", ".join(["and then we rang the next one"] * 30))
    passages = passages_of(Transcript(turns=(turn,)), title="")
    assert len(passages) > 1
    assert all(passage.text.startswith("and then") for passage in passages)


def test_the_context_is_what_was_being_answered() -> None:
    turns = (
        Turn(speaker="A", text="word " * 50 + "so what did you do?"),
        Turn(speaker="B", text=SENTENCE * 20),
        Turn(speaker="B", text="And they were glad of it too."),
        Turn(speaker="A", text="Yes."),
        Turn(speaker="B", text="It was the best week of the winter."),
    )
    passages = passages_of(Transcript(turns=turns), title="Winter beds")
    assert passages[0].context == "Winter beds"
    asked = {passage.context for passage in passages if passage.turn in (1, 2)}
    assert len(asked) == 1
    assert asked.pop().endswith("word so what did you do?")
    assert passages[-1].context == "Yes."
    assert 3 not in {passage.turn for passage in passages}


def test_every_subject_of_a_meeting_gets_its_vector(store: SqliteStore) -> None:
    meeting_id = keep_meeting(store)
    indexer = Indexer(store, ToyEmbedder())
    done: list[float] = []
    embeddings = indexer.embed_meeting(meeting_id, report=done.append)
    subjects = {Subject(table=Table.PASSAGE, id=1), Subject(table=Table.ITEM, id=1)}
    assert {one.subject for one in embeddings} == subjects
    assert done == [1.0]
    [context] = [one.vector for one in embeddings if one.subject.table is Table.PASSAGE]
    [wanted] = ToyEmbedder().embed(["beds ran out? We rang the hospice,"])
    assert context.tolist() == wanted.tolist()


def test_what_is_missing_is_embedded_once(store: SqliteStore) -> None:
    keep_meeting(store)
    with store.write() as tx:
        tx.db.conn.execute("UPDATE item SET state = 'withdrawn'")
    indexer = Indexer(store, ToyEmbedder())
    assert indexer.embed_missing() == 2
    assert indexer.embed_missing() == 0
    assert store.unembedded(model="toy-1") == []


def test_damaged_vectors_are_embedded_anew(store: SqliteStore) -> None:
    keep_meeting(store)
    indexer = Indexer(store, ToyEmbedder())
    indexer.embed_missing()
    with store.write() as tx:
        tx.db.conn.execute("DROP TRIGGER embedding_fixed")
        tx.db.conn.execute("UPDATE embedding SET vector = zeroblob(256) WHERE id = 1")
        tx.db.conn.execute("UPDATE embedding SET vector = zeroblob(3) WHERE id = 2")
    assert store.unsound_embeddings(model="toy-1") == [
        Subject(table=Table.ITEM, id=1),
        Subject(table=Table.PASSAGE, id=1),
    ]
    assert indexer.embed_missing() == 2
    assert store.unsound_embeddings(model="toy-1") == []


def test_a_meeting_on_its_way_in_is_left_to_its_own_job(store: SqliteStore) -> None:
    meeting_id = keep_meeting(store)
    with store.write() as tx:
        tx.db.conn.execute("UPDATE meeting SET ready = 0 WHERE id = ?", (meeting_id,))
    assert Indexer(store, ToyEmbedder()).embed_missing() == 0
    assert store.items(scope=EVERYTHING, meeting_id=meeting_id)
