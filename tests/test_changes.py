"""What people can put right in a conversation, how they say which turn and voice, and what they are told."""

import pytest

from models import changes
from models.errors import InputError, NotFound
from models.meeting import Speaker, Turn
from models.repair import Conversation, called


def speaker(row: int, label: str, person: str | None = None, organisation: str | None = None) -> Speaker:
    return Speaker(
        id=row,
        meeting_id=1,
        label=label,
        person=person,
        person_id=row if person else None,
        organisation=organisation,
    )


def said(label: str, text: str, start: float | None = None) -> Turn:
    return Turn(speaker=label, text=text, start=start, end=None if start is None else start + 10)


CALL = Conversation(
    turns=(
        said("Speaker 1", "Good morning, I'm Ann.", 0.0),
        said("Speaker 2", "Morning. It breaks Jason L.D. badly.", 12.4),
        said("Speaker 1", "Jason L.D. is fine.", 65.0),
        said("Speaker 3", "Is it?", 3700.5),
        said("Speaker 1", "Yes.", 3712.0),
    ),
    speakers=(
        speaker(1, "Speaker 1", "Ann Hall", "Elm"),
        speaker(2, "Speaker 2"),
        speaker(3, "Speaker 3", "ann hall"),
    ),
)


@pytest.mark.parametrize(
    ("said", "position"),
    [("1", 0), ("turn 3", 2), (" 5 ", 4), ("0:12", 1), ("0:21", 1), ("1:05", 2), ("1:01:40", 3), ("61:40", 3)],
)
def test_a_turn_is_found_by_its_number_or_a_time_in_it(said: str, position: int) -> None:
    assert CALL.turn(said) == position


@pytest.mark.parametrize("said", ["0", "6", "99", "2:00:00"])
def test_a_turn_that_is_not_there_is_not_found(said: str) -> None:
    with pytest.raises(NotFound, match="turns|speaks"):
        CALL.turn(said)


@pytest.mark.parametrize("said", ["", "x", "1:2", "-1", "3:144"])
def test_what_is_no_turn_says_how_to_write_one(said: str) -> None:
    with pytest.raises(InputError, match="3:14"):
        CALL.turn(said)


def test_without_times_turns_have_numbers_alone() -> None:
    silent = Conversation(turns=(said("A", "x"),), speakers=())
    with pytest.raises(NotFound, match="by its number"):
        silent.turn("0:01")


def test_several_turns_are_said_as_a_list_or_from_to() -> None:
    assert CALL.some_turns("1,3-5,3") == [0, 2, 3, 4]
    with pytest.raises(InputError, match="lower number first"):
        CALL.some_turns("4-2")


def test_a_voice_is_found_by_label_or_name_whatever_the_case() -> None:
    assert CALL.voice("speaker  2").label == "Speaker 2"
    assert CALL.voice("SPEAKER 3").label == "Speaker 3"
    with pytest.raises(InputError, match="'Speaker 1', 'Speaker 3'"):
        CALL.voice("Ann Hall")
    with pytest.raises(NotFound, match=r"'Speaker 1' \(Ann Hall\), 'Speaker 2'"):
        CALL.voice("Bo")
    assert called(CALL.speakers[1]) == "'Speaker 2'"


def test_a_voice_that_is_joined_hands_its_name_on_only_where_there_is_none() -> None:
    change = changes.merging(CALL, "Speaker 1", "Speaker 2")
    assert {turn.speaker for turn in change.turns.values()} == {"Speaker 2"}
    assert change.names == {"Speaker 2": ("Ann Hall", "Elm")}
    assert change.stale == {0, 1, 2} and change.look is None
    assert changes.merging(CALL, "Speaker 3", "Speaker 1").names == {}
    assert change.what == "'Speaker 1' (Ann Hall) joined to 'Speaker 2' (3 turns)"
    with pytest.raises(InputError, match="one voice already"):
        changes.merging(CALL, "speaker 1", "Speaker 1")


