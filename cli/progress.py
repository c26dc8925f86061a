"""Progress on stderr: bars on a terminal, elsewhere a plain line now and then."""

import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from cli.render import clean, tell
from models.job import left_in_words, seconds_left

PAUSE_OF_LINES = 10.0
"""Seconds between two lines about the same step."""
PAUSE_OF_STANDSTILL = 30.0
"""The same while nothing moves: only to say that it goes on."""


@contextmanager
def shown() -> "Iterator[Show]":
    """Shows progress for the length of the block."""
    if not sys.stderr.isatty():
        yield Lines(tell)
        return
    console = Console(stderr=True, highlight=False)
    columns = (
        TextColumn("{task.fields[subject]}", style="bold"),
        BarColumn(bar_width=24),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[left]}"),
        TextColumn("{task.description}", style="dim"),
    )
    with Progress(*columns, console=console) as bars:
        yield Bars(bars)


class Show(ABC):
    """Called with what is worked on, what is being done (nothing while it waits), and the fraction done."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._paces: dict[str, Pace] = {}

    def __call__(self, subject: str, step: str, fraction: float) -> None:
        """The time that is left is found out by watching."""
        now = self._now()
        pace = self._paces.setdefault(subject, Pace(began=now))
        pace.move(fraction, now)
        self._draw(subject, step, fraction, left=pace.left(now), now=now)

    def tell(self, subject: str, step: str, fraction: float, *, left: float | None) -> None:
        """The same, where somebody knows how many seconds are left, or that nobody can know."""
        self._draw(subject, step, fraction, left=left_in_words(left), now=self._now())

    @abstractmethod
    def _draw(self, subject: str, step: str, fraction: float, *, left: str, now: float) -> None: ...


class Bars(Show):
    """One bar a subject."""

    def __init__(self, bars: Progress) -> None:
        super().__init__()
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def _draw(self, subject: str, step: str, fraction: float, *, left: str, now: float) -> None:
        name, doing = escape(clean(subject)), escape(clean(step or "waiting for its turn"))
        if subject not in self._tasks:
            self._tasks[subject] = self._bars.add_task(doing, total=1.0, subject=name, left=left)
        self._bars.update(self._tasks[subject], description=doing, completed=fraction, left=left)


class Lines(Show):
    """A line when the step changes, and while it lasts now and then, with the time that is left."""

    def __init__(self, write: Callable[[str], None], *, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__(now=now)
        self._write = write
        self._last: dict[str, tuple[str, float, float]] = {}

    def _draw(self, subject: str, step: str, fraction: float, *, left: str, now: float) -> None:
        if not step:
            return
        last_step, last_fraction, last_time = self._last.get(subject, ("", 0.0, now))
        pause = PAUSE_OF_LINES if fraction != last_fraction else PAUSE_OF_STANDSTILL
        if step == last_step and now - last_time < pause:
            return
        self._last[subject] = (step, fraction, now)
        self._write(f"{subject}: {step}, {fraction:.0%}{left and ', ' + left}")


class Pace:
    """How long something will still take, by how long it took so far."""

    def __init__(self, *, began: float) -> None:
        self._began = began
        self._fraction = 0.0
        self._moved = began

    def move(self, fraction: float, now: float) -> None:
        if fraction != self._fraction:
            self._fraction, self._moved = fraction, now

    def left(self, now: float) -> str:
        """In words; empty while it would be a guess."""
        worked, still = self._moved - self._began, now - self._moved
        return left_in_words(seconds_left(fraction=self._fraction, worked=worked, still=still))
