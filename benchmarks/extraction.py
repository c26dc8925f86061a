"""Extraction measured by five-fold cross-validation over whole transcripts, through the real extractor.

Every given transcript is extracted by weights that never saw it, with our own sentences; the offsets go to the
shared scorer. The further transcripts (readings/) are learned from in every fold and never measured on. Thresholds
are tuned inside the training folds. `--card` writes the figures on the card of the weights; `--across` trains
without one domain and measures on it; `--curve` trains on ever more transcripts. A run takes about an hour of one
core, and two go side by side; `--keep FOLDER` keeps what each made, and takes up from there.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from statistics import mean, stdev
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import numpy as np

from api.shapes import item_to_json
from benchmarks.annotated import FOLDS, Annotated, folds
from benchmarks.bare import bare
from benchmarks.machine import conditions, shared_data
from benchmarks.train_tagger import all_annotated, say
from benchmarks.training import Recipe, train
from benchmarks.weighing import OVERLAP
from capture.extractor import TaggerExtractor
from capture.linguist import Linguist
from capture.marks import KINDS
from capture.tagger import TRAINED, assembled, load_trained
from capture.weights import embedder_folder
from index.embedder import SentenceEmbedder
from models.knowledge import Kind
from models.meeting import Transcript
from models.ports import Embedder, unreported

Figures: TypeAlias = dict[str, Any]
"""As the shared scorer prints them: kind → sentences, items → precision, recall, f1."""
BIN = 0.1
SPLIT = 0
"""The seed of the outer folds."""
SIZES = (12, 24, 48, 96)
"""Transcripts that the learning curve is drawn through, before all there are."""
AT_ONCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Weights made from some transcripts and tried on others, by name."""

    name: str
    learned: frozenset[str]
    tried: tuple[str, ...]
    seed: int
    without_punctuation: bool = False
    """Tried on bare text; what is learned from is as it was written."""

    @property
    def out(self) -> str:
        """The folder of what is found."""
        return f"{self.name}, bare" if self.without_punctuation else self.name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the figures as one JSON object")
    parser.add_argument("--card", action="store_true", help="write them on the card of the committed weights too")
    parser.add_argument("--across", action="store_true", help="train without a domain, and measure on it")
    parser.add_argument("--curve", action="store_true", help="train on ever more transcripts")
    parser.add_argument("--bare", action="store_true", help="try the folds on text without case and punctuation")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="the weights that each run makes, and takes up")
    options = parser.parse_args()
    annotated = all_annotated()
    say(f"{len(annotated)} transcripts read")
    with kept_in(options.keep) as folder:
        if options.across or options.curve:
            trials = across(annotated) if options.across else curve(annotated)
            figures = {trial.name: figures_of(trial, folder) for trial in tried(trials, folder)}
            sys.stdout.write(json.dumps(figures) + "\n" if options.json else rows(figures, heading="trained on"))
            return
        if options.bare:
            figures = {
                "without case and punctuation": pooled(in_folds(annotated, without_punctuation=True), folder)
            }
            sys.stdout.write(json.dumps(figures) + "\n" if options.json else rows(figures, heading="tried on"))
            return
        figures = cross_validated(annotated, folder) | {
            "sentences a second": speed(annotated, SentenceEmbedder(embedder_folder("minilm"))),
            "conditions": conditions(),
        }
    if options.card:
        card = TRAINED.with_suffix(".json")
        known = json.loads(card.read_text(encoding="utf-8")) | {"cross_validation": figures}
        card.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(figures) + "\n" if options.json else table(figures))


@contextmanager
def kept_in(folder: Path | None) -> Iterator[Path]:
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with TemporaryDirectory() as name:
        yield Path(name)


# --- what is trained on what, and tried on what --------------------------------------------------------------


def in_folds(annotated: Sequence[Annotated], *, without_punctuation: bool = False) -> list[Trial]:
    given = [one for one in annotated if one.given]
    everything = frozenset(one.name for one in annotated)
    parts = [tuple(given[place].name for place in part) for part in folds(given, count=FOLDS, seed=SPLIT)]
    return [
        Trial(
            name=f"fold {number}",
            learned=everything - set(part),
            tried=part,
            seed=number,
            without_punctuation=without_punctuation,
        )
        for number, part in enumerate(parts, start=1)
    ]


