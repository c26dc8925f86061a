"""Deciding about items over HTTP; the pages that show them stay right."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.intake import About
from models.people import OWNER
from tests.service import serving
from tests.toy_services import SAYINGS, ToyServices, work_until_empty

SECOND = "It was mended by noon and nobody was late."
M1 = "/api/v1/meetings/m1"
I1 = "/api/v1/items/i1"


@pytest.fixture
def services(tmp_path: Path) -> ToyServices:
    """m1: i1 a story by Ann, i2 a problem by Bo, i3 a practice by Ann."""
    services = ToyServices(tmp_path / "library")
    said = [f"{SAYINGS[0]} {SECOND}", *SAYINGS[1:]]
    turns = [{"speaker": name, "text": text} for name, text in zip(("Ann", "Bo", "Ann", "Bo"), said, strict=True)]
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"title": "Monday call", "turns": turns}), encoding="utf-8")
    services.add(path, about=About(community="Care homes"))
    work_until_empty(services)
    services.repairs.name(OWNER, 1, {"Ann": ("Ann Hall", "St Mary's")})
    return services


@pytest.fixture
def client(services: ToyServices) -> Iterator[TestClient]:
    with serving(services) as client:
        yield client


def shown(client: TestClient, item: str = "i1") -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/v1/items/{item}").json()
    return found


def test_drafts_are_listed_until_somebody_decides(client: TestClient) -> None:
    assert [item["id"] for item in client.get(f"{M1}/drafts").json()["drafts"]] == ["i1", "i2", "i3"]
    confirmed = client.post(f"{I1}/confirm").json()
    assert (confirmed["who"], confirmed["teller"], confirmed["job_id"]) == ("owner", False, None)
    assert shown(client)["state"] == "confirmed"
    assert [item["id"] for item in client.get(f"{M1}/drafts").json()["drafts"]] == ["i2", "i3"]
    assert "not yet confirmed" not in client.get("/items/i1").text


def test_an_edited_item_is_found_by_its_new_words(client: TestClient, services: ToyServices) -> None:
    body = {"title": "Velocipede to school", "gist": "They took a velocipede.", "end": "by noon"}
    edited = client.patch(I1, json=body).json()
    assert client.get(f"/api/v1/jobs/{edited['job_id']}").json()["kind"] == "renewal"
    work_until_empty(services)
    item = shown(client)
    assert item["quote"] == f"{SAYINGS[0]} It was mended by noon"
    assert (item["state"], item["title"]) == ("confirmed", "Velocipede to school")
    assert services.store.unembedded(model=services.embedder.name) == []
    hits = client.get("/api/v1/ask", params={"question": "velocipede to school"}).json()["hits"]
    assert hits[0]["id"] == "i1"
    assert "Velocipede to school" in client.get("/meetings/m1").text


PAGES = ("/items", "/meetings/m1", "/digest/Care%20homes", "/ask?q=velocipede")


def test_a_rejected_item_is_found_by_nobody(client: TestClient, services: ToyServices) -> None:
    client.patch(I1, json={"title": "The velocipede"})
    work_until_empty(services)
    asked: dict[str, str] = {"question": "the velocipede", "limit": "50"}
    for page in PAGES:
        assert "The velocipede" in client.get(page).text, page
    assert client.get("/api/v1/ask", params=asked).json()["hits"][0]["id"] == "i1"

    reason = "only <b>hearsay</b>"
    client.post(f"{I1}/reject", json={"reason": reason})

    for page in PAGES:
        assert "The velocipede" not in client.get(page).text, page
    assert "i1" not in {hit["id"] for hit in client.get("/api/v1/ask", params=asked).json()["hits"]}
    people = client.get("/api/v1/people", params=asked).json()["people"]
    assert "i1" not in {hit["id"] for one in people for hit in one["hits"]}
    assert "i1" not in {item["id"] for item in client.get("/api/v1/items").json()["items"]}
    assert "i1" not in {item["id"] for item in client.get(f"{M1}/items").json()["items"]}
    item = shown(client)
    assert (item["state"], item["reason"]) == ("withdrawn", reason)
    page = client.get("/items/i1").text
    assert "withdrawn" in page and "only &lt;b&gt;hearsay&lt;/b&gt;" in page


def test_one_item_is_made_two_and_two_are_made_one(client: TestClient, services: ToyServices) -> None:
    client.patch(I1, json={"end": "1.2"})
    split = client.post(f"{I1}/split", json={"at": "It was mended"}).json()
    work_until_empty(services)
    assert split["items"] == ["i1", "i4"]
    assert (shown(client)["quote"], shown(client, "i4")["quote"]) == (SAYINGS[0], SECOND)
    assert (shown(client, "i4")["title"], shown(client, "i4")["gist"]) == (SECOND.rstrip("."), SECOND)
    client.post(f"{I1}/merge", json={"other": "i4"})
    assert shown(client)["quote"] == f"{SAYINGS[0]} {SECOND}"
    assert shown(client, "i4")["reason"] == "told with i1"
    for _ in range(3):
        client.post(f"{M1}/reviews/undo")
    assert shown(client)["state"] == "draft"
    assert client.get("/api/v1/items/i4").status_code == 404
    history = client.get(f"{M1}/reviews").json()["reviews"]
    assert len(history) == 3 and all(review["undone_at"] for review in history)


def test_who_told_it_says_what_kind_it_is(client: TestClient) -> None:
    made = client.patch(I1, json={"kind": "practice", "teller": "ann hall"}).json()
    assert (made["who"], made["teller"], made["what"]) == ("Ann Hall", True, "i1 edited: a practice, not a story")
    assert shown(client)["kind"] == "practice"
    assert client.get(f"{I1}/reviews").json()["reviews"][0]["who"] == "Ann Hall"

    refused = client.patch("/api/v1/items/i3", json={"kind": "story", "teller": "Bea Lloyd"})
    assert refused.status_code == 422 and "was told by Ann Hall" in refused.json()["detail"]
    unnamed = client.post("/api/v1/items/i2/confirm", json={"teller": "Bo"})
    assert unnamed.status_code == 422 and "commonlore name m1" in unnamed.json()["detail"]
    assert shown(client, "i2")["state"] == "draft"


def test_sentences_say_their_numbers(client: TestClient) -> None:
    sentences = client.get(f"{I1}/sentences").json()["sentences"]
    assert [(one["turn"], one["number"], one["inside"]) for one in sentences] == [
        (1, 1, True),
        (1, 2, False),
        (2, 1, False),
    ]
    assert sentences[1]["text"] == SECOND


def test_the_last_decision_about_an_item_is_undone_alone(client: TestClient) -> None:
    client.post(f"{I1}/confirm")
    client.post("/api/v1/items/i2/reject", json={"reason": "no"})
    undone = client.post(f"{I1}/undo").json()
    assert undone["undone_at"] and shown(client)["state"] == "draft"
    assert shown(client, "i2")["state"] == "withdrawn"
    assert client.post(f"{I1}/undo").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("PATCH", "i1", {}, 422, "nothing to edit"),
        ("PATCH", "i1", {"title": " "}, 422, "needs a title"),
        ("PATCH", "i1", {"begin": "zebra"}, 404, "does not say 'zebra'"),
        ("PATCH", "i1", {"kind": "saga"}, 422, "kind"),
        ("PATCH", "i9", {"title": "x"}, 404, "no item i9"),
        ("POST", "i1/reject", {"reason": " "}, 422, "Say why"),
        ("POST", "i1/split", {"at": "The minibus"}, 404, "does not say"),
        ("POST", "i1/merge", {"other": "i2"}, 422, "what one person told"),
        ("POST", "i1/merge", {"other": "i1"}, 422, "one item already"),
        ("POST", "i1/merge", {"other": "m1"}, 404, "the id of another thing"),
        ("POST", "i1/undo", None, 404, "Nothing was decided"),
    ],
)
def test_what_cannot_be_decided_is_a_problem(
    client: TestClient, method: str, path: str, body: dict[str, object] | None, status: int, says: str
) -> None:
    before = client.get(f"{M1}/items").json()

    refused = client.request(method, f"/api/v1/items/{path}", json=body)

    assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")
    assert says in refused.json()["detail"]
    assert client.get(f"{M1}/items").json() == before
    assert client.get(f"{M1}/reviews").json() == {"reviews": []}
