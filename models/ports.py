"""The few Protocols through which rooms that never import each other meet, and behind which engines change.

Store, vectors, queue and recordings each have an embedded form (index/) and one for many machines
(index/postgres/); transcriber, diarizer, extractor and embedder can be replaced by a user's own.
Every method that reads for somebody takes a Scope; every write happens inside `Store.write`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from models.consent import Scope
from models.introduction import Introduction, Party
from models.job import Claim, Job, Json
from models.knowledge import Candidate, Extraction, Item, Kind, Link, State
from models.meeting import Meeting, Passage, Source, Speaker, Transcript, Word
from models.people import Community
from models.query import Gap, KeptQuestion, Question
from models.repair import Change, Repair
from models.review import Decision, Review, Reviewer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Signal: TypeAlias = "NDArray[np.int16]"
"""Mono sound at 16,000 samples a second; may be a memory map."""
Vectors: TypeAlias = "NDArray[np.float32]"
"""Shape (n, dimension), each row of length 1."""
Report: TypeAlias = Callable[[float], None]
"""Called with the fraction done, 0 to 1."""


def unreported(fraction: float) -> None:
    """The Report of those who do not watch."""


# --- capture -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of the recording transcribed in one go, cut where nobody speaks; seconds."""

    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard in one window; word times are seconds from the start of the recording."""

    words: tuple[Word, ...]
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One voice speaking from `start` to `end` seconds; voices may overlap."""

    start: float
    end: float
    label: str


class Transcriber(Protocol):
    """Hears words."""

    @property
    def name(self) -> str: ...

    def windows(self, signal: Signal) -> list[Window]:
        """The stretches with speech, in order, each at most a few minutes; none where nobody speaks."""

    def transcribe(
        self, signal: Signal, *, window: Window, language: str | None, vocabulary: Sequence[str] = ()
    ) -> Heard:
        """The words of one window; the language is detected where none is given.

        `vocabulary` are names and acronyms to listen for, the most important first: a hint, no more.
        """

    def rest(self) -> None:
        """Gives back the memory it needs for hearing, until it is asked to hear again."""


class Diarizer(Protocol):
    """Tells voices apart."""

    @property
    def name(self) -> str: ...

    def diarize(self, signal: Signal, *, speakers: int | None, report: Report) -> list[Voice]:
        """Who spoke when, labelled "Speaker 1", "Speaker 2", … in order of first speech."""


class Extractor(Protocol):
    """Finds the stories, problems and practices that people told."""

    @property
    def name(self) -> str: ...

    def extract(self, transcript: Transcript, *, report: Report) -> Extraction:
        """Raises nothing for a transcript that tells of nothing."""


class Embedder(Protocol):
    """Turns text into a place in the space of meanings."""

    @property
    def name(self) -> str:
        """With version: vectors of two names are never mixed."""

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str], *, report: Report = unreported) -> Vectors:
        """One row a text, shape (len(texts), dimension), normalised."""


# --- keeping -------------------------------------------------------------------------------------------------


class Transaction(Protocol):
    """An open write; what is done with it is kept whole or not at all. Its inside belongs to the engine."""


class Table(StrEnum):
    """What may be found; each of each community has an index of its own."""

    PASSAGE = "passage"
    ITEM = "item"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMeeting:
    """A meeting about to be taken in."""

    external_id: str | None
    title: str
    date: str | None
    community: str
    organisation: str | None
    source: Source
    content_sha256: str
    filename: str
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a vector or a full-text row stands for: an item or a passage, by its row id."""

    table: Table
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPassage:
    """A passage in the library."""

    id: int
    meeting_id: int
    speaker: str
    passage: Passage
    start: float | None
    end: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """One vector to keep, and what it stands for."""

    subject: Subject
    vector: "NDArray[np.float32]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What a search is narrowed to, exactly and before anything is ranked; None narrows nothing."""

    voices: frozenset[int] | None = None
    """Rows of the speakers whose words may be found: persons, organisations, meetings and dates come to this."""
    items: frozenset[int] | None = None
    """Rows of the items that may be found."""


EVERYWHERE = Narrowed()


