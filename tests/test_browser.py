"""The pages in a real browser: a meeting dropped in, watched, asked about, and heard at the second that was cited.

Skipped where Debian's chromium or the playwright package is missing.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn

from api.app import build_app
from tests.service import add_call
from tests.sounds import tone
from tests.toy_services import ToyServices, nap

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 15_000
"""Milliseconds for anything a page does by itself."""


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    if not CHROMIUM.exists():
        pytest.skip("no chromium here: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright here: pip install playwright")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def services(tmp_path: Path) -> ToyServices:
    return ToyServices(tmp_path / "library", pause=nap(0.3))


@pytest.fixture
def address(services: ToyServices) -> Iterator[str]:
    """Where the service listens, its worker at work."""
    with listening(services) as address:
        yield address


@contextmanager
def listening(services: ToyServices) -> Iterator[str]:
    config = uvicorn.Config(build_app(services), port=0, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def page(browser: "Browser", address: str) -> Iterator["Page"]:
    """A fresh window; whatever it complains of fails the test."""
    complaints: list[str] = []
    context = browser.new_context(base_url=address)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def is_complaint(message: "ConsoleMessage") -> bool:
    """A refused request is written to the console too; the pages deal with those."""
    return message.type == "error" and "the server responded with a status of 4" not in message.text


def heard_at(page: "Page") -> float:
    """Where the player stands once it has found its place."""
    page.wait_for_function("() => !sound.seeking && sound.readyState >= 1 && sound.currentTime > 0")
    return float(page.evaluate("() => sound.currentTime"))


def test_a_recording_is_added_watched_asked_about_and_heard(page: "Page", tmp_path: Path) -> None:
    page.goto("/add")
    page.set_input_files("#file", tone(tmp_path / "call.wav", seconds=8))
    page.fill("#community", "Care homes")
    page.fill("#title", "Monthly call")
    page.click("button:text('Add it')")

    page.wait_for_url("**/jobs/j1")
    page.wait_for_url("**/meetings/m1")
    assert page.text_content("h1") == "Monthly call"

    page.click("nav >> text=Ask")
    page.fill("#q", "we ring every family twice a week and write down what they say")
    page.click("button:text('Ask')")
    page.click(".card >> text=/Listen in .*at 0:04/ >> nth=0")

    page.wait_for_url("**/meetings/m1?t=4.0#turn-2")
    assert 4.0 <= heard_at(page) < 6.0
    page.wait_for_selector("#turn-2.now")
    assert page.text_content("#turn-2 .said span.now") in ["We", "ring", "every", "family", "twice", "a", "week"]


def test_a_word_that_is_clicked_is_heard(page: "Page", services: ToyServices, tmp_path: Path) -> None:
    add_call(services, tmp_path)
    page.goto("/meetings/m1")

    page.click("#turn-1 .said span:text-is('cleaned')")

    spoken = float(page.get_attribute("#turn-1 .said span:text-is('cleaned')", "data-s") or 0)
    assert spoken <= heard_at(page) < spoken + 1.5
    page.wait_for_selector("#turn-1.now")


def test_an_address_with_a_second_opens_there(page: "Page", services: ToyServices, tmp_path: Path) -> None:
    add_call(services, tmp_path)

    page.goto("/meetings/m1#t=6")

    assert 6.0 <= heard_at(page) <= 8.0


def test_a_refused_file_is_said_on_the_page_and_can_be_replaced(page: "Page", tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Ann: We ring every family.\nBo: Good.", encoding="utf-8")
    page.goto("/add")
    page.fill("#community", "Care homes")
    page.set_input_files("#file", {"name": "call.vtt", "mimeType": "text/vtt", "buffer": b""})
    page.click("button:text('Add it')")
    page.wait_for_selector("#error:visible")
    assert "call.vtt: the file is empty" in (page.text_content("#error") or "")

    page.set_input_files("#file", tmp_path / "notes.txt")
    page.click("button:text('Add it')")

    page.wait_for_url("**/meetings/m1")


def test_all_is_walked_without_scripts(browser: "Browser", address: str, tmp_path: Path) -> None:
    page = browser.new_context(base_url=address, java_script_enabled=False).new_page()
    page.goto("/add")
    page.set_input_files("#file", tone(tmp_path / "call.wav", seconds=8))
    page.fill("#community", "Care homes")
    page.click("button:text('Add it')")
    page.wait_for_url("**/meetings/m1")  # the page of the job asks again by itself

    page.goto("/ask?q=the+minibus+broke+down")
    page.click(".card >> text=/Listen in/ >> nth=0")

    assert "#turn-0" in page.url
    page.context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_the_screen(
    browser: "Browser", address: str, services: ToyServices, tmp_path: Path, width: int
) -> None:
    add_call(services, tmp_path)
    page = browser.new_context(base_url=address, viewport={"width": width, "height": 740}).new_page()
    for path in (
        "/",
        "/add",
        "/meetings",
        "/meetings/m1",
        "/items",
        "/items/i1",
        "/ask?q=minibus",
        "/digest/Care homes",
    ):
        page.goto(path)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, path
    page.context.close()
