"""What helps to tell who a voice was."""

from capture.voices import voices_of
from models.meeting import Doubt, Speaker, Turn, Word
from models.repair import Conversation

LONG = "We ring every family on the ward twice a week, and my sister in Leeds does so too."


def conversation(*turns: Turn, names: dict[str, str] | None = None) -> Conversation:
    labels = dict.fromkeys(turn.speaker for turn in turns)
    return Conversation(
        turns=turns,
        speakers=tuple(
            Speaker(
                id=row,
                meeting_id=1,
                label=label,
                person=(names or {}).get(label),
                person_id=None,
                organisation=None,
            )
            for row, label in enumerate(labels, 1)
        ),
    )


def test_a_voice_is_shown_with_how_much_it_speaks_and_what_tells_of_it() -> None:
    card = voices_of(
        conversation(
            Turn(speaker="Speaker 1", text=f"Yes. Okay. {LONG} Right.", start=0.0, end=20.0),
            Turn(speaker="Speaker 2", text="No.", start=20.0, end=21.0),
            Turn(speaker="Speaker 1", text="Good.", start=21.0, end=22.5),
        )
    ).cards[0]

    assert (card.turns, card.words, card.seconds) == (2, 22, 21.5)
    assert [(sample.turn, sample.text) for sample in card.samples] == [(0, LONG)]
    assert card.samples[0].start and 0 < card.samples[0].start < 20


def test_a_voice_that_only_nods_is_shown_with_its_nods() -> None:
    card = voices_of(conversation(Turn(speaker="Speaker 1", text="Yes. Okay."))).cards[0]

    assert [sample.text for sample in card.samples] == ["Yes.", "Okay."]
    assert card.seconds is None and card.samples[0].start is None


def test_words_that_were_perhaps_never_said_are_no_sample() -> None:
    words = (Word(word="Thanks", start=0.0, end=1.0, doubt=Doubt.SILENCE),)
    turn = Turn(speaker="Speaker 1", text="Thanks for watching. Well then.", words=words)

    assert [sample.text for sample in voices_of(conversation(turn)).cards[0].samples] == ["Well then."]


def test_only_a_voice_without_a_name_is_offered_one() -> None:
    said = [Turn(speaker=label, text="I'm Ann Hall.") for label in ("Speaker 1",)]
    assert voices_of(conversation(*said)).cards[0].suggestion
    assert voices_of(conversation(*said, names={"Speaker 1": "Bo Lee"})).cards[0].suggestion is None
    assert voices_of(conversation(Turn(speaker="Ann", text="I'm Ann Hall."))).cards[0].suggestion is None


def test_who_was_there_and_has_no_voice_is_named() -> None:
    found = voices_of(
        conversation(Turn(speaker="Speaker 1", text="I'm Ann Hall."), Turn(speaker="Bo Lee", text="Yes.")),
        attendees=[("Ann Hall", None), ("Bo Lee", None), ("Cy Orr", "Elm")],
    )
    assert found.unplaced == (("Cy Orr", "Elm"),)
