"""How the tagger and the weighing of spans are trained: the recipe, for one set of transcripts."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn

from benchmarks.annotated import Annotated, folds
from capture.spans import Judgement, Runs, best_runs, logit, possible_runs, traits, worth
from capture.tagger import KINDS, Marks, Tagger

Arrays: TypeAlias = dict[str, NDArray[np.float32]]
Log: TypeAlias = Callable[[str], None]

LEAST = (0.12, 0.16, 0.20, 0.24, 0.28, 0.32)
PULL = (0.0, 0.02, 0.05, 0.10)
INSIDE = (0.2, 0.3, 0.4)
FEWEST = 30
"""Runs that a line of confidence is drawn through."""
OVERLAP = 0.5
"""A run that overlaps an annotated item by so much counts as having found it, as in the shared scorer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a run of training can be told; the defaults made the committed weights."""

    members: int = 5
    """Of the ensemble: each is trained without one part of the transcripts, on which the spans are learned."""
    projected: int = 96
    hidden: int = 96
    drop: float = 0.4
    epochs: int = 20
    rate: float = 6e-3
    decay: float = 0.01
    stretch: int = 64
    """Sentences read in one go."""
    batch: int = 32
    edges: float = 0.5
    """What begin and end weigh in the loss beside inside."""
    seed: int = 1


class Reader(nn.Module):
    """The torch form of capture.tagger: one member of the ensemble."""

    def __init__(self, *, dimension: int, signs: int, recipe: Recipe) -> None:
        super().__init__()
        self.project = nn.Linear(dimension, recipe.projected)
        self.drop = nn.Dropout(recipe.drop)
        read = recipe.projected + signs
        self.gru = nn.GRU(read, recipe.hidden, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * recipe.hidden + read, 3 * len(KINDS))

    def forward(self, embeddings: Tensor, signs: Tensor) -> Tensor:
        read = torch.cat([torch.tanh(self.project(self.drop(embeddings))), signs], -1)
        known, _ = self.gru(self.drop(read))
        out: Tensor = self.out(self.drop(torch.cat([known, read], -1)))
        return out.view(*out.shape[:-1], len(KINDS), 3)


def train(annotated: Sequence[Annotated], recipe: Recipe, *, log: Log) -> Arrays:
    """The whole: members, each without its part; the spans from what each says of the part it has not seen."""
    parts = folds(annotated, count=recipe.members, seed=recipe.seed)
    scale = _scale(annotated)
    members: list[Arrays] = []
    unseen: dict[int, Marks] = {}
    for number, part in enumerate(parts):
        seen = [one for place, one in enumerate(annotated) if place not in part]
        member = half(train_member(seen, scale, recipe, seed=recipe.seed * 100 + number))
        members.append(member)
        tagger = Tagger({name: array[None] for name, array in member.items()})
        unseen |= {place: tagger.marks(annotated[place].embeddings, annotated[place].signs) for place in part}
        log(f"member {number + 1} of {len(parts)} trained")
    spans = learn_spans(annotated, [unseen[place] for place in range(len(annotated))])
    log("spans learned")
    return {name: np.stack([member[name] for member in members]) for name in members[0]} | spans


def half(arrays: Mapping[str, NDArray[np.float32]]) -> Arrays:
    """Rounded to what is kept in the file, so that what is measured is what is shipped."""
    return {name: array.astype(np.float16).astype(np.float32) for name, array in arrays.items()}


def train_member(annotated: Sequence[Annotated], scale: Arrays, recipe: Recipe, *, seed: int) -> Arrays:
    """One GRU over stretches of the transcripts, cut elsewhere in each epoch."""
    # the matrices are small: a second thread waits more than it works (15 s a member with one, 120 s with two)
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    rng = random.Random(seed)
    first = annotated[0]
    reader = Reader(dimension=first.embeddings.shape[1], signs=first.signs.shape[1], recipe=recipe)
    optimiser = torch.optim.AdamW(reader.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
    tensors = [_tensors(one, scale) for one in annotated]
    batches = [batch for _ in range(recipe.epochs) for batch in _batches(tensors, recipe, rng)]
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.rate, total_steps=len(batches) + 1, pct_start=0.15
    )
    weigh = torch.tensor([1.0, recipe.edges, recipe.edges])
    reader.train()
    for embeddings, signs, targets, there in batches:
        losses = nn.functional.binary_cross_entropy_with_logits(
            reader(embeddings, signs), targets, reduction="none"
        )
        loss = ((losses * weigh).sum((2, 3)) * there).sum() / there.sum()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not type it
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimiser.step()
        schedule.step()
    return as_arrays(reader) | scale


def _scale(annotated: Sequence[Annotated]) -> Arrays:
    signs = np.concatenate([one.signs for one in annotated])
    return half({"mean": signs.mean(axis=0), "std": signs.std(axis=0) + 1e-2})


def _tensors(one: Annotated, scale: Arrays) -> tuple[Tensor, Tensor, Tensor]:
    scaled = ((one.signs - scale["mean"]) / scale["std"]).astype(np.float32)
    return torch.from_numpy(one.embeddings), torch.from_numpy(scaled), torch.from_numpy(one.targets())


def _batches(
    tensors: Sequence[tuple[Tensor, Tensor, Tensor]], recipe: Recipe, rng: random.Random
) -> list[tuple[Tensor, ...]]:
    """All sentences once, in stretches of like size padded with nothing; the last tells what is there."""
    stretches = []
    for each in tensors:
        offset = rng.randrange(recipe.stretch)
        edges = [0, *range(recipe.stretch - offset, len(each[0]), recipe.stretch), len(each[0])]
        stretches += [tuple(t[a:b] for t in each) for a, b in zip(edges[:-1], edges[1:], strict=True) if b > a]
    rng.shuffle(stretches)
    out = []
    for at in range(0, len(stretches), recipe.batch):
        group = stretches[at : at + recipe.batch]
        there = [torch.ones(len(stretch[0])) for stretch in group]
        columns = [*zip(*group, strict=True), there]
        out.append(tuple(nn.utils.rnn.pad_sequence(list(column), batch_first=True) for column in columns))
    return out


def as_arrays(reader: Reader) -> Arrays:
    names = {
        "project": reader.project.weight,
        "project_bias": reader.project.bias,
        "out": reader.out.weight,
        "out_bias": reader.out.bias,
    }
    for way, ending in (("forth", ""), ("back", "_reverse")):
        names[f"{way}_input"] = getattr(reader.gru, f"weight_ih_l0{ending}")
        names[f"{way}_input_bias"] = getattr(reader.gru, f"bias_ih_l0{ending}")
        names[f"{way}_hidden"] = getattr(reader.gru, f"weight_hh_l0{ending}")
        names[f"{way}_hidden_bias"] = getattr(reader.gru, f"bias_hh_l0{ending}")
    return {name: tensor.detach().numpy().copy() for name, tensor in names.items()}


# --- spans ---------------------------------------------------------------------------------------------------


def learn_spans(annotated: Sequence[Annotated], marks: Sequence[Marks]) -> Arrays:
    """The weights and thresholds of every kind, from marks by taggers that had not seen the transcript."""
    runs = [possible_runs(one.sentences) for one in annotated]
    judged = []
    for number in range(len(KINDS)):
        found = [traits(one.sentences, m, r, kind=number) for one, m, r in zip(annotated, marks, runs, strict=True)]
        spans = [one.spans(KINDS[number]) for one in annotated]
        tuned = _tuned(runs, found, spans, _weights(runs, found, spans))
        judged.append(_calibrated(runs, found, spans, by=tuned))
    names = ("weights", "least", "pull", "inside", "slope", "offset")
    columns = {name: [getattr(each, name) for each in judged] for name in names}
    return {f"span_{name}": np.array(column, dtype=np.float32) for name, column in columns.items()}


def overlaps(runs: Runs, spans: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
    """Of each run with the annotated span it overlaps most: shared sentences by all sentences."""
    best = np.zeros(len(runs.first))
    for first, last in spans:
        shared = np.minimum(runs.last, last) - np.maximum(runs.first, first) + 1
        whole = np.maximum(runs.last, last) - np.minimum(runs.first, first) + 1
        best = np.maximum(best, np.maximum(shared, 0) / whole)
    return best


def _weights(
    runs: Sequence[Runs], found: Sequence[NDArray[np.float64]], spans: Sequence[Sequence[tuple[int, int]]]
) -> NDArray[np.float64]:
    table = np.concatenate(found)
    hit = np.concatenate([overlaps(r, s) >= OVERLAP for r, s in zip(runs, spans, strict=True)])
    mean, std = table.mean(axis=0), table.std(axis=0) + 1e-6
    model = LogisticRegression(max_iter=300, C=0.1).fit((table - mean) / std, hit)
    slopes = model.coef_[0] / std
    weights: NDArray[np.float64] = np.append(slopes, model.intercept_[0] - slopes @ mean)
    return weights


def _tuned(
    runs: Sequence[Runs],
    found: Sequence[NDArray[np.float64]],
    spans: Sequence[Sequence[tuple[int, int]]],
    weights: NDArray[np.float64],
) -> Judgement:
    """The thresholds with the highest mean of sentence F1 and item F1."""
    tries = [(least, pull, inside) for least in LEAST for pull in PULL for inside in (INSIDE if pull else (0.0,))]
    scored = []
    for least, pull, inside in tries:
        by = Judgement(weights=weights, least=least, pull=pull, inside=inside)
        kept = [best_runs(r, worth(f, by=by)[0]) for r, f in zip(runs, found, strict=True)]
        pairs = [
            [(int(r.first[place]), int(r.last[place])) for place in places]
            for r, places in zip(runs, kept, strict=True)
        ]
        scored.append((sum(f_scores(pairs, spans)) / 2, by))
    return max(scored, key=lambda each: each[0])[1]


def _calibrated(
    runs: Sequence[Runs],
    found: Sequence[NDArray[np.float64]],
    spans: Sequence[Sequence[tuple[int, int]]],
    *,
    by: Judgement,
) -> Judgement:
    """With the line from likelihood to confidence that fits the runs that are kept."""
    likely: list[float] = []
    right: list[bool] = []
    for r, f, s in zip(runs, found, spans, strict=True):
        value, likelihood = worth(f, by=by)
        kept = best_runs(r, value)
        likely += likelihood[kept].tolist()
        right += (overlaps(r, s)[kept] >= OVERLAP).tolist()
    if len(right) < FEWEST or len(set(right)) < 2:
        return by
    logits = logit(np.clip(np.array(likely), 1e-6, 1 - 1e-6))
    line = LogisticRegression(C=1.0).fit(logits[:, None], right)
    return replace(by, slope=float(line.coef_[0, 0]), offset=float(line.intercept_[0]))


def f_scores(
    predicted: Sequence[Sequence[tuple[int, int]]], gold: Sequence[Sequence[tuple[int, int]]]
) -> tuple[float, float]:
    """Of sentences and of items, over all transcripts together, as the shared scorer counts them."""
    sentences, items = np.zeros(3), np.zeros(3)
    for guessed, true in zip(predicted, gold, strict=True):
        said, meant = _covered(guessed), _covered(true)
        sentences += (len(said & meant), len(said), len(meant))
        items += (_matched(guessed, true), len(guessed), len(true))
    return tuple(float(2 * hit / max(a + b, 1)) for hit, a, b in (sentences, items))  # type: ignore[return-value]  # two


def _covered(spans: Sequence[tuple[int, int]]) -> set[int]:
    return {number for first, last in spans for number in range(first, last + 1)}


def _matched(guessed: Sequence[tuple[int, int]], true: Sequence[tuple[int, int]]) -> int:
    """Pairs that overlap by half or more, one to one, the nearest first."""
    pairs = []
    for i, (a, b) in enumerate(guessed):
        for j, (c, d) in enumerate(true):
            overlap = (min(b, d) - max(a, c) + 1) / (max(b, d) - min(a, c) + 1)
            if overlap >= OVERLAP:
                pairs.append((overlap, i, j))
    free_guessed, free_true = set(range(len(guessed))), set(range(len(true)))
    for _, i, j in sorted(pairs, reverse=True):
        if i in free_guessed and j in free_true:
            free_guessed.remove(i)
            free_true.remove(j)
    return len(true) - len(free_true)
