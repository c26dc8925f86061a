"""A small library to search: the real store, an index that can be watched, and meaning as shared words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

from index.store import SqliteStore
from models.consent import EVERYTHING
from models.knowledge import Candidate, Evidence, Kind
from models.meeting import Passage, Source, Transcript, Turn
from models.people import Reader
from models.ports import EVERYWHERE, Embedder, Embedding, Narrowed, NewMeeting, Subject, Table, Vectors
from search.searcher import Searcher
from tests.toys import ToyEmbedder


class ToyVectors:
    """Looks at every vector there is, and remembers which communities it was asked to look in."""

    def __init__(self, store: SqliteStore, model: str) -> None:
        self._store = store
        self._model = model
        self.opened: set[int] = set()

    def search(
        self,
        communities: Iterable[int],
        queries: Vectors,
        *,
        tables: Iterable[Table] = Table,
        narrowed: Narrowed = EVERYWHERE,
        limit: int,
    ) -> list[list[tuple[Subject, float]]]:
        held = [row for key in product(list(communities), list(tables)) for row in self._held(*key, narrowed)]
        found = ([(subject, float(vector @ query)) for subject, vector in held] for query in queries)
        return [sorted(row, key=lambda pair: -pair[1])[:limit] for row in found]

    def refresh(self) -> None:
        """It has nothing of its own to catch up."""

    def rebuild(self) -> int:
        return 0

    def _held(self, community_id: int, table: Table, narrowed: Narrowed) -> Iterator[tuple[Subject, Any]]:
        self.opened.add(community_id)
        rows = self._store.vector_rows(community_id, table, model=self._model, after=None)
        for subject, voice, vector in zip(rows.subjects.tolist(), rows.voices.tolist(), rows.vectors, strict=True):
            said = narrowed.voices is None or voice in narrowed.voices
            if said and (table is Table.PASSAGE or narrowed.items is None or subject in narrowed.items):
                yield Subject(table=table, id=subject), vector


@dataclass
class ToyLibrary:
    """Meetings are written as "Name: what they said" lines, every turn one passage."""

    home: Path
    embedder: Embedder = field(default_factory=ToyEmbedder)

    def __post_init__(self) -> None:
        self.store = SqliteStore(self.home)
        self.vectors = ToyVectors(self.store, self.embedder.name)
        self.searcher = Searcher(self.store, self.vectors, self.embedder)

    def meeting(
        self,
        *lines: str,
        community: str = "Wards",
        organisation: str | None = None,
        date: str | None = None,
        ready: bool = True,
        content: bytes | None = None,
    ) -> int:
        turns = tuple(Turn(speaker=line.split(": ")[0], text=line.split(": ", 1)[1]) for line in lines)
        about = NewMeeting(
            external_id=None,
            title=f"{community} call",
            date=date,
            community=community,
            organisation=organisation,
            source=Source.TRANSCRIPT,
            content_sha256=sha256(content or repr((lines, community, date)).encode()).hexdigest(),
            filename="call.txt",
            language="en",
        )
        with self.store.write() as tx:
            meeting_id = self.store.add_meeting(tx, about)
            self.store.save_transcript(tx, meeting_id, Transcript(turns=turns))
        with self.store.write() as tx:
            self.store.save_passages(tx, meeting_id, [_passage(at, turns) for at in range(len(turns))])
            if ready:
                self.store.mark_ready(tx, meeting_id)
        self.embed()
        return meeting_id

    def items(self, meeting_id: int, *items: tuple[Kind, int, str], confidence: float = 0.8) -> list[int]:
        """Each of a kind, resting on one whole turn, with a title."""
        turns = self.store.transcript(meeting_id, scope=EVERYTHING).turns
        candidates = [
            Candidate(
                kind=kind, title=title, gist=title, confidence=confidence, evidence=_evidence(turn, turns[turn])
            )
            for kind, turn, title in items
        ]
        with self.store.write() as tx:
            ids = self.store.save_items(tx, meeting_id, candidates, extractor="toy-1")
        self.embed()
        return ids

    def embed(self) -> None:
        """Gives everything that lacks them its vectors."""
        texts = dict(map(self._text, self.store.unembedded(model=self.embedder.name)))
        vectors = self.embedder.embed(list(texts.values()))
        with self.store.write() as tx:
            embeddings = [
                Embedding(subject=subject, vector=vector) for subject, vector in zip(texts, vectors, strict=True)
            ]
            self.store.save_embeddings(tx, embeddings, model=self.embedder.name)

    def _text(self, subject: Subject) -> tuple[Subject, str]:
        if subject.table == "item":
            item = self.store.item(subject.id, scope=EVERYTHING)
            return subject, f"{item.title} {item.evidence.quote}"
        for meeting_id in range(1, 50):
            for kept in self.store.passages(scope=EVERYTHING, meeting_id=meeting_id):
                if kept.id == subject.id:
                    return subject, kept.passage.text
        raise LookupError(subject)

    def member_of(self, *communities: str) -> Reader:
        named = {community.name: community.id for community in self.store.communities(scope=EVERYTHING)}
        return Reader(name="member", community_ids=frozenset(named[name] for name in communities))


def _passage(at: int, turns: Sequence[Turn]) -> Passage:
    context = turns[at - 1].text if at else ""
    return Passage(turn=at, char_start=0, char_end=len(turns[at].text), text=turns[at].text, context=context)


def _evidence(at: int, turn: Turn) -> Evidence:
    return Evidence(
        speaker=turn.speaker,
        turn_start=at,
        char_start=0,
        turn_end=at,
        char_end=len(turn.text),
        start=None,
        end=None,
        quote=turn.text,
    )
