"""Putting meetings right for somebody: each repair is one transaction, and queues what has to be found anew."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from capture.formats.attendance import Attendee
from capture.renewal import queue_renewal
from capture.voices import VoiceCard, Voices, voices_of
from models import changes
from models.consent import EVERYTHING
from models.meeting import Meeting, Transcript, Turn
from models.people import Reader
from models.ports import Indexer, JobQueue, Store, Transaction
from models.repair import Change, Conversation, Name, Repair
from search.visibility import Door

__all__ = ["Repaired", "Repairs", "VoiceCard"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What was put right or undone, and the job that renews what rests on it; none where nothing does."""

    repair: Repair
    job_id: int | None


class Repairs:
    """Voices and turns are said as people say them: "Speaker 2", "Ann Hall", turn 6, 3:14.

    Everything raises NotFound for what is not in the meeting and InputError for what changes nothing.
    """

    def __init__(self, *, door: Door, store: Store, queue: JobQueue, indexer: Indexer) -> None:
        self._door = door
        self._store = store
        self._queue = queue
        self._indexer = indexer

    def conversation(self, reader: Reader, meeting_id: int) -> Conversation:
        """A meeting under the labels of its voices."""
        return Conversation(
            turns=self._door.transcript(reader, meeting_id, labelled=True).turns,
            speakers=tuple(self._door.speakers(reader, meeting_id)),
        )

    def voices(self, reader: Reader, meeting_id: int, *, attendees: Sequence[Attendee] = ()) -> Voices:
        """Each voice with what may tell who it was; a list of who was there spells names right."""
        return voices_of(self.conversation(reader, meeting_id), attendees=attendees)

    def name(self, reader: Reader, meeting_id: int, names: Mapping[str, Name]) -> Repaired:
        """Says who voices were: one repair, however many they are."""
        return self._repair(reader, meeting_id, lambda now: changes.naming(now, names))

    def merge(self, reader: Reader, meeting_id: int, voice: str, into: str) -> Repaired:
        return self._repair(reader, meeting_id, lambda now: changes.merging(now, voice, into))

    def split(
        self, reader: Reader, meeting_id: int, voice: str, *, begin: str, end: str | None, label: str | None
    ) -> Repaired:
        """Gives the voice's turns from one on, or up to another, to another voice; a new one where none is said."""
        return self._repair(
            reader,
            meeting_id,
            lambda now: changes.splitting(
                now, voice, begin=now.turn(begin), end=now.turn(end) if end else None, label=label
            ),
        )

    def reassign(self, reader: Reader, meeting_id: int, turns: str, voice: str, *, new: bool) -> Repaired:
        """Gives turns to another voice; `new` allows one that was not told apart so far."""
        return self._repair(
            reader,
            meeting_id,
            lambda now: changes.reassigning(now, now.some_turns(turns), voice, new=new),
        )

    def divide(self, reader: Reader, meeting_id: int, turn: str, voice: str, *, begin: str, new: bool) -> Repaired:
        """Gives what a turn says from some words or a time on to another voice: the turn becomes two."""
        return self._repair(
            reader,
            meeting_id,
            lambda now: changes.dividing(now, now.cut(now.turn(turn), begin), voice, new=new),
        )

    def correct(self, reader: Reader, meeting_id: int, turn: str, text: str) -> Repaired:
        """Writes what was said in a turn; words that stay keep their times."""
        return self._repair(reader, meeting_id, lambda now: changes.correcting(now, now.turn(turn), text))

    def replace(self, reader: Reader, meeting_id: int, old: str, new: str) -> Repaired:
        """Writes `new` for `old` wherever it was said, as whole words."""
        return self._repair(reader, meeting_id, lambda now: changes.replacing(now, old, new))

    def undo(self, reader: Reader, meeting_id: int) -> Repaired:
        """The last repair that stands."""
        meeting = self._door.meeting(reader, meeting_id)
        with self._store.write() as tx:
            before = self._now(meeting_id)
            repair, change = self._store.undo(tx, meeting_id)
            return Repaired(repair=repair, job_id=self._renewal(tx, meeting, before.after(change), change))

    def history(self, reader: Reader, meeting_id: int) -> list[Repair]:
        """Newest first, with those that were undone."""
        return self._door.repairs(reader, meeting_id)

    def is_stale(self, reader: Reader, meeting_id: int) -> bool:
        """Whether items of the meeting still wait to be found anew."""
        self._door.meeting(reader, meeting_id)
        return bool(self._store.stale_turns(meeting_id))

    def looked_at(self, reader: Reader, item_id: int) -> None:
        """Somebody has looked at an item that asked for it."""
        self._door.item(reader, item_id)
        with self._store.write() as tx:
            self._store.looked_at(tx, item_id)

    def _repair(self, reader: Reader, meeting_id: int, change_of: Callable[[Conversation], Change]) -> Repaired:
        meeting = self._door.meeting(reader, meeting_id)
        with self._store.write() as tx:
            # read while nobody else can write: a change is worked out from what it will change
            before = self._now(meeting_id)
            change = change_of(before)
            repair = self._store.repair(tx, meeting_id, change)
            return Repaired(repair=repair, job_id=self._renewal(tx, meeting, before.after(change), change))

    def _now(self, meeting_id: int) -> Conversation:
        return Conversation(
            turns=self._store.transcript(meeting_id, scope=EVERYTHING, labelled=True).turns,
            speakers=tuple(self._store.speakers(meeting_id, scope=EVERYTHING)),
        )

    def _renewal(self, tx: Transaction, meeting: Meeting, turns: tuple[Turn, ...], change: Change) -> int | None:
        """Passages are cut anew at once: what a person has put right is not found as it was for a second longer."""
        passages = self._indexer.passages(Transcript(turns=turns), title=meeting.title)
        new = self._store.renew_passages(tx, meeting.id, passages)
        if not new and not change.stale:
            return None
        return queue_renewal(tx, meeting, queue=self._queue)
