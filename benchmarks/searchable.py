"""Libraries to search, built from the shared data through the real store and indexes, and kept for the next run."""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.services import Services, opened
from models.consent import EVERYTHING
from models.meeting import Passage, Source, Transcript, Turn
from models.ports import NewMeeting, unreported
from models.settings import read_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A meeting to put in."""

    name: str
    community: str
    date: str | None
    turns: tuple[Turn, ...]
    whole: bool = False
    """Every turn is one passage, as it stands: for documents that were never spoken."""


def hearings(shared: Path) -> Iterator[Spoken]:
    for path in sorted((shared / "search" / "testimony").glob("*.json")):
        yield _spoken(json.loads(path.read_text(encoding="utf-8")))


def qmsum(shared: Path, domain: str) -> Iterator[Spoken]:
    """The meetings of one domain: Committee, Product or Academic."""
    for path in sorted((shared / "search" / "qmsum").glob(f"{domain.lower()}_*.json")):
        yield _spoken({"community": domain, **json.loads(path.read_text(encoding="utf-8"))})


def abstracts(shared: Path) -> Iterator[Spoken]:
    """SciFact as one meeting in which every abstract is a turn."""
    documents = scifact_documents(shared)
    turns = tuple(Turn(speaker=identity, text=text) for identity, text in documents.items())
    yield Spoken(name="scifact", community="SciFact", date=None, turns=turns, whole=True)


def scifact_documents(shared: Path) -> dict[str, str]:
    """Title and abstract by id."""
    lines = (shared / "search" / "scifact" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return {row["_id"]: f"{row['title']} {row['text']}".strip() for row in rows}


def _spoken(raw: dict[str, object]) -> Spoken:
    turns = raw["turns"]
    assert isinstance(turns, list)
    return Spoken(
        name=str(raw["meeting"]),
        community=str(raw["community"]),
        date=str(raw["date"]) if raw.get("date") else None,
        turns=tuple(Turn(speaker=turn["speaker"], text=turn["text"]) for turn in turns),
    )


@contextmanager
def library_of(meetings: Iterable[Spoken], *, home: Path, extract: bool = False) -> Iterator[Services]:
    """Built where it is not there yet; what was built before is searched as it is."""
    with opened(read_settings(home=home)) as services:
        for number, meeting in enumerate(meetings, start=1):
            if (
                services.store.meeting_of_content(_hash(meeting), community=meeting.community, scope=EVERYTHING)
                is None
            ):
                _put(services, meeting, extract=extract)
            sys.stderr.write(f"\r{home.name}: {number} meetings ")
        if services.store.unembedded(model=services.indexer.model):
            services.rebuild(report=lambda done: print(f"\rmeanings {done:4.0%} ", end="", file=sys.stderr))  # noqa: T201  # progress
        sys.stderr.write("\n")
        yield services


def _put(services: Services, meeting: Spoken, *, extract: bool) -> None:
    transcript = Transcript(turns=meeting.turns)
    candidates = services.extractor.extract(transcript, report=unreported).candidates if extract else ()
    about = NewMeeting(
        external_id=meeting.name,
        title=meeting.name,
        date=meeting.date,
        community=meeting.community,
        organisation=None,
        source=Source.TRANSCRIPT,
        content_sha256=_hash(meeting),
        filename=f"{meeting.name}.json",
        language="en",
    )
    passages = _whole(meeting) if meeting.whole else services.indexer.passages(transcript, title=meeting.name)
    with services.store.write() as tx:
        meeting_id = services.store.add_meeting(tx, about)
        services.store.save_transcript(tx, meeting_id, transcript)
    with services.store.write() as tx:
        services.store.save_passages(tx, meeting_id, passages)
        services.store.save_items(
            tx, meeting_id, candidates, extractor=services.extractor.name if extract else "none"
        )
        services.store.mark_ready(tx, meeting_id)


def _whole(meeting: Spoken) -> list[Passage]:
    return [
        Passage(turn=at, char_start=0, char_end=len(turn.text), text=turn.text, context="")
        for at, turn in enumerate(meeting.turns)
    ]


def _hash(meeting: Spoken) -> str:
    return hashlib.sha256(repr(meeting).encode()).hexdigest()