class Store(Protocol):
    """The truth. Rows are written inside `write()` and read within a scope."""

    def write(self) -> AbstractContextManager[Transaction]:
        """One transaction at a time; raises DiskFull or StoreError and then keeps nothing of it."""

    # meetings
    def add_meeting(self, tx: Transaction, meeting: NewMeeting) -> int:
        """Keeps it as not ready; community and organisation are made where they are new."""

    def drop_meeting(self, tx: Transaction, meeting_id: int) -> None:
        """Removes it and all that rests on it."""

    def meeting_of_content(self, content_sha256: str, *, community: str, scope: Scope) -> Meeting | None:
        """The meeting taken in, or being taken in, from a file of this content into this community."""

    def contents(self) -> set[str]:
        """The hashes of the recordings that meetings still rest on: a recording of no other may be swept."""

    def keep_sound(self, tx: Transaction, meeting_id: int, recording_sha256: str) -> None:
        """From now on the meeting rests on this recording; it is still known by the file it came from."""

    def save_transcript(self, tx: Transaction, meeting_id: int, transcript: Transcript) -> None:
        """Replaces turns and speakers, and fills what the meeting did not say: language, duration, date."""

    def mark_ready(self, tx: Transaction, meeting_id: int) -> None: ...

    def meetings(
        self, *, scope: Scope, community: str | None = None, ids: Iterable[int] | None = None
    ) -> list[Meeting]:
        """Those that are ready, newest first."""

    def meeting(self, meeting_id: int, *, scope: Scope) -> Meeting:
        """Raises NotFound."""

    def transcript(self, meeting_id: int, *, scope: Scope, labelled: bool = False) -> Transcript:
        """Speakers under the names people gave them, or under the labels they came with. Raises NotFound."""

    def speakers(self, meeting_id: int, *, scope: Scope) -> list[Speaker]:
        """In order of their first turn."""

    def speakers_of(self, meeting_ids: Iterable[int], *, scope: Scope) -> list[Speaker]:
        """Of several meetings, those outside the scope left out."""

    def name_speaker(
        self, tx: Transaction, meeting_id: int, label: str, *, person: str, organisation: str | None
    ) -> Speaker:
        """The same person across meetings is one person. Raises NotFound for a label the meeting lacks."""

    # repairs
    def repair(self, tx: Transaction, meeting_id: int, change: Change) -> Repair:
        """Makes a change and keeps what undoes it.

        Turns keep their places unless one is cut in two; evidence follows its turn's voice, and its words where
        they moved. The turns that are stale are noted, and where the change says why, confirmed items that touch
        them ask for a look.
        """

    def undo(self, tx: Transaction, meeting_id: int) -> tuple[Repair, Change]:
        """The last repair that stands is undone, by this change. Raises NotFound where there is none."""

    def repairs(self, meeting_id: int, *, scope: Scope) -> list[Repair]:
        """Newest first, with those that were undone. Raises NotFound."""

    def revision(self, meeting_id: int) -> int:
        """Another number after every repair and every undoing. Raises NotFound."""

    def stale_turns(self, meeting_id: int) -> frozenset[int]:
        """Positions of the turns whose items have to be found anew."""

    def mark_renewed(self, tx: Transaction, meeting_id: int) -> None:
        """No turn is stale any more."""

    # reviews
    def review(
        self, tx: Transaction, meeting_id: int, decision: Decision, *, reviewer: Reviewer
    ) -> tuple[Review, bool]:
        """Makes a decision about items of a meeting and keeps what undoes it.

        Whether any of them has to be made findable anew: what is told otherwise has no vectors until then.
        Raises NotFound for an item that is not in the meeting.
        """

    def undo_review(self, tx: Transaction, review_id: int) -> tuple[Review, bool]:
        """Takes a decision back, whatever was put right since; whether something has to be found anew.

        What the transcript says otherwise by now is found anew where it is a draft again, and asks for a look
        where it is confirmed. Raises NotFound, and InputError where a later decision rests on this one.
        """

    def reviews(self, meeting_id: int, *, scope: Scope, item_id: int | None = None) -> list[Review]:
        """Newest first, with those that were undone; of one item only where asked for."""

    # items and passages
    def save_items(
        self, tx: Transaction, meeting_id: int, candidates: Sequence[Candidate], *, extractor: str
    ) -> list[int]:
        """Replaces the drafts of the meeting; what people confirmed or withdrew stays.

        `extractor` is what proposed those that do not say so themselves.
        """

    def replace_drafts(
        self,
        tx: Transaction,
        meeting_id: int,
        item_ids: Iterable[int],
        candidates: Sequence[Candidate],
        *,
        extractor: str,
    ) -> list[int]:
        """Puts candidates in the place of these drafts; one that was confirmed or withdrawn meanwhile stays."""

    def looked_at(self, tx: Transaction, item_id: int) -> None:
        """Somebody has looked at it again. Raises NotFound."""

    def items(
        self,
        *,
        scope: Scope,
        ids: Iterable[int] | None = None,
        meeting_id: int | None = None,
        community: str | None = None,
        kind: Kind | None = None,
        state: State | None = None,
    ) -> list[Item]:
        """Withdrawn ones only where asked for by state; in order of id."""

    def item(self, item_id: int, *, scope: Scope) -> Item:
        """Raises NotFound."""

    def save_links(self, tx: Transaction, meeting_id: int, links: Iterable[Link]) -> None:
        """Replaces the links of a meeting's items, at either end; one whose ends are gone meanwhile is left out.

        Kindred ones are not of a meeting, and stay.
        """

    def links(self, item_ids: Iterable[int], *, scope: Scope) -> list[Link]:
        """Those of items, at either end, best first; none to what is withdrawn or outside the scope."""

    def save_passages(self, tx: Transaction, meeting_id: int, passages: Sequence[Passage]) -> list[int]:
        """Replaces the passages of the meeting."""

    def renew_passages(self, tx: Transaction, meeting_id: int, passages: Sequence[Passage]) -> list[int]:
        """Keeps those of the meeting that are the same and replaces the others; the ids of the new ones."""

    def passages(
        self, *, scope: Scope, ids: Iterable[int] | None = None, meeting_id: int | None = None
    ) -> list[KeptPassage]: ...

    # meaning and words
    def save_embeddings(self, tx: Transaction, embeddings: Sequence[Embedding], *, model: str) -> None:
        """Replaces those of the same subjects."""

    def unembedded(self, *, model: str) -> list[Subject]:
        """Subjects of meetings that are ready that have no vector of this model."""

    def unembedded_reason(self) -> str | None:
        """Why some subjects may have no vector, and the way out; none where all have one."""

    def kept_vectors(self, subjects: Iterable[Subject], *, model: str) -> dict[Subject, "NDArray[np.float32]"]:
        """Of those that have one of this model."""

    def last_vector_change(self) -> int:
        """A number that grows with every vector kept or removed."""

    def search_words(
        self,
        text: str,
        *,
        scope: Scope,
        tables: Iterable[Table] = Table,
        narrowed: Narrowed = EVERYWHERE,
        limit: int,
    ) -> list[tuple[Subject, float]]:
        """By BM25 over items (title, gist, quote) and passages, higher is better; any text is safe to pass."""

    def score_words(self, text: str, subjects: Sequence[Subject]) -> dict[Subject, float]:
        """The same score for given subjects; those that share no word are left out."""

    def narrowed(self, question: Question, *, scope: Scope) -> Narrowed:
        """Whose words and which items a question may find; the scope is that of its communities."""

    # people brought together
    def set_findable(self, tx: Transaction, person: str, findable: bool) -> None:
        """Whether people of this name are named to who asks who has met something. Raises NotFound."""

    def request_introduction(
        self, tx: Transaction, told_in: Subject, *, about: str, asker: Party, scope: Scope
    ) -> Introduction:
        """To who told this. Raises NotFound where nobody knows who they are, or they chose not to be found."""

    def decide_introduction(
        self, tx: Transaction, introduction_id: int, *, reach: str | None, scope: Scope
    ) -> Introduction:
        """Accepted, with how the one who was asked can be reached; declined where that is none.

        Raises NotFound, and InputError for one that was decided already.
        """

    def introductions(
        self, *, scope: Scope, asker: str | None = None, asked: str | None = None
    ) -> list[Introduction]:
        """Asked last first; those by somebody, or to somebody."""

    # questions kept
    def keep_question(self, tx: Transaction, question: Question, *, reader: str) -> KeptQuestion:
        """Kept twice it is kept once."""

    def drop_question(self, tx: Transaction, question_id: int, *, reader: str) -> None:
        """Raises NotFound for one that this reader has not kept."""

    def kept_questions(self, *, reader: str) -> list[KeptQuestion]:
        """Kept first first."""

    # communities, their words, gaps, counts
    def communities(self, *, scope: Scope) -> list[Community]: ...

    def vocabulary(self, community: str, *, scope: Scope) -> list[str]:
        """Names and acronyms the transcriber is to listen for, added last first."""

    def add_vocabulary(self, tx: Transaction, community: str, terms: Iterable[str]) -> None:
        """A term that is there already is spelt as it comes now; the community is made where it is new.

        Raises InputError.
        """

    def remove_vocabulary(self, tx: Transaction, community: str, terms: Iterable[str]) -> None:
        """Raises NotFound for a community that is not here."""

    def add_gap(self, tx: Transaction, question: str, *, community: str | None) -> None:
        """Keeps a question nobody could answer; asked again it is kept once, with the later time."""

    def gaps(self, *, scope: Scope, community: str | None = None) -> list[Gap]: ...

    def counts(self, *, scope: Scope) -> dict[str, int]:
        """Rows by noun: communities, organisations, people, meetings, turns, items by kind, passages, …"""

    def close(self) -> None: ...


