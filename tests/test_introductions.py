"""Names that were heard: whose they are taken to be, with which words, and what is better left alone."""

import pytest

from capture.introductions import introductions, is_unnamed
from capture.naming import How
from models.meeting import Doubt, Turn, Word


def talk(*said: tuple[str, str]) -> tuple[Turn, ...]:
    return tuple(
        Turn(speaker=f"Speaker {voice}", text=text, start=at * 10.0, end=at * 10.0 + 9)
        for at, (voice, text) in enumerate(said)
    )


def heard(*said: tuple[str, str]) -> dict[str, str]:
    return {label[-1]: one.person for label, one in introductions(talk(*said)).items()}


@pytest.mark.parametrize(
    ("text", "person", "organisation"),
    [
        ("Hello. I'm Ann Hall from St Mary's.", "Ann Hall", "St Mary's"),
        ("My name is Ann, and I work at the Elm Trust in Leeds.", "Ann", "Elm Trust in Leeds"),
        ("Um I 'm Ann Hall .", "Ann Hall", None),
        ("I'm Ann, I'm from California, and I study here.", "Ann", None),
        ("This is Ann Hall speaking.", "Ann Hall", None),
        ("Ann Hall here from Northgate NHS Trust, good morning.", "Ann Hall", "Northgate NHS Trust"),
        ("Hi everyone, Ann here.", "Ann", None),
        ("I’m Siân Brown-Jones, with the University of Wales.", "Siân Brown-Jones", "University of Wales"),
    ],
)
def test_a_name_somebody_gives_as_their_own_is_offered(text: str, person: str, organisation: str | None) -> None:
    found = introductions(talk(("1", text)))["Speaker 1"]

    assert (found.person, found.organisation, found.how) == (person, organisation, How.SAID)
    assert person.split()[0] in found.quote and found.start is not None


@pytest.mark.parametrize(
    "text",
    [
        "I'm Sorry about that.",
        "I'm Welsh and proud of it.",
        "I'm at the ward.",
        "This is Monday.",
        "We're here for them.",
        "Before speaking, please wait.",
        "I'm certain. This is The Thing.",
        "I am I am not sure.",
        "She said that Ann Hall is away.",
        "I'm Including everybody, including you.",
    ],
)
def test_what_is_no_introduction_is_left_alone(text: str) -> None:
    assert heard(("1", text), ("2", "Yes."), ("1", "Fine.")) == {}


def test_who_is_given_the_floor_by_their_full_name_speaks_next() -> None:
    assert heard(("1", "Thank you all. We'll now go to questions from Suzy Davies."), ("2", "Good morning.")) == {
        "2": "Suzy Davies"
    }
    assert heard(("1", "Go ahead, Mr. Le Blanc."), ("2", "Thanks.")) == {"2": "Le Blanc"}


def test_a_first_name_alone_has_to_be_heard_twice() -> None:
    once = [("1", "Over to you, Ann."), ("2", "Thanks."), ("3", "Hm.")]
    assert heard(*once) == {}
    assert heard(*once, ("1", "Ann, would you like to add anything?"), ("2", "No.")) == {"2": "Ann"}


def test_who_is_thanked_has_just_spoken() -> None:
    assert heard(("2", "That is all."), ("1", "Thank you very much, Ann Hall. Next point.")) == {"2": "Ann Hall"}


def test_a_name_is_one_voices_alone() -> None:
    said = [("1", "I'm Ann Hall."), ("2", "Over to you, Ann."), ("3", "No."), ("2", "Ann, please?"), ("3", "Well.")]
    assert heard(*said) == {"1": "Ann Hall"}


def test_where_as_much_speaks_for_another_nobody_is_offered() -> None:
    said = [("1", "Over to Ann Hall."), ("2", "Yes."), ("1", "Over to Bo Lee."), ("2", "Yes.")]
    assert heard(*said) == {}


def test_what_is_also_said_in_small_letters_is_no_name() -> None:
    said = [
        ("1", "Battery."),
        ("2", "The battery is low."),
        ("1", "Battery."),
        ("2", "Hm."),
        ("1", "Battery."),
        ("2", ""),
    ]
    assert heard(*said) == {}


def test_an_attendance_list_spells_the_name_and_makes_one_hearing_enough() -> None:
    turns = talk(("1", "Over to you, Ann."), ("2", "Thanks."), ("1", "I'm Bo Leigh."))
    found = introductions(turns, attendees=[("Ann Hall", "Elm"), ("Bo Lee", None), ("Cy Orr", None)])

    assert (found["Speaker 2"].person, found["Speaker 2"].organisation, found["Speaker 2"].listed) == (
        "Ann Hall",
        "Elm",
        True,
    )
    assert found["Speaker 1"].person == "Bo Leigh" and found["Speaker 1"].listed is False


def test_what_was_perhaps_never_said_introduces_nobody() -> None:
    words = tuple(Word(word=word, start=0.0, end=1.0, doubt=Doubt.SILENCE) for word in ("I'm", "Ann", "Hall."))
    assert introductions([Turn(speaker="Speaker 1", text="I'm Ann Hall.", words=words)]) == {}


def test_an_unknown_voice_is_nobody() -> None:
    assert introductions([Turn(speaker="Unknown", text="I'm Ann Hall.")]) == {}


def test_a_long_sentence_is_quoted_around_the_name() -> None:
    filler = "and so it went on and on " * 12
    found = introductions([Turn(speaker="Speaker 1", text=f"{filler}I'm Ann Hall, {filler}")])["Speaker 1"]
    assert "I'm Ann Hall," in found.quote and len(found.quote) < 200
    assert found.quote in f"{filler}I'm Ann Hall, {filler}"


@pytest.mark.parametrize(
    ("label", "unnamed"),
    [
        ("Speaker 2", True),
        ("SPEAKER_01", True),
        ("Unknown", True),
        ("Guest 4", True),
        ("Ann", False),
        ("The Chair", False),
    ],
)
def test_a_label_that_a_machine_gave_is_no_name(label: str, unnamed: bool) -> None:
    assert is_unnamed(label) is unnamed
