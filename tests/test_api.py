"""The interface under /api/v1, as a stranger with its description would use it."""

import hashlib
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api import finding_schemas, uploads
from api.app import build_app
from models.consent import EVERYTHING
from tests.service import HERE, add_call, add_transcript, serving
from tests.sounds import tone
from tests.toy_services import ToyServices, work_until_empty


@pytest.fixture
def services(tmp_path: Path) -> ToyServices:
    return ToyServices(tmp_path / "library")


@pytest.fixture
def client(services: ToyServices) -> Iterator[TestClient]:
    with serving(services) as client:
        yield client


@pytest.fixture
def call(tmp_path: Path) -> bytes:
    return tone(tmp_path / "call.wav", seconds=8).read_bytes()


def test_a_recording_handed_in_can_be_asked_about(client: TestClient, services: ToyServices, call: bytes) -> None:
    added = client.post("/api/v1/meetings", params={"name": "call.wav", "community": "Care homes"}, content=call)
    assert (added.status_code, added.headers["location"]) == (202, "/api/v1/jobs/j1")
    assert added.json() == {"name": "call.wav", "meeting_id": "m1", "job_id": "j1", "duplicate": False}
    assert client.get("/api/v1/jobs/j1").json()["state"] == "queued"

    work_until_empty(services)

    assert client.get("/api/v1/jobs/j1").json()["state"] == "done"
    answer = client.get(
        "/api/v1/ask", params={"question": "who drove the children when the minibus broke down"}
    ).json()
    assert answer["found"]
    best = answer["hits"][0]
    assert (best["meeting_id"], best["start"]) == ("m1", 0.0)
    assert "minibus" in best["quote"]


def test_the_same_file_twice_is_said_to_be_here_already(
    client: TestClient, services: ToyServices, call: bytes
) -> None:
    asked = {"name": "call.wav", "community": "Care homes"}
    client.post("/api/v1/meetings", params=asked, content=call)
    work_until_empty(services)

    again = client.post("/api/v1/meetings", params=asked, content=call)

    assert (again.status_code, again.headers["location"]) == (200, "/api/v1/meetings/m1")
    assert again.json()["duplicate"]
    assert client.get("/api/v1/meetings").json()["total"] == 1


def test_what_is_said_beside_the_file_is_kept(client: TestClient, services: ToyServices, call: bytes) -> None:
    about = {"organisation": "St Mary's", "title": "Monthly call", "date": "2026-03-14", "speakers": "3"}
    client.post("/api/v1/meetings", params={"name": "a.wav", "community": "Care homes"} | about, content=call)
    work_until_empty(services)

    meeting = client.get("/api/v1/meetings/m1").json()

    assert {name: meeting[name] for name in ("organisation", "title", "date")} == {
        "organisation": "St Mary's",
        "title": "Monthly call",
        "date": "2026-03-14",
    }
    assert (meeting["source"], meeting["filename"], meeting["duration"]) == ("recording", "a.wav", 8.0)
    assert len(client.get("/api/v1/meetings/m1/speakers").json()["speakers"]) == 3


def test_nothing_of_an_upload_stays_but_the_recording(
    client: TestClient, services: ToyServices, call: bytes
) -> None:
    client.post("/api/v1/meetings", params={"name": "../../call.wav", "community": "C"}, content=call)

    assert list((services.home / "incoming").iterdir()) == []
    assert services.queue.jobs()[0].subject == "call.wav"


def test_a_file_that_is_too_large_is_refused_and_leaves_nothing(
    client: TestClient, services: ToyServices, call: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)

    def chunks() -> Iterator[bytes]:
        yield from (call[at : at + 100] for at in range(0, 3000, 100))

    for body in (call, chunks()):  # with its length declared, and without
        refused = client.post("/api/v1/meetings", params={"name": "call.wav", "community": "C"}, content=body)
        assert refused.status_code == 413
    assert list((services.home / "incoming").iterdir()) == []
    assert services.queue.jobs() == []


