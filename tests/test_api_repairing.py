"""Putting meetings right over HTTP and by the forms of the pages."""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.intake import About
from models.consent import EVERYTHING
from tests.service import serving
from tests.toy_services import SAYINGS, ToyServices, work_until_empty

M1 = "/api/v1/meetings/m1"
MARKS = [
    {"word": "Nobody", "start": 60.0, "end": 60.5, "probability": 0.9, "doubt": "silence"},
    {"word": "tells", "start": 60.5, "end": 61.0, "probability": 0.2},
    {"word": "staff", "start": 61.0, "end": 61.5, "probability": 0.9},
]


@pytest.fixture
def services(tmp_path: Path) -> ToyServices:
    """m1: four turns of three voices; the first says who it is, a word of the second is doubtful."""
    services = ToyServices(tmp_path / "library")
    said = [f"I'm Ann Hall from St Mary's. {SAYINGS[0]}", *SAYINGS[1:]]
    turns: list[dict[str, object]] = [
        {"speaker": f"Speaker {voice}", "text": text, "start": at * 60.0, "end": at * 60.0 + 50}
        for at, (voice, text) in enumerate(zip("1213", said, strict=True))
    ]
    turns[1]["words"] = MARKS
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"title": "Monday call", "turns": turns}), encoding="utf-8")
    services.add(path, about=About(community="Care homes"))
    work_until_empty(services)
    return services


@pytest.fixture
def client(services: ToyServices) -> Iterator[TestClient]:
    with serving(services) as client:
        yield client


def speakers(client: TestClient) -> list[str]:
    return [turn["speaker"] for turn in client.get(f"{M1}/transcript").json()["turns"]]


def texts(client: TestClient) -> list[str]:
    return [turn["text"] for turn in client.get(f"{M1}/transcript").json()["turns"]]


def test_voices_come_with_samples_and_suggestions(client: TestClient) -> None:
    found = client.get(f"{M1}/voices", params={"attendee": ["Ann Hall", "Cy Orr"]}).json()

    first = found["voices"][0]
    assert (first["label"], first["turns"], first["seconds"]) == ("Speaker 1", 2, 100.0)
    assert first["suggestion"]["quote"] == "I'm Ann Hall from St Mary's."
    assert (first["suggestion"]["organisation"], first["suggestion"]["listed"]) == ("St Mary's", True)
    assert found["unplaced"] == ["Cy Orr"]
    assert speakers(client)[0] == "Speaker 1"


def test_voices_are_named_joined_split_and_given_turns(client: TestClient) -> None:
    names = [{"label": "Speaker 1", "person": "Ann Hall", "organisation": "St Mary's"}]
    named = client.put(f"{M1}/speakers", json={"names": names}).json()
    assert (named["what"], named["job_id"]) == ("Speaker 1 is Ann Hall (St Mary's)", None)
    client.post(f"{M1}/merge", json={"voice": "Speaker 3", "into": "Speaker 2"})
    assert speakers(client) == ["Ann Hall", "Speaker 2", "Ann Hall", "Speaker 2"]
    client.post(f"{M1}/split", json={"voice": "Ann Hall", "turn_start": 2})
    client.post(f"{M1}/reassign", json={"turns": [3], "voice": "Guest", "new": True})
    assert speakers(client) == ["Ann Hall", "Speaker 2", "Speaker 3", "Guest"]
    history = client.get(f"{M1}/repairs").json()["repairs"]
    assert len(history) == 4 and history[-1]["what"] == named["what"]
    for _ in history:
        client.post(f"{M1}/undo")
    assert speakers(client) == ["Speaker 1", "Speaker 2", "Speaker 1", "Speaker 3"]
    assert client.post(f"{M1}/undo").status_code == 404


def test_words_are_put_right_and_the_rest_is_a_job(client: TestClient, services: ToyServices) -> None:
    done = client.put(f"{M1}/turns/1", json={"text": SAYINGS[1].replace("tells", "asks")}).json()
    assert done["what"] == "Turn 2 put right: “tells” is “asks”"
    assert client.get(f"/api/v1/jobs/{done['job_id']}").json()["kind"] == "renewal"
    words = client.get(f"{M1}/transcript").json()["turns"][1]["words"]
    assert [(word["word"], word["start"], word.get("corrected", False)) for word in words] == [
        ("Nobody", 60.0, False),
        ("asks", 60.5, True),
        ("staff", 61.0, False),
    ]
    replaced = client.post(f"{M1}/replace", json={"old": "minibus", "new": "coach"}).json()
    assert replaced["job_id"] == done["job_id"]
    work_until_empty(services)
    assert "coach" in client.get(f"{M1}/items").json()["items"][-1]["quote"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "turns/9", {"text": "x"}, 404),
        ("PUT", "turns/-1", {"text": "x"}, 422),
        ("PUT", "turns/0", {"text": " "}, 422),
        ("POST", "merge", {"voice": "Speaker 9", "into": "Speaker 1"}, 404),
        ("POST", "merge", {"voice": "Speaker 1", "into": "Speaker 1"}, 422),
        ("POST", "reassign", {"turns": [], "voice": "Speaker 1"}, 422),
        ("POST", "replace", {"old": "zebra", "new": "horse"}, 422),
        ("PUT", "speakers", {"names": []}, 422),
    ],
)
def test_what_cannot_be_done_is_a_problem(
    client: TestClient, method: str, path: str, body: dict[str, object], status: int
) -> None:
    refused = client.request(method, f"{M1}/{path}", json=body)

    assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")
    assert client.get(f"{M1}/repairs").json() == {"repairs": []}


