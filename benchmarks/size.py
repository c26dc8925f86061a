"""Finding as a library grows: how long an answer takes, how much memory a vector, what adding one meeting costs.

usage: python -m benchmarks.size [--passages 1000000] [--items 100000] [--communities 200] [--home FOLDER] [--json]

The library is made (benchmarks/crowd.py): vectors by disturbing real ones, text by recombining real sentences of
QMSum. It is kept in FOLDER for the next run. The same real meetings are added, through the whole intake, to this
one and to one of a hundredth of its size.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from api.intake import About
from api.services import Services, opened
from benchmarks.crowd import Real, fill, queries, real
from benchmarks.machine import conditions, shared_data
from capture.formats.registry import read_transcript
from models.consent import EVERYTHING
from models.people import OWNER
from models.query import Question
from models.settings import read_settings

QUESTIONS = 100
SMALL = 100
"""How much smaller the library is that a meeting is added to for comparison."""
MADE_OF = 8
"""Real meetings."""
ADDED = 5
"""Meetings added to each, of which the middle counts."""

Row = dict[str, str | float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--communities", type=int, default=200)
    parser.add_argument("--home", type=Path, help="keep the library in this folder")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="commonlore-") as folder:
        home = options.home or Path(folder) / "large"
        rows = run(home, passages=options.passages, items=options.items, communities=options.communities)
    if options.json:
        sys.stdout.write(json.dumps({"conditions": conditions(), "rows": rows}) + "\n")
    else:
        sys.stdout.write("\n".join(f"| {row['what']} | {row['figure']} |" for row in rows) + "\n")


def run(home: Path, *, passages: int, items: int, communities: int) -> list[Row]:
    qmsum = shared_data() / "search" / "qmsum"
    asked = list(queries(qmsum))[:: max(1, 1800 // QUESTIONS)][:QUESTIONS]
    meetings = sorted(qmsum.glob("committee_*.json"))
    rows: list[Row] = []
    with opened(read_settings(home=home)) as services:
        rows += built(services, meetings[:MADE_OF], passages=passages, items=items, communities=communities)
        rows += answered(services, asked)
        large = added(services, meetings[MADE_OF : MADE_OF + ADDED])
    with (
        TemporaryDirectory(prefix="commonlore-") as folder,
        opened(read_settings(home=Path(folder) / "small")) as services,
    ):
        fill(
            services,
            _real(services, meetings[:MADE_OF]),
            passages=passages // SMALL,
            items=items // SMALL,
            communities=max(1, communities // SMALL),
        )
        small = added(services, meetings[MADE_OF : MADE_OF + ADDED])
    rows.append({"what": f"a meeting added to one {SMALL} times smaller, seconds", "figure": round(small, 2)})
    rows.append({"what": "the same, to this library", "figure": round(large, 2)})
    rows.append({"what": "`commonlore ask`, cold, seconds, middle of three", "figure": cold(home, asked[0])})
    return rows


def _real(services: Services, paths: Sequence[Path]) -> Real:
    return real(services, [read_transcript(path, name=path.name) for path in paths])


def _memory() -> int:
    """Bytes of this process that are in memory."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return 1024 * int(status.split("VmRSS:")[1].split()[0])


def built(services: Services, paths: Sequence[Path], *, passages: int, items: int, communities: int) -> list[Row]:
    if not services.store.communities(scope=EVERYTHING):
        begin = time.perf_counter()
        fill(services, _real(services, paths), passages=passages, items=items, communities=communities)
        services.vectors.rebuild()
        sys.stderr.write(f"\nmade in {time.perf_counter() - begin:.0f} s\n")
    before = _memory()
    ids = [community.id for community in services.store.communities(scope=EVERYTHING)]
    services.vectors.search(ids, services.embedder.embed(["anything"]), limit=1)
    grown = _memory() - before
    held = services.store.connections.rows("SELECT count(*) AS n FROM embedding")[0]["n"]
    return [
        {"what": "vectors", "figure": held},
        {"what": "bytes of memory for each vector, all indexes open", "figure": round(grown / held)},
    ]


def answered(services: Services, asked: Sequence[str]) -> list[Row]:
    person = services.store.connections.rows("SELECT name FROM person LIMIT 1")[0]["name"]
    ways: dict[str, Callable[[Question], Question]] = {
        "everywhere": lambda question: question,
        "of one community": lambda question: replace(question, community="Community 7"),
        "of one person": lambda question: replace(question, person=person),
        "elsewhere, since 2020": lambda question: replace(
            question, organisation="Organisation 3", elsewhere=True, since="2020-01-01"
        ),
        "problems alone": lambda question: replace(question, kind="problem"),  # type: ignore[arg-type]  # its value
    }
    rows: list[Row] = []
    for name, way in ways.items():
        for text in asked[:5]:
            services.searcher.ask(way(Question(text=text)), reader=OWNER)
        times = []
        for text in asked:
            begin = time.perf_counter()
            services.searcher.ask(way(Question(text=text)), reader=OWNER)
            times.append(1000 * (time.perf_counter() - begin))
        cuts = statistics.quantiles(times, n=20)
        rows.append({"what": f"an answer, {name}, ms: median, p95", "figure": f"{cuts[9]:.0f}, {cuts[18]:.0f}"})
    return rows


def added(services: Services, paths: Sequence[Path]) -> float:
    """Seconds of the whole intake of a meeting, the middle of some."""
    worker = services.worker()
    times = []
    for path in paths:
        services.add(path, about=About(community="Community 1"))
        begin = time.perf_counter()
        worker.run_once()
        services.searcher.ask(Question(text="What was decided?"), reader=OWNER)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def cold(home: Path, question: str) -> float:
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        command = [sys.executable, "-m", "cli.main", "--home", str(home), "ask", question, "--json"]
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - begin)
    return round(statistics.median(times), 2)


if __name__ == "__main__":
    main()