class Indexer(Protocol):
    """Cuts a conversation into passages and gives passages and items their vectors."""

    @property
    def model(self) -> str:
        """The embedder's name, which every vector is kept under."""

    def passages(self, transcript: Transcript, *, title: str) -> list[Passage]:
        """What the search reads; the title stands as context where nothing was being answered."""

    def embed_meeting(self, meeting_id: int, *, report: Report = unreported) -> list[Embedding]:
        """Vectors of every view of what the meeting keeps; computed outside of any transaction."""

    def embed_renewed(self, meeting_id: int, *, report: Report = unreported) -> list[Embedding]:
        """Vectors of what the meeting keeps and that has none yet; computed outside of any transaction."""


class Linker(Protocol):
    """Finds how the items of a meeting hang together, with each other and with what other meetings told."""

    def links(self, meeting_id: int, fresh: Sequence[Embedding] = ()) -> list[Link]:
        """All links of a meeting's items, best first; `fresh` are vectors that are not kept yet."""


class VectorIndex(Protocol):
    """Nearest vectors by inner product, exactly; a cache that follows the store and can be deleted at any time."""

    def search(
        self,
        communities: Iterable[int],
        queries: Vectors,
        *,
        tables: Iterable[Table] = Table,
        narrowed: Narrowed = EVERYWHERE,
        limit: int,
    ) -> list[list[tuple[Subject, float]]]:
        """For each query, shape (n, dimension), the subjects and similarities, best first, of all communities."""

    def refresh(self) -> None:
        """Catches up with the store: called after a commit, and by itself at the first search."""

    def rebuild(self) -> int:
        """Makes every index anew from the store; how many vectors there are."""


