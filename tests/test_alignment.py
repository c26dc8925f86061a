"""Words and voices become turns without a word lost, moved or given to the wrong voice."""

from hypothesis import given
from hypothesis import strategies as st

from capture.alignment import to_turns, turns_of_tracks
from models.meeting import UNKNOWN_SPEAKER, Turn, Word
from models.ports import Voice

SECONDS = st.floats(min_value=0, max_value=120, allow_nan=False)
LENGTHS = st.floats(min_value=0, max_value=12)


@st.composite
def any_word(draw: st.DrawFn) -> Word:
    start = draw(SECONDS)
    text = draw(st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=6))
    return Word(word=text, start=start, end=start + draw(LENGTHS), probability=0.5)


@st.composite
def any_voice(draw: st.DrawFn) -> Voice:
    start = draw(SECONDS)
    label = f"Speaker {draw(st.integers(min_value=1, max_value=4))}"
    return Voice(start=start, end=start + draw(LENGTHS), label=label)


WORDS = st.lists(any_word(), max_size=40).map(lambda words: sorted(words, key=lambda word: word.start))
VOICES = st.lists(any_voice(), max_size=15)


def said(text: str, *, begin: float = 0.0, pace: float = 0.5) -> list[Word]:
    """Words that follow each other without a pause."""
    return [
        Word(word=word, start=begin + i * pace, end=begin + (i + 1) * pace) for i, word in enumerate(text.split())
    ]


def voice(start: float, end: float, number: int = 1) -> Voice:
    return Voice(start=start, end=end, label=f"Speaker {number}")


def told(turns: tuple[Turn, ...]) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in turns]


@given(words=WORDS, voices=VOICES)
def test_no_word_is_lost_doubled_or_moved(words: list[Word], voices: list[Voice]) -> None:
    turns = to_turns(words, voices)

    assert [word for turn in turns for word in turn.words] == words


@given(words=WORDS, voices=VOICES)
def test_the_text_of_a_turn_is_its_words(words: list[Word], voices: list[Voice]) -> None:
    for turn in to_turns(words, voices):
        assert turn.text == " ".join(word.word for word in turn.words)
        assert turn.start == turn.words[0].start
        assert turn.end == max(word.end for word in turn.words)


@given(words=WORDS, voices=VOICES)
def test_only_voices_that_were_heard_speak(words: list[Word], voices: list[Voice]) -> None:
    speakers = {turn.speaker for turn in to_turns(words, voices)}

    assert speakers <= {voice.label for voice in voices} | {UNKNOWN_SPEAKER}


@given(words=WORDS)
def test_without_voices_nobody_is_named(words: list[Word]) -> None:
    assert {turn.speaker for turn in to_turns(words, [])} <= {UNKNOWN_SPEAKER}


@given(words=WORDS, voices=VOICES)
def test_the_order_of_voices_makes_no_difference_to_the_words_of_a_lone_speaker(
    words: list[Word], voices: list[Voice]
) -> None:
    alone = [Voice(start=voice.start, end=voice.end, label="Speaker 1") for voice in voices]

    assert to_turns(words, alone) == to_turns(words, alone[::-1])


def test_a_change_of_voice_starts_a_turn() -> None:
    turns = to_turns(said("how was it it went well"), [voice(0, 1.5), voice(1.5, 3, 2)])

    assert told(turns) == [("Speaker 1", "how was it"), ("Speaker 2", "it went well")]


def test_a_word_goes_to_the_voice_that_speaks_longest_during_it() -> None:
    turns = to_turns([Word(word="yes", start=1.0, end=2.0)], [voice(0, 1.3), voice(1.3, 3, 2)])

    assert told(turns) == [("Speaker 2", "yes")]


def test_a_voice_in_two_pieces_counts_as_one() -> None:
    voices = [voice(1.0, 1.3), voice(1.7, 2.0), voice(1.3, 1.7, 2)]

    assert told(to_turns([Word(word="yes", start=1.0, end=2.0)], voices)) == [("Speaker 1", "yes")]


