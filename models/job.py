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
    PAUSED = "paused"
    """By a person, until resumed: it holds what is done of it, and its holder stops at the next checkpoint."""
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
    """How much of the whole is done, 0 to 1; it never goes back, as what is done is kept."""
    left: float | None
    """Seconds that it will still take; none while that would be a guess, or nobody works on it."""
    attempt: int
    error: str | None
    created_at: datetime
    finished_at: datetime | None
    remarks: tuple[str, ...] = ()
    """What people should know of how it went, in whole sentences that hold no word of the meeting."""

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


SEEN_ENOUGH = 0.1
"""Of the whole, before what is left is told."""
SEEN_LONG = 3.0
"""Seconds of work before what is left is told."""


def seconds_left(*, fraction: float, worked: float, still: float) -> float | None:
    """By how long the work done so far took; none while it would be a guess.

    `still` is how long nothing has moved. Standing still does not make the rest longer: steps are uneven.
    """
    if worked < SEEN_LONG or not SEEN_ENOUGH <= fraction < 1:
        return None
    left = worked * (1 - fraction) / fraction - still
    return left if left >= 1 else None


def left_in_words(left: float | None) -> str:
    """Empty where it is not known."""
    if left is None:
        return ""
    return f"about {round(left)} s left" if left < 90 else f"about {round(left / 60)} min left"
