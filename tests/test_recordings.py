"""Recordings in a folder: the contract, and what only files can show."""

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.recordings import FolderRecordings
from models.errors import DiskFull, StoreError
from tests.contracts import RecordingsContract


@pytest.fixture
def recordings(tmp_path: Path) -> FolderRecordings:
    return FolderRecordings(tmp_path / "recordings")


class TestFolderRecordings(RecordingsContract):
    """The contract, on a folder."""


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_recording_lies_under_the_start_of_its_hash(recordings: FolderRecordings, tmp_path: Path) -> None:
    sha256 = recordings.keep([b"sound"])
    assert files(tmp_path) == [tmp_path / "recordings" / sha256[:2] / sha256[2:4] / sha256]


def test_a_recording_that_was_cut_short_on_disk_is_mended_by_adding_it_again(recordings: FolderRecordings) -> None:
    sha256 = recordings.keep([b"sound"])
    recordings.path(sha256).write_bytes(b"so")
    assert recordings.damaged(sha256)
    recordings.keep([b"sound"])
    assert not recordings.damaged(sha256)


@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_a_full_disk_leaves_nothing(
    recordings: FolderRecordings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    synced = 0

    def fsync(handle: int) -> None:
        nonlocal synced
        synced += 1
        if synced == fails_at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(DiskFull, match="free some space"):
        recordings.keep([b"sound"])
    assert [path for path in files(tmp_path) if path.suffix == ".part"] == []
    assert recordings.keep([b"sound"]) == hashlib.sha256(b"sound").hexdigest()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this machine has no disk that is always full")
def test_a_write_to_a_full_disk_is_told_as_such(
    recordings: FolderRecordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_open = Path.open

    def full(path: Path, mode: str = "r", buffering: int = -1) -> object:
        return really_open(Path("/dev/full"), "wb", buffering=0) if mode == "xb" else really_open(path, mode)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(DiskFull):
        recordings.keep([b"sound"])


def test_a_folder_that_cannot_be_written_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="recordings"):
        FolderRecordings(tmp_path / "recordings").keep([b"sound"])


def test_an_upload_under_way_is_not_swept_and_one_given_up_is(tmp_path: Path) -> None:
    elapsed = 0.0
    recordings = FolderRecordings(tmp_path, now=lambda: part.stat().st_mtime + elapsed)

    def slow() -> Iterator[bytes]:
        yield b"half"
        assert recordings.sweep(set()) == 0
        yield b" and half"

    part = tmp_path / "0a.part"
    part.write_bytes(b"")
    kept = recordings.keep(slow())
    assert recordings.path(kept).read_bytes() == b"half and half"
    elapsed = 25 * 3600.0
    assert recordings.half_done() == [part]
    assert recordings.sweep({kept}) == 1
    assert files(tmp_path) == [recordings.path(kept)]
