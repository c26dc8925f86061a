"""From a question to an answer: what is found, what is left out, what is said of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import pytest

from capture.weights import embedder_folder
from index.embedder import SentenceEmbedder
from models.consent import EVERYTHING
from models.errors import IndexOutOfDate, InputError, NotFound, WeightsError
from models.knowledge import Facets, Kind, State
from models.people import OWNER
from models.ports import Report, Vectors, unreported
from models.query import Answer, Question
from search.reasons import shared_words, why
from search.searcher import Searcher, Tuning
from search.words import stem
from tests.toy_library import ToyLibrary, ToyVectors
from tests.toys import ToyEmbedder

MASKS = "masks that fit small faces"


@pytest.fixture
def library(tmp_path: Path) -> ToyLibrary:
    library = ToyLibrary(tmp_path)
    wards = library.meeting(
        "Ann Low: The masks that we have do not fit small faces.",
        "Bea Gray: The canteen opens at noon on weekdays.",
        organisation="Elm Trust",
        date="2026-03-01",
    )
    library.meeting(
        "Cat Moss: We bought masks in four sizes and they fit small faces.",
        "Dan Hill: Parking is hard for visitors.",
        community="Homes",
        organisation="Oak Homes",
        date="2026-05-01",
    )
    library.items(wards, (Kind.PROBLEM, 0, "Masks do not fit small faces"))
    return library


def ask(library: ToyLibrary, question: Question) -> Answer:
    return library.searcher.ask(question, reader=OWNER)


def test_an_answer_quotes_what_was_said_and_says_where(library: ToyLibrary) -> None:
    answer = ask(library, Question(text=MASKS))
    assert answer.found
    first = answer.hits[0]
    said = library.store.transcript(first.meeting_id, scope=EVERYTHING).turns[first.evidence.turn_start]
    assert said.text[first.evidence.char_start : first.evidence.char_end] == first.evidence.quote
    assert (first.evidence.speaker, first.meeting) == (said.speaker, f"m{first.meeting_id}")


def test_hits_come_best_first_and_no_more_than_asked_for(library: ToyLibrary) -> None:
    scores = [hit.score for hit in ask(library, Question(text=MASKS)).hits]
    assert scores == sorted(scores, reverse=True)
    assert len(ask(library, Question(text=MASKS, limit=1)).hits) == 1


def test_an_item_stands_for_the_passage_it_was_taken_from(library: ToyLibrary) -> None:
    hits = ask(library, Question(text=MASKS)).hits
    assert [hit.ref for hit in hits if hit.evidence.quote.startswith("The masks that we have")] == ["i1"]
    assert next(hit for hit in hits if hit.ref == "i1").state is State.DRAFT


def test_what_nobody_told_of_is_not_found_and_has_no_hits(library: ToyLibrary) -> None:
    answer = ask(library, Question(text="quantum chromodynamics lattice gauge"))
    assert not answer.found
    assert not answer.hits
    assert not answer.people


def test_a_bare_name_is_found_by_its_letters_though_it_means_little(library: ToyLibrary) -> None:
    strict = Searcher(library.store, library.vectors, library.embedder, tuning=Tuning(near=1.1))
    assert [hit.evidence.speaker for hit in strict.ask(Question(text="canteen?"), reader=OWNER).hits] == [
        "Bea Gray"
    ]
    assert not strict.ask(Question(text="canteen dragons"), reader=OWNER).found


def test_what_is_far_from_the_question_is_not_listed_to_fill_the_page(library: ToyLibrary) -> None:
    assert all("canteen" not in hit.evidence.quote for hit in ask(library, Question(text=MASKS)).hits)


def test_an_empty_library_has_found_nothing(tmp_path: Path) -> None:
    assert not ask(ToyLibrary(tmp_path), Question(text=MASKS)).found


def test_a_kind_leaves_out_passages_and_the_other_kinds(library: ToyLibrary) -> None:
    assert {hit.kind for hit in ask(library, Question(text=MASKS, kind=Kind.PROBLEM)).hits} == {"problem"}
    assert not ask(library, Question(text=MASKS, kind=Kind.STORY)).found


def test_a_community_is_searched_alone(library: ToyLibrary) -> None:
    assert {hit.community for hit in ask(library, Question(text=MASKS, community="homes")).hits} == {"Homes"}
    with pytest.raises(NotFound, match="there are: Homes, Wards"):
        ask(library, Question(text=MASKS, community="Ships"))


def test_nothing_said_before_a_date_is_found(library: ToyLibrary) -> None:
    answer = ask(library, Question(text=MASKS, since="2026-04-01"))
    assert {hit.date for hit in answer.hits} == {"2026-05-01"}
    with pytest.raises(InputError, match="is no date"):
        ask(library, Question(text=MASKS, since="last spring"))


def test_elsewhere_leaves_out_the_askers_own_organisation(library: ToyLibrary) -> None:
    answer = ask(library, Question(text=MASKS, organisation="oak homes", elsewhere=True))
    assert {hit.organisation for hit in answer.hits} == {"Elm Trust"}


def test_elsewhere_of_a_community_is_the_other_communities(library: ToyLibrary) -> None:
    answer = ask(library, Question(text=MASKS, community="Wards", elsewhere=True))
    assert {hit.community for hit in answer.hits} == {"Homes"}


def test_elsewhere_of_nowhere_is_refused(library: ToyLibrary) -> None:
    with pytest.raises(InputError, match="--from"):
        ask(library, Question(text=MASKS, elsewhere=True))


def test_a_speakers_own_organisation_goes_before_the_meetings(library: ToyLibrary) -> None:
    with library.store.write() as tx:
        library.store.name_speaker(tx, 2, "Cat Moss", person="Cat Moss", organisation="Elm Trust")
    answer = ask(library, Question(text=MASKS, organisation="Elm Trust", elsewhere=True))
    assert all(hit.evidence.speaker != "Cat Moss" for hit in answer.hits)


def test_others_are_preferred_a_little_to_the_askers_own(tmp_path: Path) -> None:
    library = ToyLibrary(tmp_path)
    for organisation in ("Elm Trust", "Oak Homes"):
        library.meeting(
            f"Ann Low: Our masks never fit small faces, {organisation}.",
            "Bea Gray: The canteen opens at noon.",
            organisation=organisation,
            community=organisation,
        )
    for own, other in (("Elm Trust", "Oak Homes"), ("Oak Homes", "Elm Trust")):
        first = ask(library, Question(text=MASKS, organisation=own)).hits[0]
        assert first.organisation == other
        assert f"from {other}" in first.why


def test_who_only_asks_is_put_back_behind_who_answers(tmp_path: Path) -> None:
    library = ToyLibrary(tmp_path)
    library.meeting(
        "Cy Dean: Do your masks fit small faces?",
        "Ann Low: Our masks fit small faces now.",
        "Bea Gray: The canteen opens at noon.",
    )
    plain = Searcher(library.store, library.vectors, library.embedder, tuning=Tuning(asked=0.0))
    before, after = (
        {hit.evidence.speaker: hit.score for hit in searcher.ask(Question(text=MASKS), reader=OWNER).hits}
        for searcher in (plain, library.searcher)
    )
    assert after["Ann Low"] == pytest.approx(before["Ann Low"])
    assert after["Cy Dean"] < before["Cy Dean"]


def test_why_names_only_words_that_are_in_both(library: ToyLibrary) -> None:
    for hit in ask(library, Question(text=MASKS)).hits:
        quoted = [part.split("”")[0] for part in hit.why.split("“")[1:]]
        told = f"{hit.title} {hit.gist} {hit.evidence.quote}".lower()
        assert all(word in told for word in quoted)
        assert {stem(word) for word in quoted} <= {stem(word) for word in MASKS.split()}


def test_shared_words_are_the_stories_own_forms_without_the_small_words() -> None:
    assert shared_words("Who wears the mask with them?", "Masks were worn with care.") == ["masks"]


def test_a_meeting_on_its_way_in_is_not_found(library: ToyLibrary) -> None:
    library.meeting("Eve Park: These masks fit small faces best of all.", community="New", ready=False)
    assert all(hit.community != "New" for hit in ask(library, Question(text=MASKS)).hits)


def test_a_filter_never_hides_what_lies_deeper_than_the_first_candidates(library: ToyLibrary) -> None:
    for number in range(12):
        library.meeting(f"Ann Low: The masks that fit small faces, {number}.", date=f"2026-01-{number + 1:02}")
    shallow = Searcher(library.store, library.vectors, library.embedder, tuning=Tuning(depth=2))
    hits = shallow.ask(Question(text=MASKS, since="2026-04-01"), reader=OWNER).hits
    assert "Cat Moss" in [hit.evidence.speaker for hit in hits]


def test_many_questions_are_answered_in_their_order(library: ToyLibrary) -> None:
    questions = [Question(text=MASKS), Question(text="parking for visitors")]
    together = library.searcher.ask_many(questions, reader=OWNER)
    assert together == [ask(library, question) for question in questions]
    assert library.searcher.ask_many([], reader=OWNER) == []


def test_an_answer_says_what_took_part_in_finding_it(library: ToyLibrary) -> None:
    answer = ask(library, Question(text=MASKS))
    assert answer.retrievers == tuple(f"{n} {w}" for n, w in Tuning().weights.items())
    assert set(answer.hits[0].by) == {"meaning", "words"}
    assert not answer.notices


def test_without_the_embedders_weights_it_is_found_by_words_and_said_so(library: ToyLibrary) -> None:
    class Weightless(ToyEmbedder):
        def embed(self, texts: Sequence[str], *, report: Report = unreported) -> Vectors:
            raise WeightsError("no weights here: install them")

    searcher = Searcher(library.store, library.vectors, Weightless())
    answer = searcher.ask(Question(text=MASKS), reader=OWNER)
    assert answer.found and {hit.by for hit in answer.hits} == {("words",)}
    assert answer.retrievers == ("words 0.2",)
    assert answer.notices == ("Found by words alone, not by meaning: no weights here: install them",)
    assert not searcher.ask(Question(text="canteen dragons in winter"), reader=OWNER).found


def test_an_index_that_cannot_be_used_is_told_of(library: ToyLibrary) -> None:
    class Damaged(ToyVectors):
        def search(self, *args: object, **kwargs: object) -> NoReturn:
            raise IndexOutOfDate("Some vectors are damaged: run `commonlore rebuild`")

    searcher = Searcher(library.store, Damaged(library.store, library.embedder.name), library.embedder)
    answer = searcher.ask(Question(text=MASKS), reader=OWNER)
    assert answer.found
    assert answer.notices == (
        "Found by words alone, not by meaning: Some vectors are damaged: run `commonlore rebuild`",
    )


def test_vectors_of_another_embedder_and_a_rebuilding_under_way_are_told_of(library: ToyLibrary) -> None:
    class Other(ToyEmbedder):
        name = "toy-2"

    other = Other()
    searcher = Searcher(library.store, ToyVectors(library.store, other.name), other)
    answer = searcher.ask(Question(text=MASKS), reader=OWNER)
    assert answer.found and "run `commonlore rebuild`" in answer.notices[0]
    with library.store.write() as tx:
        library.store.note_unembedded(tx, "run `commonlore rebuild`")
    assert ask(library, Question(text=MASKS)).notices == (
        "Some things told here are not found by meaning yet: run `commonlore rebuild`",
    )


def test_a_facet_that_shares_words_with_the_question_is_named() -> None:
    facets = Facets(tried="we bought smaller masks for small faces", setting="a ward")
    said = why(Question(text=MASKS), told="other words", facets=facets, near=True, organisation=None)
    assert said == "tells what was tried; close in meaning, in other words"


def test_a_summary_is_made_of_what_was_said_and_cites_it(library: ToyLibrary) -> None:
    answer = ask(library, Question(text=MASKS, summary=True))
    assert answer.summary
    quotes = {hit.ref: hit.evidence.quote for hit in answer.hits}
    for cited in answer.summary:
        assert cited.quoted and all(cited.text in quotes[ref] for ref in cited.hits)
    assert not ask(library, Question(text=MASKS)).summary
    assert not ask(library, Question(text="quantum chromodynamics", summary=True)).summary


def test_people_of_an_answer_point_at_its_hits(library: ToyLibrary) -> None:
    answer = ask(library, Question(text=MASKS))
    assert {hit for telling in answer.people for hit in telling.hits} == set(answer.hits)


@pytest.mark.weights
def test_the_same_trouble_is_found_in_other_words_and_nothing_in_strange_ones(tmp_path: Path) -> None:
    library = ToyLibrary(tmp_path, embedder=SentenceEmbedder(embedder_folder("minilm"), threads=2))
    library.meeting(
        "Ann Low: Our respirators are made for big men, and women with narrow heads fail the seal check.",
        "Bea Gray: The canteen opens at noon on weekdays and shuts at two.",
        "Cat Moss: We post the rota on the door so that relatives know who is on duty.",
    )
    asked = Question(text="The face masks we are issued do not fit our smaller female colleagues")
    assert [hit.evidence.speaker for hit in ask(library, asked).hits][:1] == ["Ann Low"]
    assert not ask(library, Question(text="Which telescope shows the rings of Saturn?")).found
