"""What is found again is not proposed again where people have decided."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from capture.proposal import proposed
from models.citation import Span, cite
from models.knowledge import Candidate, Facets, Item, Kind, State
from models.meeting import Turn

TURNS = (Turn(speaker="Ann", text="0123456789" * 10),)


def candidate(begin: int, end: int, *, kind: Kind = Kind.STORY) -> Candidate:
    evidence = cite(TURNS, Span(turn_start=0, char_start=begin, turn_end=0, char_end=end))
    return Candidate(kind=kind, title="t", gist="g", confidence=0.5, evidence=evidence)


def item(begin: int, end: int, *, state: State = State.CONFIRMED) -> Item:
    return Item(
        id=1,
        meeting_id=1,
        kind=Kind.STORY,
        state=state,
        title="t",
        gist="g",
        confidence=0.5,
        evidence=candidate(begin, end).evidence,
        facets=Facets(),
        extractor="toy-1",
        created_at=datetime.now(UTC),
    )


def is_proposed(one: Candidate, *beside: Item) -> bool:
    return bool(proposed([one], beside=beside, turns=TURNS))


@pytest.mark.parametrize("state", [State.CONFIRMED, State.WITHDRAWN])
def test_half_of_what_was_decided_about_is_not_proposed_again(state: State) -> None:
    decided = item(0, 40, state=state)
    assert not is_proposed(candidate(20, 60), decided)
    assert is_proposed(candidate(21, 61), decided)
    assert is_proposed(candidate(20, 60, kind=Kind.PROBLEM), decided)


def test_what_people_made_shorter_or_longer_does_not_come_back_as_it_was() -> None:
    assert not is_proposed(candidate(0, 90), item(10, 30))
    assert not is_proposed(candidate(10, 30), item(0, 90))


def test_what_a_person_says_is_another_kind_does_not_come_back_as_it_was() -> None:
    relabelled = replace(item(0, 40), kind=Kind.PRACTICE, found_as=Kind.STORY)
    assert not is_proposed(candidate(0, 40), relabelled)
    assert not is_proposed(candidate(0, 40, kind=Kind.PRACTICE), relabelled)
    assert is_proposed(candidate(0, 40, kind=Kind.PROBLEM), relabelled)


def test_drafts_of_a_kind_never_overlap() -> None:
    assert not is_proposed(candidate(39, 90), item(0, 40, state=State.DRAFT))
    assert is_proposed(candidate(40, 90), item(0, 40, state=State.DRAFT))


def test_what_a_person_rejected_does_not_come_back_as_further_evidence_of_another() -> None:
    told_twice = replace(candidate(50, 90), further=(candidate(0, 40).evidence, candidate(92, 99).evidence))

    (kept,) = proposed([told_twice], beside=[item(0, 40, state=State.WITHDRAWN)], turns=TURNS)

    assert kept.pieces == (candidate(50, 90).evidence, candidate(92, 99).evidence)


def test_what_was_decided_about_stands_by_every_piece_it_was_told_in() -> None:
    decided = replace(item(0, 40), further=(candidate(50, 90).evidence,))

    assert not is_proposed(candidate(50, 90), decided)
