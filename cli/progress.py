"""Progress on stderr: bars on a terminal, elsewhere a plain line now and then."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from cli.render import clean, tell

Show: TypeAlias = Callable[[str, str, float], None]
"""Called with what is worked on, what is being done (nothing while it waits), and the fraction done."""

PAUSE_OF_LINES = 10.0
"""Seconds between two lines about the same step."""
PAUSE_OF_STANDSTILL = 30.0
"""The same while nothing moves: only to say that it goes on."""
SEEN_ENOUGH = 0.1
"""Of the whole, before what is left is told."""


@contextmanager
def shown() -> Iterator[Show]:
    """Shows progress for the length of the block."""
    if not sys.stderr.isatty():
        yield Lines(tell).show
        return
    console = Console(stderr=True, highlight=False)
    columns = (
        TextColumn("{task.fields[subject]}", style="bold"),
        BarColumn(bar_width=24),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.description}", style="dim"),
    )
    with Progress(*columns, console=console) as bars:
        yield Bars(bars).show


class Bars:
    """One bar a subject."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def show(self, subject: str, step: str, fraction: float) -> None:
        name, doing = escape(clean(subject)), escape(clean(step or "waiting for its turn"))
        if subject not in self._tasks:
            self._tasks[subject] = self._bars.add_task(doing, total=1.0, subject=name)
        self._bars.update(self._tasks[subject], description=doing, completed=fraction)


class Lines:
    """A line when the step changes, and while it lasts now and then, with the time that is left."""

    def __init__(self, write: Callable[[str], None], *, now: Callable[[], float] = time.monotonic) -> None:
        self._write = write
        self._now = now
        self._paces: dict[str, Pace] = {}
        self._last: dict[str, tuple[str, float, float]] = {}

    def show(self, subject: str, step: str, fraction: float) -> None:
        if not step:
            return
        now = self._now()
        pace = self._paces.setdefault(subject, Pace(began=now))
        pace.move(fraction, now)
        last_step, last_fraction, last_time = self._last.get(subject, ("", 0.0, now))
        pause = PAUSE_OF_LINES if fraction != last_fraction else PAUSE_OF_STANDSTILL
        if step == last_step and now - last_time < pause:
            return
        self._last[subject] = (step, fraction, now)
        left = pace.left(now)
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
        """In words; empty while it would be a guess. Standing still does not make it longer: steps are uneven."""
        taken = self._moved - self._began
        if taken < 3 or not SEEN_ENOUGH <= self._fraction < 1:
            return ""
        seconds = taken * (1 - self._fraction) / self._fraction - (now - self._moved)
        if seconds < 1:
            return ""
        return f"about {round(seconds)} s left" if seconds < 90 else f"about {round(seconds / 60)} min left"