def test_a_split_voice_goes_on_under_a_new_label() -> None:
    change = changes.splitting(CALL, "Speaker 1", begin=1)
    assert {at: turn.speaker for at, turn in change.turns.items()} == {2: "Speaker 4", 4: "Speaker 4"}
    assert change.what == "'Speaker 1' (Ann Hall) from turn 2 on is Speaker 4 (2 turns)"
    part = changes.splitting(CALL, "Speaker 1", begin=2, end=3, label="Speaker 2")
    assert {at: turn.speaker for at, turn in part.turns.items()} == {2: "Speaker 2"}
    with pytest.raises(InputError, match="says nothing from turn 4 to 4"):
        changes.splitting(CALL, "Speaker 1", begin=3, end=3)
    with pytest.raises(InputError, match="commonlore name"):
        changes.splitting(CALL, "Speaker 1", begin=0)
    with pytest.raises(InputError, match="already"):
        changes.splitting(CALL, "Speaker 1", begin=2, label="Speaker 1")


def test_turns_are_given_to_a_voice_that_is_there_or_said_to_be_new() -> None:
    assert changes.reassigning(CALL, [3], "unknown").turns[3].speaker == "Unknown"
    assert changes.reassigning(CALL, [3], "Guest", new=True).turns[3].speaker == "Guest"
    change = changes.reassigning(CALL, [0, 1, 2], "Speaker 2")
    assert sorted(change.turns) == [0, 2]
    assert change.what == "Turns 1 and 3 given to Speaker 2, from Speaker 1"
    with pytest.raises(NotFound, match="Nobody is called 'Guest'"):
        changes.reassigning(CALL, [3], "Guest")
    with pytest.raises(InputError, match="already"):
        changes.reassigning(CALL, [3], "Speaker 3")
    with pytest.raises(InputError, match="needs a label"):
        changes.reassigning(CALL, [3], " ", new=True)


def test_a_correction_says_what_became_what() -> None:
    change = changes.correcting(CALL, 1, "Morning. It breaks JSON-LD badly.\r\n")
    assert change.what == "Turn 2 put right: “Jason L.D.” is “JSON-LD”"
    assert change.turns[1].text == "Morning. It breaks JSON-LD badly."
    assert changes.correcting(CALL, 4, "Yes. Indeed.").what == "Turn 5 put right: “Indeed.” put in"
    assert changes.correcting(CALL, 3, "Is").what == "Turn 4 put right: “it?” left out"
    with pytest.raises(InputError, match="exactly that"):
        changes.correcting(CALL, 4, " Yes. ")
    with pytest.raises(InputError, match="empty"):
        changes.correcting(CALL, 4, " ")


def test_a_replacement_says_how_many_and_where() -> None:
    change = changes.replacing(CALL, "jason l.d.", "JSON-LD")
    assert change.what == "“jason l.d.” is “JSON-LD” in 2 places, turns 2 and 3"
    assert change.stale == {1, 2} and change.look
    for old, new in (("nobody says", "this"), ("Yes", "Yes")):
        with pytest.raises(InputError, match="is not said"):
            changes.replacing(CALL, old, new)
    with pytest.raises(InputError, match="empty"):
        changes.replacing(CALL, " ", "x")


def test_names_are_one_change_however_many() -> None:
    change = changes.naming(CALL, {"speaker 2": ("Bo Lee", "Oak"), "Speaker 3": ("Cy Orr", None)})
    assert change.names == {"Speaker 2": ("Bo Lee", "Oak"), "Speaker 3": ("Cy Orr", None)}
    assert change.what == "2 voices named: Speaker 2 is Bo Lee (Oak); Speaker 3 is Cy Orr"
    assert [turn.speaker for turn in CALL.after(change)] == ["Ann Hall", "Bo Lee", "Ann Hall", "Cy Orr", "Ann Hall"]
