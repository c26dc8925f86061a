"""WebVTT and SRT as the tools of this world write them."""

import pytest

from capture.formats.cues import CUE_LENGTH
from capture.formats.encoding import decode
from capture.formats.srt import read_srt
from capture.formats.webvtt import read_webvtt, write_webvtt
from models.meeting import UNKNOWN_SPEAKER, Transcript, Turn, seconds_of

ZOOM = """WEBVTT

22
00:06:44.010 --> 00:06:48.010
Priya N. | Leeds: The pump alarm goes off

23
00:06:48.230 --> 00:06:50.230
Priya N. | Leeds: and the truth is: nobody looks.

24
00:06:51.000 --> 00:06:52.000
kofi (he/him): Same here.
"""


def told(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in transcript.turns]


def test_zoom_cues_of_one_speaker_are_one_turn_with_times_for_each_word() -> None:
    transcript = read_webvtt(ZOOM, name="a.vtt")
    assert told(transcript) == [
        ("Priya N. | Leeds", "The pump alarm goes off and the truth is: nobody looks."),
        ("kofi (he/him)", "Same here."),
    ]
    turn = transcript.turns[0]
    assert (turn.start, turn.end) == (404.01, 410.23)
    assert turn.words[0].probability is None
    at = turn.text.index("nobody")
    assert seconds_of(turn, at, at + len("nobody")) == (409.563, 409.897)


def test_teams_voices_are_read_with_short_times_and_two_in_a_cue_share_it() -> None:
    text = (
        "WEBVTT\n\n0:0:0.0 --> 0:0:5.320\n<v Doe, Jane [NHS]>This is &lt;mine&gt; &amp; <i>yours</i>.</v>\n\n"
        "8a017ebb-1722-4e7f-8984-fc6da39c3489/12-1\n00:00:06.000 --> 00:00:09.000\n"
        "<v Kofi>Who took it?</v>\n<v.loud Doe, Jane [NHS]>Nobody here did.\n"
    )
    transcript = read_webvtt(text, name="a.vtt")
    assert told(transcript) == [
        ("Doe, Jane [NHS]", "This is <mine> & yours."),
        ("Kofi", "Who took it?"),
        ("Doe, Jane [NHS]", "Nobody here did."),
    ]
    assert [(turn.start, turn.end) for turn in transcript.turns] == [(0.0, 5.32), (6.0, 7.5), (7.5, 9.0)]


def test_stream_cues_without_names_are_unknown_voices_and_turn_at_pauses() -> None:
    text = (
        'WEBVTT\n\nNOTE duration:"00:00:32.58"\n\nNOTE language:en-us\n\nNOTE Confidence: 0.69\n\n'
        "ef04c7c2-a59e-463f-9d27-b5b1259d6777\n00:00:03.300 --> 00:00:06.870\nWe tried the\nother form.\n\n"
        "NOTE Confidence: 0.62\nover two lines\n\n00:00:07.000 --> 00:00:08.000\nIt failed.\n\n"
        "00:00:12.000 --> 00:00:13.000\nWhy?\n"
    )
    transcript = read_webvtt(text, name="a.vtt")
    assert transcript.language == "en"
    assert told(transcript) == [
        (UNKNOWN_SPEAKER, "We tried the other form. It failed."),
        (UNKNOWN_SPEAKER, "Why?"),
    ]


def test_an_hour_of_unknown_voices_is_not_one_turn() -> None:
    for stop in (".", ""):
        cues = "\n\n".join(
            f"{at // 60:02}:{at % 60:02}.000 --> {at // 60:02}:{at % 60:02}.900\nfive words in a row{stop}"
            for at in range(3000)
        )
        turns = read_webvtt(f"WEBVTT\n\n{cues}\n", name="a.vtt").turns
        assert max(len(turn.text.split()) for turn in turns) <= 250


@pytest.mark.parametrize(
    "times", ["00:00:09.000 --> 00:00:02.000", "0:0:0.0 --> 0:0:0.0", "00:00:01:500 --> ", "--> 1"]
)
def test_a_cue_with_times_that_cannot_be_right_is_kept_without_them(times: str) -> None:
    cues = ("00:01.000 --> 00:02.000\nAnn: First.", f"{times}\nBo: Second.", "00:05.000 --> 00:06.000\nBo: Third.")
    text = "\n\n".join(["WEBVTT", *cues])
    first, second = read_webvtt(text, name="a.vtt").turns
    assert (first.start, first.end) == (1.0, 2.0)
    assert (second.text, second.start, second.end, second.words) == ("Second. Third.", 5.0, 6.0, ())


def test_cues_that_stand_too_close_or_too_far_apart_lose_no_words() -> None:
    text = (
        "WEBVTT\n00:01.000 --> 00:02.000\nAnn: One\n2\n00:02.000 --> 00:03.000\nAnn: two\n\nthree of 2026\n\n"
        "2024\n\n00:04.000 --> 00:05.000\nBo: Four\n"
    )
    assert told(read_webvtt(text, name="a.vtt")) == [("Ann", "One two three of 2026 2024"), ("Bo", "Four")]


def test_vtt_without_header_and_with_commas_is_read() -> None:
    assert told(read_webvtt("00:01,000 --> 00:02,000\nAnn: One\n", name="a.vtt")) == [("Ann", "One")]


def test_words_that_only_look_like_tags_are_kept() -> None:
    text = "00:01.000 --> 00:02.000\n<v Ann>if a < b and <laughs> c > d, <c.yellow>so</c> <00:01.500>what</v>\n"
    assert told(read_webvtt(text, name="a.vtt")) == [("Ann", "if a < b and <laughs> c > d, so what")]


