"""What every store must do when people decide about items and when that is undone."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import changes
from models.citation import Span, cite
from models.consent import EVERYTHING, Scope
from models.decisions import confirming, editing, joining, rejecting, splitting
from models.errors import CommonloreError, InputError, NotFound
from models.knowledge import Evidence, Item, Kind, State
from models.meeting import Turn
from models.ports import Store, Subject, Table
from models.review import Decision, Edit, Review, Reviewer
from tests.repair_contract import conversation, put_right, said, undo
from tests.specimens import candidate, keep_meeting, keep_vectors, unit_vectors

BEA = Reviewer(name="Bea Lloyd")
TOOK = Span(turn_start=1, char_start=21, turn_end=1, char_end=52)
"""and they took four people home."""


def item_of(store: Store, item_id: int = 1) -> Item:
    return store.item(item_id, scope=EVERYTHING)


def turns_of(store: Store, item: Item) -> tuple[Turn, ...]:
    return store.transcript(item.meeting_id, scope=EVERYTHING).turns


def decide(store: Store, decision: Decision, *, reviewer: Reviewer = BEA) -> Review:
    with store.write() as tx:
        return store.review(tx, decision.items[0].meeting_id, decision, reviewer=reviewer)[0]


def confirm(store: Store, item_id: int = 1) -> Review:
    item = item_of(store, item_id)
    return decide(store, confirming(item, said=said(conversation(store, item.meeting_id), item)))


def move(store: Store, span: Span, item_id: int = 1) -> Review:
    item = item_of(store, item_id)
    return decide(store, editing(item, Edit(), evidence=cite(turns_of(store, item), span)))


def take_back(store: Store, review: Review) -> bool:
    """Whether something has to be found anew."""
    with store.write() as tx:
        return store.undo_review(tx, review.id)[1]


def found(store: Store, word: str) -> list[int]:
    return [hit.id for hit, _ in store.search_words(word, scope=EVERYTHING, limit=9) if hit.table == "item"]


class ReviewContract:
    """Held against every store; a subclass gives the fixture `store`."""

    def test_a_decision_is_kept_with_who_made_it(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        review = confirm(store)
        assert item_of(store).state is State.CONFIRMED
        assert (review.what, review.reviewer, review.item_ids) == ("i1 confirmed: “Ring the hospice”", BEA, (1,))
        assert store.reviews(meeting_id, scope=EVERYTHING) == [review]
        assert store.reviews(meeting_id, scope=EVERYTHING, item_id=1) == [review]
        assert store.reviews(meeting_id, scope=EVERYTHING, item_id=2) == []
        assert store.reviews(meeting_id, scope=Scope(community_ids=frozenset())) == []

    def test_what_the_teller_says_is_recorded_as_theirs(self, store: Store) -> None:
        keep_meeting(store)
        teller = Reviewer(name="Mair Ellis", teller=True)
        review = decide(store, editing(item_of(store), Edit(kind=Kind.PRACTICE)), reviewer=teller)
        assert review.reviewer == teller
        assert (item_of(store).kind, item_of(store).found_as) == (Kind.PRACTICE, Kind.STORY)

    def test_an_item_that_is_told_otherwise_is_found_by_its_new_words_alone(self, store: Store) -> None:
        keep_meeting(store)
        decide(store, editing(item_of(store), Edit(title="Hospice beds", gist="A velocipede fetched them")))
        assert found(store, "velocipede") == [1] and found(store, "ward") == []
        assert found(store, "rang") == [1]
        review = move(store, TOOK)
        assert found(store, "rang") == [] and found(store, "four") == [1]
        take_back(store, review)
        assert found(store, "rang") == [1]

    def test_its_vectors_go_where_its_words_change_and_only_there(self, store: Store) -> None:
        keep_meeting(store)
        subjects = [Subject(table=Table.ITEM, id=1), Subject(table=Table.PASSAGE, id=1)]
        keep_vectors(store, subjects, unit_vectors(2))
        with store.write() as tx:
            item = item_of(store)
            _, reworded = store.review(tx, 1, confirming(item, said=item.evidence.quote), reviewer=BEA)
        assert (reworded, store.unembedded(model="toy-1")) == (False, [])
        revision = store.revision(1)
        with store.write() as tx:
            _, reworded = store.review(tx, 1, editing(item_of(store), Edit(title="Other")), reviewer=BEA)
        assert (reworded, store.unembedded(model="toy-1")) == (True, subjects[:1])
        assert store.revision(1) > revision  # a renewal at work must begin again

    def test_a_rejected_item_is_found_by_nobody_and_keeps_its_reason(self, store: Store) -> None:
        keep_meeting(store)
        review = decide(store, rejecting(item_of(store), "only hearsay"))
        assert store.items(scope=EVERYTHING) == [] and found(store, "hospice") == []
        assert store.counts(scope=EVERYTHING)["stories"] == 0
        assert (item_of(store).state, item_of(store).reason) == (State.WITHDRAWN, "only hearsay")
        take_back(store, review)
        assert found(store, "hospice") == [1] and item_of(store).reason is None

    def test_one_item_becomes_two_and_one_again(self, store: Store) -> None:
        keep_meeting(store)
        item = item_of(store)
        turns = turns_of(store, item)
        whole = move(store, Span(turn_start=1, char_start=0, turn_end=1, char_end=52))
        first = cite(turns, Span(turn_start=1, char_start=0, turn_end=1, char_end=20))
        review = decide(store, splitting(item_of(store), first, cite(turns, TOOK), title="Took", gist="Took four"))
        assert [(one.id, one.evidence.quote, one.state) for one in store.items(scope=EVERYTHING)] == [
            (1, "We rang the hospice,", State.CONFIRMED),
            (2, "and they took four people home.", State.CONFIRMED),
        ]
        assert item_of(store, 2).extractor == item.extractor and review.item_ids == (1, 2)
        take_back(store, review)
        take_back(store, whole)
        assert store.items(scope=EVERYTHING) == [item]
        assert found(store, "four") == []

    def test_two_items_become_one_and_two_again(self, store: Store) -> None:
        keep_meeting(store)
        turns = turns_of(store, item_of(store))
        with store.write() as tx:
            took = replace(candidate(title="Took"), gist="They took four", evidence=cite(turns, TOOK))
            store.replace_drafts(tx, 1, [], [took], extractor="toy-1")
        before = store.items(scope=EVERYTHING)
        both = cite(turns, Span(turn_start=1, char_start=0, turn_end=1, char_end=52))
        review = decide(store, joining(before[0], before[1], both))
        [item] = store.items(scope=EVERYTHING)
        assert (item.evidence, item.state) == (both, State.CONFIRMED)
        assert item.gist == f"{before[0].gist}. They took four"
        assert item_of(store, 2).reason == "told with i1"
        take_back(store, review)
        assert store.items(scope=EVERYTHING) == before

    def test_a_decision_that_another_rests_on_is_undone_after_it(self, store: Store) -> None:
        keep_meeting(store)
        first, second = confirm(store), decide(store, rejecting(item_of(store), "hearsay"))
        with pytest.raises(InputError, match="commonlore review i1 --undo"):
            take_back(store, first)
        take_back(store, second)
        take_back(store, first)
        assert item_of(store).state is State.DRAFT
        with pytest.raises(NotFound):
            take_back(store, first)
        assert all(one.undone_at for one in store.reviews(1, scope=EVERYTHING))

    def test_what_was_before_follows_the_repairs_made_since(self, store: Store) -> None:
        keep_meeting(store)
        review = move(store, TOOK)
        put_right(store, 1, lambda now: changes.correcting(now, 1, f"Well, at last {now.turns[1].text}"))
        assert item_of(store).look == "words it rests on were put right"
        take_back(store, review)
        item = item_of(store)
        assert said(conversation(store, 1), item) == item.evidence.quote == "We rang the hospice"
        assert (item.evidence.char_start, item.state, item.look) == (14, State.DRAFT, None)

    def test_a_draft_that_says_other_words_than_the_transcript_is_found_anew(self, store: Store) -> None:
        keep_meeting(store)
        review = confirm(store)
        put_right(store, 1, lambda now: changes.replacing(now, "hospice", "hospital"))
        with store.write() as tx:
            store.mark_renewed(tx, 1)
        assert take_back(store, review)
        assert store.stale_turns(1) == {1}

    def test_what_is_confirmed_again_asks_for_a_look_where_its_words_were_put_right(self, store: Store) -> None:
        keep_meeting(store)
        confirm(store)
        review = decide(store, rejecting(item_of(store), "hearsay"))
        put_right(store, 1, lambda now: changes.replacing(now, "hospice", "hospital"))
        take_back(store, review)
        assert item_of(store).look == "words it rests on were put right"
        decide(store, rejecting(item_of(store), "hearsay"))
        confirm(store)
        assert item_of(store).look == "words it rests on were put right"

    def test_what_was_confirmed_since_a_repair_asks_for_a_look_when_that_is_undone(self, store: Store) -> None:
        keep_meeting(store)
        put_right(store, 1, lambda now: changes.replacing(now, "hospice", "hospital"))
        move(store, Span(turn_start=1, char_start=3, turn_end=1, char_end=20))
        assert item_of(store).evidence.quote == "rang the hospital"
        undo(store, 1)
        assert item_of(store).look == "words it rests on were put right"

    def test_what_was_confirmed_is_never_replaced(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        confirm(store)
        with store.write() as tx:
            store.save_items(tx, meeting_id, [], extractor="toy-2")
            store.replace_drafts(tx, meeting_id, [1], [], extractor="toy-2")
        assert item_of(store).state is State.CONFIRMED

    def test_an_error_keeps_neither_the_decision_nor_its_review(self, store: Store) -> None:
        keep_meeting(store)
        before = item_of(store)
        outside = replace(before.evidence, turn_end=9)
        with pytest.raises(InputError, match="does not have"):
            decide(store, editing(before, Edit(title="Other"), evidence=outside))
        with pytest.raises(NotFound):
            decide(store, rejecting(replace(before, id=99), "hearsay"))
        assert item_of(store) == before and store.reviews(1, scope=EVERYTHING) == []

    def test_reviews_go_with_their_meeting(self, store: Store) -> None:
        meeting_id = keep_meeting(store)
        move(store, TOOK)
        with store.write() as tx:
            store.drop_meeting(tx, meeting_id)
        assert store.reviews(meeting_id, scope=EVERYTHING) == []
        assert found(store, "rang") == []

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
    @given(data=st.data())
    def test_whatever_was_decided_can_all_be_undone(self, store: Store, data: st.DataObject) -> None:
        meeting_id = only_meeting(store)
        before = everything(store, meeting_id)
        undoing: list[Callable[[], object]] = []
        for _ in range(data.draw(st.integers(1, 8))):
            with suppress(CommonloreError):
                undoing.append(data.draw(WORK)(store, meeting_id, data.draw))
        for step in reversed(undoing):
            step()
        assert everything(store, meeting_id) == before

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
    @given(data=st.data())
    def test_decisions_are_undone_in_whatever_order_the_repairs_are(
        self, store: Store, data: st.DataObject
    ) -> None:
        meeting_id = only_meeting(store)
        turns = conversation(store, meeting_id).turns
        before = everything(store, meeting_id)
        repairs = 0
        for _ in range(data.draw(st.integers(1, 6))):
            with suppress(CommonloreError):
                if data.draw(st.booleans()):
                    data.draw(DECISIONS)(store, meeting_id, data.draw)
                else:
                    data.draw(REPAIRS)(store, meeting_id, data.draw)
                    repairs += 1
        while repairs or standing(store, meeting_id):
            decided = standing(store, meeting_id)
            if decided and (not repairs or data.draw(st.booleans())):
                take_back(store, decided[0])
            else:
                undo(store, meeting_id)
                repairs -= 1
            for item in store.items(scope=EVERYTHING):
                assert_within(turns_of(store, item), item.evidence)
        assert conversation(store, meeting_id).turns == turns
        assert everything(store, meeting_id) == before


def only_meeting(store: Store) -> int:
    """Made anew for each example, so that none meets what another left."""
    for meeting in store.meetings(scope=EVERYTHING):
        with store.write() as tx:
            store.drop_meeting(tx, meeting.id)
    return keep_meeting(store)


def everything(store: Store, meeting_id: int) -> list[Item]:
    return [item for state in State for item in store.items(scope=EVERYTHING, meeting_id=meeting_id, state=state)]


def standing(store: Store, meeting_id: int) -> list[Review]:
    return [one for one in store.reviews(meeting_id, scope=EVERYTHING) if one.undone_at is None]


def assert_within(turns: tuple[Turn, ...], evidence: Evidence) -> None:
    assert 0 <= evidence.turn_start <= evidence.turn_end < len(turns)
    assert 0 <= evidence.char_start <= len(turns[evidence.turn_start].text)
    assert 0 <= evidence.char_end <= len(turns[evidence.turn_end].text)


Draw = Callable[[st.SearchStrategy[int]], int]
Work = Callable[[Store, int, Draw], Callable[[], object]]
"""Does something at random; what it gives back undoes it."""


def _some(store: Store, meeting_id: int, draw: Draw) -> Item:
    items = everything(store, meeting_id)
    return items[draw(st.integers(0, len(items) - 1))]


def _span(store: Store, draw: Draw, item: Item) -> Span:
    turns = turns_of(store, item)
    at = draw(st.integers(0, len(turns) - 1))
    begin = draw(st.integers(0, max(0, len(turns[at].text) - 2)))
    end = draw(st.integers(begin + 1, len(turns[at].text)))
    return Span(turn_start=at, char_start=begin, turn_end=at, char_end=end)


def _decided(store: Store, decision: Decision) -> Callable[[], object]:
    review = decide(store, decision)
    return lambda: take_back(store, review)


def _confirm(store: Store, meeting_id: int, draw: Draw) -> Callable[[], object]:
    item = _some(store, meeting_id, draw)
    return _decided(store, confirming(item, said=item.evidence.quote))


def _reject(store: Store, meeting_id: int, draw: Draw) -> Callable[[], object]:
    return _decided(store, rejecting(_some(store, meeting_id, draw), "hearsay"))


def _edit(store: Store, meeting_id: int, draw: Draw) -> Callable[[], object]:
    item = _some(store, meeting_id, draw)
    edit = Edit(
        title=f"Title {draw(st.integers(0, 3))}",
        kind=list(Kind)[draw(st.integers(0, 2))],
    )
    evidence = cite(turns_of(store, item), _span(store, draw, item)) if draw(st.integers(0, 1)) else None
    return _decided(store, editing(item, edit, evidence=evidence))


def _split(store: Store, meeting_id: int, draw: Draw) -> Callable[[], object]:
    item = _some(store, meeting_id, draw)
    first, second = (cite(turns_of(store, item), _span(store, draw, item)) for _ in range(2))
    return _decided(store, splitting(item, first, second, title="Rest", gist="The rest"))


def _join(store: Store, meeting_id: int, draw: Draw) -> Callable[[], object]:
    item, other = _some(store, meeting_id, draw), _some(store, meeting_id, draw)
    return _decided(store, joining(item, other, cite(turns_of(store, item), _span(store, draw, item))))


def _repair(store: Store, meeting_id: int, draw: Draw) -> Callable[[], object]:
    text = ("We rang.", "Well, we rang the hospital, and they took four people home.")[draw(st.integers(0, 1))]
    put_right(store, meeting_id, lambda now: changes.correcting(now, 1, text))
    return lambda: undo(store, meeting_id)


def _divide(store: Store, meeting_id: int, draw: Draw) -> Callable[[], object]:
    word = ("rang", "took", "home")[draw(st.integers(0, 2))]
    put_right(store, meeting_id, lambda now: changes.dividing(now, now.cut(1, word), "Guest", new=True))
    return lambda: undo(store, meeting_id)


DECISIONS: st.SearchStrategy[Work] = st.sampled_from([_confirm, _reject, _edit, _split, _join])
REPAIRS: st.SearchStrategy[Work] = st.sampled_from([_repair, _divide])
WORK = st.one_of(DECISIONS, REPAIRS)
