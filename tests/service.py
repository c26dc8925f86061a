"""A service over a library of toys, as a browser or a program on this machine meets it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi.testclient import TestClient

from api.app import build_app
from api.intake import About
from tests.sounds import tone
from tests.toy_services import ToyServices, work_until_empty

HERE = "http://localhost"
ABOUT = About(community="Care homes", organisation="St Mary's", title="Monthly call", date="2026-03-14")
HOSTILE = "<script>alert(1)</script>"
TURNS = [
    {"speaker": "Ann", "text": f"How do you keep in touch with families? {HOSTILE}"},
    {"speaker": "Bo", "text": "Nobody tells the night staff which rooms are being cleaned."},
]


@contextmanager
def serving(services: ToyServices) -> Iterator[TestClient]:
    """Without a worker: the tests work when they mean to."""
    with TestClient(build_app(services, worker=False), base_url=HERE) as client:
        yield client


def add_call(services: ToyServices, folder: Path) -> None:
    """A recording of eight seconds, taken in: m1 with a story, a problem and a practice."""
    services.add(tone(folder / "call.wav", seconds=8), about=ABOUT)
    work_until_empty(services)


def add_transcript(services: ToyServices, folder: Path) -> None:
    """A transcript without times whose words try to be a script."""
    path = folder / "notes.json"
    path.write_text(json.dumps({"title": HOSTILE, "turns": TURNS}), encoding="utf-8")
    services.add(path, about=About(community="Schools", organisation="Hillside"))
    work_until_empty(services)
