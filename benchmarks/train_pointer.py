"""Trains what points at the words that tell an item: `python -m benchmarks.train_pointer`.

From readings/told.jsonl. `--kept-back` leaves fifteen transcripts out, and prints after each epoch how near what is
pointed at comes to the reader's there. Half an hour of one processor core.
"""

import argparse
import json
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.annotated import READINGS, Annotated, read_readings
from benchmarks.machine import shared_data
from benchmarks.train_tagger import say
from benchmarks.training import optimiser_of, save_half
from capture.encoder import UPPER, Encoder
from capture.item_windows import ItemWindow, item_windows
from capture.linguist import Linguist, Sentence
from capture.pointed import SENTENCES
from capture.pointer import LONGEST, SPANS, TRAINED, PointerNetwork, Scores, lower_states
from models.knowledge import Kind

KEPT_BACK = 15
EPOCHS = 4
RATE = 1e-4
HEAD_RATE = 1e-3
BATCH = 8
SEED = 1
WEIGHTS = {"title": 1.0, "affected": 0.5, "setting": 0.4, "gist": 2.0, "tried": 0.4, "outcome": 0.4, "open": 0.4}
"""Of each part in the loss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One window of an item, and what a reader pointed at in it."""

    meeting: str
    kind: Kind
    window: ItemWindow
    states: Tensor
    spans: Mapping[str, int | None]
    """Of each span its place among all that could be, the last that there is none; None where it lies elsewhere."""
    sentences: Tensor
    """Ones, (sentences, 4)."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", type=Path, default=TRAINED, help="where the weights go (.npz)")
    parser.add_argument("--kept-back", action="store_true", help="measure on transcripts that are not learned from")
    options = parser.parse_args()
    torch.set_num_threads(1)
    encoder = Encoder(upper=UPPER)
    examples = read_told(encoder)
    meetings = sorted({each.meeting for each in examples})
    random.Random(SEED).shuffle(meetings)
    back = set(meetings[:KEPT_BACK]) if options.kept_back else set()
    learned = [each for each in examples if each.meeting not in back]
    tried = [each for each in examples if each.meeting in back]
    say(f"{len(learned)} windows to learn from, {len(tried)} kept back")
    network = train(learned, encoder, tried)
    save_half(network, options.output)
    if tried:
        sys.stdout.write(measured(network, tried) + "\n")


def read_told(encoder: Encoder) -> list[Example]:
    meetings = {one.name: one for one in read_readings(shared_data(), Linguist())}
    lines = (READINGS / "told.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    return [example for each in told for example in _examples(each, meetings[each["meeting"]], encoder)]


def _examples(told: Mapping[str, Any], one: Annotated, encoder: Encoder) -> list[Example]:
    own = _own(told, one.sentences)
    texts = [sentence.text for sentence in own]
    out = []
    for window in item_windows(texts, encoder.pieces(texts)):
        if not window.words:
            continue
        out.append(
            Example(
                meeting=one.name,
                kind=Kind(told["kind"]),
                window=window,
                states=lower_states(window, encoder).half(),
                spans={name: _place(told[name], own, window, name) for name in SPANS},
                sentences=_sentences(told, own, window),
            )
        )
    return out


def _own(told: Mapping[str, Any], sentences: Sequence[Sentence]) -> list[Sentence]:
    """Of the item those of the speaker whose words the gist is of."""
    begin, end = (told["turn_start"], told["char_start"]), (told["turn_end"], told["char_end"])
    inside = [
        each for each in sentences if begin <= (each.turn, each.char_start) and (each.turn, each.char_end) <= end
    ]
    said_gist = {each.speaker for each in inside if [each.turn, each.char_start] in told["gist"]}
    return [each for each in inside if each.speaker in said_gist] or inside


def _place(pointed: Sequence[int] | None, own: Sequence[Sentence], window: ItemWindow, name: str) -> int | None:
    """By first word and further words, as the network scores them."""
    if pointed is None:
        return None if name == "title" else len(window.words) * LONGEST
    turn, begin, end = pointed
    inside = [
        number
        for number, word in enumerate(window.words)
        for sentence in [own[word.sentence]]
        if sentence.turn == turn
        and begin < sentence.char_start + word.end
        and end > sentence.char_start + word.begin
    ]
    least, most = SPANS[name]
    fits = bool(inside) and least <= len(inside) <= most
    return inside[0] * LONGEST + len(inside) - 1 if fits else None


def _sentences(told: Mapping[str, Any], own: Sequence[Sentence], window: ItemWindow) -> Tensor:
    out = torch.zeros(len(window.sentences), len(SENTENCES))
    for row, number in enumerate(window.sentences):
        place = [own[number].turn, own[number].char_start]
        out[row, 0] = place in told["gist"]
        for column, name in enumerate(SENTENCES[1:], start=1):
            out[row, column] = told[name] == place
    return out


def train(learned: Sequence[Example], encoder: Encoder, tried: Sequence[Example]) -> PointerNetwork:
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    network = PointerNetwork(encoder.upper()).train()
    optimiser, schedule = optimiser_of(
        network, rates=(RATE, HEAD_RATE), decay=0.01, total=EPOCHS * -(-len(learned) // BATCH)
    )
    for epoch in range(EPOCHS):
        order = rng.sample(range(len(learned)), len(learned))
        losses = []
        for low in range(0, len(order), BATCH):
            optimiser.zero_grad()
            for at in order[low : low + BATCH]:
                loss = _loss(network, learned[at])
                (loss / BATCH).backward()  # type: ignore[no-untyped-call]  # torch does not type it
                losses.append(float(loss.detach()))
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
        say(
            f"epoch {epoch + 1} of {EPOCHS}: loss {np.mean(losses):.3f} {measured(network, tried) if tried else ''}"
        )
    return network.eval()


def _loss(network: PointerNetwork, example: Example) -> Tensor:
    scores = network(example.states.float(), example.window, example.kind)
    loss = torch.zeros(())
    for name, place in example.spans.items():
        if place is not None:
            target = torch.tensor([place])
            loss = loss + WEIGHTS[name] * nn.functional.cross_entropy(scores[name][None], target)
    gist, sides = scores["sentences"][:, 0], scores["sentences"][:, 1:]
    loss = loss + WEIGHTS["gist"] * nn.functional.binary_cross_entropy_with_logits(gist, example.sentences[:, 0])
    for name, logits, meant in zip(SENTENCES[1:], sides.T, example.sentences[:, 1:].T, strict=True):
        # one of them, or none, which has 0
        said = int(meant.argmax()) if meant.any() else len(meant)
        among = torch.cat([logits, torch.zeros(1)])
        loss = loss + WEIGHTS[name] * nn.functional.cross_entropy(among[None], torch.tensor([said]))
    return loss


@torch.inference_mode()
def measured(network: PointerNetwork, tried: Sequence[Example]) -> str:
    """Shares of words in common, precision and recall of half of them, and of the gist's sentences how many."""
    network.eval()
    parts = []
    scored = [(each, network(each.states.float(), each.window, each.kind)) for each in tried]
    for name in SPANS:
        parts.append(f"{name} {_agreement(scored, name)}")
    gists = [_found(each, scores) for each, scores in scored if each.sentences[:, 0].any()]
    parts.append(f"gist {np.mean(gists):.2f}")
    parts += [f"{name} {_side(scored, column)}" for column, name in enumerate(SENTENCES) if column]
    network.train()
    return "; ".join(parts)


