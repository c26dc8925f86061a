"""Titles and gists against those that people wrote for the same words, beside plainer ways of telling.

Each annotated item is told from its own sentences; telling was learned from none of them. Likeness is the cosine of
the sentence embedder, and ROUGE-L; defects are counted in the words alone. `--show 50 --seed 1` prints so many
items at random instead, as the extractor finds and tells them in meetings that telling was not learned from.
"""

import argparse
import io
import json
import pickle
import random
import re
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

from benchmarks.annotated import READINGS, Annotated, read_annotated
from benchmarks.machine import shared_data
from capture.extractor import TaggerExtractor
from capture.telling import Said, Teller
from capture.weights import embedder_folder
from capture.wording import dangles
from index.embedder import SentenceEmbedder
from models.knowledge import Candidate
from models.meeting import Transcript, Turn
from models.ports import Embedder, unreported

BEFORE = "5e6aa41"
"""The commit whose telling stands in the table as the way before."""
ITEMS = 200
"""Of all, for the time it takes."""
SEED = 0
"""Of which they are."""
TITLE_WORDS = 12
FROM_ONE = 15
"""Items of one meeting that are shown, at most."""
_LITTLE = re.compile(
    r"(?:a|about|all|also|an|and|any|are|as|at|be|been|being|but|by|can|can't|could|couldn't|"
    r"did|didn't|do|does|don't|down|for|from|get|go|going|got|had|has|have|he|her|him|his|"
    r"how|i|i'm|i've|if|in|into|is|it|it's|its|just|know|like|lot|many|may|me|might|mm|"
    r"more|most|much|my|no|not|of|okay|on|one|or|other|our|out|over|own|people|really|right|"
    r"said|same|say|she|should|so|some|than|that|that's|the|their|them|then|there|there's|"
    r"these|they|they're|thing|things|think|this|those|to|too|uh|um|up|us|very|was|we|we're|"
    r"we've|well|were|what|when|where|which|who|why|will|with|would|yeah|yes|you|your)"
)
"""Words that say little of what something is about."""
_WORD = re.compile(r"[a-z0-9]+(?:['’-][a-z0-9]+)*")
_LEANING = re.compile(
    r"^(?:it|that|this|they|these|those|he|she|him|which|there|them|who|such|what|its|their|one"
    r"|another)(?:'\w+)?\b",
    re.IGNORECASE,
)
_RETELL = """
import pickle, sys
from capture.linguist import Linguist
from capture.telling import Said, Teller
from capture.weights import embedder_folder
from index.embedder import SentenceEmbedder
from models.knowledge import Kind
embedder = SentenceEmbedder(embedder_folder("minilm"))
told = Teller(Linguist(), embedder).tell(
    [
        Said(kind=Kind(kind), sentences=sentences, embeddings=embedder.embed(sentences))
        for kind, sentences in pickle.load(sys.stdin.buffer)
    ]
)
sys.stdout.buffer.write(pickle.dumps([(each.title, each.gist) for each in told]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An item in few words, whoever told it."""

    title: str
    gist: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """An annotated item: what was said, and how a person told it."""

    said: Said
    by_hand: Telling


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print so many items instead")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    options = parser.parse_args()
    embedder = SentenceEmbedder(embedder_folder("minilm"))
    if options.show:
        sys.stdout.write(shown(embedder, count=options.show, seed=options.seed))
        return
    sys.stdout.write(table(read_specimens(shared_data() / "extraction"), embedder))


def read_specimens(folder: Path) -> list[Specimen]:
    """In an order that chance gave."""
    read = [specimen for one in read_annotated(folder) for specimen in _specimens(one, folder)]
    return random.Random(SEED).sample(read, ITEMS)


def _specimens(one: Annotated, folder: Path) -> Iterable[Specimen]:
    lines = (folder / "annotations" / f"{one.name}.jsonl").read_text(encoding="utf-8").splitlines()
    for mark, line in zip(one.marked, filter(str.strip, lines), strict=True):
        speaker = one.sentences[mark.first].speaker
        own = [each for each in one.sentences[mark.first : mark.last + 1] if each.speaker == speaker]
        told = json.loads(line)
        yield Specimen(
            said=Said(kind=mark.kind, sentences=tuple(sentence.text for sentence in own)),
            by_hand=Telling(title=told["title"], gist=told["gist"]),
        )


# --- ways of telling -----------------------------------------------------------------------------------------


def first_sentence(said: Said) -> Telling:
    """Its first twelve words, and it."""
    sentence = said.sentences[0]
    return Telling(title=" ".join(sentence.split()[:TITLE_WORDS]), gist=sentence)


def lead_clause(said: Said) -> Telling:
    """The first clause that has five words, up to twelve of them, and the first two sentences."""
    clauses = [clause for clause in re.split(r"[,;:.?!]\s+|\s--\s", said.sentences[0]) if len(clause.split()) >= 5]
    title = " ".join((clauses or said.sentences)[0].split()[:TITLE_WORDS])
    return Telling(title=title, gist=" ".join(said.sentences[:2]))


def before(said: Sequence[Said]) -> list[Telling]:
    """By the code of the commit BEFORE, in a process of its own."""
    command = ["git", "archive", BEFORE, "capture", "index", "models"]
    archive = subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[1])
    plain = pickle.dumps([(str(each.kind), each.sentences) for each in said])
    with TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            files.extractall(folder, filter="data")
        done = subprocess.run(
            [sys.executable, "-c", _RETELL], input=plain, check=True, stdout=subprocess.PIPE, cwd=folder
        )
    return [Telling(title=title, gist=gist) for title, gist in pickle.loads(done.stdout)]


# --- measures ------------------------------------------------------------------------------------------------


