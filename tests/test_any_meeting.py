"""Whatever shape a meeting has, what is found in it is sensible: words of one speaker, told, and not too many."""

from collections.abc import Sequence

import pytest

from benchmarks.bare import bare
from capture.extractor import TaggerExtractor
from capture.linguist import Linguist
from capture.title import TITLE_WORDS
from capture.weights import embedder_folder
from index.embedder import SentenceEmbedder
from models.knowledge import Candidate
from models.meeting import Transcript, Turn
from models.ports import unreported

pytestmark = pytest.mark.weights

TOLD = (
    "In the second wave we had no tests for the care workers who came from the agency.",
    "They went from one home to the next, and nobody knew who carried the virus.",
    "Two residents fell ill within a week, and their families were not told for days.",
    "So we set up a rota in which each worker stayed with one home, and we paid them for the hours they lost.",
    "Since then we ring every family on a Monday and write down what they ask in one book.",
    "What is still not solved is who pays for the agency staff when the grant ends.",
)
ASKED = "What did you do about the agency staff in those weeks?"
SMALL = (
    "Yes.",
    "Right.",
    "Go on.",
    "I see.",
    "Shall we take the next item?",
    "Thank you.",
    "Okay.",
    "No, that is fine.",
)


@pytest.fixture(scope="module")
def extractor() -> TaggerExtractor:
    return TaggerExtractor(SentenceEmbedder(embedder_folder("minilm")))


def meeting(*turns: tuple[str, str]) -> Transcript:
    return Transcript(turns=tuple(Turn(speaker=speaker, text=text) for speaker, text in turns))


def found_in(extractor: TaggerExtractor, transcript: Transcript) -> Sequence[Candidate]:
    found = extractor.extract(transcript, report=unreported).candidates
    for item in found:
        evidence = item.evidence
        first, last = transcript.turns[evidence.turn_start], transcript.turns[evidence.turn_end]
        assert first.speaker == last.speaker == evidence.speaker
        assert item.title
        assert len(item.title.split()) <= TITLE_WORDS
        assert item.gist
        assert 0 <= item.confidence <= 1
    return found


def test_five_sentences(extractor: TaggerExtractor) -> None:
    assert 1 <= len(found_in(extractor, meeting(("Ann", " ".join(TOLD[:5]))))) <= 5


def test_one_sentence_and_none(extractor: TaggerExtractor) -> None:
    assert len(found_in(extractor, meeting(("Ann", TOLD[0])))) <= 2
    assert not found_in(extractor, meeting(("Ann", "Yes.")))
    assert not found_in(extractor, meeting())


def test_a_long_monologue(extractor: TaggerExtractor) -> None:
    filler = (
        "The next slide shows the agenda of the day. We will come to the budget after lunch. Please take a seat. "
    )
    text = " ".join(filler * 3 + " ".join(TOLD) for _ in range(12))
    found = found_in(extractor, meeting(("Ann", text)))
    assert found
    assert all(len(item.evidence.quote.split()) < 400 for item in found)


def test_rapid_dialogue(extractor: TaggerExtractor) -> None:
    turns = []
    for number in range(300):
        turns.append(("Bob" if number % 2 else "Cat", SMALL[number % len(SMALL)]))
        if number % 50 == 25:
            turns += [("Bob", ASKED)]
            for part in TOLD:
                turns += [("Ann", part), ("Bob", "Mm.")]
    found = found_in(extractor, meeting(*turns))
    assert found
    assert all(any(part in item.evidence.quote for part in TOLD) for item in found)


@pytest.mark.parametrize("name", ["Unknown", "Speaker"])
def test_no_speakers(extractor: TaggerExtractor, name: str) -> None:
    assert found_in(extractor, meeting(*((name, text) for text in (ASKED, *TOLD))))


def test_no_punctuation_and_no_case(extractor: TaggerExtractor) -> None:
    written = meeting(("Bob", ASKED), ("Ann", " ".join(TOLD)), ("Bob", "Thank you, that is very helpful."))
    heard = bare(written).transcript
    assert len(Linguist().sentences(heard.turns)) > len(TOLD) / 2
    assert found_in(extractor, heard)


def test_three_thousand_sentences(extractor: TaggerExtractor) -> None:
    turns = [
        ("Bob" if number % 3 else "Ann", SMALL[number % len(SMALL)] if number % 25 else " ".join(TOLD))
        for number in range(2500)
    ]
    transcript = meeting(*turns)
    found = found_in(extractor, transcript)
    assert found
    assert len(found) < 500
