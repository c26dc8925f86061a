"""Finding: the member questions over 144 hearings, QMSum's committee queries, SciFact, and when nothing is found.

usage: python -m benchmarks.search [--set questions|qmsum|scifact|found|all] [--cache FOLDER] [--extract] [--json]

Each way of finding runs over the same library, through the real store and indexes. Building the libraries takes
about half an hour on two cores; with --cache they are kept for the next run.
"""

import argparse
import json
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from api.services import Services
from api.shapes import answer_to_json
from benchmarks.machine import conditions, shared_data
from benchmarks.searchable import abstracts, hearings, library_of, qmsum
from models.consent import EVERYTHING
from models.people import OWNER
from models.ports import Subject
from models.query import Answer, Hit, Question
from search.fusion import Signal, best
from search.searcher import Searcher, Tuning

Row = dict[str, str | float]

DEEP = 50
"""Hits asked for: the condensed list leaves the unjudged out, and must still hold ten."""
AT_MOST = 200
"""About how many questions of a set are asked to see whether anything is found."""


def reciprocal_ranks(signals: Sequence[Signal[Subject]], candidates: Iterable[Subject]) -> dict[Subject, float]:
    """The other usual way of fusing (Cormack, Clarke and Büttcher 2009, with their 60), for comparison."""
    keys = list(candidates)
    total = dict.fromkeys(keys, 0.0)
    for signal in signals:
        ranked = best(dict(zip(keys, signal.of(keys), strict=True)), len(keys))
        for rank, key in enumerate(ranked, start=1):
            total[key] += signal.weight / (60 + rank) * (key in signal.scores)
    return total


UNCUT = Tuning(near=-1.0, far=-1.0)
BARE = replace(UNCUT, asked=0.0)
WAYS = {
    "words alone": replace(BARE, meaning=0.0, words=1.0),
    "meaning alone": replace(BARE, meaning=1.0, words=0.0),
    "reciprocal ranks of both": replace(BARE, meaning=1.0, words=1.0, combine=reciprocal_ranks),
    "z-scores of both": BARE,
    "and who only asks put back": UNCUT,
    "as shipped (cut where nothing is near)": Tuning(),
}


def ask_all(services: Services, questions: Sequence[str], *, tuning: Tuning, limit: int) -> list[Answer]:
    searcher = Searcher(services.store, services.vectors, services.embedder, tuning=tuning)
    return searcher.ask_many([Question(text=text, limit=limit) for text in questions], reader=OWNER)


def each_way(name: str, measure: Callable[[Tuning], Row]) -> list[Row]:
    return [{"set": name, "way": way, **measure(tuning)} for way, tuning in WAYS.items()]


def ndcg(gains: Sequence[float], *, relevant: int) -> float:
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(10, relevant)))
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains[:10])) / ideal


# --- member questions ----------------------------------------------------------------------------------------


def member_questions(shared: Path, cache: Path, *, extract: bool) -> list[Row]:
    questions = [row["question"] for row in _lines(shared / "search" / "questions.jsonl")]
    home = cache / ("testimony-items" if extract else "testimony")
    name = "member questions" + (", with extracted items" if extract else "")
    with library_of(hearings(shared), home=home, extract=extract) as services:
        rows = each_way(name, lambda tuning: _scored(services, shared, questions, tuning=tuning, limit=DEEP))
        ten = _scored(services, shared, questions, tuning=Tuning(), limit=10)
        rows.append({"set": name, "way": "as shipped, ten hits", **ten})
        rows.append({"set": name, "way": "one question, median ms", "ms": _median_ms(services, questions)})
    return rows


def _scored(services: Services, shared: Path, questions: Sequence[str], *, tuning: Tuning, limit: int) -> Row:
    """By the shared scorer."""
    answers = ask_all(services, questions, tuning=tuning, limit=limit)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "answers.jsonl"
        file.write_text("".join(json.dumps(answer_to_json(answer)) + "\n" for answer in answers), encoding="utf-8")
        scorer = [sys.executable, str(shared / "search" / "score.py"), str(file), "--json"]
        told = subprocess.run(scorer, check=True, capture_output=True, text=True).stdout
    figures: Row = json.loads(told)
    return figures


def _median_ms(services: Services, questions: Sequence[str]) -> float:
    times = []
    for question in questions:
        begin = time.perf_counter()
        services.searcher.ask(Question(text=question), reader=OWNER)
        times.append(1000 * (time.perf_counter() - begin))
    return round(statistics.median(times), 1)


# --- QMSum ---------------------------------------------------------------------------------------------------


def committee_queries(shared: Path, cache: Path) -> list[Row]:
    asked = _queries(shared, "Committee")
    with library_of(qmsum(shared, "Committee"), home=cache / "committee") as services:
        turns = {
            meeting.external_id: [
                kept.passage.turn for kept in services.store.passages(scope=EVERYTHING, meeting_id=meeting.id)
            ]
            for meeting in services.store.meetings(scope=EVERYTHING)
        }

        def measure(tuning: Tuning) -> Row:
            answers = ask_all(services, [query["query"] for query in asked], tuning=tuning, limit=10)
            scores, first = [], []
            for query, answer in zip(asked, answers, strict=True):
                relevant = sum(_lies_in(turn, query["relevant_turns"]) for turn in turns[query["meeting"]])
                if relevant:
                    gains = [float(_is_relevant(hit, query)) for hit in answer.hits]
                    scores.append(ndcg(gains, relevant=relevant))
                    first.append(bool(answer.hits) and answer.hits[0].meeting == query["meeting"])
            mean = statistics.fmean
            return {
                "queries": len(scores),
                "ndcg10": round(mean(scores), 3),
                "right_meeting_first": round(mean(first), 3),
            }

        return each_way("QMSum committee queries", measure)


