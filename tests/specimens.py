"""Small meetings and items for tests that keep things."""

import hashlib

import numpy as np

from models.knowledge import Candidate, Evidence, Facets, Kind
from models.meeting import Passage, Source, Transcript, Turn, Word
from models.ports import Embedding, NewMeeting, Store, Subject, Vectors

DIMENSION = 96
"""Of vectors that mean nothing: enough for one byte a number to tell them apart."""

BEDS = Transcript(
    language="en",
    duration=31.5,
    turns=(
        Turn(speaker="Speaker 1", text="What did you do when the beds ran out?", start=0.0, end=3.0),
        Turn(
            speaker="Speaker 2",
            text="We rang the hospice, and they took four people home.",
            start=3.5,
            end=9.5,
            words=(
                Word(word="We", start=3.5, end=3.7, probability=0.9),
                Word(word="rang", start=3.8, end=4.2, probability=0.8),
                Word(word="the", start=4.2, end=4.3, corrected=True),
                Word(word="hospice,", start=4.4, end=5.0, probability=0.7),
            ),
        ),
        Turn(speaker="Speaker 1", text="Thank you."),
    ),
)
ASKED = Passage(turn=0, char_start=0, char_end=38, text=BEDS.turns[0].text, context="")
RANG = Passage(turn=1, char_start=0, char_end=20, text="We rang the hospice,", context="beds ran out?")


def new_meeting(
    *, title: str = "Winter beds", community: str = "Discharge", organisation: str | None = "Gwynedd Trust"
) -> NewMeeting:
    return NewMeeting(
        external_id=None,
        title=title,
        date="2026-01-14",
        community=community,
        organisation=organisation,
        source=Source.RECORDING,
        content_sha256=hashlib.sha256(f"{title} {community}".encode()).hexdigest(),
        filename=f"{title}.m4a",
        language=None,
    )


def candidate(
    *, title: str = "Ring the hospice", kind: Kind = Kind.STORY, quote: str = "We rang the hospice"
) -> Candidate:
    return Candidate(
        kind=kind,
        title=title,
        gist="The hospice took people home when the ward was full",
        confidence=0.75,
        evidence=Evidence(
            speaker="Speaker 2",
            turn_start=1,
            char_start=0,
            turn_end=1,
            char_end=19,
            start=3.5,
            end=5.0,
            quote=quote,
        ),
        facets=Facets(setting="a ward in winter", outcome="four people went home"),
    )


def keep_meeting(store: Store, *, title: str = "Winter beds", community: str = "Discharge") -> int:
    """A meeting that is ready, with one passage and one item."""
    with store.write() as tx:
        meeting_id = store.add_meeting(tx, new_meeting(title=title, community=community))
        store.save_transcript(tx, meeting_id, BEDS)
        store.save_passages(tx, meeting_id, [RANG])
        store.save_items(tx, meeting_id, [candidate()], extractor="toy-1")
        store.mark_ready(tx, meeting_id)
    return meeting_id


def unit_vectors(count: int, *, dimension: int = DIMENSION, seed: int = 0) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    normalised: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return normalised


def keep_vectors(store: Store, subjects: list[Subject], vectors: Vectors, *, model: str = "toy-1") -> None:
    embeddings = [
        Embedding(subject=subject, vector=vector) for subject, vector in zip(subjects, vectors, strict=True)
    ]
    with store.write() as tx:
        store.save_embeddings(tx, embeddings, model=model)