def across(annotated: Sequence[Annotated]) -> list[Trial]:
    """Without the hearings and tried on them, and the other way round."""
    hearings = {one.name for one in annotated if domain_of(one) == "testimony"}
    trials = []
    for number, (name, away) in enumerate(
        {
            "all but testimony": hearings,
            "testimony alone": {one.name for one in annotated} - hearings,
        }.items()
    ):
        learned = frozenset(one.name for one in annotated if one.name not in away)
        tried_on = tuple(one.name for one in annotated if one.given and one.name in away)
        trials.append(Trial(name=name, learned=learned, tried=tried_on, seed=number + 1))
    return trials


def curve(annotated: Sequence[Annotated]) -> list[Trial]:
    """The first fold, learned from ever more of the other transcripts."""
    whole = in_folds(annotated)[0]
    order = sorted(whole.learned)
    random.Random(SPLIT).shuffle(order)
    return [
        replace(whole, name=f"{size} transcripts", learned=frozenset(order[:size])) for size in (*SIZES, len(order))
    ]


# --- trying it -----------------------------------------------------------------------------------------------


def tried(trials: Iterable[Trial], folder: Path) -> Iterator[Trial]:
    """Each when its predictions are in the folder; two at a time, each on one core."""
    with ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn")) as pool:
        yield from pool.map(try_out, trials, repeat(folder))


def try_out(trial: Trial, folder: Path) -> Trial:
    """Trains, unless that is done already, and extracts with the weights what they never saw."""
    annotated = {one.name: one for one in all_annotated()}
    weights = folder / f"{trial.name}.npz"
    if not weights.is_file():
        recipe = replace(Recipe(), seed=trial.seed)
        learned = [annotated[name] for name in sorted(trial.learned)]
        arrays = train(learned, recipe, log=lambda line: say(f"{trial.name}: {line}"))
        np.savez(weights, **arrays)  # type: ignore[arg-type]  # numpy's stub takes the names for options
    with np.load(weights) as file:
        trained = assembled({name: file[name] for name in file.files}, name=trial.name, upper=Recipe().upper)
    extractor = TaggerExtractor(SentenceEmbedder(embedder_folder("minilm")), linguist=Linguist(), trained=trained)
    out = folder / trial.out
    out.mkdir(exist_ok=True)
    for name in trial.tried:
        predict(extractor, annotated[name], out, without_punctuation=trial.without_punctuation)
    return trial


def pooled(trials: Sequence[Trial], folder: Path) -> Figures:
    """The figures of all trials together."""
    with TemporaryDirectory() as name:
        names = [one for trial in tried(trials, folder) for one in gathered(trial, folder, Path(name))]
        return scored(Path(name), names)


def gathered(trial: Trial, folder: Path, out: Path) -> tuple[str, ...]:
    """Copies what was found, for the transcripts it names."""
    for name in trial.tried:
        (out / f"{name}.jsonl").write_bytes((folder / trial.out / f"{name}.jsonl").read_bytes())
    return trial.tried


def cross_validated(annotated: Sequence[Annotated], folder: Path) -> Figures:
    """Pooled over all given transcripts, by domain, and the spread over the folds."""
    by_fold = []
    with TemporaryDirectory() as name:
        out = Path(name)
        for trial in tried(in_folds(annotated), folder):
            by_fold.append(figures_of(trial, folder))
            say(f"{trial.name}: {by_fold[-1]['macro']}")
            gathered(trial, folder, out)
        given = [one for one in annotated if one.given]
        domains = sorted({domain_of(one) for one in given})
        return {
            "all": scored(out, [one.name for one in given]),
            "reliability": reliability(given, out),
            "domains": {
                domain: scored(out, [one.name for one in given if domain_of(one) == domain]) for domain in domains
            },
            "folds": by_fold,
        }


def figures_of(trial: Trial, folder: Path) -> Figures:
    return scored(folder / trial.out, trial.tried)


def reliability(annotated: Sequence[Annotated], predictions: Path) -> list[Figures]:
    """How many of the items of like confidence are right: an annotated one of the kind overlaps by half or more."""
    judged: list[tuple[float, bool]] = []
    for one in annotated:
        places = {(s.turn, s.char_start): number for number, s in enumerate(one.sentences)}
        ends = {(s.turn, s.char_end): number for number, s in enumerate(one.sentences)}
        for line in (predictions / f"{one.name}.jsonl").read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            run = _sentences_of(item, places, ends)
            spans = one.spans(Kind(item["kind"]))
            judged.append((item["confidence"], any(_overlap(run, span) >= OVERLAP for span in spans)))
    rows = []
    for low in np.arange(0, 1, BIN):
        inside = [(sure, right) for sure, right in judged if low <= sure < low + BIN or sure == 1.0 == low + BIN]
        if inside:
            sure, right = (float(np.mean(column)) for column in zip(*inside, strict=True))
            rows.append({"from": round(float(low), 1), "items": len(inside), "confidence": sure, "right": right})
    return rows


