"""Who has met this: by evidence, without taking two voices for one or an asker for a teller."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from models.knowledge import Evidence, Kind
from models.meeting import Speaker
from models.people import OWNER
from models.query import Hit, Question, Telling
from search.people import asks, is_name, tellings, who_has_met
from tests.toy_library import ToyLibrary


def hit(speaker: str, *, meeting: int = 1, quote: str = "We did this.") -> Hit:
    return Hit(
        kind="passage",
        ref="t1",
        title="Call",
        gist="",
        meeting_id=meeting,
        meeting=f"m{meeting}",
        meeting_title=f"Call {meeting}",
        date=None,
        community="Wards",
        organisation=None,
        evidence=Evidence(
            speaker=speaker, turn_start=0, char_start=0, turn_end=0, char_end=9, start=None, end=None, quote=quote
        ),
        score=1.0,
        why="",
    )


def nobody_known(meeting_id: int) -> Mapping[str, Speaker]:
    return {}


def names(people: tuple[Telling, ...]) -> list[str]:
    return [telling.name for telling in people]


def test_who_told_more_of_it_comes_first_but_repeating_oneself_counts_ever_less() -> None:
    often = [hit("Ann Low"), hit("Ann Low")]
    assert names(tellings([hit("Bea Gray"), *often], voices=nobody_known)) == ["Ann Low", "Bea Gray"]
    late = [hit("Dee Fox")] * 5 + [hit("Ann Low")] * 30
    assert names(tellings([hit("Bea Gray"), *late], voices=nobody_known))[-1] == "Ann Low"


def test_a_chair_who_only_asks_does_not_come_before_those_who_tell() -> None:
    chair = [hit("Cy Dean", quote="How did you cope? What came of it?")] * 3
    assert names(tellings([*chair, hit("Ann Low")], voices=nobody_known)) == ["Ann Low", "Cy Dean"]


def test_the_same_name_in_two_meetings_of_a_community_is_one_person() -> None:
    (ann,) = tellings([hit("Ann Low", meeting=1), hit("Ann Low", meeting=2)], voices=nobody_known)
    assert len(ann.hits) == 2


@pytest.mark.parametrize("label", ["Speaker 2", "Unknown", "The Witness", "Project Manager", ""])
def test_voices_without_a_name_are_never_taken_for_one_person_across_meetings(label: str) -> None:
    people = tellings([hit(label, meeting=1), hit(label, meeting=2)], voices=nobody_known)
    assert len(people) == 2
    assert all("in “Call" in telling.name for telling in people)


def test_a_voice_somebody_named_is_that_person_in_every_meeting() -> None:
    def voices(meeting_id: int) -> Mapping[str, Speaker]:
        named = Speaker(
            id=meeting_id,
            meeting_id=meeting_id,
            label="Speaker 1",
            person="Ann",
            person_id=7,
            organisation="Elm House",
        )
        return {"Ann": named}

    (ann,) = tellings([hit("Ann", meeting=1), hit("Ann", meeting=2)], voices=voices)
    assert ann.name == "Ann"


@pytest.mark.parametrize(
    ("label", "named"),
    [
        ("Ms Carole Steele", True),
        ("Lynne Neagle AM", True),
        ("Professor Fong", True),
        ("Professor C", False),
        ("Speaker 12", False),
        ("speaker_0", False),
        ("Counsel Inquiry", False),
        ("Lead 3", False),
        ("Unknown", False),
        ("PhD F", False),
        ("anna", False),
    ],
)
def test_a_label_is_a_name_only_where_it_looks_like_one(label: str, named: bool) -> None:
    assert is_name(label) is named


@pytest.mark.parametrize(
    ("quote", "asking"),
    [("Did you? And then?", True), ("We rang them. Why not?", True), ("We rang them.", False), ("no stop", False)],
)
def test_asking_is_half_of_the_sentences_or_more(quote: str, asking: bool) -> None:
    assert asks(quote) is asking


def test_nobody_is_nobody() -> None:
    assert tellings([], voices=nobody_known) == ()


def test_who_has_met_something_is_found_with_their_words(tmp_path: Path) -> None:
    library = ToyLibrary(tmp_path)
    meeting = library.meeting(
        "Cy Dean: What about masks for small faces?",
        "Ann Low: Our masks did not fit small faces so we bought smaller masks.",
        "Bea Gray: The canteen opens at noon.",
    )
    library.items(meeting, (Kind.PRACTICE, 1, "Buy smaller masks"))
    people = who_has_met(library.searcher, Question(text="masks that fit small faces", limit=2), reader=OWNER)
    assert names(people) == ["Ann Low", "Cy Dean"]
    assert people[0].hits[0].evidence.quote.startswith("Our masks did not fit")
