"""Extraction measured by five-fold cross-validation over whole transcripts, through the real extractor.

Every transcript is extracted by weights that never saw it, with our own sentences; the offsets go to the shared
scorer. Thresholds are tuned inside the training folds. `--card` writes the figures on the card of the weights.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean, stdev
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import numpy as np

from api.shapes import item_to_json
from benchmarks.annotated import FOLDS, Annotated, folds, read_annotated
from benchmarks.machine import conditions, shared_data
from benchmarks.train_tagger import say
from benchmarks.training import OVERLAP, Arrays, Recipe, train
from capture.extractor import TaggerExtractor
from capture.linguist import Linguist
from capture.tagger import TRAINED, Tagger, Trained, load_trained
from capture.weights import embedder_folder
from index.embedder import SentenceEmbedder
from models.knowledge import Kind
from models.meeting import Transcript
from models.ports import Embedder, Report, Vectors, unreported

Figures: TypeAlias = dict[str, Any]
"""As the shared scorer prints them: kind → sentences, items → precision, recall, f1."""
BIN = 0.1
SPLIT = 0
"""The seed of the outer folds."""


class RememberingEmbedder:
    """Embeds each text once in its life: the folds share their sentences."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.name, self.dimension = embedder.name, embedder.dimension
        self._known: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str], *, report: Report = unreported) -> Vectors:
        fresh = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(fresh, self._embedder.embed(fresh, report=report), strict=True))
        rows = [self._known[text] for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the figures as one JSON object")
    parser.add_argument("--card", action="store_true", help="write them on the card of the committed weights too")
    options = parser.parse_args()
    folder = shared_data() / "extraction"
    plain = SentenceEmbedder(embedder_folder("minilm"))
    embedder = RememberingEmbedder(plain)
    annotated = read_annotated(folder, embedder)
    say(f"{len(annotated)} transcripts read")
    figures = cross_validated(annotated, folder, embedder) | {
        "sentences a second": speed(annotated, plain),
        "conditions": conditions(),
    }
    if options.card:
        card = TRAINED.with_suffix(".json")
        known = json.loads(card.read_text(encoding="utf-8")) | {"cross_validation": figures}
        card.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(figures) + "\n" if options.json else table(figures))


def cross_validated(annotated: Sequence[Annotated], folder: Path, embedder: Embedder) -> Figures:
    """Pooled over all transcripts, by domain, and the spread over the folds."""
    linguist = Linguist()
    with TemporaryDirectory() as name:
        out = Path(name)
        by_fold = []
        for number, fold in enumerate(folds(annotated, count=FOLDS, seed=SPLIT)):
            seen = [one for place, one in enumerate(annotated) if place not in fold]
            arrays = train(seen, replace(Recipe(), seed=number + 1), log=say)
            trained = assembled(arrays, embedder=embedder.name)
            extractor = TaggerExtractor(embedder, linguist=linguist, trained=trained)
            for place in fold:
                predict(extractor, annotated[place], out)
            by_fold.append(scored(folder, out, [annotated[place].name for place in fold]))
            say(f"fold {number + 1} of {FOLDS}: {by_fold[-1]['macro']}")
        domains = sorted({domain_of(one) for one in annotated})
        return {
            "all": scored(folder, out, [one.name for one in annotated]),
            "reliability": reliability(annotated, out),
            "domains": {
                domain: scored(folder, out, [one.name for one in annotated if domain_of(one) == domain])
                for domain in domains
            },
            "folds": by_fold,
        }


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


def assembled(arrays: Arrays, *, embedder: str) -> Trained:
    spans = {name.removeprefix("span_"): array for name, array in arrays.items() if name.startswith("span_")}
    members = {name: array for name, array in arrays.items() if not name.startswith("span_")}
    return Trained(Tagger(members), spans, "cross-validation", embedder)


def predict(extractor: TaggerExtractor, one: Annotated, out: Path) -> None:
    found = extractor.extract(one.transcript, report=unreported)
    lines = [json.dumps(item_to_json(candidate)) for candidate in found.candidates]
    (out / f"{one.name}.jsonl").write_text("\n".join(lines), encoding="utf-8")


def scored(folder: Path, predictions: Path, names: Sequence[str]) -> Figures:
    """By the shared scorer itself, on these transcripts."""
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
    chosen = annotated[:: max(1, len(annotated) // 4)]
    extractor = TaggerExtractor(embedder, trained=load_trained())
    extractor.extract(Transcript(turns=annotated[0].transcript.turns[:20]), report=unreported)
    began = time.perf_counter()
    for one in chosen:
        extractor.extract(one.transcript, report=unreported)
    return round(sum(len(one.sentences) for one in chosen) / (time.perf_counter() - began), 1)


def table(figures: Figures) -> str:
    """Markdown; F1, and after ± the standard deviation over the folds."""
    lines = ["| what | story | problem | practice | macro | any kind |", "|---|---|---|---|---|---|"]
    for unit in ("sentences", "items"):
        for name, part in {"all": figures["all"], **figures["domains"]}.items():
            cells = [
                f"{part[kind][unit]['f1']:.3f}" + (spread(figures["folds"], kind, unit) if name == "all" else "")
                for kind in ("story", "problem", "practice", "macro", "any")
            ]
            lines.append(f"| {unit} F1, {name} ({part['meetings']}) | {' | '.join(cells)} |")
    lines += ["", "| confidence | items | mean confidence | share right |", "|---|--:|--:|--:|"]
    for row in figures["reliability"]:
        upto = f"{row['from']:.1f} to {row['from'] + BIN:.1f}"
        lines.append(f"| {upto} | {row['items']} | {row['confidence']:.2f} | {row['right']:.2f} |")
    lines.append(f"\nExpected calibration error {calibration_error(figures['reliability']):.3f}.")
    lines.append(f"\n{figures['sentences a second']} sentences a second. {figures['conditions']}\n")
    return "\n".join(lines)


def calibration_error(rows: Sequence[Figures]) -> float:
    """The mean distance of confidence from the share that is right, weighed by items (Guo et al., 2017)."""
    items = sum(row["items"] for row in rows)
    return float(sum(row["items"] * abs(row["confidence"] - row["right"]) for row in rows) / max(items, 1))


def spread(by_fold: Sequence[Figures], kind: str, unit: str) -> str:
    values = [fold[kind][unit]["f1"] for fold in by_fold]
    return f" ± {stdev(values):.3f} (mean {mean(values):.3f})"


if __name__ == "__main__":
    main()
