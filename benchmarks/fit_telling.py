"""Fits the weights of titles and gists to hand-made ones, on the half of the transcripts that is not reported.

Likeness is a cosine plus half of ROUGE-L; a ridge over the traits, within each item, says what likeness goes with.
The weights that it prints are copied into capture/title.py and capture/gist.py, beside those that were set by eye.
"""

import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.machine import shared_data
from benchmarks.telling import CHOOSE, Telling, read_specimens, rouge_l
from capture import gist, title
from capture.account import Account
from capture.linguist import Linguist
from capture.telling import Teller
from capture.weights import embedder_folder
from index.embedder import SentenceEmbedder
from models.ports import Embedder

TRIED = 12
"""Gists of an item that are compared."""
RIDGE = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Words that could tell an item, what speaks for them, and how a person told it."""

    item: int
    text: str
    traits: dict[str, float]
    by_hand: str


def main() -> None:
    embedder = SentenceEmbedder(embedder_folder("minilm"))
    specimens = read_specimens(shared_data() / "extraction", embedder, half=CHOOSE)
    rng = random.Random(0)
    accounts = Teller(Linguist(), embedder).accounts([each.said for each in specimens])
    by_hand = [each.by_hand for each in specimens]
    for name, choices in (
        ("title", titles(accounts, by_hand, embedder)),
        ("gist", gists(accounts, by_hand, rng)),
    ):
        sys.stdout.write(f"{name}\n{fitted(choices, embedder)}\n")


def titles(accounts: Sequence[Account], by_hand: Sequence[Telling], embedder: Embedder) -> list[Choice]:
    """Every wording of every item, and how near it is to the middle of what was said."""
    plain = [
        Choice(
            item=item,
            text=wording.text,
            traits=title.traits(wording, wording.text, account, place),
            by_hand=telling.title,
        )
        for item, (account, telling) in enumerate(zip(accounts, by_hand, strict=True))
        for place, reading in enumerate(account.readings)
        for wording in reading.wordings
    ]
    vectors = embedder.embed([choice.text for choice in plain])
    for choice, vector in zip(plain, vectors, strict=True):
        choice.traits["near"] = float(vector @ accounts[choice.item].middle)
    return plain


def gists(accounts: Sequence[Account], by_hand: Sequence[Telling], rng: random.Random) -> list[Choice]:
    return [
        Choice(
            item=item,
            text=" ".join(run.text for run in runs),
            traits=gist.traits(runs, account),
            by_hand=telling.gist,
        )
        for item, (account, telling) in enumerate(zip(accounts, by_hand, strict=True))
        for runs in _some(gist.possible(gist.runs(account)), rng)
    ]


def _some(possible: Iterable[tuple[gist.Run, ...]], rng: random.Random) -> list[tuple[gist.Run, ...]]:
    every = list(possible)
    return rng.sample(every, min(TRIED, len(every)))


def fitted(choices: Sequence[Choice], embedder: Embedder) -> str:
    """A line a trait."""
    names = list(choices[0].traits)
    rows = np.array([[choice.traits[name] for name in names] for choice in choices])
    ours = embedder.embed([choice.text for choice in choices])
    theirs = embedder.embed([choice.by_hand for choice in choices])
    likeness = (ours * theirs).sum(axis=1) + np.array(
        [rouge_l(choice.text, choice.by_hand) / 2 for choice in choices]
    )
    items = np.array([choice.item for choice in choices])
    for item in np.unique(items):
        rows[items == item] -= rows[items == item].mean(axis=0)
        likeness[items == item] -= likeness[items == item].mean()
    spread = rows.std(axis=0) + 1e-9
    scaled = rows / spread
    weights = np.linalg.solve(scaled.T @ scaled + RIDGE * np.eye(len(names)), scaled.T @ likeness) / spread
    return "\n".join(f'    "{name}": {weight:.2f},' for name, weight in zip(names, weights, strict=True))


if __name__ == "__main__":
    main()
