"""The pages as a browser without scripts meets them: every journey can be walked by links and forms alone."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api import uploads
from models.consent import EVERYTHING
from models.errors import AudioError
from models.knowledge import Link, Relation
from models.people import OWNER
from tests.service import HOSTILE, add_call, add_transcript, serving
from tests.sounds import tone
from tests.toy_services import ToyExtractor, ToyServices, work_until_empty

LISTS = ["/", "/add", "/meetings", "/items", "/ask", "/api"]
PAGES = [
    *LISTS,
    "/meetings/m1",
    "/meetings/m2",
    "/items/i1",
    "/items/i1/kindred",
    "/clusters/Care homes",
    "/ask?q=the+minibus+broke+down",
]


@pytest.fixture
def services(tmp_path: Path) -> ToyServices:
    return ToyServices(tmp_path / "library")


@pytest.fixture
def client(services: ToyServices) -> Iterator[TestClient]:
    with serving(services) as client:
        yield client


@pytest.fixture
def told(services: ToyServices, tmp_path: Path) -> None:
    """A recording of Care homes as m1 and a hostile transcript of Schools as m2."""
    add_call(services, tmp_path)
    add_transcript(services, tmp_path)


def links(page: str) -> set[str]:
    return {html.unescape(link) for link in re.findall(r'href="(/[^"]*)"', page)}


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_its_landmarks(client: TestClient, told: None, path: str) -> None:
    page = client.get(path)

    assert page.status_code == 200
    for mark in ('lang="en-GB"', "<main", "<nav", 'class="skip"', "<footer", '<meta name="viewport"'):
        assert mark in page.text
    assert page.text.count("<h1") == 1


@pytest.mark.parametrize("path", PAGES)
def test_every_field_has_its_label(client: TestClient, told: None, path: str) -> None:
    page = client.get(path).text

    fields = re.findall(r"<(?:input|select|textarea)\b[^>]*>", page)
    named = [re.search(r'id="([^"]+)"', field) for field in fields if 'type="hidden"' not in field]
    labelled = set(re.findall(r'<label[^>]*for="([^"]+)"', page))
    assert {match[1] for match in named if match} <= labelled
    assert all(named)
    assert len(re.findall(r'\bid="', page)) == len(set(re.findall(r'\bid="([^"]+)"', page)))


@pytest.mark.parametrize("path", PAGES)
def test_nothing_inline_runs_and_nothing_comes_from_elsewhere(client: TestClient, told: None, path: str) -> None:
    page = client.get(path).text

    assert HOSTILE not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|javascript:", page)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)


def test_every_link_leads_somewhere(client: TestClient, told: None) -> None:
    seen: set[str] = set()
    waiting = {"/"}
    while waiting:
        link = waiting.pop()
        seen.add(link)
        answer = client.get(link, follow_redirects=True)
        assert answer.status_code == 200, link
        if answer.headers["content-type"].startswith("text/html"):
            waiting |= {found.partition("#")[0] for found in links(answer.text)} - seen

    assert {
        "/",
        "/add",
        "/items/i1",
        "/meetings/m2",
        "/digest/Care%20homes",
        "/api/v1/meetings/m2/recording",
    } <= seen


def test_the_page_of_an_item_shows_what_hangs_together_with_it(
    client: TestClient, services: ToyServices, told: None
) -> None:
    story, problem, practice, other = services.store.items(scope=EVERYTHING)
    kinds = ((practice, Relation.ANSWERS), (story, Relation.TELLS_OF))
    found = [
        Link(source_id=item.id, target_id=problem.id, relation=relation, score=0.71, reason=f"both say {HOSTILE}")
        for item, relation in kinds
    ]
    with services.store.write() as tx:
        services.store.save_links(tx, problem.meeting_id, found)
    page = client.get(f"/items/{problem.ref}").text
    assert HOSTILE not in page
    for words in ("What answers it", "Where it was lived through", "71 %", "Monthly call", "St Mary&#39;s"):
        assert words in page
    assert f'href="/items/{practice.ref}"' in page and f'href="/items/{other.ref}"' not in page
    assert "What it answers" in client.get(f"/items/{practice.ref}").text
    shown = client.get(f"/api/v1/items/{problem.ref}").json()["links"]
    assert [link["relation"] for link in shown] == ["answered by", "told in"]


def test_an_empty_library_says_how_to_begin(client: TestClient) -> None:
    assert 'href="/add"' in client.get("/").text
    assert "Nothing has been told here yet" in client.get("/").text
    assert client.get("/items").status_code == client.get("/meetings").status_code == 200


def test_a_meeting_is_added_by_the_form_alone(client: TestClient, services: ToyServices, tmp_path: Path) -> None:
    sound = tone(tmp_path / "call.wav", seconds=8).read_bytes()
    form = {
        "community": "Care homes",
        "organisation": "",
        "title": "Monthly call",
        "date": "2026-03-14",
        "speakers": "",
    }

    sent = client.post("/add", files={"file": ("call.wav", sound)}, data=form, follow_redirects=False)

    assert (sent.status_code, sent.headers["location"]) == (303, "/jobs/j1")
    waiting = client.get("/jobs/j1").text
    assert "Taking in call.wav" in waiting and '<noscript><meta http-equiv="refresh"' in waiting
    work_until_empty(services)
    meeting = client.get("/jobs/j1", follow_redirects=True)
    assert meeting.url.path == "/meetings/m1"
    assert "<h1>Monthly call</h1>" in meeting.text and "14 March 2026" in meeting.text
    assert list((services.home / "incoming").iterdir()) == []


def test_a_job_that_has_something_to_say_says_it_before_it_leads_to_the_meeting(
    client: TestClient, services: ToyServices, tmp_path: Path
) -> None:
    services.extractor = ToyExtractor()
    services.extractor.remarks = ("2 of 3 stretches were read <elsewhere>.",)
    add_call(services, tmp_path)

    page = client.get("/jobs/j1", follow_redirects=False)

    assert page.status_code == 200
    assert "2 of 3 stretches were read &lt;elsewhere&gt;." in page.text
    assert 'href="/meetings/m1"' in page.text
    assert client.get("/api/v1/jobs/j1").json()["remarks"] == ["2 of 3 stretches were read <elsewhere>."]


def test_the_same_file_again_leads_to_the_meeting_that_is_here(
    client: TestClient, services: ToyServices, tmp_path: Path
) -> None:
    sound = tone(tmp_path / "call.wav", seconds=8).read_bytes()
    for _ in range(2):
        client.post("/add", files={"file": ("call.wav", sound)}, data={"community": "Care homes"})
        work_until_empty(services)

    again = client.post("/add", files={"file": ("again.wav", sound)}, data={"community": "Care homes"})

    assert again.url.path == "/meetings/m1"
    assert "nothing was added twice" in again.text


@pytest.mark.parametrize(
    ("name", "content", "field", "said"),
    [
        ("", b"", {"community": "C"}, "choose a recording"),
        ("call.vtt", b"", {"community": "C"}, "call.vtt: the file is empty"),
        ("call.wav", b"not a sound at all", {"community": "C"}, "call.wav"),
        ("notes.txt", b"Ann: We ring every family.\nBo: Good.", {"community": ""}, "community"),
        ("notes.txt", b"Ann: We ring every family.\nBo: Good.", {"community": "C", "date": "soon"}, "date: "),
    ],
)
def test_what_is_wrong_is_said_above_the_form_and_what_was_written_stays(
    client: TestClient, services: ToyServices, name: str, content: bytes, field: dict[str, str], said: str
) -> None:
    page = client.post("/add", files={"file": (name, content)}, data={"title": "Monthly <call>", **field})

    assert page.status_code == 422
    alert = html.unescape(re.findall(r'role="alert">(.*?)</div>', page.text, re.DOTALL)[0])
    assert said in alert
    assert 'value="Monthly &lt;call&gt;"' in page.text
    assert services.queue.jobs() == []


def test_a_form_over_the_cap_is_refused(
    client: TestClient, services: ToyServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)

    page = client.post("/add", files={"file": ("call.wav", b"x" * 2000)}, data={"community": "C"})

    assert page.status_code == 413 and "Too large" in page.text
    assert list((services.home / "incoming").iterdir()) == []


def test_two_files_in_one_form_are_refused(client: TestClient, services: ToyServices) -> None:
    files = [("file", (name, b"We ring every family.")) for name in ("one.txt", "two.txt")]
    page = client.post("/add", files=files, data={"community": "C"})

    assert page.status_code == 422 and "one by one" in page.text
    assert services.queue.jobs() == []


def test_a_body_that_is_no_form_is_refused(client: TestClient) -> None:
    assert client.post("/add", content=b"x").status_code == 415
    broken = client.post("/add", content=b"no parts", headers={"Content-Type": "multipart/form-data; boundary=xyz"})
    assert broken.status_code == 400


class Deaf(ToyServices):
    """Where no recording can be heard."""

    def pause_and_fail(self) -> None:
        raise AudioError("call.wav: no sound in it; record it again")


def test_a_job_that_failed_says_why_and_the_way_to_try_again(tmp_path: Path) -> None:
    services = Deaf(tmp_path / "library")
    services.pause = services.pause_and_fail
    with serving(services) as client:
        sound = tone(tmp_path / "call.wav", seconds=4).read_bytes()
        client.post("/add", files={"file": ("call.wav", sound)}, data={"community": "C"})
        work_until_empty(services)
        page = client.get("/jobs/j1").text

    assert "It did not work" in page and "call.wav: no sound in it; record it again" in page
    assert 'href="/add"' in page and "refresh" not in page


def test_a_citation_opens_the_meeting_at_the_second_and_the_turn(client: TestClient, told: None) -> None:
    page = client.get("/ask", params={"q": "we ring every family twice a week"}).text

    citation = "/meetings/m1?t=4.0#turn-2"
    assert citation in links(page)
    meeting = client.get(citation.partition("#")[0]).text
    assert re.search(r'<li id="turn-2"[^>]* data-s="4.00"', meeting)
    assert "/api/v1/meetings/m1/recording#t=4.0,6.0" in page


def test_an_honest_nothing_says_what_happens_with_the_question(
    client: TestClient, services: ToyServices, told: None
) -> None:
    page = client.get("/ask", params={"q": "apple tree pruning", "kind": "", "since": "", "community": ""}).text

    assert "Nobody here has told of this yet" in page
    assert [gap.question for gap in services.door.gaps(OWNER)] == ["apple tree pruning"]


def test_words_can_be_followed_where_their_seconds_are_known(client: TestClient, told: None) -> None:
    heard, read = client.get("/meetings/m1").text, client.get("/meetings/m2").text

    assert '<span data-s="0.00">The</span> <span data-s="0.13">minibus</span>' in heard
    assert "<audio" in heard and "/static/follow.js" in heard
    assert "data-s" not in read and "<audio" not in read


def test_a_voice_is_named_by_the_form_alone(client: TestClient, told: None) -> None:
    named = client.post("/meetings/m1/speakers", data={"label": "Speaker 2", "person": " Ama ", "organisation": ""})

    assert named.status_code == 200
    assert '<strong>Ama</strong> <span class="meta">(Speaker 2)</span>' in named.text


def test_a_voice_is_not_named_nothing(client: TestClient, told: None) -> None:
    refused = client.post("/meetings/m1/speakers", data={"label": "Speaker 2", "person": " "})

    assert refused.status_code == 422 and "leave the voice unnamed" in refused.text


def test_items_are_chosen_by_kind_and_community(client: TestClient, told: None) -> None:
    page = client.get("/items", params={"kind": "problem", "community": "Schools"}).text

    assert re.findall(r'href="(/items/i\d+)"', page) == ["/items/i4"]


def test_long_lists_come_in_pages(client: TestClient, told: None) -> None:
    first = client.get("/items", params={"limit": 3}).text
    follow = next(link for link in links(first) if "offset=3" in link)

    assert "1 to 3 of 4" in first
    assert "4 to 4 of 4" in client.get(follow).text


def test_the_digest_tells_what_was_told(client: TestClient, told: None) -> None:
    page = client.get("/digest/care homes").text

    for said in ("Stories worth hearing", "minibus broke down", "Problems it lives with", "Ways of working"):
        assert said in page