def _queries(shared: Path, domain: str) -> list[dict]:  # type: ignore[type-arg]  # JSON as it came
    files = sorted((shared / "search" / "qmsum").glob(f"{domain.lower()}_*.json"))
    meetings = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    return [{**query, "meeting": meeting["meeting"]} for meeting in meetings for query in meeting["queries"]]


def _is_relevant(hit: Hit, query: dict) -> bool:  # type: ignore[type-arg]  # JSON as it came
    return hit.meeting == query["meeting"] and _lies_in(hit.evidence.turn_start, query["relevant_turns"])


def _lies_in(turn: int, ranges: Sequence[Sequence[int]]) -> bool:
    return any(first <= turn <= last for first, last in ranges)


# --- SciFact -------------------------------------------------------------------------------------------------


def claims_of(shared: Path) -> tuple[dict[str, str], dict[str, set[str]]]:
    """The test claims by id, and the abstracts that bear on each."""
    folder = shared / "search" / "scifact"
    relevant: dict[str, set[str]] = {}
    for line in (folder / "qrels_test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        claim, document, grade = line.split("\t")
        if int(grade):
            relevant.setdefault(claim, set()).add(document)
    claims = {row["_id"]: row["text"] for row in _lines(folder / "queries.jsonl") if row["_id"] in relevant}
    return claims, relevant


def scifact(shared: Path, cache: Path) -> list[Row]:
    claims, relevant = claims_of(shared)
    with library_of(abstracts(shared), home=cache / "scifact") as services:

        def measure(tuning: Tuning) -> Row:
            answers = ask_all(services, list(claims.values()), tuning=tuning, limit=10)
            scores = [
                ndcg(
                    [float(hit.evidence.speaker in relevant[claim]) for hit in answer.hits],
                    relevant=len(relevant[claim]),
                )
                for claim, answer in zip(claims, answers, strict=True)
            ]
            return {"queries": len(scores), "ndcg10": round(statistics.fmean(scores), 3)}

        return each_way("SciFact", measure)


# --- found, or not -------------------------------------------------------------------------------------------


def found_or_not(shared: Path, cache: Path) -> list[Row]:
    """How often something is found where there is an answer, and where there cannot be one."""
    members = [row["question"] for row in _lines(shared / "search" / "questions.jsonl")]
    asked = {
        domain: [query["query"] for query in _queries(shared, domain)]
        for domain in ("Committee", "Product", "Academic")
    }
    claims = [row["text"] for row in _lines(shared / "search" / "scifact" / "queries.jsonl")]
    rows = []
    with library_of(hearings(shared), home=cache / "testimony") as services:
        rows += [
            _share_found(services, "member questions of the hearings (answered there)", members),
            _share_found(
                services, "queries on designing a remote control, of the hearings (not there)", asked["Product"]
            ),
            _share_found(
                services, "queries on research group meetings, of the hearings (not there)", asked["Academic"]
            ),
            _share_found(services, "scientific claims, of the hearings (mostly not there)", claims),
        ]
    with library_of(qmsum(shared, "Committee"), home=cache / "committee") as services:
        rows += [
            _share_found(services, "committee queries of the committees (answered there)", asked["Committee"]),
            _share_found(
                services, "queries on designing a remote control, of the committees (not there)", asked["Product"]
            ),
            _share_found(
                services, "queries on research group meetings, of the committees (not there)", asked["Academic"]
            ),
        ]
    return rows


def _share_found(services: Services, what: str, questions: Sequence[str]) -> Row:
    # spread over the whole list: neighbours are of one meeting
    some = questions[:: max(1, len(questions) // AT_MOST)]
    answers = ask_all(services, some, tuning=Tuning(), limit=1)
    share = statistics.fmean(answer.found for answer in answers)
    return {"set": "found or not", "way": what, "queries": len(answers), "found": round(share, 3)}


# --- the command ---------------------------------------------------------------------------------------------


def _lines(path: Path) -> list[dict]:  # type: ignore[type-arg]  # JSON as it came
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def table(rows: Sequence[Row]) -> str:
    """Markdown, one table a set."""
    parts = []
    for name in dict.fromkeys(row["set"] for row in rows):
        mine = [{key: value for key, value in row.items() if key != "set"} for row in rows if row["set"] == name]
        columns = list(dict.fromkeys(key for row in mine for key in row))
        lines = [f"| {' | '.join(str(row.get(column, '')) for column in columns)} |" for row in mine]
        parts.append(
            "\n".join([f"**{name}**", "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|", *lines])
        )
    return "\n\n".join(parts)


def run(chosen: str, *, shared: Path, cache: Path, extract: bool) -> list[Row]:
    sets: dict[str, Callable[[], list[Row]]] = {
        "questions": lambda: member_questions(shared, cache, extract=extract),
        "qmsum": lambda: committee_queries(shared, cache),
        "scifact": lambda: scifact(shared, cache),
        "found": lambda: found_or_not(shared, cache),
    }
    return [row for name, measure in sets.items() if chosen in (name, "all") for row in measure()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=["questions", "qmsum", "scifact", "found", "all"], default="all")
    parser.add_argument("--cache", type=Path, help="keep the libraries in this folder")
    parser.add_argument("--extract", action="store_true", help="also find by items extracted from the hearings")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="commonlore-") as folder:
        cache = options.cache or Path(folder)
        rows = run(options.set, shared=shared_data(), cache=cache, extract=options.extract)
    if options.json:
        sys.stdout.write(json.dumps({"conditions": conditions(), "rows": rows}) + "\n")
    else:
        sys.stdout.write(f"{table(rows)}\n")


if __name__ == "__main__":
    main()
