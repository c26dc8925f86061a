"""Finds how the items of a meeting hang together, with each other and with what other meetings told."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from models.consent import EVERYTHING
from models.knowledge import Item, Link, Relation
from models.ports import Embedding, Store, Subject, Table, VectorIndex, Vectors
from search.bonds import RELATIONS, Conversation, Nearness, reason, strength

HERE, ELSEWHERE = 0.55, 0.62
"""From when a link holds, within a meeting and across; benchmarks/links.py prints those to judge it by."""
ALIKE = 0.25
"""What stands side by side and is not even so much alike is another matter."""
SURE = 10
"""So many items say half of what a meeting is about."""
MOST = 3
"""Links of an item to one side, within its meeting, and to each community: few and good."""
NEAREST = 30
"""How many items of each community are looked at for an item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """Two items that may be linked: the one that answers or tells of, and the other."""

    source: Item
    target: Item
    score: float
    nearness: Nearness
    community_id: int
    """Of the one that is not of the meeting, or 0."""

    def as_link(self) -> Link:
        return Link(
            source_id=self.source.id,
            target_id=self.target.id,
            relation=RELATIONS[self.source.kind, self.target.kind],
            score=round(self.score, 4),
            reason=reason(self.source, self.target, nearness=self.nearness),
        )


Meaning = NDArray[np.float32]
"""The vector of one item."""


class Linker:
    """Reads for nobody, all communities: who is shown a link must be allowed to read both its ends."""

    def __init__(self, store: Store, vectors: VectorIndex, *, model: Callable[[], str]) -> None:
        self._store = store
        self._vectors = vectors
        self._model = model

    def links(self, meeting_id: int, fresh: Sequence[Embedding] = ()) -> list[Link]:
        """All links of a meeting's items, best first; `fresh` are vectors that are not kept yet."""
        self._vectors.refresh()  # another process may have taken meetings in
        items = self._store.items(scope=EVERYTHING, meeting_id=meeting_id)
        meanings = self._meanings(items, fresh)
        items = [item for item in items if item.id in meanings]
        pairs = [*self._within(meeting_id, items, meanings), *self._across(meeting_id, items, meanings)]
        return [pair.as_link() for pair in few(pairs)]

    def _meanings(self, items: Sequence[Item], fresh: Sequence[Embedding]) -> dict[int, Meaning]:
        """Of each item that has its vector."""
        subjects = [Subject(table=Table.ITEM, id=item.id) for item in items]
        kept = self._store.kept_vectors(subjects, model=self._model())
        kept |= {one.subject: one.vector for one in fresh}
        return {subject.id: kept[subject] for subject in subjects if subject in kept}

    def _within(self, meeting_id: int, items: Sequence[Item], meanings: Mapping[int, Meaning]) -> Iterator[_Pair]:
        conversation = Conversation(self._store.transcript(meeting_id, scope=EVERYTHING).turns)
        return pairs_within(items, meanings, conversation)

    def _across(self, meeting_id: int, items: Sequence[Item], meanings: Mapping[int, Meaning]) -> Iterator[_Pair]:
        """With what is nearest in each community; a meeting taken in twice is not linked to itself."""
        own = self._store.meeting(meeting_id, scope=EVERYTHING).content_sha256
        for community in self._store.communities(scope=EVERYTHING):
            likeness = self._nearest(community.id, [meanings[item.id] for item in items])
            ids = {other for near in likeness for other in near}
            others = {other.id: other for other in self._store.items(scope=EVERYTHING, ids=ids)} if ids else {}
            meetings = self._contents({other.meeting_id for other in others.values()})
            for item, near in zip(items, likeness, strict=True):
                for other_id, alike in near.items():
                    other = others.get(other_id)
                    if other and meetings[other.meeting_id] != own:
                        yield from _related(item, other, likeness=alike, community_id=community.id)

    def _contents(self, meeting_ids: set[int]) -> dict[int, str]:
        found = self._store.meetings(scope=EVERYTHING, ids=meeting_ids) if meeting_ids else []
        return {meeting.id: meeting.content_sha256 for meeting in found}

    def _nearest(self, community_id: int, meanings: Sequence[Meaning]) -> list[dict[int, float]]:
        """For each the items of a community that are alike enough for a link, and how much they are."""
        if not meanings:
            return []
        near = self._vectors.search([community_id], np.stack(meanings), tables=[Table.ITEM], limit=NEAREST)
        return [{subject.id: alike for subject, alike in row if alike >= ELSEWHERE} for row in near]


def pairs_within(
    items: Sequence[Item], meanings: Mapping[int, Meaning], conversation: Conversation
) -> Iterator[_Pair]:
    """Those of one meeting that hang together."""
    likeness = _likeness_within([meanings[item.id] for item in items])
    for (at, source), (its_place, target) in permutations(enumerate(items), 2):
        relation = RELATIONS.get((source.kind, target.kind))
        alike = float(likeness[at, its_place])
        if relation is None or alike < ALIKE:
            continue
        nearness = conversation.nearness(source, target)
        if nearness is Nearness.SAME and relation is Relation.ANSWERS:
            continue  # the same words are not their own answer
        score = strength(source, likeness=alike, nearness=nearness)
        if score >= HERE:
            yield _Pair(source=source, target=target, score=score, nearness=nearness, community_id=0)


def _likeness_within(meanings: Sequence[Meaning]) -> Vectors:
    """Of each with each: as they are, and once what the whole meeting is about is taken away, half each.

    Where all speak of one law, being about it says nothing.
    """
    if not meanings:
        return np.zeros((0, 0), dtype=np.float32)
    rows = np.stack(meanings)
    about = rows.mean(axis=0) * len(rows) / (len(rows) + SURE)
    own = rows - about
    own /= np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-6)
    alike: Vectors = (rows @ rows.T + own @ own.T) / 2
    return alike


def _related(item: Item, other: Item, *, likeness: float, community_id: int) -> Iterator[_Pair]:
    for source, target in ((item, other), (other, item)):
        if (source.kind, target.kind) in RELATIONS:
            score = strength(source, likeness=likeness, nearness=Nearness.APART)
            yield _Pair(
                source=source, target=target, score=score, nearness=Nearness.APART, community_id=community_id
            )


def few(pairs: Iterable[_Pair]) -> list[_Pair]:
    """The best of them, so that no item has many of one sort."""
    chosen: list[_Pair] = []
    held: Counter[tuple[int, str, int]] = Counter()
    for pair in sorted(pairs, key=lambda pair: (-pair.score, pair.source.id, pair.target.id)):
        ends = (
            (pair.source.id, pair.target.kind.value, pair.community_id),
            (pair.target.id, pair.source.kind.value, pair.community_id),
        )
        if all(held[end] < MOST for end in ends):
            chosen.append(pair)
            held.update(ends)
    return chosen
