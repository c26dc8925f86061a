"""Attendance lists as tools export them and as people write them."""

from pathlib import Path

import pytest

from capture.formats.attendance import Attendee, read_attendance
from models.errors import InputError

TEAMS = (
    "1. Summary\nMeeting title\tMonthly call\nAttended participants\t2\n\n2. Participants\n"
    "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n"
    "Ann Hall\t14/03/2026, 09:01\t14/03/2026, 10:00\t59m\tann@example.org\tann@example.org\tOrganiser\n"
    '"Lee, Bo" (Guest)\t14/03/2026, 09:02\t14/03/2026, 10:00\t58m\t\t\tPresenter\n'
    "\n3. In-Meeting Activities\nName\tJoin Time\nSomebody Else\t09:01\n"
)
ZOOM = (
    "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"
    "Ann Hall (Ann's iPad),ann@example.org,03/14/2026 09:01,03/14/2026 10:00,59,No\n"
    "Ann Hall (Ann's iPad),ann@example.org,03/14/2026 10:01,03/14/2026 10:30,29,No\n"
    '"Lee, Bo",,03/14/2026 09:02,03/14/2026 10:00,58,Yes\n'
)
TOLD: dict[str, tuple[str, list[Attendee]]] = {
    "teams": (TEAMS, [("Ann Hall", None), ("Bo Lee", None)]),
    "zoom": (ZOOM, [("Ann Hall", None), ("Bo Lee", None)]),
    "semicolons": ("Full Name;Company\nAnn Hall;Elm\nBo Lee;\n", [("Ann Hall", "Elm"), ("Bo Lee", None)]),
    "lines": (
        "# Monthly call\n- Ann Hall, St Mary's\n\nBo Lee\nann hall\n",
        [("Ann Hall", "St Mary's"), ("Bo Lee", None)],
    ),
}


@pytest.mark.parametrize("kind", TOLD)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_everybody_on_the_list_is_read_once(tmp_path: Path, kind: str, encoding: str) -> None:
    text, expected = TOLD[kind]
    path = tmp_path / "list.csv"
    path.write_text(text, encoding=encoding)

    assert read_attendance(path) == expected


@pytest.mark.parametrize("text", ["# nobody\n", "Name,Email\n", "Speaker 2 = Ann Hall\n", "ann@example.org\n"])
def test_what_is_no_attendance_list_says_how_to_write_one(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.txt"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match="a line a person"):
        read_attendance(path)
