"""After a meeting was put right: the items that rest on changed turns are found anew, and all is made findable.

The transcript, its passages and the full text changed with the repair itself; this is the part that takes models.
"""

from collections.abc import Sequence

from capture.pipeline import EXTRACTING, INDEXING, Workshop
from capture.proposal import proposed
from models.citation import Span, overlap, span_of
from models.consent import EVERYTHING
from models.job import Claim
from models.knowledge import Candidate, Evidence, Item, State
from models.meeting import Meeting, Transcript
from models.ports import JobQueue, Transaction

RENEWAL = "renewal"
PARTS = {EXTRACTING: (0.0, 0.8), INDEXING: (0.8, 1.0)}
"""Where each part begins and ends on the bar people see."""


def queue_renewal(tx: Transaction, meeting: Meeting, *, queue: JobQueue) -> int:
    """The job that makes right what rests on the meeting; the same one where one is waiting or at work."""
    return queue.enqueue(
        tx,
        kind=RENEWAL,
        key=f"{RENEWAL} {meeting.id}",
        subject=meeting.title,
        meeting_id=meeting.id,
        payload={},
    )


def renew(claim: Claim, *, workshop: Workshop) -> None:
    """The whole renewal of one meeting. Each step is kept with its rows or not at all, and can run again."""
    renewal = _Renewal(claim, workshop)
    while not (renewal.find_items() and renewal.make_findable()):
        renewal.begin_again()
    workshop.vectors.refresh()


class _Renewal:
    """One claimed job. Who puts the meeting right while it runs makes it begin again, so that nothing is mixed."""

    def __init__(self, claim: Claim, workshop: Workshop) -> None:
        if claim.meeting_id is None:
            raise ValueError(f"job {claim.job_id} names no meeting")
        self.claim = claim
        self.workshop = workshop
        self.meeting_id = claim.meeting_id
        self.begin_again()

    def begin_again(self) -> None:
        self.revision = self.workshop.store.revision(self.meeting_id)

    def find_items(self) -> bool:
        """Whether they are kept; not where the meeting was put right meanwhile."""
        store, step = self.workshop.store, f"items {self.revision}"
        stale = store.stale_turns(self.meeting_id)
        if step in self.claim.steps or not stale:
            return True
        transcript = store.transcript(self.meeting_id, scope=EVERYTHING)
        extractor = self.workshop.extractor
        found = extractor.extract(transcript, report=lambda done: self._progress(EXTRACTING, done))
        with store.write() as tx:
            if self._is_outdated():
                return False
            replaced, new = self._replacement(stale, found.candidates, transcript)
            store.replace_drafts(tx, self.meeting_id, replaced, new, extractor=extractor.name)
            self.workshop.queue.note(tx, self.claim, found.remarks)
            self.workshop.queue.commit_step(tx, self.claim, step=step, result=True)
        return True

    def make_findable(self) -> bool:
        """Embeds what is new, links anew and ends the job; not where the meeting was put right meanwhile."""
        workshop = self.workshop
        embeddings = workshop.indexer.embed_renewed(
            self.meeting_id, report=lambda done: self._progress(INDEXING, done)
        )
        while True:
            before = workshop.store.last_vector_change()
            links = workshop.linker.links(self.meeting_id, embeddings)
            with workshop.store.write() as tx:
                if self._is_outdated():
                    return False
                if workshop.store.last_vector_change() != before:
                    continue  # another meeting came in meanwhile, and is to be linked too
                workshop.store.save_embeddings(tx, embeddings, model=workshop.indexer.model)
                workshop.store.save_links(tx, self.meeting_id, links)
                workshop.store.mark_renewed(tx, self.meeting_id)
                workshop.queue.finish(tx, self.claim)
                return True

    def _replacement(
        self, stale: frozenset[int], candidates: Sequence[Candidate], transcript: Transcript
    ) -> tuple[list[int], list[Candidate]]:
        """The drafts that go, and what comes for them; read while nobody else can write."""
        items = [
            item
            for state in State  # what people rejected counts as much as what they confirmed
            for item in self.workshop.store.items(scope=EVERYTHING, meeting_id=self.meeting_id, state=state)
        ]
        twins = [span for one in candidates if one.further and _touches(one, stale) for span in _spans(one)]
        gone = [
            item
            for item in items
            if item.state is State.DRAFT and (_touches(item, stale) or _overlap(_spans(item), twins))
        ]
        # also what else a draft that goes rested on: told in two places, it may be two now
        anew = stale | {turn for item in gone for piece in item.pieces for turn in _turns(piece)}
        stay = [item for item in items if item not in gone]
        found = [one for one in candidates if _touches(one, anew)]
        return [item.id for item in gone], proposed(found, beside=stay, turns=transcript.turns)

    def _is_outdated(self) -> bool:
        return self.workshop.store.revision(self.meeting_id) != self.revision

    def _progress(self, part: str, done: float) -> None:
        begin, end = PARTS[part]
        self.workshop.queue.progress(self.claim, step=part, fraction=begin + (end - begin) * done)


def _touches(told: Candidate | Item, turns: frozenset[int]) -> bool:
    return any(not turns.isdisjoint(_turns(piece)) for piece in told.pieces)


def _turns(evidence: Evidence) -> range:
    return range(evidence.turn_start, evidence.turn_end + 1)


def _overlap(some: Sequence[Span], others: Sequence[Span]) -> bool:
    return any(overlap(one, other) for one in some for other in others)


def _spans(told: Candidate | Item) -> list[Span]:
    return [span_of(piece) for piece in told.pieces]
