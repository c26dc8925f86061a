"""What every store must do when a meeting is put right and when that is undone."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import changes
from models.consent import EVERYTHING, Scope
from models.errors import InputError, NotFound
from models.knowledge import Item, State
from models.meeting import Transcript, Turn, word_offsets
from models.ports import Store
from models.repair import Change, Conversation, Repair
from tests.specimens import BEDS, RANG, candidate, keep_meeting

Confirm = Callable[[int], None]
"""Confirms an item, as its reviewer will."""


def conversation(store: Store, meeting_id: int) -> Conversation:
    return Conversation(
        turns=store.transcript(meeting_id, scope=EVERYTHING, labelled=True).turns,
        speakers=tuple(store.speakers(meeting_id, scope=EVERYTHING)),
    )


def put_right(store: Store, meeting_id: int, change_of: Callable[[Conversation], Change]) -> Repair:
    with store.write() as tx:
        return store.repair(tx, meeting_id, change_of(conversation(store, meeting_id)))


def undo(store: Store, meeting_id: int) -> Repair:
    with store.write() as tx:
        return store.undo(tx, meeting_id)[0]


class RepairContract:
    """Held against every store; a subclass gives the fixtures `store` and `confirm`."""

    def test_a_corrected_turn_comes_back_with_its_times(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        repair = put_right(store, meeting_id, lambda now: changes.replacing(now, "hospice", "hospital"))
        turn = store.transcript(meeting_id, scope=EVERYTHING).turns[1]
        assert turn.text == "We rang the hospital, and they took four people home."
        assert [(word.word, word.start, word.corrected) for word in turn.words] == [
            ("We", 3.5, False),
            ("rang", 3.8, False),
            ("the", 4.2, True),
            ("hospital,", 4.4, True),
        ]
        assert store.stale_turns(meeting_id) == {1}
        assert store.repairs(meeting_id, scope=EVERYTHING) == [repair]
        assert repair.what == "“hospice” is “hospital” in 1 place, turn 2"

    def test_undoing_leaves_all_as_it_was(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        before = conversation(store, meeting_id), store.items(scope=EVERYTHING)
        work: list[Callable[[Conversation], Change]] = [
            lambda now: changes.naming(now, {"Speaker 2": ("Mair Ellis", "Hospice")}),
            lambda now: changes.merging(now, "Speaker 2", "Speaker 1"),
            lambda now: changes.correcting(now, 1, "Once upon a time we rang the hospice."),
            lambda now: changes.splitting(now, "Speaker 1", begin=2),
            lambda now: changes.reassigning(now, [0], "Unknown"),
        ]
        for change_of in work:
            put_right(store, meeting_id, change_of)
        for made in reversed(store.repairs(meeting_id, scope=EVERYTHING)):
            assert made.undone_at is None
        for _ in work:
            assert undo(store, meeting_id).undone_at
        after = conversation(store, meeting_id)
        assert after.turns == before[0].turns
        assert [(one.label, one.person) for one in after.speakers] == [("Speaker 1", None), ("Speaker 2", None)]
        assert store.items(scope=EVERYTHING) == before[1]
        assert store.counts(scope=EVERYTHING)["people"] == 0
        with pytest.raises(NotFound, match="all of it is undone"):
            undo(store, meeting_id)
        assert all(repair.undone_at for repair in store.repairs(meeting_id, scope=EVERYTHING))

    def test_what_is_undone_is_not_undone_again(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        for person in ("Mair Ellis", "Nia Rees"):
            named = {"Speaker 2": (person, None)}
            put_right(store, meeting_id, lambda now, named=named: changes.naming(now, named))  # type: ignore[misc]  # bound at once
        undo(store, meeting_id)
        assert conversation(store, meeting_id).speakers[1].name == "Mair Ellis"
        undo(store, meeting_id)
        assert conversation(store, meeting_id).speakers[1].name == "Speaker 2"

    def test_an_organisation_that_was_undone_is_nobodys(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        put_right(store, meeting_id, lambda now: changes.naming(now, {"Speaker 2": ("Mair Ellis", None)}))
        put_right(store, meeting_id, lambda now: changes.naming(now, {"Speaker 2": ("Mair Ellis", "Hospis")}))
        assert conversation(store, meeting_id).speakers[1].organisation == "Hospis"
        undo(store, meeting_id)
        assert conversation(store, meeting_id).speakers[1].organisation is None
        assert store.counts(scope=EVERYTHING)["organisations"] == 1  # that of the meeting

    def test_evidence_follows_the_voice_of_its_turn(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        put_right(store, meeting_id, lambda now: changes.merging(now, "Speaker 2", "Speaker 1"))
        [item] = store.items(scope=EVERYTHING)
        assert item.evidence.speaker == "Speaker 1"
        put_right(store, meeting_id, lambda now: changes.naming(now, {"Speaker 1": ("Mair Ellis", None)}))
        assert store.items(scope=EVERYTHING)[0].evidence.speaker == "Mair Ellis"
        assert [one.label for one in store.speakers(meeting_id, scope=EVERYTHING)] == ["Speaker 1"]

    def test_evidence_points_at_its_words_where_they_moved(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        text = f"Well, at last {BEDS.turns[1].text}"
        put_right(store, meeting_id, lambda now: changes.correcting(now, 1, text))
        [item] = store.items(scope=EVERYTHING)
        where = slice(item.evidence.char_start, item.evidence.char_end)
        assert text[where] == item.evidence.quote == candidate().evidence.quote

    def test_a_confirmed_item_keeps_its_words_and_asks_for_a_look(self, store: Store, confirm: Confirm) -> None:
        meeting_id = keep_meeting(store)
        [item] = store.items(scope=EVERYTHING)
        confirm(item.id)
        put_right(store, meeting_id, lambda now: changes.correcting(now, 2, "Thank you so much."))
        assert store.item(item.id, scope=EVERYTHING).look is None
        put_right(store, meeting_id, lambda now: changes.replacing(now, "hospice", "hospital"))
        kept = store.item(item.id, scope=EVERYTHING)
        assert (kept.state, kept.evidence.quote) == (State.CONFIRMED, item.evidence.quote)
        assert kept.look == "words it rests on were put right"
        undo(store, meeting_id)
        assert store.item(item.id, scope=EVERYTHING) == replace(item, state=State.CONFIRMED)

    def test_what_was_looked_at_asks_no_more(self, store: Store, confirm: Confirm) -> None:
        meeting_id = keep_meeting(store)
        [item] = store.items(scope=EVERYTHING)
        confirm(item.id)
        put_right(store, meeting_id, lambda now: changes.reassigning(now, [1], "Speaker 1"))
        assert store.item(item.id, scope=EVERYTHING).look == "words it rests on are another voice's"
        with store.write() as tx:
            store.looked_at(tx, item.id)
        assert store.item(item.id, scope=EVERYTHING).look is None
        with pytest.raises(NotFound), store.write() as tx:
            store.looked_at(tx, 999)

    def test_names_and_merged_voices_ask_for_no_look(self, store: Store, confirm: Confirm) -> None:
        meeting_id = keep_meeting(store)
        confirm(store.items(scope=EVERYTHING)[0].id)
        put_right(store, meeting_id, lambda now: changes.naming(now, {"Speaker 2": ("Mair Ellis", None)}))
        assert store.stale_turns(meeting_id) == frozenset()
        put_right(store, meeting_id, lambda now: changes.merging(now, "Speaker 2", "Speaker 1"))
        assert store.items(scope=EVERYTHING)[0].look is None

    def test_the_revision_grows_and_renewal_makes_nothing_stale(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        seen = [store.revision(meeting_id)]
        put_right(store, meeting_id, lambda now: changes.replacing(now, "hospice", "hospital"))
        seen.append(store.revision(meeting_id))
        undo(store, meeting_id)
        seen.append(store.revision(meeting_id))
        assert len(set(seen)) == 3
        assert store.stale_turns(meeting_id) == {1}
        with store.write() as tx:
            store.mark_renewed(tx, meeting_id)
        assert store.stale_turns(meeting_id) == frozenset()
        with pytest.raises(NotFound):
            store.revision(99)

    def test_an_error_keeps_neither_the_change_nor_its_repair(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        before = conversation(store, meeting_id)
        with pytest.raises(KeyError), store.write() as tx:
            store.repair(tx, meeting_id, changes.merging(before, "Speaker 2", "Speaker 1"))
            raise KeyError
        with pytest.raises(InputError, match="no turn 9"), store.write() as tx:
            store.repair(tx, meeting_id, Change(what="x", turns={8: Turn(speaker="A", text="x")}))
        assert conversation(store, meeting_id) == before
        assert store.repairs(meeting_id, scope=EVERYTHING) == []

    def test_repairs_keep_to_their_meeting_and_scope(self, store: Store) -> None:
        first, second = keep_meeting(store, title="One"), keep_meeting(store, title="Two")
        put_right(store, first, lambda now: changes.merging(now, "Speaker 2", "Speaker 1"))
        assert len(conversation(store, second).speakers) == 2
        assert store.repairs(second, scope=EVERYTHING) == []
        assert store.repairs(first, scope=Scope(community_ids=frozenset())) == []
        with pytest.raises(NotFound):
            undo(store, second)
        with store.write() as tx:
            store.save_transcript(tx, first, Transcript(turns=(Turn(speaker="A", text="Nothing of that."),)))
        assert store.repairs(first, scope=EVERYTHING) == []

    def test_passages_that_are_the_same_keep_their_ids(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        thanks = replace(RANG, turn=2, char_start=0, char_end=10, text="Thank you.")
        [kept] = store.passages(scope=EVERYTHING)
        with store.write() as tx:
            [new] = store.renew_passages(tx, meeting_id, [RANG, thanks])
        assert [one.id for one in store.passages(scope=EVERYTHING)] == [kept.id, new]
        with store.write() as tx:
            assert store.renew_passages(tx, meeting_id, [thanks]) == []
        assert [one.id for one in store.passages(scope=EVERYTHING)] == [new]

    def test_only_the_drafts_that_are_named_are_replaced(self, store: Store, confirm: Confirm) -> None:
        meeting_id = keep_meeting(store)
        with store.write() as tx:
            ids = store.save_items(
                tx, meeting_id, [candidate(title=title) for title in ("One", "Two", "Three")], extractor="toy-1"
            )
        confirm(ids[1])
        with store.write() as tx:
            new = store.replace_drafts(tx, meeting_id, ids[:2], [candidate(title="Four")], extractor="toy-2")
        assert {item.id: item.title for item in store.items(scope=EVERYTHING)} == {
            ids[1]: "Two",
            ids[2]: "Three",
            new[0]: "Four",
        }

    def test_a_turn_cut_in_two_takes_evidence_and_later_turns_along(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        with store.write() as tx:
            late = candidate(title="Late", quote="took four people home")
            whole = candidate(title="Whole", quote="rang the hospice, and they took")
            for one, start, end in ((late, 30, 51), (whole, 3, 34)):
                evidence = replace(one.evidence, char_start=start, char_end=end)
                store.replace_drafts(tx, meeting_id, [], [replace(one, evidence=evidence)], extractor="toy-1")
        before = conversation(store, meeting_id), store.items(scope=EVERYTHING)
        put_right(
            store, meeting_id, lambda now: changes.dividing(now, now.cut(1, "and they took"), "Guest", new=True)
        )
        now = conversation(store, meeting_id)
        assert [(turn.speaker, turn.text) for turn in now.turns[1:]] == [
            ("Speaker 2", "We rang the hospice,"),
            ("Guest", "and they took four people home."),
            ("Speaker 1", "Thank you."),
        ]
        assert (now.turns[1].end, now.turns[2].start, len(now.turns[1].words)) == (5.0, 5.92, 4)
        for item in store.items(scope=EVERYTHING):
            assert said(now, item) == item.evidence.quote
        assert [item.evidence.speaker for item in store.items(scope=EVERYTHING)] == [
            "Speaker 2",
            "Guest",
            "Speaker 2",
        ]
        assert store.stale_turns(meeting_id) == {1, 2}
        undo(store, meeting_id)
        assert (conversation(store, meeting_id), store.items(scope=EVERYTHING)) == before

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
    @given(data=st.data())
    def test_whatever_was_put_right_can_all_be_undone(self, store: Store, data: st.DataObject) -> None:
        meeting_id = next((one.id for one in store.meetings(scope=EVERYTHING)), None) or keep_meeting(store)
        before = conversation(store, meeting_id)
        items = store.items(scope=EVERYTHING)
        made = 0
        for _ in range(data.draw(st.integers(1, 6))):
            with suppress(InputError, NotFound):
                put_right(store, meeting_id, data.draw(WORK))
                made += 1
            now = conversation(store, meeting_id)
            assert {turn.speaker for turn in now.turns} == {one.label for one in now.speakers}
            for turn in now.turns:
                spans = word_offsets(turn)
                assert [turn.text[slice(*span)] for span in spans] == [word.word for word in turn.words]
        for _ in range(made):
            undo(store, meeting_id)
        after = conversation(store, meeting_id)
        assert after.turns == before.turns
        assert [(one.label, one.person) for one in after.speakers] == [
            (one.label, one.person) for one in before.speakers
        ]
        assert store.items(scope=EVERYTHING) == items


def said(now: Conversation, item: Item) -> str:
    """What stands where an item's evidence points."""
    evidence = item.evidence
    if evidence.turn_start == evidence.turn_end:
        return now.turns[evidence.turn_start].text[evidence.char_start : evidence.char_end]
    first = now.turns[evidence.turn_start].text[evidence.char_start :]
    return f"{first} {now.turns[evidence.turn_end].text[: evidence.char_end]}"


