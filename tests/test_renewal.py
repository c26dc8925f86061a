"""After a repair: what rests on changed turns is found anew, what people confirmed stays, a kill loses nothing."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from api.intake import About
from api.worker import Worker
from capture.renewal import renew
from models.consent import EVERYTHING
from models.errors import InputError, StaleClaim
from models.job import Claim, JobState
from models.knowledge import Extraction, Item, Kind, Link, State
from models.meeting import Transcript
from models.people import OWNER
from models.ports import Embedding, Report
from models.query import Question
from models.review import Edit
from search.linking import Linker
from tests.sounds import tone
from tests.toy_services import SAYINGS, ToyExtractor, ToyServices, work_until_empty


@pytest.fixture
def services(tmp_path: Path) -> ToyServices:
    """A meeting of four turns, of which the first three tell a story, a problem and a practice."""
    return library(tmp_path)


def library(folder: Path, kind: type[ToyServices] = ToyServices) -> ToyServices:
    services = kind(folder / "library")
    turns = [{"speaker": f"Speaker {at % 2 + 1}", "text": text} for at, text in enumerate(SAYINGS)]
    path = folder / "a.json"
    path.write_text(json.dumps({"title": "Monday call", "turns": turns}), encoding="utf-8")
    services.add(path, about=About(community="Care homes"))
    work_until_empty(services)
    return services


def items(services: ToyServices) -> list[Item]:
    return services.store.items(scope=EVERYTHING)


def confirm(services: ToyServices, item: Item) -> None:
    with services.store.write() as tx:
        tx.db.conn.execute("UPDATE item SET state = 'confirmed' WHERE id = ?", (item.id,))


def test_drafts_of_a_changed_turn_are_found_anew_and_the_others_stay(services: ToyServices) -> None:
    before = items(services)
    services.repairs.replace(OWNER, 1, "minibus", "coach")
    work_until_empty(services)

    after = items(services)
    assert [item.id for item in before[1:]] == [item.id for item in after[:2]]
    assert (after[2].kind, after[2].state) == (Kind.STORY, State.DRAFT)
    assert after[2].evidence.quote.startswith("The coach broke down")
    assert services.store.stale_turns(1) == frozenset()
    assert services.store.unembedded(model=services.embedder.name) == []


def test_what_was_put_right_is_found_by_its_new_words_at_once(services: ToyServices) -> None:
    services.repairs.replace(OWNER, 1, "minibus", "velocipede")

    found = [subject.table for subject, _ in services.store.search_words("velocipede", scope=EVERYTHING, limit=5)]
    assert found == ["passage"]
    work_until_empty(services)
    assert services.store.search_words("minibus", scope=EVERYTHING, limit=5) == []
    answer = services.searcher.ask(Question(text="velocipede broke down"), reader=OWNER)
    assert "velocipede" in answer.hits[0].evidence.quote


def test_a_confirmed_item_keeps_its_words_and_is_not_told_a_second_time(services: ToyServices) -> None:
    confirm(services, items(services)[0])
    services.repairs.replace(OWNER, 1, "minibus", "coach")
    work_until_empty(services)

    stories = [item for item in items(services) if item.kind is Kind.STORY]
    assert [(item.state, item.look) for item in stories] == [(State.CONFIRMED, "words it rests on were put right")]
    assert "minibus" in stories[0].evidence.quote


def test_what_people_decided_about_does_not_come_back_when_the_meeting_is_read_again(
    services: ToyServices,
) -> None:
    """Each turn is one item, whose words are changed a little after the decision."""
    services.reviews.reject(OWNER, 1, "only hearsay")
    services.reviews.edit(OWNER, 2, Edit(title="Rooms", kind=Kind.STORY, end="which rooms are being cleaned"))
    services.reviews.split(OWNER, 3, "and write down")
    for old, new in (("minibus", "coach"), ("Nobody tells", "Still nobody tells"), ("twice a week", "on Fridays")):
        services.repairs.replace(OWNER, 1, old, new)
    work_until_empty(services)

    assert services.reviews.drafts(OWNER, 1) == []
    assert [(item.id, item.kind, item.look) for item in items(services)] == [
        (2, Kind.STORY, "words it rests on were put right"),
        (3, Kind.PRACTICE, "words it rests on were put right"),
        (4, Kind.PRACTICE, "words it rests on were put right"),
    ]
    assert items(services)[0].evidence.quote == "Nobody tells the night staff which rooms are being cleaned"
    [gone] = services.store.items(scope=EVERYTHING, state=State.WITHDRAWN)
    assert (gone.id, gone.reason) == (1, "only hearsay")


def test_another_kind_is_proposed_beside_what_people_confirmed(services: ToyServices) -> None:
    services.reviews.confirm(OWNER, 1)
    services.repairs.correct(OWNER, 1, "1", f"{SAYINGS[0][:-1]} and nobody tells us when.")
    work_until_empty(services)

    assert [(item.kind, item.state) for item in items(services) if item.evidence.turn_start == 0] == [
        (Kind.STORY, State.CONFIRMED),
        (Kind.PROBLEM, State.DRAFT),
    ]


def test_what_is_edited_while_a_renewal_runs_is_embedded_as_it_is_then(services: ToyServices) -> None:
    services.repairs.replace(OWNER, 1, "minibus", "coach")
    embed = services.indexer.embed_renewed
    edited: list[int | None] = []

    def meanwhile(meeting_id: int, *, report: Report) -> list[Embedding]:
        embeddings = embed(meeting_id, report=report)
        if not edited:
            edited.append(services.reviews.edit(OWNER, 2, Edit(title="Velocipede")).job_id)
        return embeddings

    services.indexer.embed_renewed = meanwhile  # type: ignore[method-assign,assignment]  # the moment of the edit
    work_until_empty(services)

    assert edited == [services.queue.jobs()[0].id]
    assert services.store.unembedded(model=services.embedder.name) == []
    answer = services.searcher.ask(Question(text="Velocipede"), reader=OWNER)
    assert answer.hits[0].ref == "i2"


def test_a_draft_again_that_says_other_words_is_found_anew(services: ToyServices) -> None:
    services.reviews.confirm(OWNER, 1)
    services.repairs.replace(OWNER, 1, "minibus", "coach")
    work_until_empty(services)
    assert services.reviews.undo(OWNER, 1).job_id is not None
    work_until_empty(services)

    [story] = [item for item in items(services) if item.kind is Kind.STORY]
    assert story.state is State.DRAFT and story.evidence.quote.startswith("The coach broke down")


def test_nothing_is_decided_about_a_meeting_on_its_way_in(services: ToyServices) -> None:
    with services.store.write() as tx:
        tx.db.conn.execute("UPDATE meeting SET ready = 0")
    with pytest.raises(InputError, match="still being taken in"):
        services.reviews.confirm(OWNER, 1)


def test_a_draft_that_is_no_item_any_more_goes(services: ToyServices) -> None:
    services.repairs.correct(OWNER, 1, "1", "Nothing happened on the first morning.")
    work_until_empty(services)

    assert [item.kind for item in items(services)] == [Kind.PROBLEM, Kind.PRACTICE]
    services.repairs.undo(OWNER, 1)
    work_until_empty(services)
    assert sorted(item.kind for item in items(services)) == ["practice", "problem", "story"]


class Twice(ToyExtractor):
    """Takes the practice for further evidence of the story, as long as it speaks of the shared book."""

    def extract(self, transcript: Transcript, *, report: Report) -> Extraction:
        found = super().extract(transcript, report=report)
        story, *others, practice = found.candidates
        if "shared book" not in practice.evidence.quote:
            return found
        return Extraction(candidates=(replace(story, further=(practice.evidence,)), *others))


def test_what_was_folded_and_is_two_now_is_found_as_two(services: ToyServices) -> None:
    folding = ToyServices(services.home)
    folding.extractor = Twice()
    folding.repairs.replace(OWNER, 1, "minibus", "coach")
    work_until_empty(folding)
    problem, story = items(folding)
    assert [piece.turn_start for piece in story.pieces] == [0, 2]

    folding.repairs.replace(OWNER, 1, "shared book", "shared diary")
    work_until_empty(folding)
    assert [(item.kind, len(item.pieces)) for item in items(services)] == [
        (Kind.PROBLEM, 1),
        (Kind.STORY, 1),
        (Kind.PRACTICE, 1),
    ]
    assert problem in items(folding)


def test_what_was_two_and_is_folded_now_is_kept_once(services: ToyServices) -> None:
    folding = ToyServices(services.home)
    folding.extractor = Twice()
    folding.repairs.replace(OWNER, 1, "minibus", "coach")
    work_until_empty(folding)
    quotes = [piece.quote for item in items(services) for piece in item.pieces]
    assert len(quotes) == len(set(quotes)) == 3
    assert sorted(len(item.pieces) for item in items(services)) == [1, 2]


def test_names_and_voices_that_never_meet_need_no_renewal(services: ToyServices) -> None:
    assert services.repairs.name(OWNER, 1, {"Speaker 1": ("Ann Hall", None)}).job_id is None
    assert services.repairs.reassign(OWNER, 1, "4", "Unknown", new=False).job_id is not None
    work_until_empty(services)
    assert services.repairs.merge(OWNER, 1, "Unknown", "Speaker 2").job_id is None


def test_voices_that_follow_each_other_are_read_anew_as_one(services: ToyServices) -> None:
    assert services.repairs.merge(OWNER, 1, "Speaker 2", "Speaker 1").job_id is not None
    assert services.store.stale_turns(1) == {0, 1, 2, 3}


def test_what_waits_for_its_renewal_is_nothing_wrong(services: ToyServices) -> None:
    services.repairs.replace(OWNER, 1, "minibus", "coach")
    assert [check.name for check in services.checkup() if not check.ok and check.name != "room"] == []
    [vectors] = [check for check in services.checkup() if check.name == "vectors"]
    assert "wait for a meeting's renewal" in vectors.message
    work_until_empty(services)
    [vectors] = [check for check in services.checkup() if check.name == "vectors"]
    assert vectors.message == "the vector indexes are those of the store"


def test_repairs_made_while_waiting_are_one_job(services: ToyServices) -> None:
    first = services.repairs.replace(OWNER, 1, "minibus", "coach")
    second = services.repairs.replace(OWNER, 1, "every family", "each family")
    assert first.job_id == second.job_id
    work_until_empty(services)
    assert {item.evidence.quote.split()[1] for item in items(services)} == {"coach", "tells", "ring"}


class Interrupted(ToyExtractor):
    """At its first reading something happens."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self.happens = [happens]

    def extract(self, transcript: Transcript, *, report: Report) -> Extraction:
        found = super().extract(transcript, report=report)
        if self.happens:
            self.happens.pop()()
        return found


