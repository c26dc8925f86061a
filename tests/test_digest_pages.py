"""A digest written out: everything said in it is there, and nothing said becomes a mark, a link or a script."""

import html
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.phrasing import clock, count
from api.rendering import day, excerpt, lasting, place, plain, render_html, render_markdown
from models.knowledge import Evidence
from models.meeting import Meeting, Source
from models.people import Charter, Community
from models.query import Gap, Hit, Telling
from search.digest import Difficulty, Digest

SCRIPT = "<script>alert(1)</script> [click](http://evil.example) # not a heading"


def evidence(quote: str = "We ring every family.", *, start: float | None = 61.5) -> Evidence:
    return Evidence(
        speaker="Ann *the* nurse",
        turn_start=3,
        char_start=0,
        turn_end=3,
        char_end=len(quote),
        start=start,
        end=None if start is None else start + 5,
        quote=quote,
    )


def hit(kind: str, *, title: str = "Ring twice a week", quote: str = "We ring every family.") -> Hit:
    return Hit(
        kind=kind,
        ref="i12",
        title=title,
        gist="A shared book of calls.",
        meeting_id=3,
        meeting="m3",
        meeting_title="Monthly call",
        date="2026-03-14",
        community="Care homes",
        organisation="St Mary's",
        evidence=evidence(quote),
        score=1.0,
        why="2 other meetings told of the like",
    )


def digest(*, quote: str = "We ring every family.") -> Digest:
    practice, problem = hit("practice", quote=quote), hit("problem", title="Nobody tells the night staff")
    return Digest(
        community=Community(id=1, name="Care homes", charter=Charter(what="Keep families close")),
        since=None,
        for_organisation=None,
        counts={"meetings": 1, "stories": 0, "problems": 1, "practices": 1, "confirmed": 0, "drafts": 2},
        domain=("families", "night staff"),
        begin=(problem, practice),
        stories=(),
        problems=(Difficulty(problem=problem, practices=(practice,)),),
        practices=(practice,),
        people=(Telling(name="Ann", organisation="St Mary's", community="Care homes", hits=(practice,)),),
        unanswered=(problem,),
        gaps=(
            Gap(id=1, question="Who washes the masks?", community=None, asked_at=datetime(2026, 3, 1, tzinfo=UTC)),
        ),
        meetings=(meeting(),),
    )


def meeting() -> Meeting:
    return Meeting(
        id=3,
        external_id=None,
        title="Monthly call",
        date="2026-03-14",
        community="Care homes",
        community_id=1,
        organisation="St Mary's",
        source=Source.RECORDING,
        content_sha256="0" * 64,
        recording_sha256="0" * 64,
        filename="call.m4a",
        language="en",
        duration=460.0,
        ready=True,
        created_at=datetime(2026, 3, 15, tzinfo=UTC),
    )


SAID = [
    "Care homes",
    "Keep families close",
    "families",
    "Ring twice a week",
    "Who washes the masks?",
    "1:01",
    "14 March 2026",
]


@pytest.mark.parametrize("said", SAID)
def test_both_forms_hold_what_was_told_and_where(said: str) -> None:
    assert said in render_markdown(digest())
    assert said in html.unescape(render_html(digest()))


def test_the_page_stands_alone() -> None:
    page = render_html(digest())

    assert "<style>" in page and "</html>" in page
    assert not re.search(r"<(script|link|img|audio|a)\b", page)


def test_a_quote_cannot_become_part_of_the_page() -> None:
    page = render_html(digest(quote=SCRIPT))

    assert "<script" not in page
    assert html.escape(SCRIPT) in page


def test_a_quote_cannot_become_part_of_the_markdown() -> None:
    text = render_markdown(digest(quote=SCRIPT))

    assert "<script" not in text.replace("\\<", "")
    assert "](http" not in text.replace("\\]", "")


def test_markdown_keeps_each_line_to_one_thing() -> None:
    text = render_markdown(digest(quote="first\n\n# second"))

    assert "> first \\# second" in text
    assert "\n\n\n" not in text


@given(st.text())
def test_plain_text_reads_the_same_without_its_strokes(text: str) -> None:
    shown = plain(text)

    assert re.sub(r"\\(.)", r"\1", shown) == " ".join(text.split())


@pytest.mark.parametrize("said", ["- no", "1. no", "12) no", "+ no", "=== no"])
def test_no_line_that_was_said_begins_a_list_or_a_heading(said: str) -> None:
    assert re.match(r"\d*\\[-+.)=]", plain(said))


@pytest.mark.parametrize(
    ("seconds", "shown"), [(None, ""), (0, "0:00"), (59.9, "0:59"), (425, "7:05"), (3750, "1:02:30")]
)
def test_a_place_in_a_recording_reads_as_people_say_it(seconds: float | None, shown: str) -> None:
    assert clock(seconds) == shown


def test_lengths_days_and_counts_read_as_people_say_them() -> None:
    assert [lasting(10), lasting(460), lasting(3600), lasting(5520)] == [
        "1 minute",
        "8 minutes",
        "1 hour",
        "1 hour 32 minutes",
    ]
    assert [day("2026-03-04"), day("spring"), day(None)] == ["4 March 2026", "spring", ""]
    assert [count(1, "story"), count(2, "story"), count(1200, "meeting")] == [
        "1 story",
        "2 stories",
        "1,200 meetings",
    ]


def test_an_address_opens_the_turn_and_its_second_where_it_is_known() -> None:
    assert place(3, evidence()) == "/meetings/m3?t=61.5#turn-3"
    assert place(3, evidence(start=None)) == "/meetings/m3#turn-3"
    assert excerpt(3, evidence()) == "/api/v1/meetings/m3/recording#t=61.5,66.5"
