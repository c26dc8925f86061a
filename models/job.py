"""Work that outlives a request: a job, its steps, and a worker's claim on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


class JobState(StrEnum):
    """A dead job has failed for good and says why; nothing it began remains in the library."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as people see it."""

    id: int
    kind: str
    subject: str
    """What it works on, in people's words: a file's name."""
    meeting_id: int | None
    community_id: int | None
    """Whose it is; none where nothing of that community remains, and then only the owner may see it."""
    state: JobState
    step: str
    """What is being done now, in people's words; empty before the first."""
    fraction: float
    """How much of the whole is done, 0 to 1."""
    attempt: int
    error: str | None
    created_at: datetime
    finished_at: datetime | None

    @property
    def ref(self) -> str:
        """The id people type: j12."""
        return f"j{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One worker's hold on one job; `attempt` is the fencing token that proves it is still the holder."""

    job_id: int
    attempt: int
    worker: str
    kind: str
    meeting_id: int | None
    payload: Mapping[str, Json]
    steps: Mapping[str, Json]
    """Results of the steps that are already committed, by step name."""