def test_a_renewal_begins_again_where_the_meeting_is_put_right_meanwhile(services: ToyServices) -> None:
    services.repairs.replace(OWNER, 1, "minibus", "coach")
    worker = ToyServices(services.home)
    worker.extractor = Interrupted(lambda: services.repairs.replace(OWNER, 1, "every family", "each family"))
    work_until_empty(worker)

    quotes = " ".join(item.evidence.quote for item in items(services))
    assert "coach" in quotes and "each family" in quotes
    assert services.store.stale_turns(1) == frozenset()
    assert [job.state for job in services.queue.jobs()] == [JobState.DONE, JobState.DONE]


class Killed(BaseException):
    """As if the power had gone."""


def test_a_renewal_that_is_killed_goes_on_where_it_stopped(services: ToyServices) -> None:
    services.repairs.replace(OWNER, 1, "minibus", "coach")

    def die(*_: object, **__: object) -> None:
        raise Killed

    claim = services.queue.claim("worker 1")
    assert claim
    services.indexer.embed_renewed = die  # type: ignore[method-assign,assignment]  # the moment of the kill
    with pytest.raises(Killed):
        renew(claim, workshop=services.workshop)
    found = items(services)
    services.queue.release("worker 1")
    again = ToyServices(services.home)
    again.extractor = Interrupted(die)  # would be killed if it read again
    work_until_empty(again)

    assert items(again) == found
    assert again.store.unembedded(model=again.embedder.name) == []
    assert again.queue.jobs()[0].state is JobState.DONE


