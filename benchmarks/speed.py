"""How long listening takes: `transcribe` as a whole beside plain faster-whisper, and the settings that were tried.

usage: python -m benchmarks.speed [--settings] [--json]

The whole (decoding, words, voices, turns) and plain faster-whisper (words alone, its own defaults, the same
weights, threads and 8-bit numbers) take the same files in turn in one run, models loaded before the clock starts.
With --settings the table of settings is measured too, on an artificial meeting of read speech and on the AMI clips.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jiwer
import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel

from api.services import Services, opened
from benchmarks.machine import conditions, shared_data
from benchmarks.transcription import NORMALISED, Clip, ami, artificial_meeting, sound_of, transcribed
from capture import weights
from capture.audio import RATE
from models.ports import Signal
from models.settings import Settings, read_settings

REPEATS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Seconds for the same file, the best of the repeats."""

    file: str
    sound: float
    whole: float
    plain: float

    @property
    def times(self) -> float:
        return self.whole / self.plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One setting: word error and share of real time on each set."""

    setting: str
    error: tuple[float, ...]
    time: tuple[float, ...]


def files() -> list[Path]:
    call = shared_data() / "audio" / "w3c-ccg" / "2023-06-27-traceability" / "w3c-ccg-traceability-2023-06-27.ogg"
    return [call, *sorted((shared_data() / "audio" / "ami").glob("trn0[369].wav"))]


def beside(services: Services) -> list[Beside]:
    plain = _plain(_model(read_settings(), threads=os.cpu_count() or 1, numbers="int8"))
    paths = files()
    _whole(services, paths[-1])  # loads what is loaded once
    rows = []
    for path in paths:
        signal = sound_of(path)
        taken = [(_timed(_whole, services, path), _timed(plain, signal)) for _ in range(REPEATS)]
        whole, alone = (min(times) for times in zip(*taken, strict=True))
        rows.append(Beside(file=path.name, sound=len(signal) / RATE, whole=whole, plain=alone))
        sys.stderr.write(f"{path.name}: {rows[-1].times:.2f}\n")
    return rows


def _whole(services: Services, path: Path) -> None:
    services.transcribe(path, language="en", speakers=None, vocabulary=(), progress=lambda step, done: None)


def _timed(work: Callable[..., object], *given: object) -> float:
    begin = time.perf_counter()
    work(*given)
    return time.perf_counter() - begin


Hears = Callable[[Signal], str]


def _model(settings: Settings, *, threads: int, numbers: str) -> WhisperModel:
    folder = weights.whisper_folder(settings.cache.expanduser(), settings.whisper)
    return WhisperModel(str(folder), device="cpu", compute_type=numbers, cpu_threads=threads, local_files_only=True)


def _plain(model: WhisperModel, **options: Any) -> Hears:
    def hear(signal: Signal) -> str:
        samples = signal.astype(np.float32) / np.float32(32768)
        segments, _ = model.transcribe(samples, language="en", word_timestamps=True, **options)
        return " ".join(segment.text for segment in segments)

    return hear


def _batched(model: WhisperModel, size: int) -> Hears:
    pipeline = BatchedInferencePipeline(model)

    def hear(signal: Signal) -> str:
        samples = signal.astype(np.float32) / np.float32(32768)
        segments, _ = pipeline.transcribe(samples, language="en", word_timestamps=True, batch_size=size)
        return " ".join(segment.text for segment in segments)

    return hear


def tried(services: Services) -> list[Tried]:
    settings = read_settings()
    two, one = (_model(settings, threads=threads, numbers="int8") for threads in (2, 1))
    ways: dict[str, Hears] = {
        "Commonlore (int8, beam 5, clips of speech)": partial(transcribed, transcriber=services.ears.transcriber),
        "plain, int8, beam 5, 2 threads": _plain(two),
        "plain, int8, beam 5, 1 thread": _plain(one),
        "plain, int8, beam 1": _plain(two, beam_size=1),
        "plain, int8, beam 5, its voice activity filter": _plain(two, vad_filter=True),
        "plain, int8, batches of 4": _batched(two, 4),
        "plain, int8, batches of 8": _batched(two, 8),
        "plain, float32, beam 5": _plain(_model(settings, threads=2, numbers="float32")),
    }
    sets = [[artificial_meeting(0)], list(ami())]
    rows = []
    for name, hear in ways.items():
        measured = [_measured(clips, hear) for clips in sets]
        rows.append(Tried(setting=name, error=tuple(m[0] for m in measured), time=tuple(m[1] for m in measured)))
        sys.stderr.write(f"{name}: {measured}\n")
    return rows


def _measured(clips: Sequence[Clip], hear: Hears) -> tuple[float, float]:
    begin = time.perf_counter()
    heard = [NORMALISED(hear(clip.signal)) for clip in clips]
    taken = time.perf_counter() - begin
    said = [NORMALISED(clip.words or "") for clip in clips]
    pairs = [(truth, words) for truth, words in zip(said, heard, strict=True) if truth]
    error = jiwer.wer([truth for truth, _ in pairs], [words for _, words in pairs])
    return error, taken * RATE / sum(len(clip.signal) for clip in clips)


def table(rows: Iterable[Beside], settings: Iterable[Tried]) -> str:
    """Markdown."""
    lines = ["| file | sound | the whole | plain words alone | times |", "|---|--:|--:|--:|--:|"]
    lines += [
        f"| {row.file} | {row.sound / 60:.1f} min | {row.whole:.1f} s | {row.plain:.1f} s | {row.times:.2f} |"
        for row in rows
    ]
    cells = [
        f"| {row.setting} | {row.error[0]:.1%} | {row.time[0]:.3f} | {row.error[1]:.1%} | {row.time[1]:.3f} |"
        for row in settings
    ]
    if cells:
        head = "| setting | word error, read speech | of real time | word error, AMI clips | of real time |"
        lines += ["", head, "|---|--:|--:|--:|--:|", *cells]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--settings", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="commonlore-") as name:
        folder = Path(name)
        with opened(read_settings(home=folder / "library")) as services:
            rows = beside(services)
            settings = tried(services) if options.settings else []
    if options.json:
        shapes = {"beside": [asdict(row) for row in rows], "settings": [asdict(row) for row in settings]}
        sys.stdout.write(json.dumps({"conditions": conditions(), **shapes}) + "\n")
    else:
        sys.stdout.write(f"{table(rows, settings)}\n")


if __name__ == "__main__":
    main()