def _side(scored: Sequence[tuple[Example, Scores]], column: int) -> str:
    said = right = meant = 0
    for each, scores in scored:
        logits = scores["sentences"][:, column]
        best = int(logits.argmax())
        meant += bool(each.sentences[:, column].any())
        if logits[best] > 0:
            said, right = said + 1, right + bool(each.sentences[best, column])
    return f"(precision {right / max(said, 1):.2f}, recall {right / max(meant, 1):.2f})"


def _agreement(scored: Sequence[tuple[Example, Scores]], name: str) -> str:
    shared, said, meant = [], 0, 0
    for each, scores in scored:
        place, nothing = each.spans[name], len(each.window.words) * LONGEST
        if place is None:
            continue
        best = int(scores[name][: nothing if name == "title" else None].argmax())
        said, meant = said + (best != nothing), meant + (place != nothing)
        if nothing not in (best, place):
            ours, theirs = ({*range(at // LONGEST, at // LONGEST + at % LONGEST + 1)} for at in (best, place))
            shared.append(len(ours & theirs) / len(ours | theirs))
    right = sum(each >= 0.5 for each in shared)
    return f"{np.mean(shared):.2f} (precision {right / max(said, 1):.2f}, recall {right / max(meant, 1):.2f})"


def _found(example: Example, scores: Scores) -> float:
    meant = set(torch.nonzero(example.sentences[:, 0]).flatten().tolist())
    best = set(scores["sentences"][:, 0].topk(len(meant)).indices.tolist())
    return len(best & meant) / len(meant)


if __name__ == "__main__":
    main()
