"""What every store, vector index, queue and recordings folder must do, whichever engine stands behind it."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.consent import EVERYTHING, Scope
from models.errors import IndexOutOfDate, InputError, NotFound, StaleClaim
from models.job import JobState
from models.knowledge import Kind, Link, Relation, State
from models.meeting import Transcript, Turn
from models.ports import (
    EVERYWHERE,
    JobQueue,
    Narrowed,
    Recordings,
    Store,
    Subject,
    Table,
    Transaction,
    VectorIndex,
)
from models.query import Question
from models.repair import Change
from tests.specimens import ASKED, BEDS, RANG, candidate, keep_meeting, keep_vectors, new_meeting, unit_vectors

NOBODY = Scope(community_ids=frozenset())
NEARLY = 0.01
"""What an index may be wrong by that keeps a vector in fewer bytes."""


class Clock:
    """A time that passes when told to."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 14, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_seconds(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class StoreContract:
    """Held against every store; a subclass gives the fixture `store`."""

    def test_a_meeting_comes_back_as_it_was_told(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        meeting = store.meeting(meeting_id, scope=EVERYTHING)
        told = store.transcript(meeting_id, scope=EVERYTHING)
        assert (meeting.title, meeting.community, meeting.organisation) == (
            "Winter beds",
            "Discharge",
            "Gwynedd Trust",
        )
        assert (meeting.language, meeting.duration, meeting.ready) == ("en", 31.5, True)
        assert told.turns == BEDS.turns

    def test_a_meeting_on_its_way_in_is_not_listed_nor_found(self, store: Store) -> None:
        with store.write() as tx:
            meeting_id = store.add_meeting(tx, new_meeting())
            store.save_transcript(tx, meeting_id, BEDS)
            passage_ids = store.save_passages(tx, meeting_id, [RANG])
            item_ids = store.save_items(tx, meeting_id, [candidate()], extractor="toy-1")
        its_community = Scope(community_ids=frozenset({store.meeting(meeting_id, scope=EVERYTHING).community_id}))
        assert store.meetings(scope=EVERYTHING) == []
        assert store.items(scope=EVERYTHING, ids=item_ids) == []
        assert store.passages(scope=EVERYTHING, ids=passage_ids) == []
        assert store.search_words("hospice", scope=EVERYTHING, limit=5) == []
        assert store.counts(scope=EVERYTHING)["passages"] == 0
        with pytest.raises(NotFound):
            store.meeting(meeting_id, scope=its_community)
        # the pipeline, which asks by the meeting, has it
        assert len(store.items(scope=EVERYTHING, meeting_id=meeting_id)) == 1
        assert len(store.passages(scope=EVERYTHING, meeting_id=meeting_id)) == 1

    def test_ids_outside_the_scope_look_like_ids_that_do_not_exist(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        [item] = store.items(scope=EVERYTHING)
        reads: list[tuple[int, Callable[[int, Scope], object]]] = [
            (meeting_id, lambda row, scope: store.meeting(row, scope=scope)),
            (meeting_id, lambda row, scope: store.transcript(row, scope=scope)),
            (meeting_id, lambda row, scope: store.speakers(row, scope=scope)),
            (item.id, lambda row, scope: store.item(row, scope=scope)),
        ]
        for row, read in reads:
            assert read(row, EVERYTHING)
            with pytest.raises(NotFound) as foreign:
                read(row, NOBODY)
            with pytest.raises(NotFound) as unknown:
                read(9999, EVERYTHING)
            assert str(foreign.value).replace(str(row), "N") == str(unknown.value).replace("9999", "N")

    def test_every_list_keeps_to_its_scope(self, store: Store) -> None:
        keep_meeting(store, community="Discharge")
        keep_meeting(store, community="Housing")
        with store.write() as tx:
            store.add_gap(tx, "who pays the taxi?", community="Housing")
        [housing] = [one.id for one in store.communities(scope=EVERYTHING) if one.name == "Housing"]
        scope = Scope(community_ids=frozenset({housing}))
        assert {meeting.community for meeting in store.meetings(scope=scope)} == {"Housing"}
        assert len(store.items(scope=scope)) == len(store.passages(scope=scope)) == 1
        assert [one.name for one in store.communities(scope=scope)] == ["Housing"]
        assert len(store.search_words("hospice", scope=scope, limit=9)) == 2
        assert [gap.question for gap in store.gaps(scope=scope)] == ["who pays the taxi?"]
        assert store.counts(scope=scope)["meetings"] == 1
        for nothing in (
            store.meetings(scope=NOBODY),
            store.items(scope=NOBODY),
            store.passages(scope=NOBODY),
            store.communities(scope=NOBODY),
            store.search_words("hospice", scope=NOBODY, limit=9),
            store.gaps(scope=NOBODY),
        ):
            assert nothing == []
        assert set(store.counts(scope=NOBODY).values()) == {0}

    def test_the_same_content_is_known_within_its_community(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        content = new_meeting().content_sha256
        known = store.meeting_of_content(content, community="Discharge", scope=EVERYTHING)
        assert known and known.id == meeting_id
        assert store.meeting_of_content(content, community="Housing", scope=EVERYTHING) is None
        assert store.contents() == {content}
        with pytest.raises(InputError, match=f"m{meeting_id}"), store.write() as tx:
            store.add_meeting(tx, new_meeting())

    def test_a_meeting_rests_on_the_sound_that_is_kept_and_is_known_by_its_file(self, store: Store) -> None:
        meeting_id, content, sound = keep_meeting(store), new_meeting().content_sha256, "5" * 64
        assert store.meeting(meeting_id, scope=EVERYTHING).recording_sha256 == content
        with store.write() as tx:
            store.keep_sound(tx, meeting_id, sound)
        known = store.meeting_of_content(content, community="Discharge", scope=EVERYTHING)
        assert known and (known.content_sha256, known.recording_sha256) == (content, sound)
        assert store.contents() == {sound}
        with pytest.raises(NotFound), store.write() as tx:
            store.keep_sound(tx, 99, sound)

    def test_names_differ_in_more_than_case_and_space(self, store: Store) -> None:
        keep_meeting(store, title="One", community="Discharge")
        keep_meeting(store, title="Two", community=" discharge ")
        assert [one.name for one in store.communities(scope=EVERYTHING)] == ["Discharge"]
        assert len(store.meetings(scope=EVERYTHING, community="DISCHARGE")) == 2

    def test_an_error_inside_a_transaction_keeps_nothing_of_it(self, store: Store) -> None:
        with pytest.raises(KeyError), store.write() as tx:
            store.add_meeting(tx, new_meeting())
            raise KeyError
        assert store.contents() == set()

    def test_a_transaction_that_ended_is_refused(self, store: Store) -> None:
        with store.write() as tx:
            pass
        with pytest.raises(TypeError, match="no open transaction"):
            store.mark_ready(tx, 1)

    def test_dropping_a_meeting_takes_everything_that_rests_on_it(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        subjects = [Subject(table=Table.ITEM, id=1), Subject(table=Table.PASSAGE, id=1)]
        keep_vectors(store, subjects, unit_vectors(2))
        with store.write() as tx:
            store.name_speaker(tx, meeting_id, "Speaker 2", person="Mair Ellis", organisation="Hospice")
        with store.write() as tx:
            store.drop_meeting(tx, meeting_id)
        assert set(store.counts(scope=EVERYTHING).values()) == {0}
        assert store.communities(scope=EVERYTHING) == []
        assert store.search_words("hospice", scope=EVERYTHING, limit=5) == []
        assert store.kept_vectors(subjects, model="toy-1") == {}
        assert store.contents() == set()

    def test_an_id_that_was_dropped_never_means_something_else(self, store: Store) -> None:
        first = keep_meeting(store)
        with store.write() as tx:
            store.drop_meeting(tx, first)
        assert keep_meeting(store) > first

    def test_a_person_is_one_across_meetings(self, store: Store) -> None:
        first, second = keep_meeting(store, title="One"), keep_meeting(store, title="Two")
        with store.write() as tx:
            one = store.name_speaker(tx, first, "Speaker 2", person="Mair Ellis", organisation="Hospice")
            two = store.name_speaker(tx, second, "Speaker 1", person="mair  ellis", organisation=None)
            other = store.name_speaker(tx, second, "Speaker 2", person="Mair Ellis", organisation="Council")
        assert one.person_id == two.person_id != other.person_id
        assert (two.name, two.organisation) == ("Mair Ellis", "Hospice")
        assert store.transcript(first, scope=EVERYTHING).turns[1].speaker == "Mair Ellis"
        assert store.items(scope=EVERYTHING, meeting_id=first)[0].evidence.speaker == "Mair Ellis"
        assert store.passages(scope=EVERYTHING, meeting_id=first)[0].speaker == "Mair Ellis"
        assert [speaker.name for speaker in store.speakers(first, scope=EVERYTHING)] == ["Speaker 1", "Mair Ellis"]

    def test_a_name_put_right_leaves_nobody_behind(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        with store.write() as tx:
            store.name_speaker(tx, meeting_id, "Speaker 2", person="Mair Ellis", organisation="Hospice")
            store.name_speaker(tx, meeting_id, "Speaker 2", person="Nia Ellis", organisation="Hospice")
            other = store.name_speaker(tx, meeting_id, "Speaker 1", person="Mair Ellis", organisation=None)
        assert (other.name, other.organisation) == ("Mair Ellis", None)

    def test_a_label_that_nobody_has_is_not_named(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        with pytest.raises(NotFound, match="'Speaker 1', 'Speaker 2'"), store.write() as tx:
            store.name_speaker(tx, meeting_id, "Speaker 3", person="Mair Ellis", organisation=None)

    def test_a_new_transcript_takes_the_passages_of_the_old_along(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        with store.write() as tx:
            store.save_transcript(tx, meeting_id, Transcript(turns=(Turn(speaker="A", text="Nothing of that."),)))
        assert store.passages(scope=EVERYTHING, meeting_id=meeting_id) == []
        # the item keeps the words it rests on, and the label they were said under
        assert store.items(scope=EVERYTHING)[0].evidence == candidate().evidence

    def test_an_item_comes_back_as_it_was_proposed(self, store: Store) -> None:
        keep_meeting(store)
        [item] = store.items(scope=EVERYTHING, kind=Kind.STORY, community="Discharge", state=State.DRAFT)
        assert (item.kind, item.title, item.gist) == (Kind.STORY, "Ring the hospice", candidate().gist)
        assert (item.evidence, item.facets, item.extractor) == (candidate().evidence, candidate().facets, "toy-1")
        assert store.item(item.id, scope=EVERYTHING) == item
        assert store.items(scope=EVERYTHING, kind=Kind.PROBLEM) == []
        assert store.items(scope=EVERYTHING, community="Housing") == []
        assert store.items(scope=EVERYTHING, ids=[]) == []
        assert store.items(scope=EVERYTHING, ids=[item.id, 99]) == [item]

    def test_an_item_that_says_who_proposed_it_is_believed(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        with store.write() as tx:
            store.save_items(
                tx, meeting_id, [candidate(), replace(candidate(), extractor="other-2")], extractor="toy-1"
            )
        assert [item.extractor for item in store.items(scope=EVERYTHING)] == ["toy-1", "other-2"]

    def test_an_item_keeps_all_it_rests_on_the_best_told_first(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        again = replace(
            candidate().evidence, speaker="Speaker 1", turn_start=0, turn_end=0, quote="when the beds ran out"
        )
        with store.write() as tx:
            [item_id] = store.save_items(
                tx, meeting_id, [replace(candidate(), further=(again,))], extractor="toy-1"
            )
            store.name_speaker(tx, meeting_id, "Speaker 1", person="Mair Ellis", organisation=None)
        named = replace(again, speaker="Mair Ellis")
        assert store.item(item_id, scope=EVERYTHING).pieces == (candidate().evidence, named)
        assert [item.further for item in store.items(scope=EVERYTHING)] == [(named,)]
        assert [
            one.id for one, _ in store.search_words("beds", scope=EVERYTHING, limit=5) if one.table == "item"
        ] == [item_id]
        with store.write() as tx:
            strange = replace(candidate(), further=(replace(again, turn_start=9, turn_end=9),))
            with pytest.raises(InputError, match="rests on turns"):
                store.save_items(tx, meeting_id, [strange], extractor="toy-1")

    def test_links_are_kept_with_their_ends_and_read_within_the_scope_of_both(self, store: Store) -> None:
        first, second = keep_meeting(store), keep_meeting(store, community="Housing")
        ours, theirs = store.items(scope=EVERYTHING)
        links = [
            Link(source_id=ours.id, target_id=end, relation=Relation.ANSWERS, score=0.7, reason="close in meaning")
            for end in (theirs.id, 77)
        ]
        with store.write() as tx:
            store.save_links(tx, first, links)
        communities = {one.name: one.id for one in store.communities(scope=EVERYTHING)}
        for item in (ours, theirs):
            assert store.links([item.id], scope=EVERYTHING) == links[:1]
            assert store.links([item.id], scope=Scope(community_ids=frozenset(communities.values()))) == links[:1]
            assert store.links([item.id], scope=Scope(community_ids=frozenset({communities["Housing"]}))) == []
        with store.write() as tx:
            store.save_links(tx, second, [])
        assert store.links([ours.id], scope=EVERYTHING) == []

    def test_vectors_that_are_kept_can_be_read(self, store: Store) -> None:
        keep_meeting(store)
        item, passage = Subject(table=Table.ITEM, id=1), Subject(table=Table.PASSAGE, id=1)
        keep_vectors(store, [item], unit_vectors(1))
        kept = store.kept_vectors([item, passage], model="toy-1")
        assert list(kept) == [item] and np.array_equal(kept[item], unit_vectors(1)[0])
        assert store.kept_vectors([item], model="toy-2") == {}

    def test_items_are_proposed_anew_in_the_place_of_the_drafts(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        with store.write() as tx:
            store.save_items(tx, meeting_id, [candidate(title="Other")], extractor="toy-2")
        assert [item.title for item in store.items(scope=EVERYTHING)] == ["Other"]

    def test_nothing_rests_on_words_that_are_not_there(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        with pytest.raises(InputError), store.write() as tx:
            wrong = type(RANG)(turn=1, char_start=1, char_end=20, text=RANG.text, context="")
            store.save_passages(tx, meeting_id, [wrong])
        assert len(store.passages(scope=EVERYTHING)) == 1

    def test_a_passage_has_the_seconds_of_its_words(self, store: Store) -> None:
        keep_meeting(store)
        [kept] = store.passages(scope=EVERYTHING)
        assert kept.passage == RANG
        assert (kept.speaker, kept.start, kept.end) == ("Speaker 2", 3.5, 5.0)

    def test_a_question_is_narrowed_to_voices_and_items(self, store: Store) -> None:
        first, second = keep_meeting(store), keep_meeting(store, title="Spring beds")
        with store.write() as tx:
            voice = store.name_speaker(tx, first, "Speaker 2", person="Mair Ellis", organisation="Hospice")
        voices = {one: {voice.id for voice in store.speakers(one, scope=EVERYTHING)} for one in (first, second)}

        def said(**asked: object) -> set[int]:
            narrowed = store.narrowed(Question(text="", **asked), scope=EVERYTHING)  # type: ignore[arg-type]
            assert narrowed.voices is not None
            return set(narrowed.voices)

        assert store.narrowed(Question(text="", organisation="Hospice"), scope=EVERYTHING) == EVERYWHERE
        assert said(person="mair ellis") == said(at="HOSPICE") == {voice.id}
        assert said(at="gwynedd trust") == {*voices[first], *voices[second], -first, -second} - {voice.id}
        assert said(organisation="hospice", elsewhere=True) == said(at="gwynedd trust")
        assert said(organisation="Gwynedd Trust", elsewhere=True) == {voice.id}
        assert said(since="2026-01-15") == said(until="2026-01-13") == said(person="Nobody") == set()
        assert said(since="2026-01-14") == said(until="2026-01-14") == said(until="2026-02-01")
        nowhere = store.narrowed(Question(text="", since="2020-01-01"), scope=NOBODY)
        assert nowhere.voices == frozenset()
        items = frozenset(item.id for item in store.items(scope=EVERYTHING))
        assert store.narrowed(Question(text="", kind=Kind.STORY), scope=EVERYTHING).items == items
        assert store.narrowed(Question(text="", state=State.CONFIRMED), scope=EVERYTHING).items == frozenset()

    def test_words_are_found_only_where_the_question_looks(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        voices = {voice.label: voice.id for voice in store.speakers(meeting_id, scope=EVERYTHING)}

        def found(narrowed: Narrowed, *tables: Table) -> set[Table]:
            said = store.search_words(
                "hospice", scope=EVERYTHING, tables=tables or tuple(Table), narrowed=narrowed, limit=9
            )
            return {subject.table for subject, _ in said}

        assert found(EVERYWHERE) == set(Table)
        assert found(EVERYWHERE, Table.ITEM) == {Table.ITEM}
        assert found(Narrowed(voices=frozenset({voices["Speaker 2"]}))) == set(Table)
        assert found(Narrowed(voices=frozenset({voices["Speaker 1"]}))) == set()
        assert found(Narrowed(items=frozenset())) == {Table.PASSAGE}

    def test_words_are_found_in_items_and_passages(self, store: Store) -> None:
        keep_meeting(store)
        found = {subject.table for subject, _ in store.search_words("hospices", scope=EVERYTHING, limit=5)}
        assert found == {"item", "passage"}

    def test_what_shares_more_of_the_rare_words_comes_first(self, store: Store) -> None:
        with store.write() as tx:
            meeting_id = store.add_meeting(tx, new_meeting())
            texts = ["the ward was full again", "a taxi took them home", "the ward clerk rang"]
            texts += [f"soup was late on day {number}" for number in range(9)]
            turns = tuple(Turn(speaker="A", text=text) for text in [*texts, "bed board taxi for the ward"])
            store.save_transcript(tx, meeting_id, Transcript(turns=turns))
            ids = store.save_passages(
                tx,
                meeting_id,
                [
                    type(RANG)(turn=at, char_start=0, char_end=len(turn.text), text=turn.text, context="")
                    for at, turn in enumerate(turns)
                ],
            )
            store.mark_ready(tx, meeting_id)
        found = store.search_words("who paid for the taxi from the ward?", scope=EVERYTHING, limit=3)
        assert found[0][0] == Subject(table=Table.PASSAGE, id=ids[-1])
        assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
        assert len(found) == 3
        subjects = [subject for subject, _ in found]
        again = store.score_words(
            "who paid for the taxi from the ward?", [*subjects, Subject(table=Table.ITEM, id=77)]
        )
        assert again == pytest.approx(dict(found))

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
    @given(
        text=st.text(max_size=60)
        | st.sampled_from(['"', "a AND", "NEAR(", "title:bed", "-x", "*", "bed*", "\0bed"])
    )
    def test_any_text_is_safe_to_search_for(self, store: Store, text: str) -> None:
        if not store.contents():
            keep_meeting(store)
        for subject, score in store.search_words(text, scope=EVERYTHING, limit=3):
            assert store.score_words(text, [subject])[subject] == pytest.approx(score)

    def test_embeddings_are_replaced_under_new_ids(self, store: Store) -> None:
        keep_meeting(store)
        subjects = [Subject(table=Table.ITEM, id=1), Subject(table=Table.PASSAGE, id=1)]
        assert sorted(store.unembedded(model="toy-1"), key=lambda one: one.table) == subjects
        keep_vectors(store, subjects, unit_vectors(2))
        assert store.unembedded(model="toy-1") == []
        assert len(store.unembedded(model="toy-2")) == 2
        before = store.last_vector_change()
        keep_vectors(store, subjects, unit_vectors(2, seed=1), model="toy-2")
        assert store.kept_vectors(subjects, model="toy-1") == {}
        after = store.kept_vectors(subjects, model="toy-2")
        assert [after[subject].tolist() for subject in subjects] == unit_vectors(2, seed=1).tolist()
        assert store.last_vector_change() == before + 4  # two gone, two new

    def test_a_vector_not_of_length_one_is_refused(self, store: Store) -> None:
        keep_meeting(store)
        for wrong in (np.zeros(8, np.float32), np.full(8, np.nan, np.float32), np.ones(8, np.float32)):
            with pytest.raises(IndexOutOfDate):
                keep_vectors(store, [Subject(table=Table.ITEM, id=1)], wrong[None, :])

    def test_vectors_of_what_is_gone_are_left_out(self, store: Store) -> None:
        keep_vectors(store, [Subject(table=Table.ITEM, id=77)], unit_vectors(1))
        assert store.kept_vectors([Subject(table=Table.ITEM, id=77)], model="toy-1") == {}

    def test_a_gap_asked_again_is_kept_once_with_the_later_time(self, store: Store) -> None:
        keep_meeting(store)
        for question in ("Who pays the taxi?", " who pays  the taxi?"):
            with store.write() as tx:
                store.add_gap(tx, question, community=None)
        [first] = store.gaps(scope=EVERYTHING)
        with store.write() as tx:
            store.add_gap(tx, "Who pays the taxi?", community="discharge")
            store.add_gap(tx, "WHO PAYS THE TAXI?", community=None)
        again = store.gaps(scope=EVERYTHING)
        assert [gap.community for gap in store.gaps(scope=EVERYTHING, community="Discharge")] == ["Discharge"]
        assert len(again) == 2
        assert next(gap for gap in again if gap.community is None).asked_at > first.asked_at
        with pytest.raises(NotFound, match="Nowhere"), store.write() as tx:
            store.add_gap(tx, "Who pays?", community="Nowhere")

    def test_counts_name_each_noun(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        with store.write() as tx:
            store.name_speaker(tx, meeting_id, "Speaker 2", person="Mair Ellis", organisation="Hospice")
        assert store.counts(scope=EVERYTHING) == {
            "communities": 1,
            "organisations": 2,
            "people": 1,
            "meetings": 1,
            "turns": 3,
            "passages": 1,
            "stories": 1,
            "problems": 0,
            "practices": 0,
            "gaps": 0,
        }


class VectorContract:
    """Held against every vector index; a subclass gives the fixtures `store` and `vectors` (model "toy-1")."""

    def kept(self, store: Store, vectors: list[np.ndarray], *, title: str = "Winter beds") -> list[Subject]:
        """A meeting of one passage a vector."""
        meeting_id = keep_meeting(store, title=title)
        with store.write() as tx:
            rows = store.save_passages(tx, meeting_id, [RANG] * len(vectors))
        subjects = [Subject(table=Table.PASSAGE, id=row) for row in rows]
        keep_vectors(store, subjects, np.array(vectors))
        return subjects

    def found(
        self, vectors: VectorIndex, query: np.ndarray, *, limit: int = 5, narrowed: Narrowed = EVERYWHERE
    ) -> list[Subject]:
        [found] = vectors.search([1], query[None, :], narrowed=narrowed, limit=limit)
        return [subject for subject, _ in found]

    def test_the_nearest_come_first_and_nearly_exactly(self, store: Store, vectors: VectorIndex) -> None:
        rows, queries = unit_vectors(60), unit_vectors(2, seed=9)
        subjects = self.kept(store, list(rows))
        for query, found in zip(queries, vectors.search([1], queries, limit=10), strict=True):
            exact = dict(zip(subjects, (rows @ query).tolist(), strict=True))
            assert len(found) == 10
            assert dict(found) == pytest.approx({subject: exact[subject] for subject, _ in found}, abs=NEARLY)
            tenth = sorted(exact.values())[-10]
            assert min(exact[subject] for subject, _ in found) >= tenth - NEARLY

    def test_what_was_just_kept_or_removed_is_known_at_once(self, store: Store, vectors: VectorIndex) -> None:
        first, second = unit_vectors(2)
        [one] = self.kept(store, [first], title="One")
        assert self.found(vectors, first) == [one]
        [two] = self.kept(store, [second], title="Two")
        assert set(self.found(vectors, first)) == {one, two}
        with store.write() as tx:
            store.drop_meeting(tx, store.meetings(scope=EVERYTHING)[-1].id)
        assert self.found(vectors, first) == [two]

    def test_vectors_of_another_model_are_not_found(self, store: Store, vectors: VectorIndex) -> None:
        meeting_id = keep_meeting(store)
        [kept] = store.passages(scope=EVERYTHING, meeting_id=meeting_id)
        keep_vectors(store, [Subject(table=Table.PASSAGE, id=kept.id)], unit_vectors(1), model="toy-2")
        assert self.found(vectors, unit_vectors(1)[0]) == []
        assert vectors.rebuild() == 0

    def test_items_are_searched_by_themselves(self, store: Store, vectors: VectorIndex) -> None:
        query = unit_vectors(1)[0]
        self.kept(store, list(unit_vectors(3)))
        item = Subject(table=Table.ITEM, id=1)
        keep_vectors(store, [item], query[None, :])
        [[(found, _)]] = vectors.search([1], query[None, :], tables=[Table.ITEM], limit=5)
        assert found == item
        assert len(self.found(vectors, query)) == 4
        assert item not in self.found(vectors, query, narrowed=Narrowed(items=frozenset()))

    def test_what_a_search_is_narrowed_to_is_found_whole(self, store: Store, vectors: VectorIndex) -> None:
        """One in a thousand, of two thousand, among the farthest there are."""
        rows, query = unit_vectors(2000), unit_vectors(1, seed=9)[0]
        meeting_id = keep_meeting(store)
        speakers = {speaker.label: speaker.id for speaker in store.speakers(meeting_id, scope=EVERYTHING)}
        far = np.argsort(rows @ query)[:2]
        turn = {True: ASKED, False: RANG}
        with store.write() as tx:
            ids = store.save_passages(tx, meeting_id, [turn[at in far] for at in range(len(rows))])
        subjects = [Subject(table=Table.PASSAGE, id=row) for row in ids]
        keep_vectors(store, subjects, rows)
        asking = Narrowed(voices=frozenset({speakers["Speaker 1"]}))
        assert set(self.found(vectors, query, narrowed=asking)) == {subjects[at] for at in far}
        telling = Narrowed(voices=frozenset({speakers["Speaker 2"]}))
        assert len(self.found(vectors, query, narrowed=telling, limit=3000)) == 1998
        assert self.found(vectors, query, narrowed=Narrowed(voices=frozenset())) == []

    def test_a_turn_that_was_another_voice_s_is_found_as_that_voice_s(
        self, store: Store, vectors: VectorIndex
    ) -> None:
        [told] = self.kept(store, [unit_vectors(1)[0]])
        query, meeting_id = unit_vectors(1)[0], store.meetings(scope=EVERYTHING)[0].id
        speakers = {speaker.label: speaker.id for speaker in store.speakers(meeting_id, scope=EVERYTHING)}
        first, second = (Narrowed(voices=frozenset({speakers[f"Speaker {number}"]})) for number in (1, 2))
        assert self.found(vectors, query, narrowed=second) == [told]
        turn = replace(store.transcript(meeting_id, scope=EVERYTHING).turns[1], speaker="Speaker 1")
        with store.write() as tx:
            store.repair(tx, meeting_id, Change(what="another voice", turns={1: turn}))
        assert self.found(vectors, query, narrowed=second) == []
        assert self.found(vectors, query, narrowed=first) == [told]

    def test_a_community_without_vectors_finds_nothing(self, store: Store, vectors: VectorIndex) -> None:
        assert vectors.search([77], unit_vectors(1), limit=5) == [[]]
        assert vectors.search([], unit_vectors(2), limit=5) == [[], []]

    def test_a_question_of_another_dimension_is_refused(self, store: Store, vectors: VectorIndex) -> None:
        self.kept(store, list(unit_vectors(3)))
        with pytest.raises(IndexOutOfDate, match="rebuild"):
            vectors.search([1], unit_vectors(1, dimension=9), limit=5)

    def test_rebuilding_finds_the_same(self, store: Store, vectors: VectorIndex) -> None:
        self.kept(store, list(unit_vectors(20)))
        before = vectors.search([1], unit_vectors(1, seed=9), limit=5)
        assert vectors.rebuild() == 20
        assert vectors.search([1], unit_vectors(1, seed=9), limit=5) == before


class Opened(Protocol):
    """A queue under test, and the store it shares its transactions with."""

    store: Store
    queue: JobQueue
    clock: Clock


class QueueContract:
    """Held against every queue; a subclass gives the fixture `opened` with a lease of 60 seconds."""

    def add(self, opened: Opened, *, key: str = "intake 1", meeting_id: int | None = None) -> int:
        with opened.store.write() as tx:
            return self.add_in(tx, opened, key=key, meeting_id=meeting_id)

    def add_in(self, tx: Transaction, opened: Opened, *, key: str, meeting_id: int | None = None) -> int:
        return opened.queue.enqueue(
            tx, kind="intake", key=key, subject="beds.m4a", meeting_id=meeting_id, payload={"speakers": 2}
        )

    def test_a_job_is_done_step_by_step(self, opened: Opened) -> None:
        job_id = self.add(opened)
        assert opened.queue.pending() == 1
        claim = opened.queue.claim("worker 1")
        assert claim and (claim.job_id, claim.payload, claim.steps) == (job_id, {"speakers": 2}, {})
        opened.queue.progress(claim, step="Listening", fraction=0.5)
        with opened.store.write() as tx:
            opened.queue.commit_step(tx, claim, step="window 1", result={"words": ["we", "rang"]})
        running = opened.queue.job(job_id)
        assert (running.state, running.step, running.fraction) == (JobState.RUNNING, "Listening", 0.5)
        with opened.store.write() as tx:
            opened.queue.finish(tx, claim)
        done = opened.queue.job(job_id)
        assert (done.state, done.fraction, done.finished_at) == (JobState.DONE, 1.0, opened.clock())
        assert opened.queue.pending() == 0
        assert opened.queue.claim("worker 1") is None

    def test_a_job_says_how_it_went_in_the_words_noted_last(self, opened: Opened) -> None:
        job_id = self.add(opened)
        claim = opened.queue.claim("worker 1")
        assert claim and opened.queue.job(job_id).remarks == ()
        for remarks in (["It was read in part."], ["It was read whole.", "Once it was slow."]):
            with opened.store.write() as tx:
                opened.queue.note(tx, claim, remarks)
        with opened.store.write() as tx:
            opened.queue.finish(tx, claim)
        assert opened.queue.job(job_id).remarks == ("It was read whole.", "Once it was slow.")

    def test_a_job_is_queued_with_its_reason_or_not_at_all(self, opened: Opened) -> None:
        with pytest.raises(KeyError), opened.store.write() as tx:
            self.add_in(tx, opened, key="intake 1")
            raise KeyError
        assert opened.queue.jobs() == []

    def test_one_job_a_key_is_live(self, opened: Opened) -> None:
        first = self.add(opened)
        assert self.add(opened) == first
        claim = opened.queue.claim("worker 1")
        assert claim and self.add(opened) == first
        with opened.store.write() as tx:
            opened.queue.finish(tx, claim)
        assert self.add(opened) > first

    def test_jobs_are_claimed_in_order_and_once(self, opened: Opened) -> None:
        ids = [self.add(opened, key=f"intake {number}") for number in range(3)]
        claims = [opened.queue.claim(f"worker {number}") for number in range(4)]
        assert [claim.job_id for claim in claims if claim] == ids
        assert claims[3] is None
        assert [job.id for job in opened.queue.jobs(limit=2)] == ids[:0:-1]

    def test_a_lease_that_ran_out_passes_the_job_and_its_steps_on(self, opened: Opened) -> None:
        self.add(opened)
        first = opened.queue.claim("worker 1")
        assert first
        with opened.store.write() as tx:
            opened.queue.commit_step(tx, first, step="one", result=[1])
        opened.clock.pass_seconds(59)
        assert opened.queue.claim("worker 2") is None
        opened.clock.pass_seconds(1)
        second = opened.queue.claim("worker 2")
        assert second and second.steps == {"one": [1]}
        assert second.attempt == first.attempt + 1

    def test_a_heartbeat_keeps_the_job(self, opened: Opened) -> None:
        self.add(opened)
        claim = opened.queue.claim("worker 1")
        assert claim
        for _ in range(3):
            opened.clock.pass_seconds(45)
            assert opened.queue.heartbeat(claim)
            assert opened.queue.claim("worker 2") is None

    def test_whoever_lost_the_job_can_keep_nothing(self, opened: Opened) -> None:
        job_id = self.add(opened)
        first = opened.queue.claim("worker 1")
        opened.clock.pass_seconds(61)
        second = opened.queue.claim("worker 2")
        assert first and second
        assert not opened.queue.heartbeat(first)
        opened.queue.progress(first, step="late", fraction=0.9)
        with pytest.raises(StaleClaim), opened.store.write() as tx:
            opened.store.add_meeting(tx, new_meeting())
            opened.queue.commit_step(tx, first, step="one", result=None)
        with pytest.raises(StaleClaim), opened.store.write() as tx:
            opened.queue.note(tx, first, ["late"])
        with pytest.raises(StaleClaim), opened.store.write() as tx:
            opened.queue.finish(tx, first)
        with pytest.raises(StaleClaim), opened.store.write() as tx:
            opened.queue.fail(tx, first, error="late", retry=False)
        assert opened.store.contents() == set()
        assert opened.queue.job(job_id).step == ""
        with opened.store.write() as tx:
            opened.queue.finish(tx, second)

    def test_a_failed_job_waits_longer_each_time_and_then_is_dead(self, opened: Opened) -> None:
        job_id = self.add(opened)
        pauses = []
        for _ in range(5):
            waited = 0
            while not (claim := opened.queue.claim("worker 1")):
                opened.clock.pass_seconds(1)
                waited += 1
            pauses.append(waited)
            with opened.store.write() as tx:
                job = opened.queue.fail(tx, claim, error="no room left", retry=True)
        assert pauses == [0, 5, 10, 20, 40]
        assert (job.id, job.state, job.error, job.finished_at) == (
            job_id,
            JobState.DEAD,
            "no room left",
            opened.clock(),
        )
        opened.clock.pass_seconds(10_000)
        assert opened.queue.claim("worker 1") is None

    def test_a_failure_that_will_not_mend_is_final(self, opened: Opened) -> None:
        self.add(opened)
        claim = opened.queue.claim("worker 1")
        assert claim
        with opened.store.write() as tx:
            assert opened.queue.fail(tx, claim, error="not a recording", retry=False).state is JobState.DEAD

    def test_a_job_that_kills_its_workers_waits_for_a_person_and_loses_nothing(self, opened: Opened) -> None:
        with opened.store.write() as tx:
            meeting_id = opened.store.add_meeting(tx, new_meeting())
            job_id = self.add_in(tx, opened, key="intake 1", meeting_id=meeting_id)
        for _ in range(5):
            assert opened.queue.claim("worker 1")
            opened.clock.pass_seconds(61)
        assert opened.queue.claim("worker 1") is None
        job = opened.queue.job(job_id)
        assert job.state is JobState.PAUSED and "stopped 5 times" in (job.error or "")
        assert len(opened.store.contents()) == 1
        opened.queue.resume(job_id)
        assert opened.queue.claim("worker 2")

    def test_a_job_that_gets_on_may_be_killed_often(self, opened: Opened) -> None:
        self.add(opened)
        for step in range(12):
            claim = opened.queue.claim("worker 1")
            assert claim and len(claim.steps) == step
            with opened.store.write() as tx:
                opened.queue.commit_step(tx, claim, step=f"window {step}", result=step)
            opened.clock.pass_seconds(61)

    def test_a_paused_job_is_claimed_by_nobody_until_it_is_resumed(self, opened: Opened) -> None:
        job_id = self.add(opened)
        assert opened.queue.pause(job_id).state is opened.queue.pause(job_id).state is JobState.PAUSED
        assert opened.queue.claim("worker 1") is None
        assert opened.queue.pending() == 0
        assert self.add(opened) == job_id  # the same work is not queued beside it
        assert opened.queue.resume(job_id).state is opened.queue.resume(job_id).state is JobState.QUEUED
        assert opened.queue.claim("worker 1")
        assert opened.queue.resume(job_id).state is JobState.RUNNING

    def test_who_is_paused_in_the_midst_of_a_step_keeps_it_and_the_next_goes_on_there(self, opened: Opened) -> None:
        job_id = self.add(opened)
        first = opened.queue.claim("worker 1")
        assert first and not opened.queue.is_paused(first)
        opened.queue.pause(job_id)
        with opened.store.write() as tx:
            opened.queue.commit_step(tx, first, step="window 1", result=1)
        assert opened.queue.is_paused(first) and not opened.queue.heartbeat(first)
        opened.clock.pass_seconds(10_000)
        assert opened.queue.claim("worker 2") is None
        opened.queue.resume(job_id)
        second = opened.queue.claim("worker 2")
        assert second and second.steps == {"window 1": 1}
        assert not opened.queue.is_paused(first) and not opened.queue.is_paused(second)
        with pytest.raises(StaleClaim), opened.store.write() as tx:
            opened.queue.commit_step(tx, first, step="window 2", result=2)

    def test_a_job_that_is_done_before_its_pause_is_noticed_is_done(self, opened: Opened) -> None:
        job_id = self.add(opened)
        claim = opened.queue.claim("worker 1")
        assert claim
        opened.queue.pause(job_id)
        with opened.store.write() as tx:
            opened.queue.finish(tx, claim)
        assert opened.queue.job(job_id).state is JobState.DONE

    def test_a_failure_does_not_queue_what_was_paused(self, opened: Opened) -> None:
        job_id = self.add(opened)
        claim = opened.queue.claim("worker 1")
        assert claim
        opened.queue.pause(job_id)
        with opened.store.write() as tx:
            assert opened.queue.fail(tx, claim, error="no room left", retry=True).state is JobState.PAUSED
        opened.queue.resume(job_id)
        assert opened.queue.claim("worker 1")

    def test_what_has_ended_is_neither_paused_nor_resumed(self, opened: Opened) -> None:
        job_id = self.add(opened)
        claim = opened.queue.claim("worker 1")
        assert claim
        with opened.store.write() as tx:
            opened.queue.finish(tx, claim)
        for turn in (opened.queue.pause, opened.queue.resume):
            with pytest.raises(InputError, match=f"j{job_id} has ended"):
                turn(job_id)
            with pytest.raises(NotFound):
                turn(77)

    def test_the_time_left_is_told_by_the_work_done_whoever_did_it(self, opened: Opened) -> None:
        job_id = self.add(opened)
        first = opened.queue.claim("worker 1")
        assert first
        opened.queue.progress(first, step="Listening", fraction=0.05)
        assert opened.queue.job(job_id).left is None  # a guess
        opened.clock.pass_seconds(50)
        opened.queue.progress(first, step="Listening", fraction=0.25)
        assert opened.queue.job(job_id).left == pytest.approx(150, abs=1)
        opened.clock.pass_seconds(30)
        assert opened.queue.job(job_id).left == pytest.approx(120, abs=1)
        opened.queue.pause(job_id)
        assert opened.queue.job(job_id).left is None
        opened.clock.pass_seconds(5000)
        opened.queue.resume(job_id)
        second = opened.queue.claim("worker 2")
        assert second
        opened.queue.progress(second, step="Opening", fraction=0.01)
        resumed = opened.queue.job(job_id)
        assert (resumed.step, resumed.fraction) == ("Opening", 0.25)
        opened.clock.pass_seconds(50)
        opened.queue.progress(second, step="Listening", fraction=0.5)
        assert opened.queue.job(job_id).left == pytest.approx(100, abs=1)

    def test_a_worker_that_is_told_to_stop_says_nothing_against_its_job(self, opened: Opened) -> None:
        job_id = self.add(opened)
        for _ in range(12):
            assert opened.queue.claim("ward-laptop")
            assert opened.queue.release("ward-laptop", failed=False) == 1
        assert opened.queue.job(job_id).state is JobState.RUNNING
        assert opened.queue.claim("ward-laptop")

    def test_nothing_is_kept_for_a_meeting_that_was_removed(self, opened: Opened) -> None:
        with opened.store.write() as tx:
            meeting_id = opened.store.add_meeting(tx, new_meeting())
            self.add_in(tx, opened, key="intake 1", meeting_id=meeting_id)
        claim = opened.queue.claim("worker 1")
        assert claim and claim.meeting_id == meeting_id
        with opened.store.write() as tx:
            opened.store.drop_meeting(tx, meeting_id)
        with pytest.raises(StaleClaim), opened.store.write() as tx:
            opened.queue.commit_step(tx, claim, step="window 1", result="words")
        with opened.store.write() as tx:
            assert opened.queue.fail(tx, claim, error="removed", retry=False).meeting_id is None

    def test_a_job_that_is_not_there_is_not_found(self, opened: Opened) -> None:
        with pytest.raises(NotFound, match="j77"):
            opened.queue.job(77)


class RecordingsContract:
    """Held against every place for recordings; a subclass gives the fixture `recordings`."""

    def test_a_recording_is_kept_under_its_hash_once(self, recordings: Recordings) -> None:
        content = [b"RIFF", b"", b"sound" * 1000]
        sha256 = hashlib.sha256(b"".join(content)).hexdigest()
        assert recordings.keep(iter(content)) == recordings.keep(content) == sha256
        assert recordings.path(sha256).read_bytes() == b"".join(content)
        assert recordings.holds(sha256)

    def test_an_upload_that_breaks_off_leaves_nothing(self, recordings: Recordings) -> None:
        def broken() -> Iterator[bytes]:
            yield b"half"
            raise ConnectionResetError("the client went away")

        with pytest.raises(Exception, match="went away|reset|Connection"):
            recordings.keep(broken())
        assert recordings.sweep(set()) == 0
        assert not recordings.holds(hashlib.sha256(b"half").hexdigest())

    @pytest.mark.parametrize("sha256", ["0" * 64, "../../etc/passwd", "", "A" * 64, "0" * 63 + "/"])
    def test_what_is_not_kept_is_not_found(self, recordings: Recordings, sha256: str) -> None:
        with pytest.raises(NotFound):
            recordings.path(sha256)
        recordings.remove(sha256)
        assert not recordings.holds(sha256)

    def test_sweeping_leaves_what_meetings_rest_on(self, recordings: Recordings) -> None:
        kept, loose = recordings.keep([b"kept"]), recordings.keep([b"loose"])
        assert recordings.sweep({kept}) == 1
        assert recordings.holds(kept) and not recordings.holds(loose)
        recordings.remove(kept)
        assert not recordings.holds(kept)

    def test_it_knows_what_room_is_left(self, recordings: Recordings) -> None:
        assert recordings.free() > 0