def press(client: TestClient, action: str, **fields: str) -> str:
    """Sends a form as a browser would; the page it ends on."""
    sent = client.post(action, data=fields)
    assert sent.status_code == 200, sent.text
    return html.unescape(sent.text)


def test_a_suggestion_is_accepted_with_one_press(client: TestClient) -> None:
    page = client.get("/meetings/m1").text
    form = re.search(r'<form class="suggestion".*?</form>', page, re.DOTALL)
    assert form and "Yes, it is Ann Hall" in form[0] and "Said it themselves" in form[0]
    fields = {html.unescape(k): html.unescape(v) for k, v in re.findall(r'name="(\w+)" value="([^"]*)"', form[0])}

    page = press(client, "/meetings/m1/speakers", **fields)

    assert speakers(client)[0] == "Ann Hall" and "Yes, it is" not in page
    assert "Last put right: Speaker 1 is Ann Hall (St Mary's)" in page


def test_the_page_shows_what_tells_of_a_voice_and_where_to_hear_it(client: TestClient) -> None:
    page = client.get("/meetings/m1").text
    samples = re.findall(r'<ul class="samples">.*?</ul>', page, re.DOTALL)

    assert len(samples) == 3
    assert re.search(r'href="\?t=180\.0#turn-3"', samples[2])


def test_a_meeting_is_put_right_by_forms_alone(client: TestClient, services: ToyServices) -> None:
    page = press(client, "/meetings/m1/text", turn="0", text="The coach broke down.")
    assert texts(client)[0] == "The coach broke down."
    assert "being found anew" in page
    work_until_empty(services)
    assert "being found anew" not in client.get("/meetings/m1").text
    press(client, "/meetings/m1/voice", turn="3", label="Speaker 3", voice="Speaker 2")
    press(client, "/meetings/m1/voice", turn="2", label="Speaker 1", voice="", following="true")
    assert speakers(client) == ["Speaker 1", "Speaker 2", "Speaker 3", "Speaker 2"]
    press(client, "/meetings/m1/merge", voice="Speaker 3", into="Speaker 1")
    press(client, "/meetings/m1/replace", old="shared book", new="shared diary")
    assert "shared diary" in texts(client)[2]
    page = press(client, "/meetings/m1/undo")
    assert "shared book" in texts(client)[2] and "Last put right: 'Speaker 3' joined" in page


def test_a_turn_of_two_people_is_cut_in_two(client: TestClient) -> None:
    cut = {"turns": [1], "voice": "Guest", "begin": "which rooms", "new": True}
    client.post(f"{M1}/reassign", json=cut)
    press(client, "/meetings/m1/voice", turn="0", label="Speaker 1", voice="Speaker 3", begin="The minibus")

    assert speakers(client) == ["Speaker 1", "Speaker 3", "Speaker 2", "Guest", "Speaker 1", "Speaker 3"]
    client.post(f"{M1}/undo")
    client.post(f"{M1}/undo")
    assert speakers(client) == ["Speaker 1", "Speaker 2", "Speaker 1", "Speaker 3"]


def test_the_page_of_a_renewal_says_what_it_does(client: TestClient, services: ToyServices) -> None:
    job = client.post(f"{M1}/replace", json={"old": "minibus", "new": "coach"}).json()["job_id"]
    assert "Finding anew what was told in Monday call" in client.get(f"/jobs/{job}").text

    claim = services.queue.claim("worker 1")
    assert claim
    with services.store.write() as tx:
        services.queue.fail(tx, claim, error="no room", retry=False)
    page = client.get(f"/jobs/{job}").text
    assert "put right all the same" in page and "hand it in again" not in page


def test_a_form_that_changes_nothing_says_so(client: TestClient) -> None:
    refused = client.post("/meetings/m1/text", data={"turn": "3", "text": SAYINGS[3]})

    assert refused.status_code == 422 and "nothing to put right" in refused.text


def test_doubtful_unsure_and_corrected_words_are_marked_and_explained(client: TestClient) -> None:
    press(client, "/meetings/m1/text", turn="1", text=SAYINGS[1].replace("staff", "shift"))
    page = client.get("/meetings/m1").text

    marked = dict(re.findall(r'<span data-s="[\d.]+" class="(\w+)" title="[^"]+">([^<]+)</span>', page))
    assert marked == {"doubt": "Nobody", "unsure": "tells", "corrected": "shift"}
    assert re.search(r'class="legend.*perhaps never said.*less than half certainty.*put right by a person', page)


def test_an_item_that_asks_for_a_look_says_so_until_it_was_looked_at(
    client: TestClient, services: ToyServices
) -> None:
    [story, *_] = services.store.items(scope=EVERYTHING)
    with services.store.write() as tx:
        tx.db.conn.execute("UPDATE item SET state = 'confirmed' WHERE id = ?", (story.id,))
    client.post(f"{M1}/replace", json={"old": "minibus", "new": "coach"})
    work_until_empty(services)

    assert client.get(f"/api/v1/items/{story.ref}").json()["look"] == "words it rests on were put right"
    for path in (f"/items/{story.ref}", "/items", "/meetings/m1"):
        assert "Look at it again" in client.get(path).text
    assert "Look at it again" not in press(client, f"/items/{story.ref}/looked")
    assert client.post(f"/api/v1/items/{story.ref}/looked").json()["look"] is None
    assert client.post("/api/v1/items/i99/looked").status_code == 404
