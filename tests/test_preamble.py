"""What stands around a conversation in writing and was said by nobody."""

import pytest

from capture.formats.plaintext import read_plaintext
from capture.formats.preamble import day_of
from models.meeting import UNKNOWN_SPEAKER, Transcript


def told(transcript: Transcript) -> list[tuple[str, str, float | None]]:
    return [(turn.speaker, turn.text, turn.start) for turn in transcript.turns]


def test_otters_title_day_keywords_and_signature_are_not_said() -> None:
    text = (
        "Falls team\nMon, Jan 5, 2026 10:03AM \u2022 32:10\n\n"
        "SUMMARY KEYWORDS\nfalls, chairs\n\nSPEAKERS\nAnn Lee, Speaker 1\n\n"
        "Ann Lee  00:02\nIt leaks,\nall night.\n\nUnknown Speaker  00:12\nWhere?\n\nSpeaker 1  1:00:14\nBelow.\n\n"
        "Transcribed by https://otter.ai\n"
    )
    transcript = read_plaintext(text, name="a.txt")
    assert (transcript.title, transcript.date) == ("Falls team", "2026-01-05")
    assert told(transcript) == [
        ("Ann Lee", "It leaks, all night.", 2.0),
        (UNKNOWN_SPEAKER, "Where?", 12.0),
        ("Speaker 1", "Below.", 3614.0),
    ]


def test_more_than_a_title_above_the_first_speaker_was_said_by_somebody() -> None:
    text = "5 January 2026\nPresent were all.\nAbsent was none.\nAnn: Hi.\nBo: Hi.\nAnn: So.\nBo: So.\n"
    transcript = read_plaintext(text, name="a.txt")
    assert told(transcript)[0] == (UNKNOWN_SPEAKER, "5 January 2026 Present were all. Absent was none.", None)
    assert (transcript.title, transcript.date) == (None, None)


@pytest.mark.parametrize(
    "line",
    [
        "5 January 2026",
        "5th Jan 2026, 10:03",
        "January 5, 2026, 10:03AM",
        "Mon, Jan 5, 2026 10:03AM \u2022 32:10",
        "Monday, 5 January 2026 at 10.03",
        "2026-01-05 10:03:00",
        "2026-01-05",
    ],
)
def test_the_day_is_read_as_people_and_programs_write_it(line: str) -> None:
    assert day_of(line) == "2026-01-05"


@pytest.mark.parametrize(
    "line", ["5 Foo 2026", "31 February 2026", "We met on 5 January 2026", "Ann 10:03", "2026", ""]
)
def test_what_is_not_wholly_a_day_is_none(line: str) -> None:
    assert day_of(line) is None
