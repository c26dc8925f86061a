"""What is sent of a conversation: whole turns, letters for names, nothing that is withheld or was hardly said."""

from hypothesis import given
from hypothesis import strategies as st

from capture.linguist import Linguist
from capture.stretches import UNCLEAR, WITHHELD, Stretch, letters, stretches, written
from models.meeting import Doubt, Transcript, Turn, Word

LINGUIST = Linguist()


def cut(told: Transcript, *, words: int = 1000) -> list[Stretch]:
    return stretches(told, LINGUIST.sentences(told.turns), words=words)


def sent(told: Transcript, *, words: int = 1000) -> list[str]:
    return [written(stretch, letters(told)) for stretch in cut(told, words=words)]


def transcript(*turns: tuple[str, str], withheld: frozenset[str] = frozenset()) -> Transcript:
    return Transcript(turns=tuple(Turn(speaker=who, text=text) for who, text in turns), withheld=withheld)


def test_speakers_go_by_letters_in_the_order_they_speak() -> None:
    told = transcript(("Cat Jones", "Hello."), ("Ann", "Good\n morning."), ("Cat Jones", "Shall we?"))

    assert sent(told) == ["A: Hello.\nB: Good morning.\nA: Shall we?"]


def test_there_are_letters_for_however_many_speak() -> None:
    called = letters(transcript(*((f"Voice {number}", "Yes.") for number in range(703))))

    assert [called[f"Voice {number}"] for number in (0, 25, 26, 27, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AB",
        "ZZ",
        "AAA",
    ]


def test_what_is_withheld_is_not_sent_but_that_somebody_spoke_is_said_once() -> None:
    told = transcript(
        ("Ann", "Hello."), ("Ben", "My son."), ("Ben", "He fell."), ("Ann", "Oh."), withheld=frozenset({"Ben"})
    )

    assert sent(told) == [f"A: Hello.\n{WITHHELD}\nA: Oh."]


def test_what_was_perhaps_never_said_is_not_sent() -> None:
    words = tuple(
        Word(word=word, start=0.0, end=1.0, doubt=Doubt.LOOP if word in {"thank", "you"} else None)
        for word in ("We", "rang", "thank", "you", "them.")
    )
    told = Transcript(
        turns=(
            Turn(speaker="Ann", text="We rang thank you them.", words=words),
            Turn(speaker="Ben", text="thank you", words=words[2:4]),
        )
    )

    assert sent(told) == [f"A: We rang {UNCLEAR} them.\n{WITHHELD}"]


def test_turns_stay_whole_as_long_as_they_fit() -> None:
    told = transcript(*(("Ann", "One two three. Four five six.") for _ in range(5)))

    assert [len(stretch.lines) for stretch in cut(told, words=12)] == [2, 2, 1]


def test_a_turn_that_does_not_fit_is_cut_between_sentences() -> None:
    told = transcript(("Ann", "One two three. Four five six. Seven eight nine."))

    assert sent(told, words=7) == ["A: One two three. Four five six.", "A: Seven eight nine."]


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.text(alphabet="ab .!\n", max_size=60)), max_size=8),
    st.integers(min_value=1, max_value=30),
)
def test_every_word_is_sent_once_and_every_sentence_lies_in_one_stretch(
    turns: list[tuple[str, str]], words: int
) -> None:
    told = transcript(*turns)
    parts = cut(told, words=words)
    gone = "".join(line.text for part in parts for line in part.lines)

    assert gone.replace(" ", "") == "".join("".join(text.split()) for _, text in turns)
    for sentence in LINGUIST.sentences(told.turns):
        assert sum(part.holds(sentence) for part in parts) == 1
