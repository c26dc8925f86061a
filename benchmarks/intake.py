"""Intake: seconds from a file handed in to findable, and the memory it takes.

usage: python -m benchmarks.intake [--hours H] [--json]

Each case runs in a process of its own with a fresh library, models loaded from cold. With --hours a recording of
that length is made by laying the sample's call end to end.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
import wave
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from api.intake import About
from api.services import opened
from capture.audio import RATE, decode, read_signal
from models.consent import EVERYTHING
from models.settings import read_settings

SAMPLE = Path(__file__).parents[1] / "cli" / "sample"
RECORDING = SAMPLE / "w3c-ccg-traceability-2023-06-27.ogg"
TRANSCRIPT = SAMPLE / "qmsum-education_0.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """One file taken in."""

    case: str
    seconds: float
    sound_seconds: float | None
    peak_resident_mb: int
    turns: int
    items: int
    passages: int


def run(hours: float | None = None) -> list[Intake]:
    cases = [RECORDING, TRANSCRIPT]
    with TemporaryDirectory() as folder:
        if hours:
            cases.append(_long_recording(Path(folder) / f"{hours:g}-hours.wav", seconds=hours * 3600))
        return [_in_own_process(path) for path in cases]


def _in_own_process(path: Path) -> Intake:
    command = [sys.executable, "-m", "benchmarks.intake", "--file", str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Intake(**json.loads(done.stdout))


def _measure(path: Path) -> Intake:
    with TemporaryDirectory() as home, opened(read_settings(home=Path(home))) as services:
        begin = time.perf_counter()
        added = services.add(path, about=About(community="Benchmark", language="en"))
        worker = services.worker()
        while worker.run_once():
            pass
        seconds = time.perf_counter() - begin
        meeting = services.store.meeting(added.meeting_id, scope=EVERYTHING)
        if not meeting.ready:
            raise SystemExit(f"{path.name}: {services.queue.jobs()[0].error}")
        counts = services.store.counts(scope=EVERYTHING)
        return Intake(
            case=path.name,
            seconds=round(seconds, 1),
            sound_seconds=meeting.duration,
            peak_resident_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            turns=counts["turns"],
            items=len(services.store.items(scope=EVERYTHING)),
            passages=counts["passages"],
        )


def _long_recording(target: Path, *, seconds: float) -> Path:
    """The sample's call end to end, as 16 kHz mono WAV."""

    sound = target.with_suffix(".pcm")
    decode(RECORDING, sound, name=RECORDING.name)
    signal = read_signal(sound)
    with wave.open(str(target), "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        left = int(seconds * RATE)
        while left > 0:
            out.writeframes(signal[:left].tobytes())
            left -= len(signal)
    sound.unlink()
    return target


def table(rows: list[Intake]) -> str:
    """Markdown."""
    head = "| file | sound | to findable | of real time | peak memory | turns | passages | items |"
    return "\n".join([head, "|---" + "|--:" * 7 + "|", *map(_line, rows)])


def _line(row: Intake) -> str:
    sound = f"{row.sound_seconds / 60:.1f} min" if row.sound_seconds else "none"
    share = f"{row.seconds / row.sound_seconds:.2f}" if row.sound_seconds else ""
    return (
        f"| {row.case} | {sound} | {row.seconds:.0f} s | {share} | {row.peak_resident_mb} MB "
        f"| {row.turns} | {row.passages} | {row.items} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, help="also a recording of this length")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.file:
        sys.stdout.write(json.dumps(asdict(_measure(options.file))))
        return
    rows = run(options.hours)
    sys.stdout.write((json.dumps([asdict(row) for row in rows]) if options.json else table(rows)) + "\n")


if __name__ == "__main__":
    main()
