"""From a question to an answer: near by meaning and by words, added up, told once, and told why."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from models.consent import scope_of
from models.errors import IndexOutOfDate, Unwritten, WeightsError
from models.people import Reader
from models.ports import Embedder, Store, Subject, Table, VectorIndex
from models.query import Answer, Cited, Group, Hit, Linked, Question
from search.field import Field, Found, field_of
from search.fusion import Signal, best, fold, fuse, shared
from search.groups import UNDER, grouped
from search.linked import linked_to
from search.people import asks, tellings
from search.reasons import holds_all, holds_most, why
from search.summary import quoted_summary
from search.written import Writer, written_summary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MEANING, WORDS = "meaning", "words"
NO_VECTORS = "Found by words alone: nothing here was embedded by this embedder; run `commonlore rebuild`"
DEPTH = 200
"""How many of each signal are candidates: from 50 to 400 the figures differ by less than chance."""
NEAR = 0.47
"""The likeness of the nearest below which nothing here answers; benchmarks/search.py has the errors both ways."""
FAR = 0.25
"""Below this likeness a hit does not belong on the list: no passage judged an answer to a member question does."""
ELSEWHERE = 0.15
"""What another organisation's answer is given ahead, in standard deviations of the fused score."""
ASKED = 0.75
"""What words that mostly ask are put back, in the same: the question before an answer is as near as the answer."""
TOLD_TWICE = 0.5
"""The share of the shorter text's words in the longer from which both tell the same."""

Combine = Callable[[Sequence[Signal[Subject]], Iterable[Subject]], dict[Subject, float]]
"""Makes one score of all signals."""
Fetch = Callable[[int], list[tuple[Subject, float]]]
"""The best so many of one signal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """How finding weighs and cuts; the benchmark tries others beside these."""

    meaning: float = 0.8
    words: float = 0.2
    """Weights that beat other ways of fusing on the member questions; benchmarks/search.py measures them again."""
    combine: Combine = fuse
    asked: float = ASKED
    depth: int = DEPTH
    near: float = NEAR
    far: float = FAR

    @property
    def weights(self) -> dict[str, float]:
        """Of each signal by its name."""
        return {MEANING: self.meaning, WORDS: self.words}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The candidates of one question and what each signal says of every one of them."""

    found: dict[Subject, Found]
    signals: list[Signal[Subject]]
    brought: dict[str, frozenset[Subject]]
    """What each way of finding brought by itself."""

    @property
    def has_meaning(self) -> bool:
        return any(signal.name == MEANING and signal.scores for signal in self.signals)

    @property
    def lacks_vectors(self) -> bool:
        """Whether nothing that was found has a meaning: it was embedded by another embedder, or not at all."""
        meaning = [signal for signal in self.signals if signal.name == MEANING]
        return bool(self.found and meaning and not meaning[0].scores)

    def brought_by(self, subject: Subject) -> tuple[str, ...]:
        return tuple(name for name, subjects in self.brought.items() if subject in subjects)

    def likeness(self, subject: Subject) -> float:
        """In meaning, -1 to 1."""
        return max(
            (signal.scores.get(subject, -1.0) for signal in self.signals if signal.name == MEANING), default=-1.0
        )


