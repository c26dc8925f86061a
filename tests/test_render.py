"""How things look on a terminal: clocks, sizes, progress lines, and text that is nothing but text."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.progress import Lines, Pace
from cli.render import clean, clock, count, print_json, say, size


@given(st.integers(min_value=0, max_value=10**6))
def test_a_clock_can_be_read_back(seconds: int) -> None:
    parts = [int(part) for part in clock(seconds).split(":")]

    assert sum(part * 60**place for place, part in enumerate(reversed(parts))) == seconds
    assert all(part < 60 for part in parts[1:])


def test_an_unknown_time_shows_nothing() -> None:
    assert clock(None) == ""


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (145_217_607, "145 MB"), (3e12, "3.0 TB")]
)
def test_sizes_are_short(number: float, shown: str) -> None:
    assert size(number) == shown


@pytest.mark.parametrize(
    ("number", "noun", "shown"), [(1, "story", "1 story"), (2, "story", "2 stories"), (1200, "turn", "1,200 turns")]
)
def test_counts_agree_with_their_nouns(number: int, noun: str, shown: str) -> None:
    assert count(number, noun) == shown


def test_what_was_said_cannot_write_over_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1b[2Jb [bold]c[/bold] :smile:\r")

    assert capsys.readouterr().out == "a\ufffd[2Jb [bold]c[/bold] :smile:\ufffd\n"


@given(st.text())
def test_clean_text_keeps_its_length_and_holds_no_control_characters(text: str) -> None:
    assert len(clean(text)) == len(text)
    assert all(char.isprintable() or char in "\n\t" for char in clean(text))


@given(st.dictionaries(st.text(), st.text()))
def test_json_is_one_line_that_reads_back(shape: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        written: list[str] = []
        patch.setattr("sys.stdout.write", written.append)
        print_json(dict(shape))

    assert "".join(written).count("\n") == 1
    assert json.loads("".join(written)) == shape


def test_lines_come_when_the_step_changes_and_every_ten_seconds() -> None:
    said: list[str] = []
    seconds = iter([0.0, 1.0, 9.0, 10.0, 11.0, 12.0])
    lines = Lines(said.append, now=lambda: next(seconds))

    for step, fraction in [
        ("Hear", 0.0),
        ("Hear", 0.1),
        ("Hear", 0.4),
        ("Hear", 0.5),
        ("Hear", 0.6),
        ("done", 1.0),
    ]:
        lines("call.wav", step, fraction)

    assert said == ["call.wav: Hear, 0%", "call.wav: Hear, 50%, about 10 s left", "call.wav: done, 100%"]


def test_a_standstill_is_told_seldom() -> None:
    said: list[str] = []
    seconds = iter(range(0, 100, 5))
    lines = Lines(said.append, now=lambda: float(next(seconds)))

    for _ in range(13):
        lines("call.wav", "Hear", 0.5)

    assert len(said) == 3


def test_standing_still_does_not_make_the_rest_longer() -> None:
    pace = Pace(began=0.0)
    pace.move(0.5, 60.0)

    assert pace.left(60.0) == "about 60 s left"
    assert pace.left(90.0) == "about 30 s left"
    assert pace.left(500.0) == ""


@given(st.floats(min_value=0, max_value=1e5), st.floats(min_value=0, max_value=1), st.floats(0, 1e5))
def test_the_time_left_is_never_nothing_nor_nonsense(moved: float, fraction: float, later: float) -> None:
    pace = Pace(began=0.0)
    pace.move(fraction, moved)

    left = pace.left(moved + later)

    assert left == "" or re.fullmatch(r"about [1-9]\d* (s|min) left", left)
