"""The network that reads a meeting: layers of a transformer over tokens, and a recurrent one over sentences."""

import torch
from torch import Tensor, nn

from capture.encoder import WIDTH, through
from capture.marks import KINDS


class Network(nn.Module):
    """Fine-tuned upper layers of the encoder; the sentences' states, beside their cheap signs, go through a GRU."""

    def __init__(
        self, layers: nn.ModuleList, *, signs: int, projected: int, hidden: int, drop: float = 0.0
    ) -> None:
        super().__init__()
        self.layers = layers
        self.project = nn.Linear(2 * WIDTH, projected)
        self.gru = nn.GRU(projected + signs, hidden, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * hidden + projected + signs, len(KINDS) * 3)
        self.drop = nn.Dropout(drop)

    def gather(self, states: Tensor, there: Tensor, owner: Tensor, count: int) -> Tensor:
        """The state of each sentence, (count, 2 × WIDTH): the mean of its tokens, and its mark.

        `states` are those of the lower layers, (windows, tokens, WIDTH); `there` is 0 where a window is padded;
        `owner` is the sentence of each token, by number in all windows together, and -1 where it is of none.
        """
        states = through(self.layers, states, there)
        flat, owners = states.reshape(-1, WIDTH), owner.reshape(-1)
        owned = owners >= 0
        flat, owners = flat[owned], owners[owned]
        sums = torch.zeros(count, WIDTH).index_add(0, owners, flat)
        mean = sums / torch.bincount(owners, minlength=count).clamp(min=1)[:, None]
        marks = torch.cat([torch.ones(1, dtype=torch.bool), owners[1:] != owners[:-1]])
        return torch.cat([mean, flat[marks]], -1)

    def judge(self, gathered: Tensor, signs: Tensor) -> Tensor:
        """Logits, (sentences, kinds, 3), of sentences that follow each other and their scaled signs."""
        read = torch.cat([torch.tanh(self.project(self.drop(gathered))), signs], -1)[None]
        known, _ = self.gru(self.drop(read))
        out: Tensor = self.out(self.drop(torch.cat([known, read], -1)))
        return out[0].view(-1, len(KINDS), 3)