def test_who_lost_the_job_keeps_nothing(services: ToyServices) -> None:
    services.repairs.replace(OWNER, 1, "minibus", "coach")
    late = services.queue.claim("late")
    assert late
    services.queue.release("late")
    work_until_empty(services)
    found = items(services)

    with pytest.raises(StaleClaim):
        renew(late, workshop=services.workshop)
    assert items(services) == found


class Failing(ToyServices):
    """Its worker cannot find items anew."""

    def worker(self) -> Worker:
        def fail(claim: Claim, *, workshop: object) -> None:
            raise ValueError("no")

        worker = super().worker()
        worker.work = {**worker.work, "renewal": fail}
        return worker


def test_a_renewal_that_fails_leaves_the_meeting_as_it_was_put_right(tmp_path: Path) -> None:
    services = library(tmp_path, Failing)
    services.repairs.replace(OWNER, 1, "minibus", "coach")
    work_until_empty(services)

    assert services.queue.jobs()[0].state is JobState.DEAD
    assert "coach" in services.store.transcript(1, scope=EVERYTHING).turns[0].text
    assert len(items(services)) == 3
    # and the next repair renews what this one left
    healthy = ToyServices(services.home)
    healthy.repairs.replace(OWNER, 1, "every family", "each family")
    work_until_empty(healthy)
    assert any("coach" in item.evidence.quote for item in items(healthy))


class Overtaken(Linker):
    """While it looks for links the first time, something happens."""

    def __init__(self, services: ToyServices, happens: Callable[[], object]) -> None:
        super().__init__(services.store, services.vectors, model=lambda: services.indexer.model)
        self.happens = [happens]
        self.asked = 0

    def links(self, meeting_id: int, fresh: Sequence[Embedding] = ()) -> list[Link]:
        found = super().links(meeting_id, fresh)
        self.asked += 1
        if self.happens:
            self.happens.pop()()
        return found


def test_what_comes_in_while_links_are_looked_for_is_linked_too(services: ToyServices, tmp_path: Path) -> None:
    def take_in_another(name: str) -> None:
        other = ToyServices(services.home)
        path = tmp_path / name
        turns = [{"speaker": name, "text": f"{text} {name}"} for text in SAYINGS]
        path.write_text(json.dumps({"turns": turns}), encoding="utf-8")
        other.add(path, about=About(community="Care homes"))
        work_until_empty(other)

    begun: tuple[Callable[[ToyServices], object], ...] = (
        lambda worker: worker.repairs.replace(OWNER, 1, "minibus", "coach"),
        lambda worker: worker.add(tone(tmp_path / "call.wav", seconds=8), about=About(community="Care homes")),
    )
    for number, begin in enumerate(begun):
        worker = ToyServices(services.home)
        worker.linker = Overtaken(worker, partial(take_in_another, f"{number}.json"))
        begin(worker)
        work_until_empty(worker)
        assert worker.linker.asked == 2
    assert {job.state for job in services.queue.jobs()} == {JobState.DONE}
