"""Items rest on the exact words of one speaker, are told in those words, and come in the order they were said."""

import re
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.shapes import item_to_json
from capture.cues import signs
from capture.encoder import Encoder
from capture.extractor import TaggerExtractor
from capture.linguist import Linguist, Sentence
from capture.marks import KINDS, Marks
from capture.spans import TRAITS
from capture.tagger import Tagger, Trained
from capture.wording import tidy
from models.knowledge import Candidate, Extraction, Kind
from models.meeting import Transcript, Turn, Word
from models.ports import Report, unreported
from tests.toys import ToyEmbedder

PROBLEM_WORDS = 18 + 8
"""The sign that a sentence has words such as "shortage" and "struggle"."""
DIFFICULT = "Our staff struggle with a shortage of masks. The delay is a risk for patients on the ward."


class CueTagger(Tagger):
    """Marks as a problem whatever uses the words of one."""

    def __init__(self) -> None:
        super().__init__(Encoder(upper=2), [])

    def marks(self, sentences: Sequence[Sentence], *, report: Report = unreported) -> Marks:
        out = np.full((len(sentences), len(KINDS), 3), -5.0, dtype=np.float32)
        out[signs(sentences)[:, PROBLEM_WORDS] > 0, KINDS.index(Kind.PROBLEM)] = 5.0
        return out


def trained() -> Trained:
    weights = np.zeros((len(KINDS), TRAITS + 1), dtype=np.float32)
    weights[:, 1], weights[:, 6], weights[:, -1] = 4.0, -24.0, -3.0
    flat = np.zeros(len(KINDS), dtype=np.float32)
    spans = {
        "weights": weights,
        "least": flat + 0.5,
        "pull": flat,
        "inside": flat,
        "slope": flat + 1,
        "offset": flat,
    }
    return Trained(CueTagger(), spans, "cues-1")


LINGUIST = Linguist()


@pytest.fixture
def extractor() -> TaggerExtractor:
    return TaggerExtractor(ToyEmbedder(), linguist=LINGUIST, trained=trained())


def meeting(*turns: tuple[str, str]) -> Transcript:
    return Transcript(turns=tuple(Turn(speaker=speaker, text=text) for speaker, text in turns))


def extract(extractor: TaggerExtractor, transcript: Transcript) -> tuple[Candidate, ...]:
    return extractor.extract(transcript, report=lambda fraction: None).candidates


@pytest.mark.weights
def test_the_quote_is_what_stands_at_the_offsets(extractor: TaggerExtractor) -> None:
    transcript = meeting(("Chair", "Good morning."), ("Nurse", f"Thank you, Chair. {DIFFICULT} Shall we go on?"))
    (item,) = extract(extractor, transcript)
    evidence = item.evidence
    assert (item.kind, evidence.speaker, evidence.turn_start, evidence.turn_end) == (Kind.PROBLEM, "Nurse", 1, 1)
    assert transcript.turns[1].text[evidence.char_start : evidence.char_end] == evidence.quote == DIFFICULT
    assert (evidence.start, evidence.end) == (None, None)


@pytest.mark.weights
def test_an_interruption_is_left_out_of_the_quote(extractor: TaggerExtractor) -> None:
    first, second = DIFFICULT.split(". ", 1)
    transcript = meeting(("Nurse", f"{first}."), ("Chair", "A risk, a delay, a shortage."), ("Nurse", second))
    item = extract(extractor, transcript)[0]
    assert item.evidence.quote == f"{first}. … {second}"
    assert (item.evidence.turn_start, item.evidence.turn_end) == (0, 2)
    assert "shortage." not in item.gist


@pytest.mark.weights
def test_seconds_come_from_the_words(extractor: TaggerExtractor) -> None:
    text = f"Hello there. {DIFFICULT}"
    words = tuple(Word(word=w, start=float(n), end=n + 0.5) for n, w in enumerate(text.split()))
    turn = Turn(speaker="Nurse", text=text, start=0.0, end=float(len(words)), words=words)
    (item,) = extract(extractor, Transcript(turns=(turn,)))
    assert (item.evidence.start, item.evidence.end) == (2.0, len(words) - 0.5)


@pytest.mark.weights
def test_an_item_is_told_in_few_words_that_were_said(extractor: TaggerExtractor) -> None:
    (item,) = extract(extractor, meeting(("Nurse", DIFFICULT)))
    said = set(re.findall(r"\w+", DIFFICULT.lower()))
    assert 1 <= len(item.title.split()) <= 12
    assert not item.title.endswith(".")
    for text in (item.title, item.gist, item.facets.affected):
        assert text and set(re.findall(r"\w+", text.lower())) <= said
    assert item.facets.outcome is None
    assert 0 < item.confidence <= 1


@pytest.mark.weights
@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("AB"),
            st.lists(
                st.sampled_from(["risk ", "delay. ", "A shortage. ", "and ", "? ", "we ", "… ", "\n", "Yes. "]),
                max_size=12,
            ).map("".join),
        ),
        max_size=6,
    )
)
def test_any_transcript_gives_items_that_rest_on_its_words(turns: list[tuple[str, str]]) -> None:
    transcript = meeting(*turns)
    items = extract(TaggerExtractor(ToyEmbedder(), linguist=LINGUIST, trained=trained()), transcript)
    places = [(item.evidence.turn_start, item.evidence.char_start) for item in items]
    assert places == sorted(places)
    for item in items:
        evidence = item.evidence
        assert transcript.turns[evidence.turn_start].speaker == evidence.speaker
        assert transcript.turns[evidence.turn_end].speaker == evidence.speaker
        spoken = " ".join(turn.text for turn in transcript.turns if turn.speaker == evidence.speaker)
        assert evidence.quote
        assert all(
            part in spoken for part in evidence.quote.split(" … ") if evidence.turn_start == evidence.turn_end
        )
        assert 1 <= len(item.title.split()) <= 12
        assert item.gist


def test_nothing_said_gives_nothing_and_ends_at_one(extractor: TaggerExtractor) -> None:
    fractions: list[float] = []
    assert extractor.extract(meeting(("A", " ")), report=fractions.append) == Extraction()
    assert fractions == [1.0]


@pytest.mark.weights
def test_progress_only_grows(extractor: TaggerExtractor) -> None:
    fractions: list[float] = []
    extractor.extract(meeting(("Nurse", DIFFICULT)), report=fractions.append)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_a_run_that_another_found_is_as_sure_as_if_the_tagger_had_found_it(extractor: TaggerExtractor) -> None:
    sentences = LINGUIST.sentences(meeting(("Nurse", f"Good morning. {DIFFICULT} We go on.")).turns)
    marks = extractor.marks(sentences)
    spans = extractor.spans(sentences, marks)

    assert spans and extractor.confidences(spans, sentences, marks) == [span.confidence for span in spans]


@pytest.mark.weights
def test_the_printed_form_is_the_contract(extractor: TaggerExtractor) -> None:
    (item,) = extract(extractor, meeting(("Nurse", DIFFICULT)))
    printed = item_to_json(item)
    assert list(printed) == [
        "kind",
        "title",
        "gist",
        "confidence",
        "speaker",
        "turn_start",
        "char_start",
        "turn_end",
        "char_end",
        "start",
        "end",
        "quote",
        "facets",
        "further",
    ]
    assert printed["kind"] == "problem"


def test_the_opening_thanks_are_not_part_of_a_telling() -> None:
    assert tidy("Thank you, Chair, we ring them all.") == "We ring them all."
