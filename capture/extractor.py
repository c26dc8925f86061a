"""The stories, problems and practices of a transcript, each with the words it rests on."""

from collections.abc import Sequence
from functools import cached_property

from capture.cues import signs
from capture.folding import fold
from capture.linguist import Linguist, Sentence
from capture.spans import Span, find_spans, judgements, sureness
from capture.tagger import Trained, load_trained
from capture.telling import Said, Teller, Told
from models import citation
from models.errors import ConfigError
from models.knowledge import Candidate, Extraction
from models.meeting import Transcript
from models.ports import Embedder, Report, Vectors

READ, TAGGED = 0.75, 0.8
"""How far the work is when the sentences have their embeddings, and when the spans are found."""


class TaggerExtractor:
    """Sentences, marks, spans, telling; the weights load when they are first needed."""

    def __init__(
        self, embedder: Embedder, *, linguist: Linguist | None = None, trained: Trained | None = None
    ) -> None:
        """`trained` only where other weights than the shipped ones are measured."""
        self._embedder = embedder
        self._linguist = linguist or Linguist()
        self._given = trained
        self._teller = Teller(self._linguist, embedder)

    @property
    def name(self) -> str:
        """Raises WeightsError, and ConfigError where the embedder is another than it was trained with."""
        return self._trained.name

    def extract(self, transcript: Transcript, *, report: Report) -> Extraction:
        """What was told twice is one. Raises WeightsError and ConfigError."""
        sentences = self._linguist.sentences(transcript.turns)
        if not sentences:
            report(1.0)
            return Extraction()
        embeddings = self._embedder.embed(
            [sentence.text for sentence in sentences], report=lambda done: report(done * READ)
        )
        spans = self.spans(sentences, embeddings)
        report(TAGGED)
        folded = fold(self.tell(spans, transcript, sentences, embeddings), self._embedder)
        report(1.0)
        return Extraction(candidates=tuple(folded))

    def spans(self, sentences: Sequence[Sentence], embeddings: Vectors) -> list[Span]:
        """Where the items lie, before they are told."""
        marks = self._trained.tagger.marks(embeddings, signs(sentences))
        return find_spans(sentences, marks, by=judgements(self._trained.spans))

    def tell(
        self, spans: Sequence[Span], transcript: Transcript, sentences: Sequence[Sentence], embeddings: Vectors
    ) -> list[Candidate]:
        """Each of them in few words of its speaker."""
        told = self._teller.tell([_said(span, sentences, embeddings) for span in spans])
        return [_candidate(span, telling, sentences, transcript) for span, telling in zip(spans, told, strict=True)]

    def confidences(self, spans: Sequence[Span], sentences: Sequence[Sentence], embeddings: Vectors) -> list[float]:
        """How likely a person would mark each of these runs so, whoever found them."""
        marks = self._trained.tagger.marks(embeddings, signs(sentences))
        return [sureness(span, sentences, marks, by=judgements(self._trained.spans)) for span in spans]

    @cached_property
    def _trained(self) -> Trained:
        trained = self._given or load_trained()
        if trained.embedder != self._embedder.name:
            raise ConfigError(
                f"The extractor was trained with the embedder {trained.embedder} and cannot read"
                f" {self._embedder.name}: unset COMMONLORE_EMBEDDER, or train it anew with `make train`"
            )
        return trained


def _said(span: Span, sentences: Sequence[Sentence], embeddings: Vectors) -> Said:
    """The speaker's own: what others put in between is left out."""
    speaker = sentences[span.first].speaker
    own = [number for number in range(span.first, span.last + 1) if sentences[number].speaker == speaker]
    return Said(
        kind=span.kind, sentences=tuple(sentences[number].text for number in own), embeddings=embeddings[own]
    )


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
