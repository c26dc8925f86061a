"""Which of a speaker's own words tell an item: learned from readers who pointed at them.

Spans are scored by the states of their first and last word and of what stands around them, over all spans of an
item at once (after the biaffine parser of Dozat and Manning, 2017); sentences by their state. The lower layers of
the encoder are used as they come, two above are fine-tuned; benchmarks/train_pointer.py made the weights.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor, nn

from capture.arrays import filled
from capture.encoder import UPPER, WIDTH, Encoder, side_by_side, through
from capture.item_windows import ItemWindow, WordPlace, item_windows
from capture.marks import KINDS
from capture.pointed import SENTENCES, Cut, Pointed
from models.knowledge import Kind

TRAINED = Path(__file__).parent / "trained" / "pointer.npz"
LONGEST = 13
"""Words of a span: a filler may go of them."""
SPANS = {"title": (3, 13), "affected": (1, 8), "setting": (2, 9)}
"""What is pointed at word by word, and how many words it has at least and at most."""
BEST = 12
"""Titles that are offered."""

Scores: TypeAlias = dict[str, Tensor]


class PointerNetwork(nn.Module):
    """Scores of one window."""

    def __init__(self, layers: nn.ModuleList, *, depth: int = 96, drop: float = 0.2) -> None:
        super().__init__()
        self.layers = layers
        self.kind = nn.Embedding(len(KINDS), WIDTH)
        nn.init.zeros_(self.kind.weight)
        self.begin = nn.ModuleDict({name: nn.Linear(WIDTH, depth) for name in SPANS})
        self.end = nn.ModuleDict({name: nn.Linear(WIDTH, depth) for name in SPANS})
        self.edges = nn.ParameterDict({name: nn.Parameter(torch.randn(4, WIDTH) / WIDTH) for name in SPANS})
        self.length = nn.ParameterDict({name: nn.Parameter(torch.zeros(LONGEST)) for name in SPANS})
        self.nothing = nn.ModuleDict({name: nn.Linear(WIDTH, 1) for name in SPANS})
        self.sentence = nn.Linear(2 * WIDTH, len(SENTENCES))
        self.drop = nn.Dropout(drop)
        self.scale = depth**-0.5

    def forward(self, states: Tensor, window: ItemWindow, kind: Kind) -> Scores:
        """Of each kind of span the scores, (words, LONGEST), by first word and further words, and last of all that
        of none; and `sentences`, (sentences, 4)."""
        read = states[None] + self.kind.weight[KINDS.index(kind)]
        read = self.drop(through(self.layers, read, torch.ones(read.shape[:2]))[0])
        scores = {name: self._spans(read, window, name) for name in SPANS}
        return scores | {"sentences": self._sentences(read, window)}

    def _spans(self, read: Tensor, window: ItemWindow, name: str) -> Tensor:
        first, last = torch.from_numpy(window.first), torch.from_numpy(window.last)
        count = len(first)
        ends = torch.arange(count)[:, None] + torch.arange(LONGEST)[None]
        there = ends < count
        ends = ends.clamp(max=max(count - 1, 0))
        own = torch.tensor([word.sentence for word in window.words])
        there &= own[ends] == own[:, None]
        least, most = SPANS[name]
        there[:, : least - 1] = False
        there[:, most:] = False
        begin, end = self.begin[name](read[first]), self.end[name](read[last])
        before, start, stop, after = self.edges[name]
        opens = read[(first - 1).clamp(min=0)] @ before + read[first] @ start
        closes = read[last] @ stop + read[(last + 1).clamp(max=len(read) - 1)] @ after
        scores = (begin[:, None] * end[ends]).sum(-1) * self.scale + opens[:, None] + closes[ends]
        scores = (scores + self.length[name]).masked_fill(~there, -torch.inf)
        return torch.cat([scores.flatten(), self.nothing[name](read[0])])

    def _sentences(self, read: Tensor, window: ItemWindow) -> Tensor:
        edges = [*window.marks.tolist(), len(read)]
        means = torch.stack([read[low:high].mean(0) for low, high in zip(edges, edges[1:], strict=False)])
        scores: Tensor = self.sentence(torch.cat([means, read[torch.from_numpy(window.marks)]], -1))
        return scores


class Pointer:
    """The weights load when it is first asked."""

    def __init__(self, *, threads: int = 0) -> None:
        """`threads` 0 takes all there are."""
        self._threads = threads

    def point(self, items: Sequence[tuple[Kind, Sequence[str]]]) -> list[Pointed]:
        """Of each item, by its kind and sentences. Raises WeightsError."""
        if not items:
            return []
        network, encoder = _loaded()
        with side_by_side(self._threads) as pool:
            return list(pool.map(lambda item: _pointed(network, encoder, *item), items))


@lru_cache(maxsize=1)
def _loaded() -> tuple[PointerNetwork, Encoder]:
    """Once for all pointers. Raises WeightsError."""
    encoder = Encoder(upper=UPPER)
    return filled(PointerNetwork(encoder.upper()), TRAINED), encoder


@torch.inference_mode()
def _pointed(network: PointerNetwork, encoder: Encoder, kind: Kind, sentences: Sequence[str]) -> Pointed:
    read = item_windows(sentences, encoder.pieces(sentences))
    scores = [network(lower_states(window, encoder), window, kind) for window in read]
    return Pointed(
        titles=tuple(_best(scores, read, "title", count=BEST)),
        affected=next(iter(_best(scores, read, "affected", count=1)), None),
        setting=next(iter(_best(scores, read, "setting", count=1)), None),
        sentences=np.concatenate([each["sentences"].numpy() for each in scores] or [np.zeros((0, 4), np.float32)]),
    )


def lower_states(window: ItemWindow, encoder: Encoder) -> Tensor:
    """(tokens, WIDTH)."""
    return encoder.states([window.tokens])[0][0]


def _best(scores: Sequence[Scores], read: Sequence[ItemWindow], name: str, *, count: int) -> list[Cut]:
    """Titles are there always, the rest only where that is likelier than that there is none."""
    found: list[tuple[float, Cut]] = []
    for each, window in zip(scores, read, strict=True):
        values, least = (
            (each[name][:-1], -torch.inf) if name == "title" else (each[name][:-1] - each[name][-1], 0.0)
        )
        top = values.topk(min(count, len(values)))
        found += [
            (value, _cut(window.words, place))
            for value, place in zip(top.values.tolist(), top.indices.tolist(), strict=True)
            if value > least
        ]
    return [cut for _, cut in sorted(found, key=lambda each: -each[0])[:count]]


def _cut(words: Sequence[WordPlace], place: int) -> Cut:
    first, last = words[place // LONGEST], words[place // LONGEST + place % LONGEST]
    return Cut(first.sentence, first.begin, last.end)