def test_a_word_just_outside_a_voice_belongs_to_it_and_one_further_off_to_nobody_known() -> None:
    words = [Word(word="near", start=1.2, end=1.4), Word(word="far", start=5.0, end=5.2)]

    assert told(to_turns(words, [voice(0, 1)])) == [("Speaker 1", "near"), (UNKNOWN_SPEAKER, "far")]


def test_a_word_on_the_edge_of_two_voices_is_no_turn_of_its_own() -> None:
    words = said("we were asked to go home", pace=1.0)
    voices = [voice(0, 2.45), voice(2.45, 3.0, 2), voice(3.0, 6)]

    assert told(to_turns(words, voices)) == [("Speaker 1", "we were asked to go home")]


def test_a_clear_interjection_stays_with_the_one_who_made_it() -> None:
    words = said("we were yeah asked to go", pace=1.0)
    voices = [voice(0, 2), voice(2, 3, 2), voice(3, 6)]

    assert told(to_turns(words, voices)) == [
        ("Speaker 1", "we were"),
        ("Speaker 2", "yeah"),
        ("Speaker 1", "asked to go"),
    ]


def test_a_long_silence_starts_a_new_turn_of_the_same_speaker() -> None:
    words = [*said("let me look"), *said("here it is", begin=20)]

    turns = to_turns(words, [voice(0, 30)])

    assert [turn.start for turn in turns] == [0.0, 20.0]
    assert {turn.speaker for turn in turns} == {"Speaker 1"}


def test_nothing_said_is_no_turn() -> None:
    assert to_turns([], [voice(0, 10)]) == ()


def test_a_word_said_during_an_interjection_is_of_the_voice_that_goes_on_after_it() -> None:
    voices = [voice(0, 10), voice(4, 5.5, number=2)]

    assert {
        turn.speaker for turn in to_turns(said("so we asked the night staff and they all said no"), voices)
    } == {"Speaker 1"}


def test_words_said_by_two_at_once_are_of_nobody_known_where_one_takes_over() -> None:
    voices = [voice(0, 5), voice(2, 8, number=2)]

    turns = to_turns(said("we asked them twice but they never came back to any of us"), voices)

    assert told(turns) == [
        ("Speaker 1", "we asked them twice"),
        (UNKNOWN_SPEAKER, "but they never came back to"),
        ("Speaker 2", "any of us"),
    ]


def test_one_or_two_words_said_at_once_stay_with_the_voice_around_them() -> None:
    voices = [voice(0, 3), voice(2.4, 3.2, number=2), voice(3.1, 8)]

    assert {turn.speaker for turn in to_turns(said("we asked them twice but they never came back"), voices)} == {
        "Speaker 1"
    }


def test_of_two_tracks_one_may_speak_across_the_other_and_both_stay_whole() -> None:
    turns = turns_of_tracks({"Speaker 1": said("We tried it"), "Speaker 2": said("Mhm", begin=0.6)})

    assert told(turns) == [("Speaker 1", "We tried it"), ("Speaker 2", "Mhm")]


def test_of_two_tracks_one_is_cut_where_the_other_speaks_in_its_pause() -> None:
    one = [*said("Did it?"), *said("Good", begin=3.0)]

    turns = turns_of_tracks({"Speaker 1": one, "Speaker 2": said("Yes mostly", begin=1.5)})

    assert told(turns) == [("Speaker 1", "Did it?"), ("Speaker 2", "Yes mostly"), ("Speaker 1", "Good")]


@given(lists=st.lists(WORDS, max_size=3))
def test_no_word_of_a_track_is_lost_or_given_away(lists: list[list[Word]]) -> None:
    spoken = {f"Speaker {number}": words for number, words in enumerate(lists, start=1)}

    turns = turns_of_tracks(spoken)

    assert spoken == {
        speaker: [word for turn in turns if turn.speaker == speaker for word in turn.words] for speaker in spoken
    }
    assert [turn.start for turn in turns] == sorted(turn.start or 0.0 for turn in turns)
