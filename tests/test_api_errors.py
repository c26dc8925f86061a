"""Errors over HTTP: one shape for programs, a page for people, and nothing of the inside in either."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import build_app
from api.errors import status_of
from models.errors import (
    AudioError,
    CommonloreError,
    ConfigError,
    ConsentError,
    DiskFull,
    IndexOutOfDate,
    InputError,
    JobPaused,
    NotFound,
    SchemaError,
    StaleClaim,
    StoreError,
    TranscriptError,
    Unwritten,
    WeightsError,
)
from models.job import Job
from models.people import OWNER, Reader
from search.visibility import Door
from tests.service import HERE, serving
from tests.toy_services import ToyServices


@pytest.fixture
def services(tmp_path: Path) -> ToyServices:
    return ToyServices(tmp_path / "library")


@pytest.fixture
def client(services: ToyServices) -> Iterator[TestClient]:
    with serving(services) as client:
        yield client


STATUSES = {
    InputError: 422,
    AudioError: 422,
    TranscriptError: 422,
    NotFound: 404,
    ConsentError: 403,
    ConfigError: 500,
    WeightsError: 500,
    StoreError: 503,
    DiskFull: 507,
    SchemaError: 500,
    IndexOutOfDate: 503,
    JobPaused: 409,
    StaleClaim: 409,
    Unwritten: 502,
}


def every(error: type[CommonloreError]) -> set[type[CommonloreError]]:
    return {error, *(below for child in error.__subclasses__() for below in every(child))}


def test_every_error_of_ours_has_its_status() -> None:
    assert {error: int(status_of(error("x"))) for error in every(CommonloreError) - {CommonloreError}} == STATUSES


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/meetings/m99", 404),
        ("GET", "/api/v1/meetings/m99/transcript", 404),
        ("GET", "/api/v1/meetings/m99/speakers", 404),
        ("GET", "/api/v1/meetings/m99/recording", 404),
        ("GET", "/api/v1/meetings/seven", 404),
        ("GET", "/api/v1/meetings/i1", 404),
        ("GET", "/api/v1/items/i99", 404),
        ("GET", "/api/v1/jobs/j99", 404),
        ("GET", "/api/v1/jobs/j99/events", 404),
        ("GET", "/api/v1/digests/Nobody", 404),
        ("GET", "/api/v1/nothing", 404),
        ("DELETE", "/api/v1/health", 405),
        ("GET", "/api/v1/ask", 422),
        ("GET", "/api/v1/ask?question=x&kind=rumour", 422),
        ("GET", "/api/v1/ask?question=x&since=yesterday", 422),
        ("POST", "/api/v1/meetings?name=a.wav&community=C", 422),
        ("POST", "/api/v1/meetings?name=/&community=C", 422),
        ("POST", "/api/v1/meetings?community=C", 422),
        ("PUT", "/api/v1/meetings/m99/speakers/Ann", 422),
    ],
)
def test_every_error_has_the_one_shape(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    body = answer.json()
    assert set(body) - {"errors"} == {"type", "title", "status", "detail", "instance"}
    assert (body["status"], body["instance"]) == (status, path.partition("?")[0])
    assert body["type"].startswith("urn:commonlore:problem:") and body["title"] and body["detail"]


def test_a_wrong_field_is_named(client: TestClient) -> None:
    body = client.get("/api/v1/ask?question=x&kind=rumour").json()

    assert [fault["where"] for fault in body["errors"]] == ["kind"]
    assert "story" in body["detail"]


def test_a_body_that_is_far_too_large_is_refused_in_the_same_shape(client: TestClient) -> None:
    answer = client.post("/api/v1/ask", json={"question": "x" * (2 << 20)})

    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


@pytest.mark.parametrize("path", ["/meetings/m99", "/items/i99", "/jobs/j99", "/digest/Nobody", "/nothing"])
def test_people_get_a_page(client: TestClient, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Not here" in answer.text and "</html>" in answer.text


def test_bad_input_gets_one_line_and_leaves_nothing(client: TestClient, services: ToyServices) -> None:
    answer = client.post("/api/v1/meetings?name=call.vtt&community=C", content=b"\x00\x01\x02binary")

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("call.vtt:")
    assert services.door.meetings(OWNER) == [] and services.queue.jobs() == []


class BrokenDoor(Door):
    """Where something nobody foresaw goes wrong, with a secret in its message."""

    def jobs(self, reader: Reader, *, limit: int = 50) -> list[Job]:
        raise RuntimeError("the password is hunter2")


class BrokenServices(ToyServices):
    @cached_property
    def door(self) -> Door:
        return BrokenDoor(self.store, self.recordings, self.queue)


@pytest.mark.parametrize("path", ["/api/v1/jobs", "/"])
def test_what_nobody_foresaw_tells_nothing_of_the_inside(tmp_path: Path, path: str) -> None:
    app = build_app(BrokenServices(tmp_path), worker=False)
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as client:
        answer = client.get(path)

    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/api/v1/health", "/static/commonlore.css", "/nothing"])
def test_every_answer_carries_the_policy(client: TestClient, path: str) -> None:
    headers = client.get(path).headers

    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_a_name_pointed_here_from_elsewhere_is_refused(client: TestClient) -> None:
    answer = client.get("/api/v1/meetings", headers={"Host": "rebound.example"})

    assert (answer.status_code, answer.json()["status"]) == (421, 421)
    assert "meetings" not in answer.json()


def test_a_form_of_another_site_changes_nothing(client: TestClient, services: ToyServices) -> None:
    file = {"file": ("notes.txt", b"Ann: We ring every family.")}
    answer = client.post("/add", files=file, data={"community": "C"}, headers={"Origin": "http://evil.example"})

    assert answer.status_code == 403
    assert services.queue.jobs() == []