def table(specimens: Sequence[Specimen], embedder: Embedder) -> str:
    """Markdown, a row a way."""
    said = [each.said for each in specimens]
    by_hand = [each.by_hand for each in specimens]
    teller = Teller()
    teller.tell(said[:1])
    began = time.process_time()
    shipped = [Telling(title=told.title, gist=told.gist) for told in teller.tell(said)]
    cost = 1000 * (time.process_time() - began) / len(said)
    ways = {
        "first sentence": [first_sentence(each) for each in said],
        "lead clause; two sentences": [lead_clause(each) for each in said],
        f"the way before ({BEFORE})": before(said),
        "**as shipped**": shipped,
        "by hand": by_hand,
    }
    head = ["way", "title: cosine", "title: ROUGE-L", "gist: cosine", "gist: ROUGE-L", *DEFECTS]
    lines = [f"| {' | '.join(head)} |", f"|---|{'--:|' * (len(head) - 1)}"]
    for name, tellings in ways.items():
        cells = (
            [f"{each:.3f}" for each in likeness(tellings, by_hand, embedder)]
            if tellings is not by_hand
            else [""] * 4
        )
        cells += [f"{mean(defect(each) for each in tellings):.1%}" for defect in DEFECTS.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", f"{len(said)} items; {cost:.0f} ms of processor time an item as shipped.", ""])


def likeness(tellings: Sequence[Telling], others: Sequence[Telling], embedder: Embedder) -> list[float]:
    """Of titles by cosine and ROUGE-L, then of gists."""
    out = []
    for part in (_title, _gist):
        ours, theirs = [part(each) for each in tellings], [part(each) for each in others]
        cosines = (embedder.embed(ours) * embedder.embed(theirs)).sum(axis=1)
        out += [float(cosines.mean()), mean(rouge_l(*pair) for pair in zip(ours, theirs, strict=True))]
    return out


def contents(text: str) -> list[str]:
    """The words that say what it is about."""
    return [word for word in _WORD.findall(text.lower()) if not _LITTLE.fullmatch(word)]


def leans(text: str) -> bool:
    """It begins by pointing at what was said before."""
    return _LEANING.match(text) is not None


def _title(telling: Telling) -> str:
    return telling.title


def _gist(telling: Telling) -> str:
    return telling.gist


def rouge_l(one: str, other: str) -> float:
    """F1 of the longest sequence of words that both have."""
    ours, theirs = re.findall(r"\w+", one.lower()), re.findall(r"\w+", other.lower())
    longest = [0] * (len(theirs) + 1)
    for word in ours:
        corner = 0
        for at, their in enumerate(theirs, start=1):
            above = longest[at]
            longest[at] = corner + 1 if word == their else max(above, longest[at - 1])
            corner = above
    return 2 * longest[-1] / max(len(ours) + len(theirs), 1)


def _is_long(telling: Telling) -> bool:
    return len(telling.title.split()) > TITLE_WORDS


def _breaks_off(telling: Telling) -> bool:
    return dangles(telling.title) or telling.title.endswith(("…", "--", ","))


def _points(telling: Telling) -> bool:
    joins = re.match(r"(?:and|but|so|or|because|that|which|who|when|if|of|to)\b", telling.title, re.IGNORECASE)
    return leans(telling.title) or joins is not None


def _is_thin(telling: Telling) -> bool:
    return len(set(contents(telling.title))) < 3


def _is_twin(telling: Telling) -> bool:
    return contents(telling.title) == contents(telling.gist)


def _gist_points(telling: Telling) -> bool:
    return leans(telling.gist) or re.match(r"(?:and|but|so|or|because)\b", telling.gist, re.IGNORECASE) is not None


DEFECTS: dict[str, Callable[[Telling], bool]] = {
    "title over 12 words": _is_long,
    "breaks off": _breaks_off,
    "begins by pointing or joining": _points,
    "under 3 words of content": _is_thin,
    "title is the gist": _is_twin,
    "gist begins so": _gist_points,
}


# --- shown ---------------------------------------------------------------------------------------------------


def shown(embedder: Embedder, *, count: int, seed: int) -> str:
    """Markdown: items at random of meetings at random, each with the words it was told from."""
    rng = random.Random(seed)
    folder = shared_data() / "search"
    pointed_at = (READINGS / "told.jsonl").read_text(encoding="utf-8").splitlines()
    learned = {json.loads(line)["meeting"] for line in pointed_at}
    there = [*(folder / "qmsum").glob("*.json"), *(folder / "testimony").glob("*.json")]
    paths = sorted(path for path in there if path.stem not in learned)
    rng.shuffle(paths)
    extractor = TaggerExtractor(embedder)
    entries: list[str] = []
    for path in paths:
        if len(entries) >= count:
            break
        found = extractor.extract(_transcript(path), report=unreported).candidates
        chosen = rng.sample(found, min(FROM_ONE, len(found), count - len(entries)))
        entries += [_entry(path.stem, item) for item in chosen]
    return "\n".join(entries)


def _transcript(path: Path) -> Transcript:
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Transcript(turns=tuple(Turn(speaker=turn["speaker"], text=turn["text"]) for turn in raw["turns"]))


def _entry(name: str, item: Candidate) -> str:
    sides = item.facets
    told = {
        "setting": sides.setting,
        "affected": sides.affected,
        "tried": sides.tried,
        "outcome": sides.outcome,
        "open": sides.open,
    }
    lines = [f"### {item.title}", "", f"*{item.kind}, {name}.* {item.gist}", ""]
    lines += [f"- {side}: {words}" for side, words in told.items() if words]
    return "\n".join([*lines, "", f"> {' '.join(item.evidence.quote.split())}", ""])


if __name__ == "__main__":
    main()
