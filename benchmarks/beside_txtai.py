"""Finding beside txtai: the same encoder or its own, hybrid, over the same passages, in one run.

usage: python -m benchmarks.beside_txtai [--set questions|scifact|all] [--cache FOLDER] [--json]

txtai (Apache-2.0) is what a user would build this on by hand: `pip install txtai` first, nothing else here needs
it. It searches the passages that the library of benchmarks/search.py keeps, with the published all-MiniLM-L6-v2.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from api.services import Services
from benchmarks.machine import conditions, shared_data
from benchmarks.search import DEEP, claims_of, ndcg
from benchmarks.searchable import abstracts, hearings, library_of
from capture.weights import embedder_folder
from models.consent import EVERYTHING
from models.ports import KeptPassage

Row = dict[str, str | float]
Ask = Callable[[str, int], list[int]]
"""Ids of the passages nearest to a question."""


def txtai_over(passages: Sequence[KeptPassage]) -> tuple[Ask, float]:
    """What asks it, and how many passages a second it indexed."""
    from txtai import Embeddings  # type: ignore[import-not-found]  # noqa: PLC0415  # there where it is measured

    embeddings = Embeddings(path=str(embedder_folder("minilm")), hybrid=True, content=False)
    begin = time.perf_counter()
    embeddings.index((kept.id, kept.passage.text) for kept in passages)
    speed = len(passages) / (time.perf_counter() - begin)
    return lambda text, limit: [int(found) for found, _ in embeddings.search(text, limit)], speed


def kept_in(services: Services) -> list[KeptPassage]:
    return list(services.store.passages(scope=EVERYTHING))


def questions(shared: Path, cache: Path) -> list[Row]:
    asked = _lines(shared / "search" / "questions.jsonl")
    with library_of(hearings(shared), home=cache / "testimony") as services:
        passages = kept_in(services)
        names = {meeting.id: meeting.external_id for meeting in services.store.meetings(scope=EVERYTHING)}
    ask, speed = txtai_over(passages)
    by_id = {kept.id: kept for kept in passages}
    found, times = _timed(ask, [row["question"] for row in asked], limit=DEEP)
    answers = [
        {"question": row["question"], "found": True, "hits": [_hit(by_id[one], names) for one in ids]}
        for row, ids in zip(asked, found, strict=True)
    ]
    return [{"set": "member questions", **_scored(shared, answers), **_speeds(speed, times)}]


def _hit(kept: KeptPassage, names: dict[int, str | None]) -> dict[str, Any]:
    passage = kept.passage
    return {
        "meeting": names[kept.meeting_id],
        "turn_start": passage.turn,
        "turn_end": passage.turn,
        "char_start": passage.char_start,
        "char_end": passage.char_end,
        "quote": passage.text,
    }


def _scored(shared: Path, answers: Sequence[dict[str, Any]]) -> Row:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "answers.jsonl"
        file.write_text("".join(json.dumps(answer) + "\n" for answer in answers), encoding="utf-8")
        scorer = [sys.executable, str(shared / "search" / "score.py"), str(file), "--json"]
        figures: Row = json.loads(subprocess.run(scorer, check=True, capture_output=True, text=True).stdout)
    return figures


def scifact(shared: Path, cache: Path) -> list[Row]:
    claims, relevant = claims_of(shared)
    with library_of(abstracts(shared), home=cache / "scifact") as services:
        passages = kept_in(services)
    ask, speed = txtai_over(passages)
    speaker = {kept.id: kept.speaker for kept in passages}
    found, times = _timed(ask, list(claims.values()), limit=10)
    scores = [
        ndcg([float(speaker[one] in relevant[claim]) for one in ids], relevant=len(relevant[claim]))
        for claim, ids in zip(claims, found, strict=True)
    ]
    return [{"set": "SciFact", "ndcg10": round(statistics.fmean(scores), 3), **_speeds(speed, times)}]


def _timed(ask: Ask, texts: Sequence[str], *, limit: int) -> tuple[list[list[int]], list[float]]:
    found, times = [], []
    for text in texts:
        begin = time.perf_counter()
        found.append(ask(text, limit))
        times.append(1000 * (time.perf_counter() - begin))
    return found, times


def _speeds(indexed: float, times: Sequence[float]) -> Row:
    return {"indexed_per_second": round(indexed, 1), "median_ms": round(statistics.median(times), 1)}


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=["questions", "scifact", "all"], default="all")
    parser.add_argument("--cache", type=Path, help="the folder of the libraries of benchmarks/search.py")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sets = {"questions": questions, "scifact": scifact}
    with TemporaryDirectory(prefix="commonlore-") as folder:
        cache = options.cache or Path(folder)
        wanted = [measure for name, measure in sets.items() if options.set in (name, "all")]
        rows = [row for measure in wanted for row in measure(shared_data(), cache)]
    if options.json:
        sys.stdout.write(json.dumps({"conditions": conditions(), "rows": rows}) + "\n")
    else:
        sys.stdout.write("\n".join(str(row) for row in rows) + "\n")


if __name__ == "__main__":
    main()
