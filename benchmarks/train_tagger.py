"""Trains the tagger on all annotated transcripts and writes the weights and their card: `make train`.

About an hour of one processor core, and 3 GB of memory. `make train ALSO=FOLDER` learns beside them from what
people decided in a library.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.annotated import Annotated, read_annotated, read_readings
from benchmarks.machine import conditions, shared_data
from benchmarks.training import Recipe, train
from capture.arrays import Arrays
from capture.linguist import Linguist
from capture.tagger import TRAINED
from capture.weights import MEANING

NAME, VERSION = "commonlore-spans", "2"


def main() -> None:
    """Prints what it does on stderr."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=TRAINED, help="where the weights go (.npz)")
    parser.add_argument(
        "--also",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="learn from this too, which `commonlore export --annotations` wrote; may be said again",
    )
    options = parser.parse_args()
    also = [one for folder in options.also for one in read_annotated(folder)]
    annotated = [*all_annotated(), *also]
    recipe = Recipe()
    arrays = train(annotated, recipe, log=say)
    card = {
        "name": NAME,
        "version": f"{VERSION}+local" if also else VERSION,
        "what": "Upper layers of a small transformer, a bidirectional GRU over sentences, the weighing of spans",
        "encoder": {"package": MEANING.package, "sha256": MEANING.sha256, "licence": MEANING.licence},
        "upper_layers": recipe.upper,
        "data": data(annotated) | {"also": len(also)},
        "command": "make train ALSO=FOLDER" if also else "make train",
        "recipe": asdict(recipe),
        "made": datetime.now(UTC).date().isoformat(),
        "made_on": conditions(),
        "cross_validation": measured(options.output),
    }
    write(arrays, card, options.output)


def all_annotated(linguist: Linguist | None = None) -> list[Annotated]:
    """The given transcripts, and the further ones."""
    shared = shared_data()
    return [*read_annotated(shared / "extraction"), *read_readings(shared, linguist or Linguist())]


def data(annotated: Sequence[Annotated]) -> dict[str, object]:
    """What was learned from, by where it comes from."""
    given, further = ([one for one in annotated if one.given is given] for given in (True, False))
    return {
        "given": {"transcripts": len(given), "items": sum(len(one.marked) for one in given)},
        "further": {"transcripts": len(further), "items": sum(len(one.marked) for one in further)},
        "transcripts": dict(sorted(Counter(one.domain for one in annotated).items())),
        "sources": "QMSum (MIT): committees, technical meetings; UK Covid-19 Inquiry hearings (public record);"
        " machine-learning practitioner interviews (replication package). Only weights are kept here.",
    }


def measured(path: Path) -> object:
    """The figures of the last `python -m benchmarks.extraction --card`, which stay on the card."""
    card = path.with_suffix(".json")
    return json.loads(card.read_text(encoding="utf-8"))["cross_validation"] if card.is_file() else None


def write(arrays: Arrays, card: object, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {name: array if name.startswith("span_") else array.astype(np.float16) for name, array in arrays.items()}
    np.savez_compressed(path, **kept)  # type: ignore[arg-type]  # numpy's stub takes the names for options
    path.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    say(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
