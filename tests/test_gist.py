"""A gist is whole sentences in their order, few enough to read at a glance."""

from capture.gist import GIST_WORDS, RUN_WORDS, gist

SAID = (
    "And so, um, the first hub opened in March.",
    "It was a worry.",
    "Two teaching assistants drove them in the minibus every morning.",
    "So attendance doubled.",
)


def test_the_likeliest_sentences_stand_in_their_order() -> None:
    assert gist(SAID, [1.0, -2.0, 3.0, -1.0]) == (
        "The first hub opened in March. … Two teaching assistants drove them in the minibus every morning."
    )


def test_what_follows_is_joined_without_a_mark() -> None:
    assert gist(SAID, [-3.0, -2.0, 3.0, 0.5]) == (
        "Two teaching assistants drove them in the minibus every morning. Attendance doubled."
    )


def test_where_none_is_likely_there_is_the_likeliest() -> None:
    assert gist(SAID, [-3.0, -1.0, -2.0, -5.0]) == "It was a worry."


def test_it_begins_by_pointing_only_where_nothing_else_will_do() -> None:
    said = ("They had no tests at all in the home.", "The home had no tests for its staff.")
    assert gist(said, [0.4, 0.0]) == "The home had no tests for its staff."
    assert gist(said, [3.0, 0.0]) == "They had no tests at all in the home. The home had no tests for its staff."


def test_it_is_never_long() -> None:
    long = " ".join(f"word{number}" for number in range(40))
    assert len(gist([long, long, long], [5.0, 4.0, 3.0]).split()) <= GIST_WORDS
    endless = " ".join(f"word{number}" for number in range(200))
    told = gist([endless], [2.0])
    assert told.endswith("…") and len(told.split()) <= RUN_WORDS + 1


def test_of_nothing_there_is_nothing() -> None:
    assert gist([], []) == ""
