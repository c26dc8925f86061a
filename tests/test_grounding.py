"""What a model wrote is told from what was said by its numbers and its names."""

import pytest

from models.grounding import words_of

SAID = words_of(
    "The twelve families of St Mary's rang us 1,250 times in 2023, said the NHS trust. Many a nurse cried."
)


@pytest.mark.parametrize(
    "text",
    [
        "Families rang far too often",
        "12 families rang 1250 times in 2023",
        "Twelve families of St Mary's rang us",
        "The NHS trust was rung by Mary's families: Nobody answered. Sad",
        "Why I'm tired, and what I'd do",
        "One of them rang",
        "",
    ],
)
def test_what_was_said_holds(text: str) -> None:
    assert SAID.know(text, [])


@pytest.mark.parametrize(
    "text",
    [
        "13 families rang",
        "Thirteen families rang",
        "Families rang 1,251 times",
        "12.5 families",
        "The trust and Dr Okafor",
        "The families of speaker A rang",
        "The families that A rang",
        "A: Families rang",
        "How the UK rings",
        "families write to mary@evil.example",
        "see evil.example/now",
        "McDonald rang",
    ],
)
def test_a_name_or_a_number_that_nobody_said_does_not(text: str) -> None:
    assert not SAID.know(text, [])


def test_what_grammar_takes_for_a_name_has_to_have_been_said_as_well() -> None:
    assert SAID.know("Mary rang", ["Mary"])
    assert not SAID.know("Okafor rang", ["Okafor"])
