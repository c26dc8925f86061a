"""The optional extractor: a large model proposes items, and what it proposes is held against the words.

It reads a meeting stretch by stretch. Each item rests on words that are found in the transcript, letter by letter;
what it tells in words of its own holds no name and no number that nobody said. What it does not read, the built-in
tagger reads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from capture.claims import Claimed, Fields, Original, claimed, told
from capture.endpoint import Endpoint as Endpoint
from capture.endpoint import Unanswered
from capture.extractor import TaggerExtractor
from capture.folding import fold
from capture.linguist import Linguist
from capture.prompt import SCHEMA, VERSION, prompt, room
from capture.replies import Proposal, read
from capture.spans import Span
from capture.stretches import Stretch, letters, stretches, written
from capture.tally import Tally
from capture.telling import Said, Told
from models.citation import overlap, span_of
from models.knowledge import Candidate, Extraction, Facets
from models.meeting import Transcript
from models.ports import Embedder, Report

READ = 0.85
"""How far the work is when the stretches are read."""
PATIENCE = 3
"""Stretches in a row without an answer, after which the rest is not sent."""
GARBLED = "twice gave no JSON of the form it was asked for"
GIVEN_UP = f"was not asked any more, having left {PATIENCE} in a row without an answer"


class LargeModel:
    """Whatever stands behind an endpoint; it is never believed."""

    def __init__(
        self, endpoint: Endpoint, *, tagger: TaggerExtractor, linguist: Linguist, embedder: Embedder, words: int
    ) -> None:
        """`words` are sent at a time."""
        self._endpoint = endpoint
        self._tagger = tagger
        self._linguist = linguist
        self._embedder = embedder
        self._teller = tagger.teller
        self._words = words
        self._model = endpoint.model

    @property
    def name(self) -> str:
        """Of what reads a meeting; each item says which of the two found it."""
        return f"{self._own_name}; else {self._tagger.name}"

    @property
    def _own_name(self) -> str:
        return f"{self._model} with prompt {VERSION}, checked"

    def extract(self, transcript: Transcript, *, report: Report) -> Extraction:
        """What was told twice is one. Raises WeightsError before a word is sent.

        An endpoint that fails raises nothing: the built-in tagger reads what it did not, and the remarks say so.
        """
        built_in = self._tagger.name
        sentences = self._linguist.sentences(transcript.turns)
        if not sentences:
            report(1.0)
            return Extraction()
        parts = stretches(transcript, sentences, words=self._words)
        tally = self._tally(transcript, parts)
        replies = self._replies(parts, letters(transcript), tally, report=report)
        meeting = Original(turns=transcript.turns, sentences=sentences, marks=self._tagger.marks(sentences))
        paired = list(zip(parts, replies, strict=True))
        found = [each for part, reply in paired for each in claimed(reply or (), part, meeting, tally)]
        unread = [part for part, reply in paired if reply is None]
        candidates = [
            *self._told(found, meeting, tally),
            *self._tagged(unread, transcript, meeting, name=built_in),
        ]
        folded = fold(_apart(candidates), self._embedder)
        report(1.0)
        return Extraction(candidates=tuple(folded), remarks=tally.remarks())

    def _tally(self, transcript: Transcript, parts: Sequence[Stretch]) -> Tally:
        return Tally(
            model=self._endpoint.model,
            place=self._endpoint.place,
            stretches=sum(bool(part.sent) for part in parts),
            withheld=len(transcript.withheld & {turn.speaker for turn in transcript.turns}),
        )

    def _replies(
        self, parts: Sequence[Stretch], called: Mapping[str, str], tally: Tally, *, report: Report
    ) -> list[Sequence[Proposal] | None]:
        """What it proposes of each stretch; none for what it did not read."""
        replies: list[Sequence[Proposal] | None] = []
        for part in parts:
            replies.append(self._reply(written(part, called), tally) if part.sent else ())
            report(READ * len(replies) / len(parts))
        return replies

    def _reply(self, transcript: str, tally: Tally) -> Sequence[Proposal] | None:
        """Counted where there is none."""
        if tally.silences == PATIENCE:
            tally.unread[GIVEN_UP] += 1
            return None
        try:
            proposals = self._asked(transcript)
        except Unanswered as error:
            tally.silences += 1
            tally.unread[str(error)] += 1
            return None
        tally.silences = 0
        if proposals is None:
            tally.unread[GARBLED] += 1
        return proposals

    def _asked(self, transcript: str) -> Sequence[Proposal] | None:
        """Once more where the first reply cannot be read, and none where the second cannot. Raises Unanswered."""
        for again in (False, True):
            reply = self._endpoint.ask(prompt(transcript, again=again), schema=SCHEMA, tokens=room(transcript))
            self._model = _version(reply.model, self._endpoint.model)
            proposals = read(reply.text)
            if proposals is not None:
                return proposals
        return None

    def _told(self, found: Sequence[Claimed], meeting: Original, tally: Tally) -> list[Candidate]:
        """In the model's words where they keep to what was said, else in the speaker's."""
        fields = told(found, self._linguist, tally)
        wanting = [place for place, each in enumerate(fields) if not ("title" in each and "gist" in each)]
        retold = dict(zip(wanting, self._retold([found[place] for place in wanting], meeting), strict=True))
        sure = self._tagger.confidences(
            [
                Span(kind=each.kind, first=each.quoted.first, last=each.quoted.last, confidence=0.0)
                for each in found
            ],
            meeting.sentences,
            meeting.marks,
        )
        return [
            self._candidate(each, fields[place], retold.get(place), confidence=sure[place])
            for place, each in enumerate(found)
        ]

    def _candidate(self, found: Claimed, fields: Fields, retold: Told | None, *, confidence: float) -> Candidate:
        instead = {"title": retold.title, "gist": retold.gist} if retold else {}
        words = {**instead, **fields}
        return Candidate(
            kind=found.kind,
            title=words.pop("title"),
            gist=words.pop("gist"),
            confidence=confidence,
            evidence=found.evidence,
            facets=Facets(**words),
            extractor=self._own_name,
        )

    def _retold(self, found: Sequence[Claimed], meeting: Original) -> list[Told]:
        """As the built-in extractor would tell them: of what is cited alone, nothing doubtful beside it."""
        return self._teller.tell([Said(kind=each.kind, sentences=tuple(each.said(meeting))) for each in found])

    def _tagged(
        self, unread: Sequence[Stretch], transcript: Transcript, meeting: Original, *, name: str
    ) -> list[Candidate]:
        """What the built-in tagger finds where the model did not read, or was not to."""
        if not unread and not transcript.withheld:
            return []
        spans = [
            span
            for span in self._tagger.spans(meeting.sentences, meeting.marks)
            for first in [meeting.sentences[span.first]]
            if first.speaker in transcript.withheld or any(part.holds(first) for part in unread)
        ]
        tagged = self._tagger.tell(spans, transcript, meeting.sentences)
        return [replace(candidate, extractor=name) for candidate in tagged]


def _apart(candidates: Sequence[Candidate]) -> list[Candidate]:
    """In the order they were said; of two of a kind that share words the one that comes first here."""
    kept: list[Candidate] = []
    for one in candidates:
        if not any(
            each.kind is one.kind and overlap(span_of(each.evidence), span_of(one.evidence)) for each in kept
        ):
            kept.append(one)
    return sorted(kept, key=lambda each: (each.evidence.turn_start, each.evidence.char_start))


def _version(told: str | None, asked: str) -> str:
    """Which version of the model that was asked for has answered, where the server says so."""
    if told is None or not told.startswith(asked) or len(told) > len(asked) + 40 or not told.isprintable():
        return asked
    return told