def _sentences_of(
    item: Figures, begins: Mapping[tuple[int, int], int], ends: Mapping[tuple[int, int], int]
) -> tuple[int, int]:
    """Our own sentences may be cut elsewhere than the annotated ones: the nearest that hold the item's ends."""
    first = max((at for at in begins if at <= (item["turn_start"], item["char_start"])), default=min(begins))
    last = min((at for at in ends if at >= (item["turn_end"], item["char_end"])), default=max(ends))
    return begins[first], ends[last]


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> float:
    shared = min(one[1], other[1]) - max(one[0], other[0]) + 1
    return max(shared, 0) / (max(one[1], other[1]) - min(one[0], other[0]) + 1)


def domain_of(one: Annotated) -> str:
    return "testimony" if one.domain.startswith("module") else one.domain


def predict(extractor: TaggerExtractor, one: Annotated, out: Path, *, without_punctuation: bool = False) -> None:
    """Writes what is found as the shared scorer reads it."""
    read = bare(one.transcript) if without_punctuation else None
    found = extractor.extract(read.transcript if read else one.transcript, report=unreported)
    items = [item_to_json(candidate) for candidate in found.candidates]
    lines = [json.dumps(read.back(item) if read else item) for item in items]
    (out / f"{one.name}.jsonl").write_text("\n".join(lines), encoding="utf-8")


def scored(predictions: Path, names: Sequence[str]) -> Figures:
    """By the shared scorer itself, on these transcripts."""
    folder = shared_data() / "extraction"
    with TemporaryDirectory() as gold:
        for name in names:
            (Path(gold) / f"{name}.jsonl").symlink_to(folder / "annotations" / f"{name}.jsonl")
        command = [sys.executable, str(folder / "score.py"), gold, str(predictions), "--json"]
        command += ["--transcripts", str(folder / "transcripts")]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: Figures = json.loads(done.stdout)
    return figures


def speed(annotated: Sequence[Annotated], embedder: Embedder) -> float:
    """Of the committed weights, from turns to told items, models loaded, over four transcripts."""
    chosen = [one for one in annotated if one.given][::12]
    extractor = TaggerExtractor(embedder, trained=load_trained())
    extractor.extract(Transcript(turns=annotated[0].transcript.turns[:20]), report=unreported)
    began = time.perf_counter()
    for one in chosen:
        extractor.extract(one.transcript, report=unreported)
    return round(sum(len(one.sentences) for one in chosen) / (time.perf_counter() - began), 1)


def table(figures: Figures) -> str:
    """Markdown; F1, and after ± the standard deviation over the folds."""
    parts = {"all": figures["all"], **figures["domains"]}
    lines = [rows(parts, heading="tried on", folds=figures["folds"])]
    lines += ["| confidence | items | mean confidence | share right |", "|---|--:|--:|--:|"]
    for row in figures["reliability"]:
        upto = f"{row['from']:.1f} to {row['from'] + BIN:.1f}"
        lines.append(f"| {upto} | {row['items']} | {row['confidence']:.2f} | {row['right']:.2f} |")
    lines.append(f"\nExpected calibration error {calibration_error(figures['reliability']):.3f}.")
    lines.append(f"\n{figures['sentences a second']} sentences a second. {figures['conditions']}\n")
    return "\n".join(lines)


def rows(parts: Mapping[str, Figures], *, heading: str, folds: Sequence[Figures] = ()) -> str:
    """A line for the sentences of each part, and one for its items."""
    lines = [f"| F1 | {heading} | story | problem | practice | macro | any kind |", "|---|---|---|---|---|---|---|"]
    for unit in ("sentences", "items"):
        for name, part in parts.items():
            cells = [
                f"{part[kind][unit]['f1']:.3f}" + (spread(folds, kind, unit) if folds and name == "all" else "")
                for kind in (*KINDS, "macro", "any")
            ]
            lines.append(f"| {unit} | {name} ({part['meetings']}) | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def calibration_error(rows: Sequence[Figures]) -> float:
    """The mean distance of confidence from the share that is right, weighed by items (Guo et al., 2017)."""
    items = sum(row["items"] for row in rows)
    return float(sum(row["items"] * abs(row["confidence"] - row["right"]) for row in rows) / max(items, 1))


def spread(by_fold: Sequence[Figures], kind: str, unit: str) -> str:
    values = [fold[kind][unit]["f1"] for fold in by_fold]
    return f" ± {stdev(values):.3f} (mean {mean(values):.3f})"


if __name__ == "__main__":
    main()
