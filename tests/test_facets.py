"""A side of an item is filled with what was said of it, or not at all."""

import numpy as np

from capture.facets import facets
from capture.pointed import SENTENCES, Cut, Pointed
from models.knowledge import Facets

SAID = (
    "In March 2020 we set up a hub for the children.",
    "Attendance had doubled by the second week.",
    "We still don't know how to pay for the fuel.",
    "If we had a bus they would have come sooner.",
)


def pointed(*, affected: Cut | None = None, setting: Cut | None = None, **logits: list[float]) -> Pointed:
    rows = np.full((len(SAID), len(SENTENCES)), -5.0, dtype=np.float32)
    for name, column in logits.items():
        rows[:, SENTENCES.index(name)] = column
    return Pointed(titles=(), affected=affected, setting=setting, sentences=rows)


def test_each_side_is_told_in_the_speakers_words() -> None:
    found = pointed(
        affected=Cut(0, 34, 46),
        setting=Cut(0, 0, 13),
        tried=[3.0, -1.0, -2.0, -2.0],
        outcome=[-1.0, 3.0, -2.0, -2.0],
        open=[-1.0, -1.0, 3.0, -2.0],
    )
    assert facets(found, SAID) == Facets(
        setting="In March 2020",
        affected="Children",
        tried="In March 2020 we set up a hub for the children.",
        outcome="Attendance had doubled by the second week.",
        open="We still don't know how to pay for the fuel.",
    )


def test_what_is_not_likely_is_left_open() -> None:
    assert facets(pointed(), SAID) == Facets()


def test_no_sentence_serves_for_two_sides() -> None:
    found = facets(pointed(tried=[3.0, 2.0, -1.0, -1.0], outcome=[4.0, 2.0, -1.0, -1.0]), SAID)
    assert found.tried != found.outcome
    assert found.outcome == SAID[1]


def test_what_was_only_supposed_was_neither_tried_nor_did_it_come_out() -> None:
    assert facets(pointed(tried=[-1.0, -1.0, -1.0, 4.0], outcome=[-1.0, -1.0, -1.0, 4.0]), SAID) == Facets()