class Searcher:
    """Asks the indexes of the communities a reader may read, and no other."""

    def __init__(
        self,
        store: Store,
        vectors: VectorIndex,
        embedder: Embedder,
        *,
        tuning: "Tuning | None" = None,
        writer: Writer | None = None,
    ) -> None:
        """`writer` writes summaries, where a large model is to."""
        self._store = store
        self._vectors = vectors
        self._embedder = embedder
        self._tuning = tuning or Tuning()
        self._writer = writer

    def ask(self, question: Question, *, reader: Reader) -> Answer:
        return self.ask_many([question], reader=reader)[0]

    def ask_many(self, questions: Sequence[Question], *, reader: Reader) -> list[Answer]:
        """One answer a question, in order; the questions are given their meaning in one go."""
        try:
            rows = list(self._embedder.embed([question.text for question in questions]))
        except WeightsError as error:
            words_only = f"Found by words alone, not by meaning: {error}"
            return [self._answer(question, None, [words_only], reader=reader) for question in questions]
        pairs = zip(questions, rows, strict=True)
        return [self._answer(question, row, self._missing(), reader=reader) for question, row in pairs]

    def _missing(self) -> list[str]:
        """What of the library is not found by meaning."""
        unembedded = self._store.unembedded_reason()
        return [f"Some things told here are not found by meaning yet: {unembedded}"] if unembedded else []

    def _answer(
        self, question: Question, query: "NDArray[np.float32] | None", notices: list[str], *, reader: Reader
    ) -> Answer:
        field = field_of(self._store, question, scope=scope_of(reader))
        try:
            pool = self._pool(question, query, field=field)
        except IndexOutOfDate as error:
            notices = [*notices, f"Found by words alone, not by meaning: {error}"]
            pool = self._pool(question, None, field=field)
        if pool.lacks_vectors:
            notices = [*notices, NO_VECTORS]
        hits = self._hits(question, pool, field=field)
        groups = grouped(hits, self._links(hits, field=field))
        summary, remarks = self._summary(question, groups) if question.summary else ((), [])
        return Answer(
            question=question.text,
            found=bool(hits),
            hits=tuple(hits),
            people=tellings(hits, voices=field.voices),
            retrievers=tuple(f"{signal.name} {signal.weight}" for signal in pool.signals),
            groups=groups,
            summary=summary,
            notices=(*notices, *remarks),
        )

    def _summary(self, question: Question, groups: Sequence[Group]) -> tuple[tuple[Cited, ...], list[str]]:
        """Written where that is wished and holds, else of people's own words; with what should be known of it."""
        remarks = []
        if self._writer and groups:
            try:
                written, remark = written_summary(question, groups, writer=self._writer)
                remarks = [remark] if remark else []
                if written:
                    return written, remarks
            except Unwritten as error:
                remarks = [f"{self._writer.model} {error}: the summary is of people's own words"]
        try:
            return quoted_summary(question, groups, embedder=self._embedder), remarks
        except WeightsError:
            return (), remarks  # said already: nothing was found by meaning either

    def _links(self, hits: Sequence[Hit], *, field: Field) -> dict[str, list[Linked]]:
        rows = {int(hit.ref[1:]): hit.ref for hit in hits if hit.kind in UNDER}
        found = linked_to(rows, store=self._store, scope=field.scope) if rows else {}
        return {rows[row]: links for row, links in found.items()}

    # --- candidates ----------------------------------------------------------------------------------------

    def _pool(self, question: Question, query: "NDArray[np.float32] | None", *, field: Field) -> Pool:
        """The best of each signal together, then every signal's score of all of them.

        Without the question's meaning by words alone.
        """
        words = self._allowed(partial(self._by_words, question.text, field), field=field)
        near = {} if query is None else self._allowed(partial(self._by_meaning, query, field), field=field)
        found = field.find([*near, *words])
        exact = self._store.score_words(question.text, list(found))
        signals = [Signal(name=WORDS, weight=self._tuning.words, scores=exact, missing=0.0)]
        if query is not None:
            likeness = self._likeness(query, found)
            signals.insert(0, Signal(name=MEANING, weight=self._tuning.meaning, scores=likeness))
        return Pool(found=found, signals=signals, brought={MEANING: frozenset(near), WORDS: frozenset(words)})

    def _allowed(self, fetch: Fetch, *, field: Field) -> dict[Subject, float]:
        """As many of a signal as the depth wants, without what was withdrawn or is gone."""
        limit = self._tuning.depth
        while True:
            rows = fetch(limit)
            found = field.find([subject for subject, _ in rows])
            kept = {subject: score for subject, score in rows if subject in found}
            if len(kept) >= self._tuning.depth or len(rows) < limit:
                return best(kept, self._tuning.depth)
            limit *= 4

    def _by_words(self, text: str, field: Field, limit: int) -> list[tuple[Subject, float]]:
        return self._store.search_words(
            text, scope=field.scope, tables=field.tables, narrowed=field.narrowed, limit=limit
        )

    def _by_meaning(self, query: "NDArray[np.float32]", field: Field, limit: int) -> list[tuple[Subject, float]]:
        [near] = self._vectors.search(
            field.community_ids, query[None, :], tables=field.tables, narrowed=field.narrowed, limit=limit
        )
        return near

    def _likeness(self, query: "NDArray[np.float32]", found: Iterable[Subject]) -> dict[Subject, float]:
        """Of every candidate, also of those another signal brought, by the vectors as they are kept."""
        kept = self._store.kept_vectors(found, model=self._embedder.name)
        return {subject: float(vector @ query) for subject, vector in kept.items()}

    # --- hits ----------------------------------------------------------------------------------------------

    def _hits(self, question: Question, pool: Pool, *, field: Field) -> list[Hit]:
        """Best first and nothing told twice; none where even the nearest is too far to be an answer."""
        if not self._is_answered(question, pool):
            return []
        scores = self._tuning.combine(pool.signals, pool.found)
        for subject, thing in pool.found.items():
            scores[subject] += self._lean(thing, field=field)
        ranked = list(best(scores, self._tuning.depth))
        # enough that what is folded into another leaves no room empty; the rest is never compared
        listed = list(islice((s for s in ranked if self._belongs(question, pool, s)), 20 + 3 * question.limit))
        told = fold(listed, same=partial(_same, pool.found), better=_better)
        return [
            pool.found[subject].as_hit(
                organisation=field.organisation_of(pool.found[subject]),
                score=scores[place],
                why=self._why(question, pool, subject, field=field),
                by=pool.brought_by(subject),
            )
            for subject, place in islice(told.items(), question.limit)
        ]

    def _is_answered(self, question: Question, pool: Pool) -> bool:
        """Somebody tells, and does not only ask, of something near, or uses every word of the question.

        The words count because a bare name or abbreviation has little meaning.
        """
        if not pool.has_meaning:
            return any(holds_most(question.text, thing.told) for thing in pool.found.values())
        telling = {subject: thing for subject, thing in pool.found.items() if not asks(thing.evidence.quote)}
        nearest = max(map(pool.likeness, telling), default=-1.0)
        return nearest >= self._tuning.near or any(
            holds_all(question.text, thing.told) for thing in telling.values()
        )

    def _belongs(self, question: Question, pool: Pool, subject: Subject) -> bool:
        if not pool.has_meaning:
            return holds_most(question.text, pool.found[subject].told)
        return pool.likeness(subject) >= self._tuning.far or holds_all(question.text, pool.found[subject].told)

    def _lean(self, thing: Found, *, field: Field) -> float:
        """What speaks for or against a candidate besides being near."""
        return ELSEWHERE * field.is_elsewhere(thing) - self._tuning.asked * asks(thing.evidence.quote)

    def _why(self, question: Question, pool: Pool, subject: Subject, *, field: Field) -> str:
        thing = pool.found[subject]
        return why(
            question,
            told=thing.told,
            facets=thing.facets,
            near=pool.likeness(subject) >= self._tuning.near,
            organisation=field.organisation_of(thing) if field.is_elsewhere(thing) else None,
        )


def _same(found: dict[Subject, Found], one: Subject, other: Subject) -> bool:
    first, second = found[one], found[other]
    return (
        first.meeting.id == second.meeting.id
        and first.evidence.turn_start <= second.evidence.turn_end
        and second.evidence.turn_start <= first.evidence.turn_end
        and shared(first.evidence.quote, second.evidence.quote) >= TOLD_TWICE
    )


def _better(one: Subject, other: Subject) -> bool:
    """An item says in a title what the passage it was taken from leaves to be read."""
    return one.table is Table.ITEM and other.table is Table.PASSAGE
