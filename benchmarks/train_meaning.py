"""Trains what makes a question lie near its answers: `python -m benchmarks.train_meaning`.

The upper layers of all-MiniLM-L6-v2, the same for questions and passages, from readings/asked.jsonl: each question
has to lie nearer to the passages graded as answers than to those that are not, and to the answers of the other
questions of its step (InfoNCE, van den Oord et al. 2018). `--kept-back` leaves every sixth meeting's questions out
and prints how they fare. Most of an hour of one processor core.
"""

import argparse
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.asked import Asked, Place, held_back, read_asked, texts
from benchmarks.machine import shared_data
from benchmarks.train_tagger import say
from capture.encoder import Encoder, through
from index.tuned import MEANING, write_tuned

UPPER = 3
EPOCHS = 2
RATE = 4e-5
BATCH = 10
SHARP = 20.0
"""What likeness is multiplied by: one over the temperature."""
RELATED = 0.3
"""What a passage graded 1 counts beside one graded 2."""
CANDIDATES = 8
"""Passages of each graded question in a step."""
LEARNED = 0.5
"""How far from the published weights to the learned ones those lie that are kept."""
LONGEST = 126
"""Tokens of a text that are read, without its marks."""
PART = 6
SEED = 1
BEGIN, END = 101, 102
"""The marks around a text."""


class Reader(nn.Module):
    """Texts as vectors: the lower layers as they come, the upper ones trained."""

    def __init__(self) -> None:
        super().__init__()
        self._encoder = Encoder(upper=UPPER)
        self.layers = self._encoder.upper()

    def forward(self, said: Sequence[str]) -> Tensor:
        """Shape (texts, dimension), each row of length 1."""
        tokens = [[BEGIN, *ids[:LONGEST], END] for ids in self._encoder.tokens(said)]
        lower = self._encoder.states([np.array(row) for row in tokens])
        states, there = (tensor.clone() for tensor in lower)  # what inference made cannot be learned through
        read = through(self.layers, states, there)
        mean = (read * there[..., None]).sum(1) / there.sum(1, keepdim=True)
        return nn.functional.normalize(mean, dim=-1)

    def weights(self) -> Mapping[str, NDArray[np.float32]]:
        """By the names of the published model: halfway between it and what was learned (Wortsman et al. 2022).

        On the questions kept back nothing is lost by it, and what was not learned from is found better.
        """
        published, learned = self._encoder.upper().state_dict(), self.layers.state_dict()
        kept = {}
        for name, array in learned.items():
            number, rest = name.split(".", 1)
            halfway = published[name] + LEARNED * (array - published[name])
            kept[f"encoder.layer.{int(number) + 6 - UPPER}.{rest}"] = halfway.numpy()
        return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", type=Path, default=MEANING, help="where the weights go (.npz)")
    parser.add_argument("--kept-back", action="store_true", help="measure on meetings that are not learned from")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    said = texts(shared_data())
    learned, tried = held_back(read_asked(), part=PART) if options.kept_back else (read_asked(), [])
    reader = Reader()
    say(f"{len(learned)} questions to learn from, {len(tried)} kept back: {measured(reader, tried, said)}")
    for found in train(reader, learned, said, tried):
        write_tuned(reader.weights(), options.output)
        say(found)


def train(
    reader: Reader, asked: Sequence[Asked], said: Mapping[Place, str], tried: Sequence[Asked]
) -> Iterator[str]:
    """What may be said of each epoch, when it is done."""
    rng = random.Random(SEED)
    steps = EPOCHS * -(-len(asked) // BATCH)
    optimiser = torch.optim.AdamW(reader.parameters(), lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps + 1, pct_start=0.1)
    for epoch in range(EPOCHS):
        reader.train()
        order = list(asked)
        rng.shuffle(order)
        losses = []
        for begin in range(0, len(order), BATCH):
            loss = _loss(reader, order[begin : begin + BATCH], said, rng)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # theirs
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        found = measured(reader, tried, said)
        yield (f"epoch {epoch + 1} of {EPOCHS}: loss {np.mean(losses):.3f}; kept back: {found}")


def _loss(reader: Reader, step: Sequence[Asked], said: Mapping[Place, str], rng: random.Random) -> Tensor:
    """Over all passages of the step: what is graded for one question is taken for no answer to the others."""
    worth = [_candidates(one, rng) for one in step]
    places = list(dict.fromkeys(place for candidates in worth for place in candidates))
    target = torch.tensor([[candidates.get(place, 0.0) for place in places] for candidates in worth])
    told = target.sum(1) > 0
    near = SHARP * reader([one.question for one in step]) @ reader([said[place] for place in places]).T
    share = target / target.sum(1, keepdim=True).clamp(min=1e-6)
    loss: Tensor = -(share * near.log_softmax(1)).sum(1)[told].mean()
    return loss


def _candidates(one: Asked, rng: random.Random) -> dict[Place, float]:
    """Passages of one question, and how much each is an answer."""
    if not one.grades:
        far = rng.sample(one.far, min(3, len(one.far)))
        return {rng.choice(one.answers[:2]): 1.0, **dict.fromkeys(far, 0.0)}
    graded = list(one.grades.items())
    rng.shuffle(graded)
    answers = sorted((pair for pair in graded if pair[1]), key=lambda pair: -pair[1])[: CANDIDATES * 5 // 8]
    others = [pair for pair in graded if not pair[1]][: CANDIDATES - len(answers)]
    return {place: (0.0, RELATED, 1.0)[grade] for place, grade in answers + others}


@torch.inference_mode()
def measured(reader: Reader, asked: Sequence[Asked], said: Mapping[Place, str]) -> str:
    """nDCG@10 of the graded passages of each question among themselves."""
    reader.eval()
    scores = []
    for one in asked:
        if not any(one.grades.values()):
            continue
        near = reader([one.question]) @ reader([said[place] for place in one.grades]).T
        ranked = [list(one.grades.values())[at] for at in near[0].argsort(descending=True)]
        scores.append(_gain(ranked) / _gain(sorted(ranked, reverse=True)))
    return f"nDCG@10 {np.mean(scores):.3f} of {len(scores)} questions" if scores else "none"


def _gain(grades: Sequence[int]) -> float:
    return float(sum((2**grade - 1) / np.log2(rank + 2) for rank, grade in enumerate(grades[:10])))


if __name__ == "__main__":
    main()
