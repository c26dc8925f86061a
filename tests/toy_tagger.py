"""A tagger that knows by single words what is an item, and tells it as the real one does."""

from collections.abc import Sequence

import numpy as np

from capture.extractor import TaggerExtractor
from capture.linguist import Sentence
from capture.marks import KINDS, Marks
from capture.spans import Span
from models.knowledge import Kind
from models.ports import Report, unreported


class ToyTagger(TaggerExtractor):
    """Takes each sentence that is not doubtful and says that somebody struggles for a problem."""

    name = "toy-tagger-1"

    def marks(self, sentences: Sequence[Sentence], *, report: Report = unreported) -> Marks:
        return np.zeros((len(sentences), len(KINDS), 3), dtype=np.float32)

    def spans(self, sentences: Sequence[Sentence], marks: Marks) -> list[Span]:
        return [
            Span(kind=Kind.PROBLEM, first=place, last=place, confidence=0.6)
            for place, sentence in enumerate(sentences)
            if "struggle" in sentence.text and not sentence.doubtful
        ]

    def confidences(self, spans: Sequence[Span], sentences: Sequence[Sentence], marks: Marks) -> list[float]:
        return [0.3 + 0.01 * (span.last - span.first) for span in spans]