VOICES = st.sampled_from(["Speaker 1", "Speaker 2", "Speaker 3", "Guest", "Unknown", "Mair Ellis"])
TURNS = st.integers(0, 4)
WORK: st.SearchStrategy[Callable[[Conversation], Change]] = st.one_of(
    st.builds(lambda one, into: lambda now: changes.merging(now, one, into), VOICES, VOICES),
    st.builds(lambda one, at: lambda now: changes.splitting(now, one, begin=at), VOICES, TURNS),
    st.builds(lambda at, to: lambda now: changes.reassigning(now, _there(now, at), to, new=True), TURNS, VOICES),
    st.builds(lambda one, who: lambda now: changes.naming(now, {one: (who, None)}), VOICES, VOICES),
    st.builds(
        lambda at, text: lambda now: changes.correcting(now, _there(now, at)[0], text),
        TURNS,
        st.sampled_from(["We rang.", "the hospice took people", "and then they took four people home"]),
    ),
    st.builds(
        lambda at, to, word: lambda now: changes.dividing(now, now.cut(_there(now, at)[0], word), to, new=True),
        TURNS,
        VOICES,
        st.sampled_from(["rang", "and", "people", "you", "0:04"]),
    ),
)


def _there(now: Conversation, at: int) -> list[int]:
    return [min(at, len(now.turns) - 1)]
