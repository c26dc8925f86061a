"""The door on the way out: every path by which somebody reads goes through it, and it asks the one rule."""

from collections.abc import Iterable
from pathlib import Path

from models.consent import Scope, scope_of
from models.errors import NotFound
from models.job import Job
from models.knowledge import Item, Kind, State
from models.meeting import Meeting, Speaker, Transcript
from models.people import Community, Reader
from models.ports import JobQueue, KeptPassage, Recordings, Store
from models.query import Gap, Linked
from models.repair import Repair
from models.review import Review
from search.linked import linked_to


class Door:
    """Reads for somebody. What is not here and what is not for this reader look the same: NotFound, or nothing."""

    def __init__(self, store: Store, recordings: Recordings, queue: JobQueue) -> None:
        self._store = store
        self._recordings = recordings
        self._queue = queue

    def meetings(
        self, reader: Reader, *, community: str | None = None, ids: Iterable[int] | None = None
    ) -> list[Meeting]:
        """Those that are ready, newest first; of these ids alone where they are given."""
        return self._store.meetings(scope=scope_of(reader), community=community, ids=ids)

    def meeting(self, reader: Reader, meeting_id: int) -> Meeting:
        return self._store.meeting(meeting_id, scope=scope_of(reader))

    def transcript(self, reader: Reader, meeting_id: int, *, labelled: bool = False) -> Transcript:
        """Speakers under their names, or under the labels they came with."""
        return self._store.transcript(meeting_id, scope=scope_of(reader), labelled=labelled)

    def speakers(self, reader: Reader, meeting_id: int) -> list[Speaker]:
        return self._store.speakers(meeting_id, scope=scope_of(reader))

    def repairs(self, reader: Reader, meeting_id: int) -> list[Repair]:
        """Newest first. Raises NotFound for a meeting that is not this reader's."""
        self.meeting(reader, meeting_id)
        return self._store.repairs(meeting_id, scope=scope_of(reader))

    def reviews(self, reader: Reader, meeting_id: int, *, item_id: int | None = None) -> list[Review]:
        """Newest first. Raises NotFound for a meeting that is not this reader's."""
        self.meeting(reader, meeting_id)
        return self._store.reviews(meeting_id, scope=scope_of(reader), item_id=item_id)

    def recording(self, reader: Reader, meeting_id: int) -> Path:
        """What is kept of the file it came from: the meeting is asked for first, so a hash alone opens nothing."""
        return self._recordings.path(self.meeting(reader, meeting_id).recording_sha256)

    def items(
        self,
        reader: Reader,
        *,
        meeting_id: int | None = None,
        community: str | None = None,
        kind: Kind | None = None,
        state: State | None = None,
    ) -> list[Item]:
        """Withdrawn ones only where asked for by state."""
        return self._store.items(
            scope=scope_of(reader), meeting_id=meeting_id, community=community, kind=kind, state=state
        )

    def item(self, reader: Reader, item_id: int) -> Item:
        return self._store.item(item_id, scope=scope_of(reader))

    def linked(self, reader: Reader, item_id: int) -> list[Linked]:
        """What hangs together with an item that is this reader's. Raises NotFound for any other."""
        self.item(reader, item_id)
        return linked_to([item_id], store=self._store, scope=scope_of(reader))[item_id]

    def passages(self, reader: Reader, *, ids: Iterable[int]) -> list[KeptPassage]:
        return self._store.passages(scope=scope_of(reader), ids=ids)

    def communities(self, reader: Reader) -> list[Community]:
        return self._store.communities(scope=scope_of(reader))

    def community(self, reader: Reader, name: str) -> Community:
        """By its name, whatever the case. Raises NotFound."""
        return community_named(self._store, name, scope=scope_of(reader))

    def vocabulary(self, reader: Reader, community: str) -> list[str]:
        return self._store.vocabulary(community, scope=scope_of(reader))

    def jobs(self, reader: Reader, *, limit: int = 50) -> list[Job]:
        """Newest first: a job tells a file's name, and what was wrong with it."""
        scope = scope_of(reader)
        return [job for job in self._queue.jobs(limit=limit) if scope.allows(job.community_id)]

    def job(self, reader: Reader, job_id: int) -> Job:
        job = self._queue.job(job_id)
        if not scope_of(reader).allows(job.community_id):
            raise NotFound(f"There is no job {job.ref}")
        return job

    def gaps(self, reader: Reader, *, community: str | None = None) -> list[Gap]:
        return self._store.gaps(scope=scope_of(reader), community=community)

    def counts(self, reader: Reader) -> dict[str, int]:
        """Rows by noun, of what this reader may read."""
        return self._store.counts(scope=scope_of(reader))


def community_named(store: Store, name: str, *, scope: Scope) -> Community:
    """Raises NotFound, and names the communities there are."""
    communities = store.communities(scope=scope)
    for community in communities:
        if community.name.casefold() == name.strip().casefold():
            return community
    known = ", ".join(sorted(community.name for community in communities)) or "none yet"
    raise NotFound(f"no community '{name}' here; there are: {known}")
