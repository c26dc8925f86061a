"""What is kindred: told elsewhere, of the same kind, with what is alike and what differs in the tellers' words."""

from pathlib import Path

import numpy as np
import pytest

from models.consent import EVERYTHING
from models.errors import NotFound
from models.knowledge import Facets, Item, Kind
from models.people import OWNER, Reader
from models.query import Kindred, Question
from search.clusters import clusters
from search.kindred import Kin, differs
from tests.toy_library import ToyLibrary

NIGHTS = "Night staff: no porter at night so nurses leave the ward to carry blood samples. It is worst on Sundays."
CARRIERS = (
    "Cara Hale: at night no porter comes and nurses carry blood samples themselves. The lift is often broken."
)


@pytest.fixture
def library(tmp_path: Path) -> ToyLibrary:
    library = ToyLibrary(tmp_path)
    for line, community, organisation, kind, title in (
        (NIGHTS, "Wards", "Elm Trust", Kind.PROBLEM, "No porter at night for blood samples"),
        (CARRIERS, "Wards", "Oak Trust", Kind.PROBLEM, "Nurses carry blood samples at night"),
        (
            "Ed Low: nurses carry blood samples at night and no porter comes.",
            "Wards",
            "Oak Trust",
            Kind.PROBLEM,
            "No porter for blood samples at night",
        ),
        (
            "Fay Orr: no porter at night, so nurses carry the blood samples.",
            "Homes",
            "Elm Trust",
            Kind.PROBLEM,
            "No porter at night, nurses carry samples",
        ),
        ("Gil Ash: the canteen opens at noon.", "Wards", "Fir Trust", Kind.PROBLEM, "Canteen opens late"),
    ):
        meeting = library.meeting(line, community=community, organisation=organisation)
        library.items(meeting, (kind, 0, title))
    return library


def kindred(library: ToyLibrary, item: int = 1, *, reader: Reader = OWNER, **asked: object) -> list[Kindred]:
    kin = Kin(library.store, library.vectors, library.embedder)
    return kin.kindred(item, Question(text="", **asked), reader=reader)  # type: ignore[arg-type]


def test_the_like_is_found_in_another_organisation_and_told_once(library: ToyLibrary) -> None:
    [found] = kindred(library)
    assert found.organisation == "Oak Trust"
    assert {found.item.id, *(echo.id for echo in found.echoes)} == {2, 3}
    assert found.item.kind is Kind.PROBLEM


def test_what_is_alike_and_what_differs_is_in_the_words_of_the_two(library: ToyLibrary) -> None:
    [found] = kindred(library, 2)
    assert found.organisation == "Elm Trust"
    assert found.alike is not None
    mine, its = library.store.item(2, scope=EVERYTHING), found.item
    for contrast in (found.alike, *found.differs):
        assert contrast.here in mine.evidence.quote
        assert contrast.there in its.evidence.quote
    assert "blood samples" in found.alike.here and "blood samples" in found.alike.there


def test_facets_that_both_tell_of_are_set_side_by_side() -> None:
    here = Facets(setting="a ward in Leeds", tried="we hired a porter", open="who pays")
    there = Facets(setting="a ward in Leeds", tried="volunteers carried them", outcome="it stopped")
    assert [(one.side, one.here, one.there) for one in differs(here, there)] == [
        ("tried", "we hired a porter", "volunteers carried them")
    ]


def test_other_kinds_and_other_matters_are_not_kindred(library: ToyLibrary) -> None:
    assert kindred(library, 5) == []
    meeting = library.meeting(CARRIERS, organisation="Yew Trust", community="Ships")
    library.items(meeting, (Kind.STORY, 0, "Nurses carry blood samples at night"))
    assert {found.item.kind for found in kindred(library)} == {Kind.PROBLEM}


def test_the_same_words_taken_in_twice_are_no_second_telling(library: ToyLibrary) -> None:
    meeting = library.meeting(NIGHTS, community="Ships", organisation="Yew Trust")
    library.items(meeting, (Kind.PROBLEM, 0, "No porter at night for blood samples"))
    assert {found.organisation for found in kindred(library)} == {"Oak Trust"}


def test_nobody_is_shown_what_they_may_not_read(library: ToyLibrary) -> None:
    member = library.member_of("Homes")
    with pytest.raises(NotFound):
        kindred(library, 1, reader=member)
    assert kindred(library, 4, reader=member) == []
    library.vectors.opened.clear()
    kindred(library, 4, reader=member)
    assert len(library.vectors.opened) == 1


def test_a_community_can_be_left_out(library: ToyLibrary) -> None:
    assert kindred(library, 4, community="Homes", elsewhere=True)[0].organisation == "Oak Trust"
    assert kindred(library, 4, community="Homes") == []


def test_the_like_fall_into_clusters_named_in_their_words(library: ToyLibrary) -> None:
    kin = Kin(library.store, library.vectors, library.embedder)
    first, *others = kin.clusters("wards", reader=OWNER)
    assert {item.id for item in first.items} == {1, 2, 3}
    assert "blood samples" in first.terms
    assert [[item.id for item in cluster.items] for cluster in others] == [[5]]
    with pytest.raises(NotFound):
        kin.clusters("Ships", reader=OWNER)


def test_no_items_make_no_clusters_and_every_item_is_in_one(library: ToyLibrary) -> None:
    assert clusters([], np.zeros((0, 4), np.float32)) == []
    items: list[Item] = library.store.items(scope=EVERYTHING)
    rows = np.eye(len(items), dtype=np.float32)
    assert sorted(cluster.items[0].id for cluster in clusters(items, rows)) == [item.id for item in items]
    [alone] = clusters(items[:1], rows[:1])
    assert alone.items == (items[0],)
