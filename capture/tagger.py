"""How likely each sentence lies in, begins or ends a story, a problem or a practice.

A small transformer, whose upper layers were trained for it, reads a dozen sentences at a time; a bidirectional GRU
reads its sentences, and their cheap signs, over the whole meeting. benchmarks/train_tagger.py made the weights.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from capture.arrays import Arrays, arrays_in, unreadable
from capture.cues import Signs, signs
from capture.encoder import Encoder, padded, side_by_side
from capture.linguist import Sentence
from capture.marks import KINDS, Marks
from capture.network import Network
from capture.windows import TokenWindow, windows
from models.ports import Report, unreported

TRAINED = Path(__file__).parent / "trained" / "tagger.npz"
BATCH = 4
"""Windows read in one go, on one thread: sixteen were a tenth slower."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What training left: the tagger, what weighs the spans, and the name on their card."""

    tagger: "Tagger"
    spans: Arrays
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """One network of the ensemble, and the mean and spread of the signs it was trained with."""

    network: Network
    mean: NDArray[np.float32]
    std: NDArray[np.float32]

    def scaled(self, row: Signs) -> Tensor:
        return torch.from_numpy(((row - self.mean) / self.std).astype(np.float32))


class Tagger:
    """One network, or several whose logits are averaged."""

    def __init__(self, encoder: Encoder, members: Sequence[Member], *, threads: int = 0) -> None:
        """`threads` 0 takes all there are."""
        self._encoder = encoder
        self._members = members
        self._threads = threads

    def marks(self, sentences: Sequence[Sentence], *, report: Report = unreported) -> Marks:
        """One row a sentence of the meeting."""
        if not sentences:
            return np.zeros((0, len(KINDS), 3), dtype=np.float32)
        gathered = self._gathered(self._windows(sentences), report)
        row = signs(sentences)
        with torch.inference_mode():
            each = [
                member.network.judge(states, member.scaled(row))
                for member, states in zip(self._members, gathered, strict=True)
            ]
            marks: Marks = torch.stack(each).mean(0).numpy()
        return marks

    def _windows(self, sentences: Sequence[Sentence]) -> list[TokenWindow]:
        tokens = self._encoder.tokens([sentence.text for sentence in sentences])
        return windows(tokens, [sentence.turn for sentence in sentences])

    def _gathered(self, cut: Sequence[TokenWindow], report: Report) -> list[Tensor]:
        """Of every member the states of all sentences; batches run side by side."""
        # like lengths together: a batch is padded to its longest
        order = sorted(range(len(cut)), key=lambda at: len(cut[at].tokens))
        batches = [order[begin : begin + BATCH] for begin in range(0, len(order), BATCH)]
        found: dict[int, list[Tensor]] = {}
        with side_by_side(self._threads) as pool:
            work = pool.map(self._read, ([cut[at] for at in batch] for batch in batches))
            for number, (batch, states) in enumerate(zip(batches, work, strict=True)):
                found |= zip(batch, states, strict=True)
                report((number + 1) / len(batches))
        return [torch.cat([found[at][number] for at in range(len(cut))]) for number in range(len(self._members))]

    def _read(self, batch: Sequence[TokenWindow]) -> list[list[Tensor]]:
        """Of each window what each member makes of its sentences."""
        states, there = self._encoder.states([window.tokens for window in batch])
        owner, count = owners(batch)
        counts = [window.count for window in batch]
        with torch.inference_mode():
            each = [
                torch.split(member.network.gather(states, there, owner, count), counts) for member in self._members
            ]
        return [list(of_one) for of_one in zip(*each, strict=True)]


def owners(batch: Sequence[TokenWindow]) -> tuple[Tensor, int]:
    """The sentence of each token, by number in the whole batch, and how many sentences there are."""
    rows, count = [], 0
    for window in batch:
        rows.append(np.where(window.owner < 0, -1, window.owner + count))
        count += window.count
    return padded(rows, filler=-1)[0], count


def load_trained(path: Path = TRAINED, *, threads: int = 0) -> Trained:
    """Raises WeightsError."""
    arrays = arrays_in(path)
    try:
        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        name, upper = f"{card['name']}-{card['version']}", int(card["upper_layers"])
    except (OSError, ValueError, KeyError) as error:
        raise unreadable(path.with_suffix(".json")) from error
    return assembled(arrays, name=name, upper=upper, threads=threads)


def assembled(arrays: Arrays, *, name: str, upper: int, threads: int = 0) -> Trained:
    """From the arrays that training leaves: `span_…` of the spans, `0.…`, `1.…` of the members."""
    encoder = Encoder(upper=upper)
    spans = {key.removeprefix("span_"): array for key, array in arrays.items() if key.startswith("span_")}
    members = [_member(encoder, own) for own in _by_member(arrays)]
    return Trained(Tagger(encoder, members, threads=threads), spans, name)


def _by_member(arrays: Arrays) -> Iterator[Arrays]:
    count = len({key.partition(".")[0] for key in arrays if not key.startswith("span_")})
    for number in range(count):
        prefix = f"{number}."
        yield {key.removeprefix(prefix): array for key, array in arrays.items() if key.startswith(prefix)}


def _member(encoder: Encoder, arrays: Arrays) -> Member:
    projected, hidden = len(arrays["project.bias"]), arrays["gru.weight_hh_l0"].shape[1]
    network = Network(encoder.upper(), signs=len(arrays["mean"]), projected=projected, hidden=hidden)
    weights = {key: torch.from_numpy(array) for key, array in arrays.items() if key not in ("mean", "std")}
    network.load_state_dict(weights)
    return Member(network.eval(), arrays["mean"], arrays["std"])
