"""Taking something in: what is refused and how, what is here already, and what a failure leaves."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import av
import pytest

from api.intake import About, Added
from capture.audio import probe
from index.recordings import FolderRecordings
from models.consent import EVERYTHING
from models.errors import CommonloreError, DiskFull, InputError
from models.job import JobState
from models.meeting import Source
from models.people import OWNER
from tests.sounds import tone
from tests.toy_services import ToyServices, work_until_empty

ABOUT = About(community="Care homes", organisation="St Mary's")
TURNS = [
    {"speaker": "Ann", "text": "How do you keep in touch with families?"},
    {"speaker": "Bo", "text": "We ring every family twice a week and write down what they say in one shared book."},
]


@pytest.fixture
def services(tmp_path: Path) -> ToyServices:
    return ToyServices(tmp_path / "library")


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def contents(home: Path) -> list[str]:
    """Every file of the library but the database and its journal."""
    return sorted(
        str(path.relative_to(home))
        for path in home.rglob("*")
        if path.is_file() and not path.name.startswith("commonlore.db")
    )


def test_a_recording_becomes_a_conversation_with_items(services: ToyServices, tmp_path: Path) -> None:
    added = services.add(tone(tmp_path / "call.wav", seconds=8), about=ABOUT)
    work_until_empty(services)

    meeting = services.store.meeting(added.meeting_id, scope=EVERYTHING)
    transcript = services.store.transcript(meeting.id, scope=EVERYTHING)
    assert (meeting.source, meeting.ready, meeting.duration) == (Source.RECORDING, True, 8.0)
    assert [turn.speaker for turn in transcript.turns] == ["Speaker 1", "Speaker 2", "Speaker 1", "Speaker 2"]
    items = services.store.items(scope=EVERYTHING)
    assert [item.kind for item in items] == ["story", "problem", "practice"]
    assert [item.evidence.start for item in items] == [0.0, 2.0, 4.0]


def test_the_sound_decoded_for_an_intake_is_removed_when_it_ends(services: ToyServices, tmp_path: Path) -> None:
    services.add(tone(tmp_path / "call.wav", seconds=4), about=ABOUT)
    work_until_empty(services)

    assert list((services.home / "work").iterdir()) == []


def test_two_intakes_of_one_recording_have_each_their_own_sound(tmp_path: Path) -> None:
    sounds: list[int] = []

    def pause() -> None:
        sounds.append(len(list((library.home / "work").glob("*.pcm"))))
        if len(sounds) == 1:
            assert library.worker().run_once()

    library = ToyServices(tmp_path / "library", pause=pause)
    for community in ("Care homes", "Day centres"):
        library.add(tone(tmp_path / "call.wav", seconds=4), about=About(community=community))
    work_until_empty(library)

    assert max(sounds) == 2
    assert [job.state for job in library.queue.jobs()] == [JobState.DONE, JobState.DONE]
    assert list((library.home / "work").iterdir()) == []


def test_a_transcript_keeps_the_names_and_the_id_it_came_with(services: ToyServices, tmp_path: Path) -> None:
    document = {"meeting": "m-17", "title": "Families", "date": "2024-05-01", "turns": TURNS}
    added = services.add(written(tmp_path / "t.json", json.dumps(document)), about=ABOUT)
    work_until_empty(services)

    meeting = services.store.meeting(added.meeting_id, scope=EVERYTHING)
    assert (meeting.external_id, meeting.title, meeting.date) == ("m-17", "Families", "2024-05-01")
    assert {speaker.name for speaker in services.store.speakers(meeting.id, scope=EVERYTHING)} == {"Ann", "Bo"}


def test_a_names_file_names_the_voices(services: ToyServices, tmp_path: Path) -> None:
    about = About(community="Care homes", names={"Speaker 2": ("Bo Hall", "St Mary's")})
    added = services.add(tone(tmp_path / "call.wav", seconds=4), about=about)
    work_until_empty(services)

    speakers = services.store.speakers(added.meeting_id, scope=EVERYTHING)
    assert [(speaker.name, speaker.organisation) for speaker in speakers if speaker.person] == [
        ("Bo Hall", "St Mary's")
    ]


def test_a_community_is_the_same_with_another_space_in_its_name(services: ToyServices, tmp_path: Path) -> None:
    path = written(tmp_path / "t.json", json.dumps({"turns": TURNS}))
    first = services.add(path, about=About(community="Care homes"))
    again = services.add(path, about=About(community=" Care  homes"))

    assert (again.meeting_id, again.job_id, again.duplicate) == (first.meeting_id, first.job_id, True)


class Meanwhile(FolderRecordings):
    """While it is looked for room, somebody writes on."""

    def free(self) -> int:
        with (self._folder.parent.parent / "t.json").open("a", encoding="utf-8") as file:
            file.write(" ")
        return super().free()


def test_a_file_that_is_still_being_written_is_refused(services: ToyServices, tmp_path: Path) -> None:
    path = written(tmp_path / "t.json", json.dumps({"turns": TURNS}))
    services.recordings = Meanwhile(services.home / "recordings")

    with pytest.raises(InputError, match="changed while it was read"):
        services.add(path, about=ABOUT)
    assert services.queue.jobs() == []


def test_the_same_file_is_not_taken_in_twice(services: ToyServices, tmp_path: Path) -> None:
    sound = tone(tmp_path / "call.wav", seconds=4)
    first = services.add(sound, about=ABOUT)
    while_waiting = services.add(sound, about=ABOUT)
    work_until_empty(services)
    copy = tmp_path / "copy of call.wav"
    shutil.copy(sound, copy)
    afterwards = services.add(copy, about=ABOUT)

    assert [added.meeting_id for added in (while_waiting, afterwards)] == [first.meeting_id] * 2
    assert (while_waiting.job_id, afterwards.job_id) == (first.job_id, None)
    assert afterwards.duplicate
    assert len(services.store.meetings(scope=EVERYTHING)) == 1


def bad_files(folder: Path) -> dict[str, Path]:
    """One of each kind that cannot be taken in."""
    folder.mkdir(exist_ok=True)
    empty = folder / "empty.mp3"
    empty.touch()
    binary = folder / "binary.vtt"
    binary.write_bytes(bytes(range(256)) * 40)
    renamed = folder / "renamed.mp3"
    renamed.write_text("this is no sound\n" * 100, encoding="utf-8")
    movie = movie_of(folder / "movie.mp4", sound=True)
    truncated = folder / "truncated.mp4"
    truncated.write_bytes(movie.read_bytes()[: movie.stat().st_size // 2])
    return {
        "empty": empty,
        "binary": binary,
        "renamed": renamed,
        "truncated": truncated,
        "silent film": movie_of(folder / "silent.mp4", sound=False),
        "no turns": written(folder / "none.json", '{"turns": []}'),
        "other json": written(folder / "other.json", '{"hello": 1}'),
        "not there": folder / "not there.wav",
        "a folder": folder,
    }


def movie_of(path: Path, *, sound: bool) -> Path:
    with av.open(str(path), "w") as out:
        picture = out.add_stream("mpeg4", rate=10)
        picture.width = picture.height = 64
        picture.pix_fmt = "yuv420p"
        voice = out.add_stream("aac", rate=16_000) if sound else None
        for number in range(20):
            frame = av.VideoFrame(64, 64, "yuv420p")
            frame.pts = number
            out.mux(picture.encode(frame))
        if voice:
            for number in range(30):
                samples = av.AudioFrame(format="fltp", layout="mono", samples=1024)
                for plane in samples.planes:
                    plane.update(bytes(plane.buffer_size))
                samples.sample_rate = 16_000
                samples.pts = number * 1024
                out.mux(voice.encode(samples))
            out.mux(voice.encode(None))
        out.mux(picture.encode(None))
    return path


def test_of_a_film_only_the_sound_is_kept_and_the_film_is_known_again(
    services: ToyServices, tmp_path: Path
) -> None:
    film = movie_of(tmp_path / "call.mp4", sound=True)
    added = services.add(film, about=ABOUT)
    work_until_empty(services)

    meeting = services.store.meeting(added.meeting_id, scope=EVERYTHING)
    kept = services.door.recording(OWNER, meeting.id)
    assert meeting.content_sha256 == hashlib.sha256(film.read_bytes()).hexdigest() != meeting.recording_sha256
    assert [path.name for path in services.recordings.files()] == [kept.name] == [meeting.recording_sha256]
    assert not probe(kept).video and kept.stat().st_size < film.stat().st_size
    assert list((services.home / "work").iterdir()) == []
    assert not [check for check in services.checkup() if not check.ok]
    again = services.add(film, about=ABOUT)
    assert (again.duplicate, again.job_id, again.meeting_id) == (True, None, meeting.id)


def test_a_film_that_another_community_was_handed_stays_until_it_was_heard(
    services: ToyServices, tmp_path: Path
) -> None:
    film = movie_of(tmp_path / "call.mp4", sound=True)
    for community in ("Care homes", "Day centres"):
        services.add(film, about=About(community=community))
    worker = services.worker()
    assert worker.run_once()
    assert len(services.recordings.files()) == 2
    assert worker.run_once()

    assert [job.state for job in services.queue.jobs()] == [JobState.DONE, JobState.DONE]
    assert len(services.recordings.files()) == 1


@pytest.mark.parametrize(
    "which",
    ["empty", "binary", "renamed", "truncated", "silent film", "no turns", "other json", "not there", "a folder"],
)
def test_what_cannot_be_used_gets_one_clear_line_and_changes_nothing(
    services: ToyServices, tmp_path: Path, which: str
) -> None:
    path = bad_files(tmp_path / "bad")[which]
    counts, files = services.store.counts(scope=EVERYTHING), contents(services.home)

    with pytest.raises(InputError) as refused:
        services.add(path, about=ABOUT)

    message = str(refused.value)
    assert path.name in message and "\n" not in message
    assert services.store.counts(scope=EVERYTHING) == counts
    assert contents(services.home) == files
    assert services.queue.jobs() == []


def test_a_file_without_a_community_is_refused(services: ToyServices, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="community"):
        services.add(tone(tmp_path / "call.wav", seconds=4), about=About())


def test_an_intake_that_fails_for_good_leaves_the_library_as_it_was(
    services: ToyServices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise InputError("call.wav: nobody can hear this; record it again")

    monkeypatch.setattr(services.extractor, "extract", fail)
    before = contents(services.home)
    sound = tone(tmp_path / "call.wav", seconds=4)
    services.add(sound, about=ABOUT)
    work_until_empty(services)

    (job,) = services.queue.jobs()
    assert (job.state, job.error) == (JobState.DEAD, "call.wav: nobody can hear this; record it again")
    assert services.store.counts(scope=EVERYTHING)["meetings"] == 0
    assert [name for name in contents(services.home) if name not in before and "vectors" not in name] == []
    monkeypatch.undo()
    added = services.add(sound, about=ABOUT)
    work_until_empty(services)
    assert services.store.meeting(added.meeting_id, scope=EVERYTHING).ready


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """A disk of 80 MB; skipped where this user may not mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=80m", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    return disk


def test_a_full_disk_refuses_and_leaves_the_library_as_it_was(small_disk: Path, tmp_path: Path) -> None:
    try:
        services = ToyServices(small_disk / "library")
        added: Added | None = services.add(written(tmp_path / "t.json", json.dumps({"turns": TURNS})), about=ABOUT)
        work_until_empty(services)
        counts = services.store.counts(scope=EVERYTHING)
        (small_disk / "ballast").write_bytes(bytes(60 << 20))
        with pytest.raises(DiskFull, match="make room"):
            added = services.add(tone(tmp_path / "call.wav", seconds=120), about=ABOUT)
        assert added and not added.duplicate
        assert services.store.counts(scope=EVERYTHING) == counts
        services.close()
    finally:
        subprocess.run(["umount", "--lazy", str(small_disk)], check=True)


def test_every_error_of_an_intake_is_ours(services: ToyServices, tmp_path: Path) -> None:
    for path in bad_files(tmp_path / "bad").values():
        with pytest.raises(CommonloreError):
            services.add(path, about=ABOUT)
