"""The file that says who the voices of a meeting were."""

from pathlib import Path

import pytest

from capture.formats.names import read_names
from models.errors import InputError


def names_in(tmp_path: Path, text: str) -> dict[str, tuple[str, str | None]]:
    path = tmp_path / "who.txt"
    path.write_text(text, encoding="utf-8")
    return read_names(path)


def test_both_forms_are_read_and_remarks_passed_over(tmp_path: Path) -> None:
    text = (
        "speaker,person,organisation\n# the call in May\nSpeaker 1 = Ann Lee, St Mary's, Leeds\n\n"
        'Speaker 2,"Lee, Bo",Council\nSpeaker 3 = Cy\n"Doe, Jane [NHS]",Jane Doe\n'
    )
    assert names_in(tmp_path, text) == {
        "Speaker 1": ("Ann Lee", "St Mary's, Leeds"),
        "Speaker 2": ("Lee, Bo", "Council"),
        "Speaker 3": ("Cy", None),
        "Doe, Jane [NHS]": ("Jane Doe", None),
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Speaker 1 Ann", r"line 1: not clear who is who"),
        ("Speaker 1 =", r"line 1: not clear who is who"),
        ("A = B\n= C", r"line 2: not clear who is who"),
        ("A = B\nA = C", r"line 2: A is named twice"),
        ("# nobody\n", r"no names in it"),
        ("", r"empty"),
    ],
)
def test_a_line_that_names_nobody_is_refused_with_its_number(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"^who\.txt[:,] {said}"):
        names_in(tmp_path, text)
