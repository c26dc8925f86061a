"""Trains what finds the ends of sentences in text without punctuation: `python -m benchmarks.train_ends`.

From the same transcripts as the tagger, with their punctuation and case taken away; a quarter of the given ones is
kept back, and what is printed in the end is measured on it. A quarter of an hour of one processor core.
"""

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.annotated import Annotated, folds
from benchmarks.bare import bare
from benchmarks.train_tagger import all_annotated, say
from benchmarks.training import save_half
from capture.encoder import UPPER, Encoder
from capture.ends import EDGE, SURE, TRAINED, Ends, EndsNetwork, windows, word_states
from capture.item_windows import word_spans
from capture.linguist import Linguist

KEPT_BACK = 4
"""One part of so many."""
EPOCHS = 8
BATCH = 32
RATE = 1e-3
SEED = 1


@dataclass(frozen=True, slots=True)
class Words:
    """A turn without punctuation, word by word, and whether a sentence ended there."""

    words: tuple[str, ...]
    ends: tuple[bool, ...]


class Whole(Ends):
    """For as long as there are no weights: what has no full stop is one sentence."""

    def cut(self, text: str) -> list[tuple[int, int]]:
        return [(0, len(text))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=TRAINED, help="where the weights go (.npz)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    annotated = all_annotated(Linguist(ends=Whole()))
    given = [one for one in annotated if one.given]
    back = {given[place].name for place in folds(given, count=KEPT_BACK, seed=SEED)[0]}
    encoder = Encoder(upper=UPPER)
    learned = [piece for one in annotated if one.name not in back for piece in pieces(one, encoder)]
    say(f"{len(learned)} pieces of text prepared")
    network = train(learned)
    save_half(network, options.output)
    sys.stdout.write(measured([one for one in given if one.name in back]))


def turns_of(one: Annotated) -> Iterator[Words]:
    """The sentences end where their full stops said so before they were taken away."""
    stripped = bare(one.transcript)
    ends: dict[int, list[int]] = {}
    for sentence in one.sentences:
        ends.setdefault(sentence.turn, []).append(sentence.char_end)
    for number, turn in enumerate(stripped.transcript.turns):
        spans = word_spans(turn.text)
        begins = [stripped.places[number][begin] for begin, _ in spans]
        lasts = [stripped.places[number][end - 1] for _, end in spans]
        edges = zip(lasts, begins[1:], strict=False)
        inside = [any(last < end <= begin for end in ends.get(number, ())) for last, begin in edges]
        if spans:
            yield Words(tuple(turn.text[b:e] for b, e in spans), (*inside, True))


def pieces(one: Annotated, encoder: Encoder) -> Iterator[tuple[Tensor, Tensor]]:
    """States and ends of a window's words; the last word of one is said nothing of."""
    for turn in turns_of(one):
        for window in windows(len(turn.words)):
            if len(window) > EDGE:
                states = word_states(turn.words[window.start : window.stop], encoder).half()
                yield states[:-1], torch.tensor(turn.ends[window.start : window.stop - 1], dtype=torch.float32)


def train(learned: Sequence[tuple[Tensor, Tensor]]) -> EndsNetwork:
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    network = EndsNetwork().train()
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.01)
    for number in range(EPOCHS):
        order = rng.sample(range(len(learned)), len(learned))
        losses = []
        for low in range(0, len(order), BATCH):
            batch = [learned[at] for at in order[low : low + BATCH]]
            states = nn.utils.rnn.pad_sequence([one.float() for one, _ in batch], batch_first=True)
            ends = nn.utils.rnn.pad_sequence([other for _, other in batch], batch_first=True, padding_value=-1)
            there = ends >= 0
            loss = nn.functional.binary_cross_entropy_with_logits(network(states)[there], ends[there])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch does not type it
            optimiser.step()
            losses.append(float(loss.detach()))
        say(f"epoch {number + 1} of {EPOCHS}: loss {np.mean(losses):.4f}")
    return network.eval()


def measured(kept_back: Sequence[Annotated]) -> str:
    """Ends within turns, found by the weights as they are shipped."""
    ends = Ends()
    hit = said = true = 0
    for one in kept_back:
        for turn in turns_of(one):
            found = ends.likely(turn.words)[:-1] >= SURE
            meant = np.array(turn.ends[:-1], dtype=bool)
            hit, said, true = hit + int((found & meant).sum()), said + int(found.sum()), true + int(meant.sum())
    precision, recall, f1 = hit / max(said, 1), hit / max(true, 1), 2 * hit / max(said + true, 1)
    return (
        f"{len(kept_back)} transcripts, {true} ends within turns:"
        f" precision {precision:.2f}, recall {recall:.2f}, F1 {f1:.2f}\n"
    )


if __name__ == "__main__":
    main()