def test_a_meeting_can_be_read_whole(client: TestClient, services: ToyServices, tmp_path: Path) -> None:
    add_call(services, tmp_path)

    transcript = client.get("/api/v1/meetings/m1/transcript").json()
    items = client.get("/api/v1/meetings/m1/items").json()

    assert [turn["speaker"] for turn in transcript["turns"]] == ["Speaker 1", "Speaker 2", "Speaker 1", "Speaker 2"]
    assert transcript["turns"][0]["words"][0] == {"word": "The", "start": 0.0, "end": 0.13, "probability": 0.9}
    assert [item["kind"] for item in items["items"]] == ["story", "problem", "practice"]
    for item in items["items"]:
        turn = transcript["turns"][item["turn_start"]]
        assert turn["text"][item["char_start"] : item["char_end"]] == item["quote"]


def test_items_are_listed_by_kind_and_community_and_shown_one_by_one(
    client: TestClient, services: ToyServices, tmp_path: Path
) -> None:
    add_call(services, tmp_path)
    add_transcript(services, tmp_path)

    for lists in ("items", "meetings"):
        assert client.get(f"/api/v1/{lists}", params={"community": "Nowhere"}).status_code == 404
    problems = client.get("/api/v1/items", params={"kind": "problem"}).json()
    assert [item["community"] for item in problems["items"]] == ["Care homes", "Schools"]
    schools = client.get("/api/v1/items", params={"kind": "problem", "community": "Schools"}).json()
    assert schools["total"] == 1
    assert client.get(f"/api/v1/items/{schools['items'][0]['id']}").json() == schools["items"][0] | {"links": []}
    part = client.get("/api/v1/items", params={"offset": 1, "limit": 2}).json()
    assert (part["total"], len(part["items"])) == (4, 2)


def test_a_voice_can_be_given_its_name(client: TestClient, services: ToyServices, tmp_path: Path) -> None:
    add_call(services, tmp_path)

    named = client.put(
        "/api/v1/meetings/m1/speakers/Speaker 2", json={"person": "Ama", "organisation": "St Mary's"}
    )

    assert named.json() == {"meeting_id": "m1", "label": "Speaker 2", "person": "Ama", "organisation": "St Mary's"}
    turns = client.get("/api/v1/meetings/m1/transcript").json()["turns"]
    assert [turn["speaker"] for turn in turns] == ["Speaker 1", "Ama", "Speaker 1", "Ama"]


def test_the_recording_is_given_whole_and_in_parts(
    client: TestClient, services: ToyServices, tmp_path: Path
) -> None:
    add_call(services, tmp_path)
    sound = (tmp_path / "call.wav").read_bytes()

    whole = client.get("/api/v1/meetings/m1/recording")
    part = client.get("/api/v1/meetings/m1/recording", headers={"Range": "bytes=1000-1999"})
    beyond = client.get("/api/v1/meetings/m1/recording", headers={"Range": f"bytes={len(sound)}-"})

    assert (whole.content, whole.headers["content-type"]) == (sound, "audio/wav")
    assert whole.headers["content-disposition"] == 'inline; filename="call.wav"'
    assert (part.status_code, part.content) == (206, sound[1000:2000])
    assert part.headers["content-range"] == f"bytes 1000-1999/{len(sound)}"
    assert beyond.status_code == 416


@pytest.mark.parametrize("asked", ["garbage", "items=0-5", "bytes=", "bytes=5-2", "bytes=a-b"])
def test_a_range_that_makes_no_sense_is_as_good_as_none(
    client: TestClient, services: ToyServices, tmp_path: Path, asked: str
) -> None:
    add_call(services, tmp_path)

    given = client.get("/api/v1/meetings/m1/recording", headers={"Range": asked})

    assert (given.status_code, given.content) == (200, (tmp_path / "call.wav").read_bytes())


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=-0"])
def test_a_range_beyond_the_end_is_a_problem_that_says_the_size(
    client: TestClient, services: ToyServices, tmp_path: Path, asked: str
) -> None:
    add_call(services, tmp_path)

    beyond = client.get("/api/v1/meetings/m1/recording", headers={"Range": asked})

    assert (beyond.status_code, beyond.headers["content-type"]) == (416, "application/problem+json")
    assert beyond.headers["content-range"] == f"bytes */{(tmp_path / 'call.wav').stat().st_size}"


