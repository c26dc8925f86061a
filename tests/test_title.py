"""A title is cut out of what was said, stands alone, and does not say the opposite of it."""

import pytest

from capture.pointed import Cut
from capture.title import TITLE_WORDS, title


def cut(sentence: str, words: str, number: int = 0) -> Cut:
    begin = sentence.index(words)
    return Cut(number, begin, begin + len(words))


def test_the_best_is_taken_and_tidied() -> None:
    said = "And so, um, we we had no transport for the children."
    assert title([cut(said, "we we had no transport for the children.")], [said]) == (
        "We had no transport for the children"
    )


@pytest.mark.parametrize(
    ("said", "turned", "instead"),
    [
        ("We didn't have enough tests for the staff at the time.", "enough tests for the staff", "We didn't have"),
        ("If the ward had closed the doors nobody would have come.", "the ward had closed the doors", "nobody"),
        (
            "They wanted to avoid moving residents at night.",
            "moving residents at night",
            "They wanted to avoid moving",
        ),
    ],
)
def test_words_that_say_the_opposite_once_they_are_cut_out_are_passed_over(
    said: str, turned: str, instead: str
) -> None:
    whole = said[said.index(instead) :].rstrip(".")
    assert title([cut(said, turned), cut(said, whole)], [said]).lower().startswith(instead.lower())


@pytest.mark.parametrize("words", ["the lack of tests for the", "it was very hard for them"])
def test_what_breaks_off_or_only_points_is_passed_over(words: str) -> None:
    said = f"{words} because nobody had a list of the families."
    assert title([cut(said, words), cut(said, "nobody had a list of the families")], [said]) == (
        "Nobody had a list of the families"
    )


def test_where_nothing_stands_alone_the_best_is_taken_all_the_same() -> None:
    said = "it was very hard for them"
    assert title([cut(said, said)], [said]) == "It was very hard for them"


def test_a_title_names_what_there_was() -> None:
    said = "There was a lack of tests for the staff."
    assert title([cut(said, said[:-1])], [said]) == "Lack of tests for the staff"


def test_a_title_is_not_another_items() -> None:
    said = "We rang every family and wrote it in one book."
    cuts = [cut(said, "We rang every family"), cut(said, "wrote it in one book")]
    assert title(cuts, [said], taken={"We rang every family"}) == "Wrote it in one book"
    assert title(cuts[:1], [said], taken={"We rang every family"}) == "We rang every family"


def test_what_is_too_long_is_passed_over() -> None:
    said = "we wrote down the names of each and every one of the two hundred families by hand"
    assert title([cut(said, said), cut(said, "we wrote down the names")], [said]) == "We wrote down the names"


def test_an_item_that_is_not_pointed_at_is_called_by_its_beginning() -> None:
    name = title([], ["We went from door to door in the valley and rang the bell of every single house in it."])
    assert name.startswith("We went from door to door")
    assert len(name.split()) <= TITLE_WORDS
    assert title([], ["..."])