def test_srt_reads_names_styles_and_two_voices_in_a_cue() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<i>Ann Lee: So it leaks.</i>\nBo: Where?\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\nBo: Below.\n"
    )
    assert told(read_srt(text, name="a.srt")) == [("Ann Lee", "So it leaks."), ("Bo", "Where? Below.")]


def test_srt_that_names_a_speaker_only_at_a_change_goes_on_with_them() -> None:
    said = [
        "ANN LEE: So it leaks.",
        "All night.",
        "And then: nothing.",
        "BO: Where?",
        "Tell me.",
        "ANN LEE: Below.",
    ]
    cues = "\n".join(
        f"{at}\n00:00:0{at},000 --> 00:00:0{at},900\n{line}\n" for at, line in enumerate([*said, "BO: I see."])
    )
    assert told(read_srt(cues, name="a.srt")) == [
        ("ANN LEE", "So it leaks. All night. And then: nothing."),
        ("BO", "Where? Tell me."),
        ("ANN LEE", "Below."),
        ("BO", "I see."),
    ]


def test_a_colon_now_and_then_makes_nobody_a_speaker() -> None:
    said = ["We went in.", "The thing is: it leaks.", "Nobody knew.", "Question: why?", "So we left.", "Home."]
    cues = "\n".join(f"{at}\n00:00:0{at},000 --> 00:00:0{at},900\n{line}\n" for at, line in enumerate(said))
    assert {turn.speaker for turn in read_srt(cues, name="a.srt").turns} == {UNKNOWN_SPEAKER}


def test_a_long_turn_is_written_as_cues_short_enough_to_read_and_to_find_the_second() -> None:
    long = read_webvtt("WEBVTT\n\n00:00.000 --> 01:40.000\n<v Ann>" + "word " * 100, name="a.vtt")
    lines = [line for line in write_webvtt(long).split("\n") if line.startswith("<v Ann>")]
    assert len(lines) > 4
    assert all(len(line) <= CUE_LENGTH + len("<v Ann></v>") for line in lines)
    assert read_webvtt(write_webvtt(long), name="a.vtt").turns[0].words[60].start == pytest.approx(60, abs=0.01)


def test_a_turn_with_only_a_start_is_written_where_it_starts() -> None:
    written = write_webvtt(Transcript(turns=(Turn(speaker=" ", text="Hi\nthere", start=3.0),)))
    assert written == "WEBVTT\n\n00:00:03.000 --> 00:00:03.000\n<v Unknown>Hi there</v>\n"


def test_a_name_above_the_words_of_every_cue_is_the_speaker_and_two_lines_of_a_subtitle_are_not() -> None:
    def cues(*pairs: tuple[str, str]) -> str:
        times = (f"00:00:0{at},000 --> 00:00:0{at},900" for at in range(1, 9))
        return "\n\n".join(f"{at}\n{first}\n{second}" for at, (first, second) in zip(times, pairs, strict=False))

    above = cues(("Ann Lee", "So it leaks."), ("Bo", "Where?"), ("Ann Lee", "Below,"), ("Bo", "I see."))
    assert told(read_srt(above, name="a.srt")) == [
        ("Ann Lee", "So it leaks."),
        ("Bo", "Where?"),
        ("Ann Lee", "Below,"),
        ("Bo", "I see."),
    ]
    lines = cues(
        ("We went in", "and it leaked."), ("Nobody", "came."), ("We waited", "all night"), ("Then", "Bo came.")
    )
    assert {turn.speaker for turn in read_srt(lines, name="a.srt").turns} == {UNKNOWN_SPEAKER}


def test_cues_cut_in_mid_sentence_are_joined_and_those_that_overlap_keep_their_times() -> None:
    text = (
        "\ufeffWEBVTT\r\n\r\n8a017ebb-1722-4e7f-8984-fc6da39c3489/12-0\r\n"
        "00:00:01.000 --> 00:00:09.000\r\n<v Hall, Ann>We\u00a0tried to</v>\r\n\r\n"
        "00:00:09.000 --> 00:00:12.000\r\n<v Hall, Ann>mop it up</v>\r\n\r\n"
        "00:00:03.000 --> 00:00:04.000\r\n<v Bo>Yes.</v>\r\n\r\n"
        "00:00:11.000 --> 00:00:15.000\r\n<v Hall, Ann>all night.</v>\r\n"
    )
    transcript = read_webvtt(decode(text.encode("utf-16"), name="a.vtt"), name="a.vtt")
    assert [(turn.speaker, turn.text, turn.start, turn.end) for turn in transcript.turns] == [
        ("Hall, Ann", "We tried to mop it up", 1.0, 12.0),
        ("Bo", "Yes.", 3.0, 4.0),
        ("Hall, Ann", "all night.", 11.0, 15.0),
    ]


def test_who_calls_in_by_telephone_is_a_speaker_and_a_date_is_none() -> None:
    said = ["447700900123: Hello?", "+1 646***1234: Hi.", "Ann: Hi.", "Ann: 2026-01-05: it leaks."]
    cues = "\n\n".join(f"00:0{at}.000 --> 00:0{at}.900\n{line}" for at, line in enumerate(said))
    assert told(read_webvtt(cues, name="a.vtt")) == [
        ("447700900123", "Hello?"),
        ("+1 646***1234", "Hi."),
        ("Ann", "Hi. 2026-01-05: it leaks."),
    ]
