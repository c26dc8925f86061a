"""What the table of tellings counts is what a reader would mind."""

import pytest

from benchmarks.telling import DEFECTS, Telling, rouge_l

GOOD = Telling(title="Nobody told the night staff which rooms were closed", gist="Nobody told them in March.")


def test_a_good_title_has_no_defect() -> None:
    assert not [name for name, defect in DEFECTS.items() if defect(GOOD)]


@pytest.mark.parametrize(
    ("title", "defect"),
    [
        ("Nobody told the staff on the night shift which of the rooms were closed", "title over 12 words"),
        ("Nobody told the night staff which rooms were closed because of the", "breaks off"),
        ("And so nobody told the night staff", "begins by pointing or joining"),
        ("They closed the rooms of the night staff", "begins by pointing or joining"),
        ("They told us", "under 3 words of content"),
        ("Nobody told them in March", "title is the gist"),
    ],
)
def test_each_defect_is_seen(title: str, defect: str) -> None:
    assert DEFECTS[defect](Telling(title=title, gist=GOOD.gist))


def test_rouge_counts_the_longest_sequence_in_order() -> None:
    assert rouge_l("masks were short", "Masks were short.") == 1.0
    assert rouge_l("short were masks", "masks were short") == pytest.approx(1 / 3)
    assert rouge_l("masks", "beds") == 0.0
