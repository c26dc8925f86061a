"""Files on their way in: counted, kept under a name of ours, gone at the end."""

import errno
import os
from pathlib import Path
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException

from api.uploads import Landing, file_name, landing, sweep_landings
from models.errors import DiskFull, InputError


def test_what_lands_is_in_the_library_and_gone_afterwards(tmp_path: Path) -> None:
    with landing(tmp_path) as place:
        place.write(b"abc")
        place.write(b"def")
        place.flush()
        assert place.path.parent == tmp_path / "incoming"
        assert (place.path.read_bytes(), place.size) == (b"abcdef", 6)

    assert list((tmp_path / "incoming").iterdir()) == []


def test_it_is_gone_when_something_went_wrong_too(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), landing(tmp_path) as place:
        place.write(b"abc")
        raise RuntimeError("the connection broke")

    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_file_over_the_cap_is_refused_at_the_byte_that_is_too_many(tmp_path: Path) -> None:
    with landing(tmp_path, most=10) as place:
        place.write(b"x" * 10)
        with pytest.raises(HTTPException) as refused:
            place.write(b"x")

    assert refused.value.status_code == 413


class FullDisk:
    """A file for which there is no room."""

    name = "full.part"

    def write(self, chunk: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_said_in_our_words() -> None:
    file: IO[bytes] = FullDisk()  # type: ignore[assignment]  # all that a landing asks of a file

    with pytest.raises(DiskFull, match="make room"):
        Landing(file, most=10).write(b"abc")


def test_only_what_a_killed_service_left_is_swept(tmp_path: Path) -> None:
    folder = tmp_path / "incoming"
    folder.mkdir()
    (folder / "old.part").touch()
    os.utime(folder / "old.part", (0, 0))
    (folder / "new.part").touch()

    sweep_landings(tmp_path)

    assert [part.name for part in folder.iterdir()] == ["new.part"]


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("call.m4a", "call.m4a"),
        (r"C:\fakepath\call.m4a", "call.m4a"),
        ("../../etc/passwd", "passwd"),
        ("a\nb.vtt", "ab.vtt"),
    ],
)
def test_a_file_is_called_what_people_call_it(given_name: str, name: str) -> None:
    assert file_name(given_name) == name


@given(st.text())
def test_no_name_is_a_path_or_breaks_a_line(given_name: str) -> None:
    try:
        name = file_name(given_name)
    except InputError:
        return
    assert name and len(name) <= 200
    assert not set(name) & set("/\\\n\r\0")
