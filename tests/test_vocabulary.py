"""A community's names and acronyms are kept, and listened for in its recordings."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from capture.listening import Ears
from models.consent import EVERYTHING, Scope
from models.errors import InputError, NotFound
from models.ports import Heard, Signal, Window
from tests.command_line import toy_command_line
from tests.service import ABOUT, serving
from tests.sounds import tone
from tests.toy_services import ToyDiarizer, ToyServices, ToyTranscriber, work_until_empty


class Attentive(ToyTranscriber):
    """Remembers what it was to listen for."""

    def __init__(self) -> None:
        super().__init__()
        self.listened_for: set[tuple[str, ...]] = set()

    def transcribe(
        self, signal: Signal, *, window: Window, language: str | None, vocabulary: Sequence[str] = ()
    ) -> Heard:
        self.listened_for.add(tuple(vocabulary))
        return super().transcribe(signal, window=window, language=language)


@pytest.fixture
def services(tmp_path: Path) -> ToyServices:
    return ToyServices(tmp_path / "library")


def keep(services: ToyServices, community: str, *terms: str) -> None:
    with services.store.write() as tx:
        services.store.add_vocabulary(tx, community, terms)


def test_a_recording_is_heard_with_its_communitys_terms(services: ToyServices, tmp_path: Path) -> None:
    ears = services.__dict__["ears"] = Ears(transcriber=(transcriber := Attentive()), diarizer=ToyDiarizer())
    assert ears is services.ears
    keep(services, "care homes", "ICB")
    keep(services, "Schools", "Estyn")

    services.add(tone(tmp_path / "call.wav", seconds=8), about=ABOUT)
    work_until_empty(services)

    assert transcriber.listened_for == {("ICB",)}


def test_a_term_is_kept_once_in_its_last_spelling_and_last_first(services: ToyServices) -> None:
    keep(services, "Care homes", "icb", "Dr Mahmoud   Alkhraishi")
    keep(services, "Care homes", "ICB")

    assert services.store.vocabulary("CARE  HOMES", scope=EVERYTHING) == ["ICB", "Dr Mahmoud Alkhraishi"]
    assert services.store.vocabulary("Care homes", scope=Scope(community_ids=frozenset())) == []


def test_a_term_that_is_none_is_refused_and_nothing_is_kept(services: ToyServices) -> None:
    for wrong in ("", " , ", "x" * 81):
        with pytest.raises(InputError, match="no term"):
            keep(services, "Care homes", "ICB", wrong)

    assert services.store.communities(scope=EVERYTHING) == []


def test_removing_needs_the_community_but_not_the_term(services: ToyServices) -> None:
    keep(services, "Care homes", "ICB", "MDT")
    with services.store.write() as tx:
        services.store.remove_vocabulary(tx, "Care homes", ["icb", "never there"])
    assert services.store.vocabulary("Care homes", scope=EVERYTHING) == ["MDT"]
    with pytest.raises(NotFound, match="Nowhere"), services.store.write() as tx:
        services.store.remove_vocabulary(tx, "Nowhere", ["ICB"])


def test_the_command_line_lists_adds_and_removes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = toy_command_line(tmp_path, monkeypatch)
    ToyServices(run.home).store.close()

    assert "no community" in run("vocabulary", "Care homes", code=1).err
    assert run("vocabulary", "Care homes", "--add", "ICB", "--add", "MDT").out.split() == ["MDT", "ICB"]
    assert run("vocabulary", "care homes", "--remove", "mdt", "--json").json["terms"] == ["ICB"]


def test_programs_read_and_change_it(services: ToyServices) -> None:
    with serving(services) as client:
        changed = client.patch("/api/v1/vocabularies/Care homes", json={"add": ["ICB", "MDT"]})
        assert changed.json() == {"terms": ["MDT", "ICB"]}
        client.patch("/api/v1/vocabularies/Care homes", json={"remove": ["ICB"]})
        assert client.get("/api/v1/vocabularies/care homes").json() == {"terms": ["MDT"]}
        assert client.get("/api/v1/vocabularies/Nowhere").status_code == 404
        assert client.patch("/api/v1/vocabularies/Care homes", json={"add": [" , "]}).status_code == 422
