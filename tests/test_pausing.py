"""A person can pause an intake and let it go on, from every face; it stops between two windows."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from api.intake import About
from models.consent import EVERYTHING
from models.errors import InputError, NotFound
from models.job import JobState, left_in_words
from models.people import OWNER
from models.ports import Heard, Signal, Window
from tests.command_line import CommandLine, toy_command_line, transcript
from tests.service import serving
from tests.sounds import tone
from tests.toy_services import ToyServices, ToyTranscriber, work_until_empty

ABOUT = About(community="Care homes", language="en")


class PausedWhileListening(ToyTranscriber):
    """In the midst of its third window somebody pauses the job."""

    def __init__(self, services: ToyServices) -> None:
        super().__init__()
        self.services = services
        self.heard: list[float] = []

    def transcribe(
        self, signal: Signal, *, window: Window, language: str | None, vocabulary: Sequence[str] = ()
    ) -> Heard:
        self.heard.append(window.start)
        if len(self.heard) == 3:
            self.services.queue.pause(1)
        return super().transcribe(signal, window=window, language=language)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[ToyServices]:
    services = ToyServices(tmp_path / "library")
    yield services
    services.close()


def test_an_intake_that_is_paused_stops_at_the_window_and_goes_on_after_it(
    services: ToyServices, tmp_path: Path
) -> None:
    transcriber = PausedWhileListening(services)
    services.ears = type(services.ears)(transcriber=transcriber, diarizer=services.ears.diarizer)
    services.add(tone(tmp_path / "call.wav", seconds=12), about=ABOUT)

    work_until_empty(services)

    assert services.queue.job(1).state is JobState.PAUSED
    assert transcriber.heard == [0.0, 2.0, 4.0]
    assert list((services.home / "work").iterdir()) == []
    assert not [check for check in services.checkup() if not check.ok]

    services.resume_job(OWNER, 1)
    work_until_empty(services)

    assert transcriber.heard == [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
    assert services.queue.job(1).state is JobState.DONE
    assert services.store.meeting(1, scope=EVERYTHING).ready


def test_the_same_file_again_is_the_job_that_is_paused(services: ToyServices, tmp_path: Path) -> None:
    sound = tone(tmp_path / "call.wav", seconds=4)
    first = services.add(sound, about=ABOUT)
    services.pause_job(OWNER, 1)

    assert services.add(sound, about=ABOUT).job_id == first.job_id


def test_a_job_of_nobody_or_that_has_ended_is_not_paused(services: ToyServices, tmp_path: Path) -> None:
    services.add(tone(tmp_path / "call.wav", seconds=4), about=ABOUT)
    work_until_empty(services)

    with pytest.raises(InputError, match="has ended"):
        services.pause_job(OWNER, 1)
    with pytest.raises(NotFound):
        services.resume_job(OWNER, 99)


def test_over_http_a_job_is_paused_and_resumed(services: ToyServices, tmp_path: Path) -> None:
    services.add(tone(tmp_path / "call.wav", seconds=4), about=ABOUT)
    with serving(services) as client:
        paused = client.post("/api/v1/jobs/j1/pause").json()
        assert (paused["state"], paused["left"]) == ("paused", None)
        assert client.post("/api/v1/jobs/j1/resume").json()["state"] == "queued"
        assert client.post("/api/v1/jobs/j9/pause").status_code == 404
        work_until_empty(services)
        assert client.post("/api/v1/jobs/j1/pause").status_code == 422


def test_the_page_of_a_job_pauses_and_resumes_it_without_a_script(services: ToyServices, tmp_path: Path) -> None:
    services.add(tone(tmp_path / "call.wav", seconds=4), about=ABOUT)
    with serving(services) as client:
        assert 'action="/jobs/j1/pause"' in client.get("/jobs/j1").text
        paused = client.post("/jobs/j1/pause")
        assert paused.url.path == "/jobs/j1"
        assert "<h1>Paused: call.wav</h1>" in paused.text and "refresh" not in paused.text
        assert "paused" in client.get("/").text
        assert 'action="/jobs/j1/pause"' in client.post("/jobs/j1/resume").text


def test_another_site_can_pause_nothing(services: ToyServices, tmp_path: Path) -> None:
    services.add(tone(tmp_path / "call.wav", seconds=4), about=ABOUT)
    with serving(services) as client:
        for path in ("/jobs/j1/pause", "/api/v1/jobs/j1/pause"):
            assert client.post(path, headers={"Origin": "http://elsewhere.example"}).status_code == 403
    assert services.queue.job(1).state is JobState.QUEUED


def test_the_page_and_the_interface_tell_the_time_that_is_left(services: ToyServices, tmp_path: Path) -> None:
    services.add(tone(tmp_path / "call.wav", seconds=4), about=ABOUT)
    assert services.queue.claim("worker 1")
    _has_worked(services, seconds=60.0, fraction=0.25)
    with serving(services) as client:
        assert "about 3 min left" in client.get("/jobs/j1").text
        assert 170 < client.get("/api/v1/jobs/j1").json()["left"] <= 180


def _has_worked(services: ToyServices, *, seconds: float, fraction: float) -> None:
    with services.store.connections.write() as tx:
        tx.db.conn.execute("UPDATE job SET worked = ?, fraction = ?", (seconds, fraction))


@pytest.mark.parametrize(
    ("left", "words"), [(None, ""), (1.2, "about 1 s left"), (89, "about 89 s left"), (3600, "about 60 min left")]
)
def test_the_time_left_in_words(left: float | None, words: str) -> None:
    assert left_in_words(left) == words


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return toy_command_line(tmp_path, monkeypatch)


def test_the_command_line_lists_pauses_and_resumes(run: CommandLine, tmp_path: Path) -> None:
    path = transcript(tmp_path / "a.json")
    run("add", path, "--community", "Day centres", "--later")

    assert "j1  a.json: paused; commonlore resume j1" in run("pause", "j1").out
    assert run("jobs", "--json").json[0]["state"] == "paused"
    assert "paused" in run("jobs").out
    assert run("work", "--until-empty").out == ""
    again = run("add", path, "--community", "Day centres")
    assert "a.json: paused" in again.out and "resume j1" in again.out
    assert "j1  a.json: queued" in run("resume", "j1").out
    assert "j1  a.json: taken in" in run("work", "--until-empty").out
    assert "has ended" in run("pause", "j1", code=1).err
    assert "`commonlore jobs`" in run("pause", "m1", code=1).err
