"""Who else has met this: the same kind of difficulty told elsewhere, what is alike in it and what differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from models.consent import scope_of
from models.knowledge import Facets, Item, Kind, State
from models.people import Reader
from models.ports import Embedder, Store, Subject, Table, VectorIndex, Vectors
from models.query import Cluster, Contrast, Direction, Kindred, Linked, Question
from search.clusters import clusters
from search.field import Field, Found, field_of
from search.fusion import shared
from search.linked import linked_to
from search.people import asks, organisation_of
from search.visibility import community_named
from search.words import sentences_of

ALIKE = 0.5
"""From when two tellings are held to be of one kind."""
ECHO = 0.6
"""From when two tellings of one organisation are held to be of one thing."""
SAME_WORDS = 0.5
"""With so many words in common it is no other telling but the same one."""
LOOKED_AT = 100
"""How many of the nearest are looked at: folding leaves the best of each organisation."""
SAYING = 5
"""Words a sentence must have to say what is alike or what differs."""
SIDES = ("setting", "affected", "tried", "outcome")
"""The facets in which two tellings may differ."""


@dataclass(slots=True, kw_only=True)
class _Told:
    """An item that may be kindred, with what says so."""

    item: Item
    thing: Found
    organisation: str | None
    likeness: float
    vector: Vectors
    echoes: list[Item] = field(default_factory=list)


class Kin:
    """Finds what is kindred to an item."""

    def __init__(self, store: Store, vectors: VectorIndex, embedder: Embedder) -> None:
        self._store = store
        self._vectors = vectors
        self._embedder = embedder

    def kindred(self, item_id: int, question: Question, *, reader: Reader) -> list[Kindred]:
        """Of its own kind and not of its own organisation, nearest first; the question says what is left out.

        Raises NotFound for an item that is not this reader's.
        """
        mine = self._store.item(item_id, scope=scope_of(reader))
        place = field_of(self._store, replace(question, kind=mine.kind), scope=scope_of(reader))
        chosen = folded(self._elsewhere(mine, self._own(mine, reader), place))[: question.limit]
        said = self._said([mine, *(one.item for one in chosen)])
        links = linked_to([one.item.id for one in chosen], store=self._store, scope=place.scope)
        return [self._kindred(mine, one, said=said, links=links[one.item.id]) for one in chosen]

    def clusters(self, community: str, *, reader: Reader, kind: Kind = Kind.PROBLEM) -> list[Cluster]:
        """Of a community's items of a kind: of those confirmed, where any are, else of the drafts.

        Raises NotFound for a community that is not here, or not for this reader.
        """
        named = community_named(self._store, community, scope=scope_of(reader))
        scope = scope_of(reader).narrowed(frozenset({named.id}))
        items = self._store.items(scope=scope, kind=kind)
        items = [item for item in items if item.state is State.CONFIRMED] or items
        subjects = {Subject(table=Table.ITEM, id=item.id): item for item in items}
        kept = self._store.kept_vectors(subjects, model=self._embedder.name)
        placed = [(subjects[subject], vector) for subject, vector in kept.items()]
        return clusters([item for item, _ in placed], np.array([vector for _, vector in placed]))

    def _own(self, mine: Item, reader: Reader) -> str | None:
        """The organisation of who told it."""
        scope = scope_of(reader)
        meeting = self._store.meeting(mine.meeting_id, scope=scope)
        return organisation_of(mine.evidence, self._store.speakers(meeting.id, scope=scope), meeting)

    def _elsewhere(self, mine: Item, own: str | None, place: Field) -> list[_Told]:
        """Of other meetings and, where that is known, other organisations."""
        subject = Subject(table=Table.ITEM, id=mine.id)
        kept = self._store.kept_vectors([subject], model=self._embedder.name)
        if subject not in kept:
            return []
        [near] = self._vectors.search(
            place.community_ids,
            kept[subject][None, :],
            tables=[Table.ITEM],
            narrowed=place.narrowed,
            limit=LOOKED_AT,
        )
        likeness = {other.id: alike for other, alike in near if alike >= ALIKE}
        told = [one for one in self._told(likeness, place) if _is_another(mine, one, own)]
        return sorted(told, key=lambda one: -one.likeness)

    def _told(self, likeness: Mapping[int, float], place: Field) -> list[_Told]:
        subjects = [Subject(table=Table.ITEM, id=item_id) for item_id in likeness]
        found = place.find(subjects)
        vectors = self._store.kept_vectors(found, model=self._embedder.name)
        items = {item.id: item for item in self._store.items(scope=place.scope, ids=[one.id for one in found])}
        return [
            _Told(
                item=items[subject.id],
                thing=thing,
                organisation=place.organisation_of(thing),
                likeness=likeness[subject.id],
                vector=vectors[subject],
            )
            for subject, thing in found.items()
            if subject in vectors
        ]

    def _kindred(self, mine: Item, one: _Told, *, said: "Mapping[int, _Said]", links: Sequence[Linked]) -> Kindred:
        return Kindred(
            item=one.item,
            meeting=one.thing.meeting,
            organisation=one.organisation,
            score=round(one.likeness, 4),
            alike=alike(said[mine.id], said[one.item.id]),
            differs=differs(mine.facets, one.item.facets) or apart(said[mine.id], said[one.item.id]),
            answered_by=tuple(link for link in links if link.direction is Direction.ANSWERED_BY),
            open=one.item.facets.open,
            echoes=tuple(one.echoes),
        )

    def _said(self, items: Sequence[Item]) -> "dict[int, _Said]":
        """The telling sentences of each, with their meaning."""
        sentences = {item.id: _telling(item) for item in items}
        texts = list(dict.fromkeys(text for some in sentences.values() for text in some))
        vectors = dict(zip(texts, self._embedder.embed(texts), strict=True)) if texts else {}
        return {
            item_id: _Said(
                some, np.stack([vectors[text] for text in some]) if some else np.zeros((0, 1), np.float32)
            )
            for item_id, some in sentences.items()
        }


@dataclass(frozen=True, slots=True)
class _Said:
    """Sentences of one telling and their vectors, shape (sentences, dimension)."""

    sentences: Sequence[str]
    vectors: Vectors


def _telling(item: Item) -> list[str]:
    said = [sentence for piece in item.pieces for sentence in sentences_of(piece.quote)]
    return [sentence for sentence in said if len(sentence.split()) >= SAYING and not asks(sentence)]


def _is_another(mine: Item, one: _Told, own: str | None) -> bool:
    if one.item.meeting_id == mine.meeting_id or shared(mine.evidence.quote, one.item.evidence.quote) >= SAME_WORDS:
        return False
    return not (own and one.organisation and own.casefold() == one.organisation.casefold())


def folded(told: Sequence[_Told]) -> list[_Told]:
    """What one organisation, or one meeting where none is known, tells more than once is told once."""
    kept: list[_Told] = []
    for one in told:
        twin = next((other for other in kept if _is_echo(one, other)), None)
        if twin:
            twin.echoes.append(one.item)
        else:
            kept.append(one)
    return kept


def _is_echo(one: _Told, other: _Told) -> bool:
    if one.organisation and other.organisation:
        same = one.organisation.casefold() == other.organisation.casefold()
    else:
        same = one.item.meeting_id == other.item.meeting_id
    return same and float(one.vector @ other.vector) >= ECHO


def alike(here: _Said, there: _Said) -> Contrast | None:
    """The two sentences, one of each teller, that are nearest in meaning."""
    if not here.sentences or not there.sentences:
        return None
    near = here.vectors @ there.vectors.T
    mine, its = divmod(int(near.argmax()), near.shape[1])
    return Contrast(side="alike", here=here.sentences[mine], there=there.sentences[its])


def differs(here: Facets, there: Facets) -> tuple[Contrast, ...]:
    """The sides that both tell of, each in other words."""
    pairs = [(side, getattr(here, side), getattr(there, side)) for side in SIDES]
    return tuple(
        Contrast(side=side, here=mine, there=its)
        for side, mine, its in pairs
        if mine and its and shared(mine, its) < SAME_WORDS
    )


def apart(here: _Said, there: _Said) -> tuple[Contrast, ...]:
    """What each tells that the other says least of; nothing where one of them has but one sentence."""
    if min(len(here.sentences), len(there.sentences)) < 2:
        return ()
    near = here.vectors @ there.vectors.T
    mine, its = int(near.max(axis=1).argmin()), int(near.max(axis=0).argmin())
    return (Contrast(side="told", here=here.sentences[mine], there=there.sentences[its]),)
