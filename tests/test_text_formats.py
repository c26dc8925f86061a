"""Plain text, journal entries and Markdown: who speaks, and what is words and what is layout."""

import pytest

from capture.formats.journal import AUTHOR, read_journal, read_markdown
from capture.formats.markdown import write_markdown
from capture.formats.plaintext import names_speakers, read_plaintext
from models.meeting import UNKNOWN_SPEAKER, Transcript, Turn


def told(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in transcript.turns]


@pytest.mark.parametrize(
    "text",
    [
        "[00:00:02] Ann Lee: It leaks.\n[00:00:10] Bo: Where?\n",
        "00:00:02\tAnn Lee:\tIt leaks.\n00:00:10\tBo:\tWhere?\n",
        "Ann Lee (00:02):\nIt\nleaks.\n\nBo (00:10):\nWhere?\n",
        "Ann Lee (00:02): It leaks.\nBo (00:10): Where?\n",
        "Ann Lee  0:02\nIt leaks.\n\nBo  0:10\nWhere?\n",
        "[Ann Lee] 00:00:02\nIt leaks.\n\n[Bo] 00:00:10\nWhere?\n",
        "Ann Lee | 00:02\nIt leaks.\n\nBo | 00:10\nWhere?\n",
        "00:02 - Ann Lee: It leaks.\n00:10 - Bo: Where?\n",
    ],
)
def test_times_and_names_are_read_in_the_forms_people_use(text: str) -> None:
    transcript = read_plaintext(text, name="a.txt")
    assert told(transcript) == [("Ann Lee", "It leaks."), ("Bo", "Where?")]
    assert [(turn.start, turn.end) for turn in transcript.turns] == [(2.0, 10.0), (10.0, None)]


def test_wrapped_lines_go_on_and_the_line_above_the_first_speaker_is_the_title() -> None:
    text = "Ward, May\n\nAnn: It leaks\nall night.\n\nBo: Where?\n\nAnn: Below the\nsink, the truth is: badly.\n"
    transcript = read_plaintext(text, name="a.txt")
    assert transcript.title == "Ward, May"
    assert told(transcript) == [
        ("Ann", "It leaks all night."),
        ("Bo", "Where?"),
        ("Ann", "Below the sink, the truth is: badly."),
    ]


def test_words_above_the_first_speaker_are_kept_as_nobodys() -> None:
    text = "Present were all.\nAbsent was none.\nAnn: Hi.\nBo: Hi.\nAnn: So.\nBo: So.\nAnn: Well.\n"
    assert told(read_plaintext(text, name="a.txt"))[0] == (UNKNOWN_SPEAKER, "Present were all. Absent was none.")


@pytest.mark.parametrize(
    "text",
    [
        "We met at 10:30\nand it leaked.\n",
        "What happened: it leaked.\nSo what: we mopped.\nNow what: a plumber.\n",
        "Monday 10:30\nIt leaked.\n\nTuesday 9:15\nStill leaking.\n",
        "I went home. Then I thought: why?\n\nNobody knew.\n\nThe point is: it leaks.\n",
        "Remember: close the tap.\n",
        "See https://example.org/a: it is\nall there.\n",
    ],
)
def test_an_entry_with_colons_and_times_in_it_is_no_conversation(text: str) -> None:
    assert not names_speakers(text)
    assert {turn.speaker for turn in read_journal(text, name="a.txt").turns} == {AUTHOR}


def test_an_entry_says_in_front_who_wrote_it_and_when() -> None:
    text = (
        '---\ntitle: "Falls: what we changed"\nauthor:\n  - Ann Lee\n  - Bo\ndate: 2026-05-01 09:00\ntags: [a, b]\n'
        "organization: St Mary's\n---\n\n# Falls\n\nWe *moved* the [chairs](http://x.org)\nand `waited`.\n\n"
        "## After\n\n1. Fewer falls\n2. More tea &amp; talk\n\n<!-- not said --><b>Bold</b> claim\n\n"
        "| ward | falls |\n|------|-------|\n| 7 | two |\n"
    )
    transcript = read_markdown(text, name="a.md")
    assert (transcript.title, transcript.date) == ("Falls: what we changed", "2026-05-01")
    assert transcript.organisation == "St Mary's"
    assert {turn.speaker for turn in transcript.turns} == {"Ann Lee, Bo"}
    assert [turn.text for turn in transcript.turns] == [
        "We moved the chairs and waited.",
        "After",
        "Fewer falls",
        "More tea & talk",
        "Bold claim",
        "ward falls",
        "7 two",
    ]


def test_an_entry_without_front_matter_takes_its_title_from_the_first_heading() -> None:
    transcript = read_markdown("A visit\n=======\n\nIt leaked.\n", name="a.md")
    assert (transcript.title, told(transcript)) == ("A visit", [(AUTHOR, "It leaked.")])
    assert read_markdown("It leaked.\n\n# Later\n\nNo more.\n", name="a.md").title is None


def test_paragraphs_of_a_text_file_are_turns_wrapped_or_not() -> None:
    wrapped = read_journal("A visit\n\nIt leaked\nall night.\n\nNobody knew.\n", name="a.txt")
    assert (wrapped.title, told(wrapped)) == (
        "A visit",
        [(AUTHOR, "It leaked all night."), (AUTHOR, "Nobody knew.")],
    )
    long = "It leaked all night and nobody came to see to it although we had called them every hour. "
    unwrapped = read_journal(f"{long * 2}\n{long * 3}\n", name="a.txt")
    assert len(unwrapped.turns) == 2


def test_markdown_that_names_speakers_is_a_conversation() -> None:
    text = "---\ndate: 2026-05-01\n---\n# Call\n\n**Ann Lee** (0:02): It *leaks*.\n\n**Bo:** Where?\n"
    transcript = read_markdown(text, name="a.md")
    assert told(transcript) == [("Ann Lee", "It leaks."), ("Bo", "Where?")]
    assert (transcript.title, transcript.date, transcript.turns[0].start) == ("Call", "2026-05-01", 2.0)


def test_markdown_is_written_for_people_and_shows_every_sign_that_was_said() -> None:
    turns = (Turn(speaker="Ann", text="2 * 3 * 4 is\nmore", start=3725.9), Turn(speaker="Bo", text=" "))
    transcript = Transcript(turns=turns, title="Sums #1", date="2026-05-01", community="Wards")
    assert write_markdown(transcript) == (
        "---\ndate: 2026-05-01\ncommunity: Wards\n---\n\n# Sums \\#1\n\n**Ann** (01:02:05): 2 \\* 3 \\* 4 is more\n"
    )
