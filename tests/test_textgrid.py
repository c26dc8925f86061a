"""TextGrids as Praat and the aligners that write for it save them."""

from collections.abc import Callable

import pytest

from capture.formats.registry import Format, sniff
from capture.formats.textgrid import read_textgrid
from models.errors import TranscriptError
from models.meeting import UNKNOWN_SPEAKER, Doubt, Transcript

Interval = tuple[float, float, str]
Tiers = dict[str, list[Interval]]

CALL: Tiers = {
    'Ann "RN" Lee': [
        (0, 1, ""),
        (1, 3, 'It leaks, she said "all\nnight".'),
        (3, 9, ""),
        (9, 10, "See item [2] there!"),
    ],
    "Bo": [(0, 2.5, ""), (2.5, 3.25, "Where?"), (3.25, 4, "Below ! the sink?"), (4, 10, "")],
}


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def long(tiers: Tiers) -> str:
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0 ", "xmax = 10 "]
    lines += ["tiers? <exists> ", f"size = {len(tiers)} ", "item []: "]
    for at, (name, intervals) in enumerate(tiers.items(), 1):
        lines += [f"    item [{at}]:", '        class = "IntervalTier" ', f"        name = {quoted(name)} "]
        lines += ["        xmin = 0 ", "        xmax = 10 ", f"        intervals: size = {len(intervals)} "]
        for number, (start, end, text) in enumerate(intervals, 1):
            lines += [
                f"        intervals [{number}]:",
                f"            xmin = {start} ",
                f"            xmax = {end} ",
            ]
            lines += [f"            text = {quoted(text)} "]
    return "\n".join(lines) + "\n"


def short(tiers: Tiers) -> str:
    lines = ['File type = "ooTextFile"', '"TextGrid"', "", "0", "10", "<exists>", str(len(tiers))]
    for name, intervals in tiers.items():
        lines += ['"IntervalTier"', quoted(name), "0", "10", str(len(intervals))]
        lines += [f"{start} ! a remark\n{end}\n{quoted(text)}" for start, end, text in intervals]
    return "\n".join(lines) + "\n"


def told(transcript: Transcript) -> list[tuple[str, str, float | None, float | None]]:
    return [(turn.speaker, turn.text, turn.start, turn.end) for turn in transcript.turns]


@pytest.mark.parametrize("written", [long, short])
def test_each_tier_is_a_voice_and_a_pause_ends_its_turn(written: Callable[[Tiers], str]) -> None:
    transcript = read_textgrid(written(CALL), name="a.TextGrid")
    assert told(transcript) == [
        ('Ann "RN" Lee', 'It leaks, she said "all night".', 1.0, 3.0),
        ("Bo", "Where? Below ! the sink?", 2.5, 4.0),
        ('Ann "RN" Lee', "See item [2] there!", 9.0, 10.0),
    ]
    assert transcript.duration == 10.0
    assert all(len(turn.words) == len(turn.text.split()) for turn in transcript.turns)


def test_words_of_an_aligner_are_read_and_its_sounds_left_out() -> None:
    words: list[Interval] = [(1, 1.5, "it"), (1.5, 2, "leaks"), (2, 2.4, "sil"), (2.4, 3, "badly"), (3, 9, "")]
    sounds: list[Interval] = [(1, 1.2, "IH"), (1.2, 1.5, "T")]
    aligned = read_textgrid(long({"Ann - words": words, "Ann - phones": sounds}), name="a.TextGrid")
    assert told(aligned) == [("Ann", "it leaks badly", 1.0, 3.0)]
    assert [(word.word, word.start) for word in aligned.turns[0].words] == [
        ("it", 1.0),
        ("leaks", 1.5),
        ("badly", 2.4),
    ]
    with_text = {"words": words, "phones": sounds, "utterances": [(1.0, 3.0, "It leaks badly.")]}
    assert told(read_textgrid(long(with_text), name="a.TextGrid")) == [
        (UNKNOWN_SPEAKER, "It leaks badly.", 1.0, 3.0)
    ]


def test_what_the_transcriber_was_not_sure_of_is_marked_and_its_markup_is_no_word() -> None:
    tiers: Tiers = {
        "Ann": [(0, 4, "So <UNSURE>it leaks</UNSURE>, um<UNIN/> badly."), (4, 5, "<INAUDIBLE_SPEECH/>")]
    }
    (turn,) = read_textgrid(long(tiers), name="a.TextGrid").turns
    assert turn.text == "So it leaks, um … badly. …"
    assert [word.word for word in turn.words if word.doubt is Doubt.IMPROBABLE] == ["it", "leaks,"]


def test_a_grid_of_points_or_of_silence_and_one_that_breaks_off_are_refused() -> None:
    points = (
        short({})
        .replace("\n0\n", "\n1\n")
        .replace("<exists>\n1", '<exists>\n1\n"TextTier"\n"Bell"\n0\n10\n1\n5\n"beep"')
    )
    for text, said in (
        (points, "no words in its interval tiers"),
        (long({"Ann": [(0, 10, " ")]}), "no words in its interval tiers"),
        (long(CALL)[:-60], "not a whole TextGrid"),
        ('File type = "ooTextFile"\nObject class = "TextGrid"\n', "not a whole TextGrid"),
    ):
        with pytest.raises(TranscriptError, match=f"^a.TextGrid: {said}.*; save"):
            read_textgrid(text, name="a.TextGrid")


def test_a_grid_is_known_under_the_name_of_a_text_file() -> None:
    assert sniff(long(CALL), name="a.txt") is Format.TEXTGRID
    assert sniff(short(CALL), name="a.txt") is Format.TEXTGRID
