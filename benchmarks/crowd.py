"""A library of any size, made of few real meetings: vectors by disturbing real ones, text by recombining sentences.

What it holds is nonsense that looks right to an index: as many words, as often, and meanings that lie as real ones
do. It says how fast finding is, never how good.
"""

import hashlib
import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from api.services import Services
from index.connection import Database, writing
from index.indexer import passages_of
from models.meeting import Transcript
from models.ports import Vectors

PASSAGES, VOICES, ORGANISATIONS = 62, 4, 400
"""Of a meeting; and in all, shared by all communities."""
DISTURBED = 0.6
"""How far a made vector is from the real one it came of: about as far as two answers to one question."""
AT_ONCE = 100
"""Meetings in one transaction."""
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Real:
    """What the crowd is made of."""

    sentences: Sequence[str]
    vectors: Vectors


def real(services: Services, transcripts: Sequence[Transcript]) -> Real:
    texts = [passage.text for one in transcripts for passage in passages_of(one, title="")]
    return Real(
        sentences=[part for text in texts for part in _SENTENCE_END.split(text)],
        vectors=services.embedder.embed(texts),
    )


def fill(services: Services, of: Real, *, passages: int, items: int, communities: int, seed: int = 0) -> None:
    """Adds meetings, spread evenly over the communities, until there are so many passages and items."""
    meetings = -(-passages // PASSAGES)
    maker = _Maker(of, services.indexer.model, items_each=items / meetings, seed=seed)
    with services.store.write() as tx:
        maker.frame(writing(tx), communities)
    for begin in range(0, meetings, AT_ONCE):
        with services.store.write() as tx:
            for number in range(begin, min(begin + AT_ONCE, meetings)):
                maker.meeting(writing(tx), number, community=number % communities + 1)
        sys.stderr.write(f"\r{begin + AT_ONCE} of {meetings} meetings ")


class _Maker:
    def __init__(self, of: Real, model: str, *, items_each: float, seed: int) -> None:
        self._of = of
        self._model = model
        self._items_each = items_each
        self._owed = 0.0
        self._rng = random.Random(seed)
        self._numbers = np.random.default_rng(seed)

    def frame(self, db: Database, communities: int) -> None:
        """Communities, organisations and people, where there are none yet."""
        if db.table("community").count:
            return
        db.table("community").insert_all({"name": f"Community {number}"} for number in range(communities))
        db.table("organisation").insert_all({"name": f"Organisation {number}"} for number in range(ORGANISATIONS))
        db.table("person").insert_all(
            {"name": f"Person {number}", "organisation_id": number % ORGANISATIONS + 1}
            for number in range(ORGANISATIONS * 10)
        )

    def meeting(self, db: Database, number: int, *, community: int) -> None:
        meeting = _insert(
            db,
            "meeting",
            {
                "title": f"Meeting {number}",
                "date": f"{2005 + number % 20}-{number % 12 + 1:02}-{number % 28 + 1:02}",
                "community_id": community,
                "organisation_id": number % ORGANISATIONS + 1,
                "source": "transcript",
                "content_sha256": hashlib.sha256(f"{number}".encode()).hexdigest(),
                "filename": f"{number}.json",
                "ready": 1,
                "created_at": "2026-01-01T00:00:00+00:00",
            },
        )
        people = self._rng.sample(range(1, ORGANISATIONS * 10 + 1), VOICES)
        voices = [
            _insert(db, "speaker", {"meeting_id": meeting, "label": f"Speaker {at}", "person_id": person})
            for at, person in enumerate(people)
        ]
        said = [self._said() for _ in range(PASSAGES)]
        turns = [
            _insert(
                db,
                "turn",
                {"meeting_id": meeting, "position": at, "speaker_id": voices[at % VOICES], "text": text},
            )
            for at, text in enumerate(said)
        ]
        passages = [
            _insert(
                db,
                "passage",
                {
                    "meeting_id": meeting,
                    "community_id": community,
                    "turn_id": turn,
                    "char_start": 0,
                    "char_end": len(text),
                    "text": text,
                    "context": said[at - 1][-200:] if at else "",
                },
            )
            for at, (turn, text) in enumerate(zip(turns, said, strict=True))
        ]
        items = [self._item(db, meeting, community, at, said[at], voices[at % VOICES]) for at in self._chosen()]
        self._embed(db, community, "passage_id", passages)
        self._embed(db, community, "item_id", items)

    def _chosen(self) -> Sequence[int]:
        self._owed += self._items_each
        count = int(self._owed)
        self._owed -= count
        return self._rng.sample(range(PASSAGES), min(count, PASSAGES))

    def _said(self) -> str:
        return " ".join(self._rng.choice(self._of.sentences) for _ in range(self._rng.randint(3, 6)))

    def _item(self, db: Database, meeting: int, community: int, turn: int, text: str, voice: int) -> int:
        item = _insert(
            db,
            "item",
            {
                "meeting_id": meeting,
                "community_id": community,
                "kind": self._rng.choice(["story", "problem", "practice"]),
                "state": self._rng.choice(["draft", "confirmed"]),
                "title": " ".join(text.split()[:9]),
                "gist": " ".join(text.split()[:25]),
                "confidence": round(self._rng.random(), 3),
                "facets": "{}",
                "extractor": "crowd",
                "created_at": "2026-01-01T00:00:00+00:00",
            },
        )
        _insert(
            db,
            "evidence",
            {
                "item_id": item,
                "meeting_id": meeting,
                "speaker_id": voice,
                "label": "Speaker",
                "turn_start": turn,
                "char_start": 0,
                "turn_end": turn,
                "char_end": len(text),
                "quote": text,
            },
        )
        return item

    def _embed(self, db: Database, community: int, column: str, rows: Sequence[int]) -> None:
        real = self._of.vectors[self._numbers.integers(0, len(self._of.vectors), len(rows))]
        noise = self._numbers.normal(size=real.shape, scale=DISTURBED / np.sqrt(real.shape[1]))
        made = real + noise
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        db.conn.executemany(
            f"INSERT INTO embedding (community_id, {column}, model, vector) VALUES (?, ?, ?, ?)",  # noqa: S608  # ours
            [
                (community, row, self._model, vector.astype("<f4").tobytes())
                for row, vector in zip(rows, made, strict=True)
            ],
        )


def _insert(db: Database, table: str, row: dict[str, object]) -> int:
    names = ", ".join(row)
    marks = ", ".join("?" * len(row))
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  # names of this file
    return int(db.conn.execute(sql, list(row.values())).lastrowid or 0)


def queries(folder: Path) -> Iterator[str]:
    """What people asked of real meetings: QMSum's queries."""

    for path in sorted(folder.glob("*.json")):
        for query in json.loads(path.read_text(encoding="utf-8"))["queries"]:
            yield query["query"]