def test_of_several_ranges_those_that_are_there_are_given(
    client: TestClient, services: ToyServices, tmp_path: Path
) -> None:
    add_call(services, tmp_path)
    sound = (tmp_path / "call.wav").read_bytes()

    given = client.get("/api/v1/meetings/m1/recording", headers={"Range": "bytes=10-19,900000000-"})

    assert (given.status_code, given.content) == (206, sound[10:20])


def test_a_recording_that_is_known_is_not_sent_again(
    client: TestClient, services: ToyServices, tmp_path: Path
) -> None:
    add_call(services, tmp_path)
    etag = client.head("/api/v1/meetings/m1/recording").headers["etag"]

    again = client.get("/api/v1/meetings/m1/recording", headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")


def test_a_form_is_not_taken_for_the_file_in_it(client: TestClient, services: ToyServices) -> None:
    asked = {"name": "a.txt", "community": "C"}

    refused = client.post("/api/v1/meetings", params=asked, files={"file": ("a.txt", b"Ann: hello there")})

    assert refused.status_code == 415 and "--data-binary" in refused.json()["detail"]
    assert services.queue.jobs() == []


@pytest.mark.parametrize("blank", [" ", "\0", "?!", "\ufffd"])
def test_a_question_without_words_is_refused_and_leaves_no_gap(
    client: TestClient, services: ToyServices, blank: str
) -> None:
    assert client.get("/api/v1/ask", params={"question": blank}).status_code == 422
    assert services.store.gaps(scope=EVERYTHING) == []


def test_a_file_that_is_no_sound_is_saved_and_never_shown(
    client: TestClient, services: ToyServices, tmp_path: Path
) -> None:
    add_transcript(services, tmp_path)

    given = client.get("/api/v1/meetings/m1/recording")

    assert given.headers["content-type"] == "application/octet-stream"
    assert given.headers["content-disposition"].startswith("attachment")
    assert given.headers["x-content-type-options"] == "nosniff"


def test_a_question_nobody_can_answer_is_answered_honestly_and_kept(
    client: TestClient, services: ToyServices
) -> None:
    answer = client.post("/api/v1/ask", json={"question": "How do I prune an apple tree?"}).json()

    assert (answer["found"], answer["hits"], answer["people"]) == (False, [], [])
    assert [gap.question for gap in services.store.gaps(scope=EVERYTHING)] == ["How do I prune an apple tree?"]


def test_asking_elsewhere_leaves_the_askers_own_organisation_out(
    client: TestClient, services: ToyServices, tmp_path: Path
) -> None:
    add_call(services, tmp_path)
    add_transcript(services, tmp_path)
    asked = {"question": "Nobody tells the night staff which rooms are being cleaned", "organisation": "Hillside"}

    own = client.get("/api/v1/ask", params=asked).json()
    other = client.get("/api/v1/ask", params={**asked, "elsewhere": True}).json()

    assert "Hillside" in {hit["organisation"] for hit in own["hits"]}
    assert {hit["organisation"] for hit in other["hits"]} == {"St Mary's"}


def test_people_are_shown_with_what_they_told(client: TestClient, services: ToyServices, tmp_path: Path) -> None:
    add_call(services, tmp_path)

    people = client.get("/api/v1/people", params={"question": "we ring every family twice a week"}).json()["people"]

    assert people[0]["hits"][0]["quote"].startswith("We ring every family")


@pytest.mark.parametrize(
    ("form", "kind"), [("json", "application/json"), ("md", "text/markdown"), ("html", "text/html")]
)
def test_a_digest_comes_in_each_form(
    client: TestClient, services: ToyServices, tmp_path: Path, form: str, kind: str
) -> None:
    add_call(services, tmp_path)

    digest = client.get("/api/v1/digests/care homes", params={"format": form, "since": "2026-01-01"})

    assert digest.headers["content-type"].startswith(kind)
    assert "minibus broke down" in digest.text


def test_a_digest_keeps_to_its_description(client: TestClient, services: ToyServices, tmp_path: Path) -> None:
    add_call(services, tmp_path)

    digest = client.get("/api/v1/digests/Care homes").json()

    shaped = finding_schemas.Digest.model_validate(digest)
    assert set(digest) == set(finding_schemas.Digest.model_fields)
    assert [story.quote for story in shaped.stories] == [
        "The minibus broke down on the first morning so two assistants drove the children themselves."
    ]


def test_a_job_can_be_watched_to_its_end(client: TestClient, services: ToyServices, call: bytes) -> None:
    client.post("/api/v1/meetings", params={"name": "call.wav", "community": "C"}, content=call)
    work_until_empty(services)

    watched = client.get("/api/v1/jobs/j1/events")

    assert watched.headers["content-type"].startswith("text/event-stream")
    assert '"state":"done"' in watched.text.replace(" ", "")


def test_communities_counts_and_health_are_told(client: TestClient, services: ToyServices, tmp_path: Path) -> None:
    add_call(services, tmp_path)

    assert [community["name"] for community in client.get("/api/v1/communities").json()["communities"]] == [
        "Care homes"
    ]
    assert client.get("/api/v1/stats").json()["meetings"] == 1
    health = client.get("/api/v1/health").json()
    assert (health["status"], health["worker"], health["waiting"]) == ("ok", "elsewhere", 0)


def test_the_worker_of_the_service_takes_in_what_comes(tmp_path: Path, call: bytes) -> None:
    services = ToyServices(tmp_path / "library")
    with TestClient(build_app(services), base_url=HERE) as client:
        client.post("/api/v1/meetings", params={"name": "call.wav", "community": "C"}, content=call)
        states = [event for event in client.get("/api/v1/jobs/j1/events").text.splitlines() if "state" in event]

    assert '"done"' in states[-1]


def test_everything_is_described_for_strangers(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()

    for path, operations in described["paths"].items():
        assert path.startswith("/api/v1/")
        for method, operation in operations.items():
            assert operation["summary"] and operation["tags"], f"{method} {path}"
            assert set(operation["responses"]["4XX"]["content"]) == {"application/problem+json"}, f"{method} {path}"
            for parameter in operation.get("parameters", []):
                assert parameter["name"] not in ("request", "services", "reader")


def test_a_wav_survives_the_way_in(client: TestClient, services: ToyServices, call: bytes) -> None:
    client.post("/api/v1/meetings", params={"name": "call.wav", "community": "C"}, content=call)
    with services.recordings.path(hashlib.sha256(call).hexdigest()).open("rb") as kept, wave.open(kept) as sound:
        assert sound.getnframes() == 8 * 16_000


def test_another_site_cannot_leave_a_gap_by_loading_a_question_as_a_picture(client: TestClient) -> None:
    loaded = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert client.get("/ask?q=zebra+quux", headers=loaded).status_code == 403
    assert client.get("/ask?q=", headers=loaded | {"Sec-Fetch-Mode": "navigate"}).status_code == 200


def test_the_like_of_an_item_and_clusters_can_be_read(
    client: TestClient, services: ToyServices, tmp_path: Path
) -> None:
    add_transcript(services, tmp_path)
    assert client.get("/api/v1/items/i1/kindred").json() == {"kindred": []}
    assert client.get("/api/v1/items/i99/kindred").status_code == 404
    community = client.get("/api/v1/communities").json()["communities"][0]["name"]
    assert "clusters" in client.get("/api/v1/clusters", params={"community": community}).json()
    assert client.get("/api/v1/clusters", params={"community": "Nowhere"}).status_code == 404
