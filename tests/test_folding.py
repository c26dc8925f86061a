"""What is nearly the same within a meeting is one item with several pieces of evidence; nothing is lost by it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capture.folding import fold
from models.knowledge import Candidate, Evidence, Kind
from tests.toys import ToyEmbedder

NIGHT = "nobody tells the night staff which rooms are being cleaned and they find out far too late"
AGAIN = "nobody tells the night staff which rooms are cleaned and they find out far too late"
MINIBUS = "the school minibus broke down twice so children waited hours outside in cold rain"


def told(quote: str, *, turn: int, kind: Kind = Kind.PROBLEM, confidence: float = 0.8) -> Candidate:
    evidence = Evidence(
        speaker=f"Speaker {turn}",
        turn_start=turn,
        char_start=0,
        turn_end=turn,
        char_end=len(quote),
        start=None,
        end=None,
        quote=quote,
    )
    return Candidate(kind=kind, title=quote[:40], gist=quote, confidence=confidence, evidence=evidence)


def test_the_best_told_comes_first_and_keeps_its_title() -> None:
    once, again = told(NIGHT, turn=1, confidence=0.6), told(AGAIN, turn=7, confidence=0.9)
    other = told(MINIBUS, turn=4)
    assert fold([once, other, again], ToyEmbedder()) == [
        other,
        Candidate(
            kind=again.kind,
            title=again.title,
            gist=again.gist,
            confidence=0.9,
            evidence=again.evidence,
            further=(once.evidence,),
        ),
    ]


@pytest.mark.parametrize(
    "other",
    [
        told(AGAIN, turn=7, kind=Kind.PRACTICE),
        told(MINIBUS, turn=7),
        told("nobody tells the day staff when meals come", turn=7),
        told(AGAIN, turn=2),  # another speaker's reply takes up the words, perhaps to deny them
        told(f"{AGAIN} at 9", turn=7),
    ],
)
def test_another_kind_and_another_matter_stay_apart(other: Candidate) -> None:
    first = told(f"{NIGHT} at 8" if "9" in other.gist else NIGHT, turn=1)
    assert fold([first, other], ToyEmbedder()) == [first, other]


def test_what_is_alike_only_by_way_of_a_third_is_not_drawn_in() -> None:
    words = NIGHT.split()
    far = " ".join([*words[6:], "minibus", "children", "waited", "hours", "outside"])
    middle = " ".join([*words[2:], "minibus", "children"])
    found = fold([told(NIGHT, turn=1), told(middle, turn=5, confidence=0.5), told(far, turn=9)], ToyEmbedder())
    assert [candidate.evidence.turn_start for candidate in found] == [1, 9]


WORDS = st.lists(st.sampled_from([*NIGHT.split(), *MINIBUS.split()]), min_size=1, max_size=16).map(" ".join)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(WORDS, st.sampled_from(Kind), st.floats(0.1, 0.9, allow_nan=False)),
        max_size=12,
    )
)
def test_every_piece_of_evidence_is_kept_once_and_under_its_kind(said: list[tuple[str, Kind, float]]) -> None:
    candidates = [
        told(quote, turn=turn, kind=kind, confidence=sure) for turn, (quote, kind, sure) in enumerate(said)
    ]
    found = fold(candidates, ToyEmbedder())
    kept = [(one.kind, piece) for one in found for piece in one.pieces]
    assert sorted(piece.turn_start for _, piece in kept) == list(range(len(said)))
    assert all(
        (candidates[piece.turn_start].kind, candidates[piece.turn_start].evidence) == (k, piece)
        for k, piece in kept
    )
    assert all(
        candidates[one.evidence.turn_start].confidence >= candidates[piece.turn_start].confidence
        for one in found
        for piece in one.further
    )
    assert [one.evidence.turn_start for one in found] == sorted(one.evidence.turn_start for one in found)
