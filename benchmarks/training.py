"""How the tagger is trained: the recipe, for one set of transcripts."""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.annotated import Annotated, folds
from benchmarks.weighing import learn_spans
from capture.arrays import Arrays
from capture.cues import SIGNS
from capture.encoder import Encoder
from capture.marks import Marks
from capture.network import Network
from capture.tagger import owners
from capture.windows import TokenWindow, windows

Log = Callable[[str], None]

SLOW_START = 0.15
"""Part of the steps in which the rate grows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a run of training can be told; the defaults made the committed weights."""

    upper: int = 2
    """Layers of the encoder that are fine-tuned; those below stay as they are, and are run once."""
    held: int = 8
    """One part of so many is not trained on: confidence is learned from it."""
    projected: int = 160
    hidden: int = 128
    drop: float = 0.3
    epochs: int = 3
    rate: float = 2e-4
    """Of the encoder's layers."""
    head_rate: float = 2e-3
    """Of all that is new."""
    decay: float = 0.01
    stretch: int = 8
    """Windows that the GRU reads in one go."""
    batch: int = 2
    """Stretches a step."""
    edges: float = 0.5
    """What begin and end weigh in the loss beside inside."""
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A transcript as far as nothing of it is trained: what the lower layers make of it, in half precision."""

    windows: tuple[TokenWindow, ...]
    states: tuple[Tensor, ...]
    signs: Tensor
    targets: Tensor


def train(annotated: Sequence[Annotated], recipe: Recipe, *, log: Log) -> Arrays:
    """One network, trained without a part of the transcripts; then the spans.

    The spans are learned from all: that the network has seen most of them costs less than to learn from few
    (item F1 on unseen transcripts 0.44 against 0.39). Confidence is learned from the part that it has not seen.
    """
    torch.set_num_threads(1)
    held = set(folds(annotated, count=recipe.held, seed=recipe.seed)[0])
    seen = [place for place in range(len(annotated)) if place not in held]
    encoder = Encoder(upper=recipe.upper)
    scale = _scale([annotated[place] for place in seen])
    prepared = [prepare(one, encoder, scale) for one in annotated]
    log(f"{len(prepared)} transcripts prepared")
    network = train_network([prepared[place] for place in seen], encoder, recipe, log=log)
    spans = learn_spans(annotated, [_marks(network, one) for one in prepared], unseen=held)
    log("spans learned")
    member = half({name: tensor.numpy() for name, tensor in network.state_dict().items()} | dict(scale))
    return {f"0.{name}": array for name, array in member.items()} | dict(spans)


def half(arrays: Arrays) -> dict[str, NDArray[np.float32]]:
    """Rounded to what is kept in the file, so that what is measured is what is shipped."""
    return {name: array.astype(np.float16).astype(np.float32) for name, array in arrays.items()}


def save_half(network: nn.Module, path: Path) -> None:
    """Its weights in half precision."""
    np.savez_compressed(
        path, **{name: tensor.numpy().astype(np.float16) for name, tensor in network.state_dict().items()}
    )


def train_network(prepared: Sequence[Prepared], encoder: Encoder, recipe: Recipe, *, log: Log) -> Network:
    """Over stretches of the transcripts, cut elsewhere in each epoch."""
    torch.manual_seed(recipe.seed)
    rng = random.Random(recipe.seed)
    network = Network(
        encoder.upper(), signs=SIGNS, projected=recipe.projected, hidden=recipe.hidden, drop=recipe.drop
    )
    steps = [_steps(prepared, recipe, rng) for _ in range(recipe.epochs)]
    optimiser, schedule = optimiser_of(
        network, rates=(recipe.rate, recipe.head_rate), decay=recipe.decay, total=sum(map(len, steps))
    )
    network.train()
    for number, epoch in enumerate(steps):
        losses = []
        for step in epoch:
            optimiser.zero_grad()
            losses.append(sum(_learn(network, prepared[at], stretch, recipe) / len(step) for at, stretch in step))
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
        log(f"epoch {number + 1} of {recipe.epochs}: loss {np.mean(losses):.3f}")
    return network.eval()


@torch.inference_mode()
def _marks(network: Network, one: Prepared) -> Marks:
    """As the tagger says them, from what is prepared already."""
    gathered = [_gathered(network, one, range(at, at + 1)) for at in range(len(one.windows))]
    marks: Marks = network.judge(torch.cat(gathered), one.signs).numpy()
    return marks


def _scale(annotated: Sequence[Annotated]) -> Arrays:
    rows = np.concatenate([one.signs for one in annotated])
    return half({"mean": rows.mean(axis=0), "std": rows.std(axis=0) + 1e-2})


def prepare(one: Annotated, encoder: Encoder, scale: Mapping[str, NDArray[np.float32]]) -> Prepared:
    tokens = encoder.tokens([sentence.text for sentence in one.sentences])
    cut = windows(tokens, [sentence.turn for sentence in one.sentences])
    return Prepared(
        windows=tuple(cut),
        states=tuple(encoder.states([window.tokens])[0][0].half() for window in cut),
        signs=torch.from_numpy(((one.signs - scale["mean"]) / scale["std"]).astype(np.float32)),
        targets=torch.from_numpy(one.targets()),
    )


def _steps(prepared: Sequence[Prepared], recipe: Recipe, rng: random.Random) -> list[list[tuple[int, range]]]:
    """All windows once, in stretches of one transcript, so many a step."""
    stretches = []
    for at, one in enumerate(prepared):
        count = len(one.windows)
        edges = sorted({0, *range(rng.randrange(recipe.stretch) or recipe.stretch, count, recipe.stretch), count})
        stretches += [(at, range(low, high)) for low, high in zip(edges, edges[1:], strict=False)]
    rng.shuffle(stretches)
    return [stretches[low : low + recipe.batch] for low in range(0, len(stretches), recipe.batch)]


def optimiser_of(
    network: nn.Module, *, rates: tuple[float, float], decay: float, total: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """One rate for the encoder's `layers`, one for all that is new; over so many steps."""
    layers = [weight for name, weight in network.named_parameters() if name.startswith("layers.")]
    new = [weight for name, weight in network.named_parameters() if not name.startswith("layers.")]
    optimiser = torch.optim.AdamW(
        [{"params": weights, "lr": rate} for weights, rate in zip((layers, new), rates, strict=True)],
        weight_decay=decay,
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, list(rates), total_steps=max(total, math.ceil(1 / SLOW_START)) + 1, pct_start=SLOW_START
    )
    return optimiser, schedule


def _learn(network: Network, one: Prepared, stretch: range, recipe: Recipe) -> float:
    """Adds the gradients of one stretch, as its part of a step; its loss."""
    first, last = one.windows[stretch[0]], one.windows[stretch[-1]]
    rows = slice(first.first, last.first + last.count)
    judged = network.judge(_gathered(network, one, stretch), one.signs[rows])
    losses = nn.functional.binary_cross_entropy_with_logits(judged, one.targets[rows], reduction="none")
    loss = (losses * torch.tensor([1.0, recipe.edges, recipe.edges])).sum((1, 2)).mean()
    (loss / recipe.batch).backward()  # type: ignore[no-untyped-call]  # torch does not type it
    return float(loss.detach())


def _gathered(network: Network, one: Prepared, stretch: range) -> Tensor:
    batch = [one.windows[at] for at in stretch]
    states = nn.utils.rnn.pad_sequence([one.states[at].float() for at in stretch], batch_first=True)
    there = nn.utils.rnn.pad_sequence([torch.ones(len(window.tokens)) for window in batch], batch_first=True)
    owner, count = owners(batch)
    return network.gather(states, there, owner, count)
