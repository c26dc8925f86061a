"""The chat of a meeting: who wrote what to everyone, and nothing that nobody wrote."""

from pathlib import Path

import pytest

from capture.formats.chat import beside, read_chat
from capture.formats.project_json import read_project_json, write_project_json
from capture.formats.registry import Format, read_messages, sniff
from models.errors import TranscriptError
from models.meeting import Transcript, Turn


def told(transcript: Transcript) -> list[tuple[str, str, float | None]]:
    return [(turn.speaker, turn.text, turn.start) for turn in transcript.turns]


CLOUD = (
    "00:11:20\tPriya N. | Leeds:\tThe form: https://example.org/form\n"
    '00:13:23\tkofi (he/him):\tReacted to "The form: https:..." with \u2764\ufe0f\n'
    '00:13:40\tkofi (he/him):\tReplying to "The form: https:..."\n\nwe tried it \nfor a month\n'
    '00:14:02\tBo:\tReacted to we tried it ... with "\U0001f602"\n'
    '00:14:10\tBo:\tRemoved a \u2764\ufe0f reaction from "we tried it"\n'
    '00:15:00\tBo:\tReplying to "us"\n'
)


def test_messages_are_turns_without_reactions_and_without_the_words_they_answer() -> None:
    assert sniff(CLOUD, name="meeting_saved_chat.txt") is Format.CHAT
    assert told(read_chat(CLOUD, name="a.txt")) == [
        ("Priya N. | Leeds", "The form: https://example.org/form", 680.0),
        ("kofi (he/him)", "we tried it for a month", 820.0),
        ("Bo", 'Replying to "us"', 900.0),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "00:01:02\tFrom Ann Lee to Everyone:\tIt leaks\n00:02:00\tFrom Bo To Everyone : Where?\n",
        "00:01:02 From Ann Lee to Everyone:\n\tIt leaks\n00:02:00 From  Bo  to  Everyone:\n\tWhere?\n",
        "00:01:02\t From  Ann Lee : It leaks\n00:02:00\t From  Bo : Where?\n",
    ],
)
def test_the_forms_of_older_and_newer_clients_are_read(text: str) -> None:
    assert sniff(text, name="a.txt") is Format.CHAT
    assert told(read_chat(text, name="a.txt")) == [("Ann Lee", "It leaks", 62.0), ("Bo", "Where?", 120.0)]


def test_what_was_written_to_one_person_is_not_the_meetings() -> None:
    text = (
        "00:01:02\tFrom Ann to Everyone:\tIt leaks\n"
        "00:01:05\tFrom Ann to Bo(Direct Message):\tbetween us\nand more\n"
        "00:01:06 From Ann to Bo (Privately) : so bad\n00:02:00\tFrom Bo to Everyone:\tWhere?\n"
    )
    assert told(read_chat(text, name="a.txt")) == [("Ann", "It leaks", 62.0), ("Bo", "Where?", 120.0)]
    with pytest.raises(TranscriptError, match=r"^a\.txt: no message to everyone .*; add"):
        read_chat("00:01:05\tFrom Ann to Bo(Direct Message):\tbetween us\n", name="a.txt")


def test_a_time_of_day_is_no_second_of_a_recording() -> None:
    dated = read_chat("2026-01-05 00:05:12 From Ann to Everyone:\n\tIt leaks\n", name="a.txt")
    assert (dated.date, told(dated)) == ("2026-01-05", [("Ann", "It leaks", None)])
    undated = read_chat("10:05:12\tFrom Ann to Everyone:\tIt leaks\n", name="a.txt")
    assert told(undated) == [("Ann", "It leaks", None)]


def conversation(*starts: float | None) -> Transcript:
    return Transcript(turns=tuple(Turn(speaker="Ann", text=f"said {at}", start=at) for at in starts))


def message(start: float | None, text: str = "written") -> Turn:
    return Turn(speaker="Bo", text=text, start=start, written=True)


def test_a_message_follows_the_turn_that_had_begun_when_it_was_written() -> None:
    whole = beside(conversation(1.0, 5.0, 9.0), [message(0.5, "early"), message(6.0), message(6.5), message(99.0)])

    assert [turn.text for turn in whole.turns] == [
        "early", "said 1.0", "said 5.0", "written", "written", "said 9.0", "written",
    ]  # fmt: skip
    assert [turn.written for turn in whole.turns] == [True, False, False, True, True, False, True]


@pytest.mark.parametrize(
    ("starts", "chat"), [((None, None), [message(1.0), message(2.0)]), ((1.0, 5.0), [message(None), message(None)])]
)
def test_messages_whose_place_is_not_known_follow_the_conversation(
    starts: tuple[float | None, ...], chat: list[Turn]
) -> None:
    assert beside(conversation(*starts), chat).turns[2:] == tuple(chat)


def test_what_was_written_says_so_in_the_transcript_that_is_exported() -> None:
    whole = beside(conversation(1.0), [message(2.0)])

    assert read_project_json(write_project_json(whole), name="a.json") == whole


def test_a_transcript_is_no_chat(tmp_path: Path) -> None:
    path = tmp_path / "call.txt"
    path.write_text("Ann: It leaks.\nBo: Where?\n")

    with pytest.raises(TranscriptError, match=r"call\.txt: this is no chat"):
        read_messages(path)
