"""The links made of annotated items, to be judged by eye: is the problem answered, does the story tell of it?

Titles, gists and words are those of the annotators, so that linking is judged and not extraction. All transcripts
are one community; of the ten that are judged every link is printed, within its meeting and to the others.

usage: python -m benchmarks.links [MEETING …]
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.machine import conditions, shared_data
from capture.weights import embedder_folder
from index.embedder import SentenceEmbedder
from index.indexer import Indexer
from index.store import SqliteStore
from index.vectors import FaissVectors
from models.consent import EVERYTHING
from models.knowledge import Candidate, Evidence, Item, Kind, Link
from models.meeting import Source, Transcript, Turn
from models.ports import NewMeeting
from search.linking import Linker

JUDGED = (
    *("education_2", "education_12", "education_20", "module-3_2024-09-16_rowan", "module-3_2024-10-07_mullen"),
    *("module-6_2025-07-03_hudd", "module-6_2025-07-22_donaldson", "module-7_2025-05-13_gray"),
    *("module-8_2025-10-06_cbe", "module-8_2025-10-09_powell"),
)
"""Over all domains; none of them was looked at while the thresholds were set."""


def main() -> None:
    chosen = sys.argv[1:] or JUDGED
    embedder = SentenceEmbedder(embedder_folder("minilm"))
    with TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder))
        meetings = kept(store, shared_data() / "extraction")
        Indexer(store, embedder).embed_missing()
        vectors = FaissVectors(Path(folder) / "vectors", store=store, model=embedder.name)
        linker = Linker(store, vectors, model=lambda: embedder.name)
        items = {item.id: item for item in store.items(scope=EVERYTHING)}
        for name in chosen:
            sys.stdout.write(f"## {name}\n")
            for link in linker.links(meetings[name]):
                sys.stdout.write(line(link, items))
        store.close()
    sys.stdout.write(f"{conditions()}\n")


def kept(store: SqliteStore, folder: Path) -> dict[str, int]:
    """A library of the annotated items; its meetings by their names."""
    meetings: dict[str, int] = {}
    for path in sorted((folder / "transcripts").glob("*.json")):
        raw = json.loads(path.read_text(encoding="utf-8"))
        turns = tuple(Turn(speaker=turn["speaker"], text=turn["text"]) for turn in raw["turns"])
        lines = (folder / "annotations" / f"{path.stem}.jsonl").read_text(encoding="utf-8").splitlines()
        marked = [json.loads(one) for one in lines if one.strip()]
        with store.write() as tx:
            meeting_id = store.add_meeting(tx, about(path.stem))
            store.save_transcript(tx, meeting_id, Transcript(turns=turns))
            candidates = [candidate(one, turns, raw["sentences"]) for one in marked]
            store.save_items(tx, meeting_id, candidates, extractor="people")
            store.mark_ready(tx, meeting_id)
        meetings[path.stem] = meeting_id
    return meetings


def about(name: str) -> NewMeeting:
    return NewMeeting(
        external_id=name,
        title=name,
        date=None,
        community="All",
        organisation=None,
        source=Source.TRANSCRIPT,
        content_sha256=name,
        filename=f"{name}.json",
        language="en",
    )


def candidate(marked: dict[str, str], turns: tuple[Turn, ...], sentences: list[list[int]]) -> Candidate:
    """The speaker's own sentences are its words."""
    first, last = int(marked["start"]), int(marked["end"])
    speaker = turns[sentences[first][0]].speaker
    said = [
        turns[turn].text[begin:end]
        for turn, begin, end in sentences[first : last + 1]
        if turns[turn].speaker == speaker
    ]
    evidence = Evidence(
        speaker=speaker,
        turn_start=sentences[first][0],
        char_start=sentences[first][1],
        turn_end=sentences[last][0],
        char_end=sentences[last][2],
        start=None,
        end=None,
        quote=" ".join(said),
    )
    kind = Kind(marked["kind"])
    return Candidate(kind=kind, title=marked["title"], gist=marked["gist"], confidence=1.0, evidence=evidence)


def line(link: Link, items: dict[int, Item]) -> str:
    source, target = items[link.source_id], items[link.target_id]
    where = "within" if source.meeting_id == target.meeting_id else "across"
    return (
        f"[ ] {where} {link.score:.2f} {source.kind.value}: {source.title} — {source.gist}\n"
        f"    {link.relation.value} {target.kind.value}: {target.title} — {target.gist}\n"
        f"    ({link.reason})\n"
    )


if __name__ == "__main__":
    main()
