"""A large model as people meet it: off until it is set, what leaves is said before, what became of it after."""

import subprocess
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pytest

from capture.extractor import TaggerExtractor
from cli import session
from models.ports import Extractor
from tests.command_line import CommandLine, toy_command_line, transcript
from tests.service import add_transcript, serving
from tests.toy_model import ToyModel, proposal, proposes, toy_model
from tests.toy_services import SAYINGS, ToyServices
from tests.toy_tagger import ToyTagger

pytestmark = pytest.mark.weights

ROOT = Path(__file__).parents[1]
KEY = "sk-very-secret-0815"
QUOTE = "We ring every family twice a week"
PRACTICE = proposal(QUOTE, kind="practice", title="Ring every family", gist="They ring every family twice a week.")
INVENTED = proposal("Nobody ever said these words here.")


class Reading(ToyServices):
    """Toys, but for what reads for items: a large model where one is set."""

    @cached_property
    def tagger(self) -> TaggerExtractor:
        return ToyTagger(self.embedder, linguist=self.linguist)

    @cached_property
    def extractor(self) -> Extractor:
        return self._large_model() or self.tagger


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[ToyModel]:
    """Set, and on this machine."""
    with toy_model(proposes(PRACTICE, INVENTED, model="gemma")) as model:
        monkeypatch.setenv("COMMONLORE_LLM_URL", model.url)
        monkeypatch.setenv("COMMONLORE_LLM_MODEL", "gemma")
        monkeypatch.setenv("COMMONLORE_LLM_KEY", KEY)
        yield model


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    command_line = toy_command_line(tmp_path, monkeypatch)
    monkeypatch.setattr(session, "factory", lambda settings: Reading(settings.home))
    return command_line


def test_a_meeting_is_read_by_it_and_what_became_of_it_is_kept(
    run: CommandLine, model: ToyModel, tmp_path: Path
) -> None:
    done = run("add", transcript(tmp_path / "a.json"), "--community", "Wards")

    before, *_ = done.err.splitlines()
    assert before.startswith("The words of a meeting, its speakers as A, B, C, go to the model gemma at ")
    [item] = run("items", "--json").json
    assert (item["quote"], item["title"], item["extractor"]) == (
        SAYINGS[2],
        "Ring every family",
        "gemma with prompt 1, checked",
    )
    remarks = run("jobs", "--json").json[0]["remarks"]
    assert remarks == [
        f"gemma at {model.place} read 1 of 1 stretch.",
        "1 proposal of gemma was dropped for quoting what nobody said.",
    ]
    assert all(f"a.json: {remark}" in done.err for remark in remarks)
    assert all(remark in run("show", "j1").out for remark in remarks)


def test_extract_says_on_stderr_what_leaves_and_what_became_of_it(
    run: CommandLine, model: ToyModel, tmp_path: Path
) -> None:
    done = run("extract", transcript(tmp_path / "a.json"), "--json")

    assert [line["quote"] for line in done.json_lines] == [SAYINGS[2]]
    assert done.err.splitlines()[0].endswith("on this machine, and Commonlore sends them no further.")
    assert "dropped for quoting what nobody said" in done.err


def test_nothing_is_sent_before_work_has_said_so(run: CommandLine, model: ToyModel, tmp_path: Path) -> None:
    assert "The words of" not in run("add", transcript(tmp_path / "a.json"), "--community", "W", "--later").err
    assert model.asked == []

    assert "The words of a meeting" in run("work", "--until-empty").err
    assert len(model.asked) == 1


def test_what_is_put_right_is_sent_anew_and_said_so(run: CommandLine, model: ToyModel, tmp_path: Path) -> None:
    run("add", transcript(tmp_path / "a.json"), "--community", "Wards")

    assert "The words of a meeting" in run("correct", "m1", "--replace", "minibus", "coach").err
    assert "coach" in model.asked[-1].prompt


def test_serve_says_it_before_it_opens(run: CommandLine, model: ToyModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "serve_pages", lambda *_, **__: None)

    assert "The words of a meeting" in run("serve", "--port", "65123").err


def test_the_doctor_and_the_page_that_takes_files_in_say_it(
    run: CommandLine, model: ToyModel, tmp_path: Path
) -> None:
    run("add", transcript(tmp_path / "a.json"), "--community", "Wards")
    with serving(Reading(run.home)) as client:
        page = client.get("/add").text

    assert (
        f"go to the model gemma at {model.place} on this machine" in page and "It stays on this machine" not in page
    )
    assert f"the model gemma at {model.place}" in " ".join(run("doctor").out.split())


def test_the_page_of_a_job_says_what_became_of_it(run: CommandLine, model: ToyModel, tmp_path: Path) -> None:
    services = Reading(run.home)
    add_transcript(services, tmp_path)
    with serving(services) as client:
        page = client.get("/jobs/j1", follow_redirects=False)

    assert page.status_code == 200 and f"gemma at {model.place} read 1 of 1 stretch." in page.text


def test_the_key_and_the_names_of_speakers_are_in_nothing_that_is_printed_kept_or_sent(
    run: CommandLine, model: ToyModel, tmp_path: Path
) -> None:
    done = [
        run("add", transcript(tmp_path / "a.json"), "--community", "Wards"),
        run("doctor", "--json"),
        run("jobs", "--json"),
    ]

    assert KEY not in "".join(each.out + each.err for each in done)
    assert not any(KEY.encode() in path.read_bytes() for path in run.home.rglob("*") if path.is_file())
    assert model.asked[0].headers["Authorization"] == f"Bearer {KEY}"
    for word in (KEY, "Ann", "Ben", "Cat", "Wards", "a.json"):
        assert word not in model.asked[0].body.decode()


def test_a_model_that_is_nowhere_leaves_a_meeting_taken_in_all_the_same(
    run: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with toy_model(proposes()) as gone:
        monkeypatch.setenv("COMMONLORE_LLM_URL", gone.url)
        monkeypatch.setenv("COMMONLORE_LLM_MODEL", "gemma")

    done = run("add", transcript(tmp_path / "a.json"), "--community", "Wards")

    assert "1 of 1 stretch was read by the built-in tagger: gemma could not be reached." in done.err
    assert run("meetings", "--json").json


def test_without_one_nothing_is_said_and_the_doctor_says_that_nothing_leaves(
    run: CommandLine, tmp_path: Path
) -> None:
    done = run("add", transcript(tmp_path / "a.json"), "--community", "Wards")

    assert "The words of" not in done.err
    assert "no word of a meeting leaves this machine" in " ".join(run("doctor").out.split())
    with serving(Reading(run.home)) as client:
        assert "It stays on this machine." in client.get("/add").text


OFF = """
import sys
from pathlib import Path
from api.services import Services
from models.settings import read_settings
services = Services(read_settings(home=Path(sys.argv[1])))
print(type(services.extractor).__name__, sorted(name for name in sys.modules if name in {
    "capture.llm", "capture.endpoint", "capture.prompt", "capture.replies"}))
"""


def test_off_means_that_nothing_of_it_is_loaded(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OFF, str(tmp_path)], cwd=ROOT, check=True, capture_output=True, text=True
    )

    assert done.stdout == "TaggerExtractor []\n"
