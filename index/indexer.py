"""What of a conversation the search reads, and the vectors of it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain

from index.store import SqliteStore
from models.consent import EVERYTHING
from models.knowledge import Item, State
from models.meeting import Passage, Transcript, Turn, doubtful_spans
from models.ports import Embedder, Embedding, KeptPassage, Report, Subject, Table, unreported

LONGEST = 110
"""Words in a passage: what can be quoted whole, and what the embedder reads without cutting."""
SHORTEST = 6
"""Words: a turn of fewer is a nod or a prompt, and stands as context alone."""
CONTEXT = 40
"""Words of what was being answered."""
REBUILDING = "the index is being made anew; where nothing does so, run `commonlore rebuild`"
TOLD_AT_ONCE = 512
"""Subjects whose vectors are kept in one transaction."""

# after a full stop, question or exclamation mark and what closes a quotation; or, next best, after a clause
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*\s+")
_CLAUSE_END = re.compile(r"[,;:–—]+\s+")
_WORD = re.compile(r"\S+")

Span = tuple[int, int]
Told = tuple[Subject, str]
"""What is to be found, and the text that stands for it."""


def passages_of(transcript: Transcript, *, title: str) -> list[Passage]:
    """Stretches of one turn each, in order, none longer than can be quoted whole."""
    passages: list[Passage] = []
    for position, turn in enumerate(transcript.turns):
        context = _answered(transcript.turns, position) or title
        passages += [
            Passage(
                turn=position,
                char_start=begin + start,
                char_end=begin + end,
                text=turn.text[begin + start : begin + end],
                context=context,
            )
            for begin, said in _certain(turn)
            for start, end in _stretches(said)
        ]
    return passages


def _certain(turn: Turn) -> Iterator[tuple[int, str]]:
    """What was surely said, and where it begins: words that are doubtful are never quoted."""
    doubtful = doubtful_spans(turn)
    begins = [0, *(end for _, end in doubtful)]
    ends = [*(begin for begin, _ in doubtful), len(turn.text)]
    for begin, end in zip(begins, ends, strict=True):
        if _words(turn.text[begin:end]) >= SHORTEST:
            yield begin, turn.text[begin:end]


def _answered(turns: Sequence[Turn], position: int) -> str:
    """The end of what another speaker said just before."""
    for before in reversed(turns[:position]):
        if before.speaker != turns[position].speaker and before.text.strip():
            return " ".join(before.text.split()[-CONTEXT:])
    return ""


def _stretches(text: str) -> list[Span]:
    """Whole sentences packed evenly: two halves say more than a full passage and a scrap."""
    pieces = _pieces(text)
    total = sum(_words(text[start:end]) for start, end in pieces)
    parts = -(-total // LONGEST)
    return _packed(text, pieces, aim=-(-total // parts))


def _packed(text: str, pieces: Sequence[Span], *, aim: int) -> list[Span]:
    stretches: list[Span] = []
    held = 0
    for start, end in pieces:
        words = _words(text[start:end])
        if stretches and held < aim and held + words <= LONGEST:
            stretches[-1] = (stretches[-1][0], end)
            held += words
        else:
            stretches.append((start, end))
            held = words
    return stretches


def _pieces(text: str) -> list[Span]:
    """Sentences; of one that is too long its clauses; of a clause that is too long so many words at a time."""
    pieces = _cut(text, (0, len(text)), _SENTENCE_END)
    pieces = [clause for piece in pieces for clause in _shortened(text, piece)]
    return [part for piece in pieces for part in _by_words(text, piece)]


def _shortened(text: str, piece: Span) -> list[Span]:
    if _words(text[slice(*piece)]) <= LONGEST:
        return [piece]
    return _packed(text, _cut(text, piece, _CLAUSE_END), aim=LONGEST)


def _cut(text: str, span: Span, ends: re.Pattern[str]) -> list[Span]:
    """The stretches between the ends, without the white space around them; none that is empty."""
    cuts = [span[0], *(match.end() for match in ends.finditer(text, *span)), span[1]]
    trimmed = [_trimmed(text, start, end) for start, end in zip(cuts, cuts[1:], strict=False)]
    return [(start, end) for start, end in trimmed if start < end]


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    begin = start + len(piece) - len(piece.lstrip())
    return begin, max(begin, start + len(piece.rstrip()))


def _by_words(text: str, piece: Span) -> list[Span]:
    words = [match.span() for match in _WORD.finditer(text, *piece)]
    groups = [words[begin : begin + LONGEST] for begin in range(0, len(words), LONGEST)]
    return [(group[0][0], group[-1][1]) for group in groups]


def _words(text: str) -> int:
    return len(text.split())


class Indexer:
    """Gives what the store keeps its passages and its vectors."""

    def __init__(self, store: SqliteStore, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder

    @cached_property
    def model(self) -> str:
        """The embedder's name, which every vector is kept under."""
        return self._embedder.name

    def passages(self, transcript: Transcript, *, title: str) -> list[Passage]:
        """What the search reads; the title stands as context where nothing was being answered."""
        return passages_of(transcript, title=title)

    def embed_meeting(self, meeting_id: int, *, report: Report = unreported) -> list[Embedding]:
        """Vectors of what the meeting keeps; computed outside of any transaction."""
        passages = self._store.passages(scope=EVERYTHING, meeting_id=meeting_id)
        # the withdrawn too: a person may think again
        items = [self._store.items(scope=EVERYTHING, meeting_id=meeting_id, state=state) for state in State]
        return self._embedded(_told(passages, chain(*items)), report)

    def embed_renewed(self, meeting_id: int, *, report: Report = unreported) -> list[Embedding]:
        """Vectors of what the meeting keeps and that has none yet; computed outside of any transaction."""
        missing = set(self._store.unembedded(model=self.model))
        passages = self._store.passages(scope=EVERYTHING, meeting_id=meeting_id)
        items = [self._store.items(scope=EVERYTHING, meeting_id=meeting_id, state=state) for state in State]
        told = [one for one in _told(passages, chain(*items)) if one[0] in missing]
        return self._embedded(told, report)

    def embed_missing(self, *, report: Report = unreported) -> int:
        """Embeds and keeps, a part at a time, what has no sound vectors of this embedder; how many subjects."""
        damaged = self._store.unsound_embeddings(model=self.model)
        wanted = sorted({*self._store.unembedded(model=self.model), *damaged}, key=lambda one: (one.table, one.id))
        with self._store.write() as tx:
            self._store.note_unembedded(tx, REBUILDING if wanted else None)
        for begin in range(0, len(wanted), TOLD_AT_ONCE):
            part = wanted[begin : begin + TOLD_AT_ONCE]
            embeddings = self._embedded(self._texts(part), unreported)
            with self._store.write() as tx:
                self._store.save_embeddings(tx, embeddings, model=self.model)
            report((begin + len(part)) / len(wanted))
        with self._store.write() as tx:
            self._store.note_unembedded(tx, None)
        return len(wanted)

    def _texts(self, subjects: Sequence[Subject]) -> list[Told]:
        ids = {table: [one.id for one in subjects if one.table == table] for table in Table}
        passages = self._store.passages(scope=EVERYTHING, ids=ids[Table.PASSAGE])
        items = [self._store.items(scope=EVERYTHING, ids=ids[Table.ITEM], state=state) for state in State]
        return _told(passages, chain(*items))

    def _embedded(self, told: Sequence[Told], report: Report) -> list[Embedding]:
        vectors = self._embedder.embed([text for _, text in told], report=report)
        return [
            Embedding(subject=subject, vector=vector) for (subject, _), vector in zip(told, vectors, strict=True)
        ]


def _told(passages: Iterable[KeptPassage], items: Iterable[Item]) -> list[Told]:
    """A passage behind what it answered, an item's title and gist before its words."""
    told: list[Told] = [
        (Subject(table=Table.PASSAGE, id=kept.id), f"{kept.passage.context} {kept.passage.text}".strip())
        for kept in passages
    ]
    told += [
        (Subject(table=Table.ITEM, id=item.id), f"{item.title}. {item.gist} {item.evidence.quote}")
        for item in items
    ]
    return told