class JobQueue(Protocol):
    """Jobs that survive a kill: leased, fenced by the attempt number, committed step by step."""

    def enqueue(
        self,
        tx: Transaction,
        *,
        kind: str,
        key: str,
        subject: str,
        meeting_id: int | None,
        payload: Mapping[str, Json],
    ) -> int:
        """In the transaction that made the reason for it; one live job a key: the same id again."""

    def claim(self, worker: str) -> Claim | None:
        """The oldest job that is queued, or whose holder's lease ran out; none where there is nothing to do."""

    def holders(self) -> list[str]:
        """The workers that hold a job now, by the names they claimed under."""

    def release(self, worker: str, *, failed: bool = True) -> int:
        """Queues again at once what a worker held that is gone; how many jobs.

        `failed` is False where it was told to stop: that says nothing against the job.
        """

    def heartbeat(self, claim: Claim) -> bool:
        """Renews the lease; False where the job was taken over."""

    def progress(self, claim: Claim, *, step: str, fraction: float) -> None:
        """What people see; a stale claim changes nothing, and the fraction never goes back."""

    def commit_step(self, tx: Transaction, claim: Claim, *, step: str, result: Json) -> None:
        """Keeps a step's result with the rows it wrote. Raises StaleClaim, and then nothing is kept."""

    def note(self, tx: Transaction, claim: Claim, remarks: Sequence[str]) -> None:
        """Keeps what people should know of how it went, in place of what was noted before. Raises StaleClaim."""

    def finish(self, tx: Transaction, claim: Claim) -> None:
        """Raises StaleClaim."""

    def fail(self, tx: Transaction, claim: Claim, *, error: str, retry: bool) -> Job:
        """Queues it again after a while, or ends it as dead: for good, or after the last attempt."""

    def pause(self, job_id: int) -> Job:
        """Nobody claims it until it is resumed; who holds it may still keep the step under way, finish or fail.

        One that is paused already stays so. Raises NotFound, and InputError for one that has ended.
        """

    def resume(self, job_id: int) -> Job:
        """Queues a paused job again, to go on after the steps it has; one that is not paused stays as it is.

        Raises NotFound, and InputError for one that has ended.
        """

    def is_paused(self, claim: Claim) -> bool:
        """Whether its holder, who is still the last one, should stop: asked at each checkpoint."""

    def job(self, job_id: int) -> Job:
        """Raises NotFound."""

    def jobs(self, *, limit: int = 50) -> list[Job]:
        """Newest first."""

    def pending(self) -> int:
        """How many are queued or running; those that are paused wait for a person."""


class Recordings(Protocol):
    """What was handed in, kept by its SHA-256."""

    def keep(self, source: Iterable[bytes]) -> str:
        """Its hash; kept once however often it comes. Raises DiskFull and leaves nothing."""

    def path(self, content_sha256: str) -> Path:
        """A file to read it from. Raises NotFound."""

    def holds(self, content_sha256: str) -> bool: ...

    def free(self) -> int:
        """Bytes that are free where they are kept."""

    def remove(self, content_sha256: str) -> None: ...

    def sweep(self, keep: set[str]) -> int:
        """Removes what no meeting rests on and what uploads older than a day left half finished; how many files."""
