"""The stories, problems and practices of a transcript, each with the words it rests on."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from capture.folding import fold
from capture.linguist import Linguist, Sentence
from capture.marks import Marks
from capture.spans import Span, find_spans, judgements, sureness
from capture.telling import Said, Teller, Told
from models import citation
from models.knowledge import Candidate, Extraction
from models.meeting import Transcript
from models.ports import Embedder, Report, unreported

if TYPE_CHECKING:
    from capture.tagger import Trained

READ = 0.4
"""How far the work is when all sentences are read: of an hour of a hearing, 3 seconds of 8."""


class TaggerExtractor:
    """Sentences, marks, spans, telling; the weights load when they are first needed."""

    def __init__(
        self,
        embedder: Embedder,
        *,
        linguist: Linguist | None = None,
        trained: "Trained | None" = None,
        threads: int = 0,
    ) -> None:
        """`trained` only where other weights than the shipped ones are measured."""
        self._embedder = embedder
        self._linguist = linguist or Linguist()
        self._given = trained
        self._threads = threads
        self.teller = Teller(threads=threads)

    @property
    def name(self) -> str:
        """Raises WeightsError."""
        return self._trained.name

    def extract(self, transcript: Transcript, *, report: Report) -> Extraction:
        """What was told twice is one. Raises WeightsError."""
        sentences = self._linguist.sentences(transcript.turns)
        spans = self.spans(sentences, self.marks(sentences, report=lambda done: report(done * READ)))
        folded = fold(self.tell(spans, transcript, sentences), self._embedder)
        report(1.0)
        return Extraction(candidates=tuple(folded))

    def marks(self, sentences: Sequence[Sentence], *, report: Report = unreported) -> Marks:
        """What the tagger says of each sentence."""
        return self._trained.tagger.marks(sentences, report=report)

    def spans(self, sentences: Sequence[Sentence], marks: Marks) -> list[Span]:
        """Where the items lie, before they are told."""
        return find_spans(sentences, marks, by=judgements(self._trained.spans))

    def tell(self, spans: Sequence[Span], transcript: Transcript, sentences: Sequence[Sentence]) -> list[Candidate]:
        """Each of them in few words of its speaker."""
        told = self.teller.tell([_said(span, sentences) for span in spans])
        return [_candidate(span, telling, sentences, transcript) for span, telling in zip(spans, told, strict=True)]

    def confidences(self, spans: Sequence[Span], sentences: Sequence[Sentence], marks: Marks) -> list[float]:
        """How likely a person would mark each of these runs so, whoever found them."""
        return [sureness(span, sentences, marks, by=judgements(self._trained.spans)) for span in spans]

    @cached_property
    def _trained(self) -> "Trained":
        from capture.tagger import load_trained

        return self._given or load_trained(threads=self._threads)


def _said(span: Span, sentences: Sequence[Sentence]) -> Said:
    """What the speaker said in the span: what others put in between is left out."""
    speaker = sentences[span.first].speaker
    own = (sentence for sentence in sentences[span.first : span.last + 1] if sentence.speaker == speaker)
    return Said(kind=span.kind, sentences=tuple(sentence.text for sentence in own))


def _candidate(span: Span, told: Told, sentences: Sequence[Sentence], transcript: Transcript) -> Candidate:
    return Candidate(
        kind=span.kind,
        title=told.title,
        gist=told.gist,
        confidence=span.confidence,
        evidence=citation.cite(transcript.turns, _between(sentences[span.first], sentences[span.last])),
        facets=told.facets,
    )


def _between(first: Sentence, last: Sentence) -> citation.Span:
    return citation.Span(
        turn_start=first.turn, char_start=first.char_start, turn_end=last.turn, char_end=last.char_end
    )
