"""A curated reading: confirmed first, no two alike, each with its citation, and honest about what is missing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.connection import writing
from models.errors import InputError, NotFound
from models.knowledge import Kind, State
from models.people import OWNER
from search.digest import Digest, digest_of
from search.domain import domain_terms
from search.likeness import WordSpace, varied
from tests.toy_library import ToyLibrary

words = st.sampled_from(["ward", "masks", "school", "lesson", "bed", "nurse"])
texts = st.lists(st.lists(words, max_size=8).map(" ".join), min_size=2, max_size=12)


@pytest.fixture
def library(tmp_path: Path) -> ToyLibrary:
    library = ToyLibrary(tmp_path)
    first = library.meeting(
        "Ann Low: The masks do not fit small faces on the night ward.",
        "Bea Gray: We ordered masks in four sizes so that they fit small faces.",
        "Cat Moss: Nobody tells the porters which rooms hold infectious patients.",
        "Dan Hill: My father died alone while I stood in the car park.",
        "Dan Hill: We hold a huddle at seven each morning.",
        organisation="Elm Trust",
        date="2026-01-10",
    )
    library.items(
        first,
        (Kind.PROBLEM, 0, "Masks do not fit small faces"),
        (Kind.PRACTICE, 1, "Order masks in four sizes to fit small faces"),
        (Kind.PROBLEM, 2, "Porters are not told about infectious rooms"),
        (Kind.STORY, 3, "A father dies alone"),
        (Kind.PRACTICE, 4, "A huddle at seven"),
    )
    second = library.meeting(
        "Eve Park: Again the masks do not fit small faces in our homes.",
        organisation="Oak Homes",
        date="2026-06-01",
    )
    library.items(second, (Kind.PROBLEM, 0, "Masks do not fit small faces in homes"))
    return library


def digest(library: ToyLibrary, since: str | None = None, organisation: str | None = None) -> Digest:
    return digest_of("Wards", store=library.store, reader=OWNER, since=since, for_organisation=organisation)


def confirm(library: ToyLibrary, item_id: int) -> None:
    with library.store.write() as tx:
        writing(tx).conn.execute("UPDATE item SET state = 'confirmed' WHERE id = ?", (item_id,))


def test_every_hit_of_a_digest_quotes_its_meeting(library: ToyLibrary) -> None:
    made = digest(library)
    hits = [*made.stories, *made.practices, *(difficulty.problem for difficulty in made.problems)]
    assert len(hits) >= 5
    for hit in hits:
        assert hit.evidence.quote
        assert hit.state is State.DRAFT


def test_a_problem_is_read_with_the_practice_that_is_near_it(library: ToyLibrary) -> None:
    near = {d.problem.title: [practice.title for practice in d.practices] for d in digest(library).problems}
    assert near["Masks do not fit small faces"] == ["Order masks in four sizes to fit small faces"]
    assert near["Porters are not told about infectious rooms"] == []


def test_a_problem_that_no_practice_comes_near_is_open(library: ToyLibrary) -> None:
    assert [hit.title for hit in digest(library).unanswered] == ["Porters are not told about infectious rooms"]


def test_of_two_problems_alike_the_other_one_is_told_before_the_second(library: ToyLibrary) -> None:
    titles = [difficulty.problem.title for difficulty in digest(library).problems]
    assert titles.index("Porters are not told about infectious rooms") == 1


def test_what_other_meetings_tell_too_says_so(library: ToyLibrary) -> None:
    assert digest(library).problems[0].problem.why == "1 other meeting told of the like"


def test_confirmed_comes_before_drafts(library: ToyLibrary) -> None:
    assert digest(library).practices[0].title != "A huddle at seven"
    confirm(library, 5)
    made = digest(library)
    assert made.practices[0].title == "A huddle at seven"
    assert made.practices[0].state is State.CONFIRMED
    assert (made.counts["confirmed"], made.counts["drafts"]) == (1, 5)


def test_since_a_date_only_what_is_new_is_told_but_answered_from_all(library: ToyLibrary) -> None:
    made = digest(library, since="2026-05-01")
    assert made.counts == {"meetings": 1, "stories": 0, "problems": 1, "practices": 0, "confirmed": 0, "drafts": 1}
    assert [difficulty.problem.organisation for difficulty in made.problems] == ["Oak Homes"]
    assert [practice.organisation for practice in made.problems[0].practices] == ["Elm Trust"]
    assert [meeting.date for meeting in made.meetings] == ["2026-06-01"]


def test_questions_nobody_could_answer_stand_in_it_while_they_are_new(library: ToyLibrary) -> None:
    with library.store.write() as tx:
        library.store.add_gap(tx, "Who has cleaner air?", community="Wards")
    today = datetime.now(UTC).date().isoformat()
    assert [gap.question for gap in digest(library, since=today).gaps] == ["Who has cleaner air?"]
    assert digest(library, since="2999-01-01").gaps == ()


def test_a_reader_hears_first_from_other_organisations_than_their_own(library: ToyLibrary) -> None:
    assert digest(library, organisation="Elm Trust").problems[0].problem.organisation == "Oak Homes"
    assert digest(library, organisation="Oak Homes").problems[0].problem.organisation == "Elm Trust"


def test_who_told_most_is_named_first(library: ToyLibrary) -> None:
    assert digest(library).people[0].name == "Dan Hill"


def test_it_begins_with_one_of_each(library: ToyLibrary) -> None:
    assert [hit.kind for hit in digest(library).begin] == ["story", "problem", "practice"]


def test_a_community_that_has_told_nothing_has_an_empty_digest(tmp_path: Path) -> None:
    library = ToyLibrary(tmp_path)
    library.meeting("Ann Low: Good morning.")
    made = digest(library)
    assert made.counts["meetings"] == 1
    assert not (made.begin or made.stories or made.problems or made.people or made.domain)


def test_no_digest_of_what_is_not_here_or_since_no_date(library: ToyLibrary) -> None:
    with pytest.raises(NotFound, match="there are: Wards"):
        digest_of("Ships", store=library.store, reader=OWNER)
    with pytest.raises(InputError, match="is no date"):
        digest(library, since="spring")


def test_the_terms_of_a_community_are_what_many_of_its_items_name() -> None:
    told = [
        "The night ward waits for the masks.",
        "A night ward without masks.",
        "Our night ward again, masks again.",
    ]
    assert domain_terms([*told, "The canteen is open."], limit=5)[0] == "night ward"
    assert "canteen" not in domain_terms([*told, "The canteen is open."], limit=5)


@given(texts)
def test_likeness_is_mutual_whole_with_itself_and_agrees_with_the_nearest(written: list[str]) -> None:
    space = WordSpace(written)
    for one in range(len(written)):
        nearest = space.nearest(one)
        for other in range(len(written)):
            alike = space.alike(one, other)
            assert alike == pytest.approx(space.alike(other, one))
            assert -1e-9 <= alike <= 1 + 1e-9
            if one != other:
                assert nearest.get(other, 0.0) == pytest.approx(alike)


@given(texts, st.integers(0, 10))
def test_variety_chooses_each_once_and_the_worthiest_first(written: list[str], limit: int) -> None:
    worth = {place: 1.0 / (1 + place) for place in range(len(written))}
    chosen = varied(worth, WordSpace(written), limit=limit, variety=1.0)
    assert len(chosen) == len(set(chosen)) == min(limit, len(written))
    assert chosen[:1] == [0][:limit]
