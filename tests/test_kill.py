"""A worker killed at any moment of an intake and started again ends in the same library."""

import json
import os
import random
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from api.intake import About
from models.consent import EVERYTHING
from models.job import JobState
from tests.sounds import tone
from tests.toy_services import ToyServices

ROOT = Path(__file__).parents[1]
PAUSE, LEASE, SECONDS = 0.02, 60.0, 24.0  # a lease so long that only taking over from the dead can go on
KILLS = 20
ABOUT = About(community="Care homes", organisation="St Mary's", language="en")


def test_a_worker_killed_at_twenty_random_moments_leaves_the_same_library(tmp_path: Path) -> None:
    sound = tone(tmp_path / "call.wav", seconds=SECONDS)
    reference = ToyServices(tmp_path / "reference")
    reference.add(sound, about=ABOUT)
    length = run_to_the_end(reference.home)
    expected = snapshot(reference)
    assert expected["items"] and expected["vectors"]

    seed = random.randrange(1 << 32)
    rng = random.Random(seed)
    kills = 0
    for number in range(20):
        services = ToyServices(tmp_path / f"killed-{number}", lease=LEASE)
        services.add(sound, about=ABOUT)
        # up to four times in one intake; the moments are drawn from how long an intake takes on this machine
        for _ in range(4):
            kills += kill_a_worker(services.home, after=rng.uniform(0.0, length))
        run_to_the_end(services.home)
        assert snapshot(services) == expected, f"seed {seed}"
        assert most_repeated(services.home) <= 1, f"seed {seed}"
        if kills >= KILLS:
            return
    pytest.fail(f"only {kills} of 80 workers were caught at work (seed {seed})")


def test_a_meeting_under_way_is_shown_to_nobody(tmp_path: Path) -> None:
    services = ToyServices(tmp_path, lease=LEASE)
    services.add(tone(tmp_path / "call.wav", seconds=SECONDS), about=ABOUT)
    kill_a_worker(services.home, after=0.2)

    assert services.store.meetings(scope=EVERYTHING) == []


def test_a_worker_killed_while_it_listens_listens_to_one_window_twice(tmp_path: Path) -> None:
    services = ToyServices(tmp_path, lease=LEASE)
    services.add(tone(tmp_path / "call.wav", seconds=SECONDS), about=ABOUT)
    worker = start(tmp_path, pause=0.3)
    while len(windows_by_worker(tmp_path).get(worker.pid, [])) < 4:
        assert worker.poll() is None, "the worker ended before its fourth window"
        time.sleep(0.01)
    worker.kill()
    worker.communicate()
    run_to_the_end(tmp_path)

    first, second = windows_by_worker(tmp_path).values()
    assert (first, second[0]) == ([0.0, 2.0, 4.0, 6.0], 6.0)
    assert sorted({*first, *second}) == [float(start) for start in range(0, int(SECONDS), 2)]
    assert len(first) + len(second) == SECONDS / 2 + 1


def windows_by_worker(home: Path) -> dict[int, list[float]]:
    """What each worker began to listen to, in order."""
    windows: dict[int, list[float]] = {}
    account = home / "heard.txt"
    for line in account.read_text().splitlines() if account.exists() else ():
        pid, window = line.split()
        windows.setdefault(int(pid), []).append(float(window))
    return windows


def most_repeated(home: Path) -> int:
    """Windows that one worker listened to although another before it had begun with them."""
    before: set[float] = set()
    repeated = [0]
    for windows in windows_by_worker(home).values():
        repeated.append(len(before & set(windows)))
        before |= set(windows)
    return max(repeated)


def kill_a_worker(home: Path, *, after: float) -> bool:
    """Whether it was still at work; the delay counts from when it began, its imports done."""
    worker = start(home)
    assert worker.stdout and worker.stdout.readline() == "begun\n"
    time.sleep(after)
    caught = worker.poll() is None
    worker.kill()
    worker.communicate()
    return caught


def run_to_the_end(home: Path) -> float:
    """How many seconds it worked, its imports left out."""
    worker = start(home)
    assert worker.stdout and worker.stdout.readline() == "begun\n"
    began = time.monotonic()
    # not communicate(), which misses what came together with the first line
    assert (worker.stdout.read(), worker.wait(timeout=60)) == ("done\n", 0)
    worker.stdout.close()
    return time.monotonic() - began


def start(home: Path, *, pause: float = PAUSE) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.toy_worker", str(home), str(pause), str(LEASE)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def snapshot(services: ToyServices) -> dict[str, Any]:
    """All a library holds but the moments things were made at and the numbers rows happen to have."""
    (meeting,) = services.store.meetings(scope=EVERYTHING)
    (job,) = services.queue.jobs()
    assert job.state is JobState.DONE
    assert not [check for check in services.checkup() if not check.ok and check.name != "room"]
    transcript = services.store.transcript(meeting.id, scope=EVERYTHING)
    items = services.store.items(scope=EVERYTHING)
    query = services.embedder.embed(["ring every family"])
    [found] = services.vectors.search([meeting.community_id], query, limit=100)
    return {
        "transcript": json.loads(json.dumps(asdict(transcript), default=sorted)),
        "items": [
            {key: value for key, value in asdict(item).items() if key not in ("id", "meeting_id", "created_at")}
            for item in items
        ],
        "passages": [asdict(kept.passage) for kept in services.store.passages(scope=EVERYTHING)],
        "counts": services.store.counts(scope=EVERYTHING),
        "vectors": [round(score, 5) for _, score in found],
        "files": sorted(
            str(path.relative_to(services.home))
            for folder in ("recordings", "work")
            for path in (services.home / folder).rglob("*")
            if path.is_file()
        ),
    }


@pytest.fixture(autouse=True)
def no_stray_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("COMMONLORE_")]:
        monkeypatch.delenv(name)
