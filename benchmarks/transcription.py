"""Hearing: words wrong, voices wrong, and how long it takes.

usage: python -m benchmarks.transcription [--clips ami|librispeech|all] [--layouts N] [--json]

Words are compared after Whisper's own English normaliser (lower case, no punctuation, fillers such as "um" left
out, contractions and numbers written one way; without its list of British spellings), against one reference in
order of start, overlap and all. Voices are scored without a collar, overlap counted. An artificial meeting is the
read utterances of five voices in random order with gaps of 0.2 to 1 s. Models are loaded before the clock starts.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import jiwer
import numpy as np
from transformers.models.whisper.english_normalizer import EnglishTextNormalizer

from benchmarks.diarization_error import VoiceErrors, compare
from benchmarks.machine import conditions, shared_data
from capture import weights
from capture.audio import RATE, decode, read_signal
from capture.diarizer import VoiceDiarizer
from capture.transcriber import WhisperTranscriber
from models.ports import Signal, Transcriber, Voice, unreported
from models.settings import read_settings

NORMALISED: Callable[[str], str] = EnglishTextNormalizer({})  # type: ignore[no-untyped-call]  # transformers' own


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A recording and what is true of it; none where that is not known or not asked."""

    signal: Signal
    words: str | None = None
    voices: tuple[Voice, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsHeard:
    """Shares of the words said; `time` is a share of the sound's own length."""

    error: float
    deleted: float
    inserted: float
    substituted: float
    time: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicesHeard:
    """Shares of the seconds spoken; `time` is a share of the sound's own length."""

    error: float
    missed: float
    false_alarm: float
    confusion: float
    counted_right: int
    """Clips in which the number of voices was right."""
    time: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the table."""

    data: str
    clips: int
    minutes: float
    words: WordsHeard | None
    voices: VoicesHeard | None
    conditions: str


def run(clips: str = "all", *, layouts: int = 10) -> list[Row]:
    settings = read_settings()
    folder = weights.whisper_folder(settings.cache.expanduser(), settings.whisper)
    transcriber = WhisperTranscriber(folder, threads=settings.threads)
    diarizer = VoiceDiarizer()
    _warm_up(transcriber, diarizer)
    return [
        _measure(name, list(found()), transcriber=transcriber, diarizer=diarizer)
        for name, found in _data(layouts).items()
        if clips == "all" or name.lower().startswith(clips)
    ]


def _data(layouts: int) -> dict[str, Callable[[], Iterator[Clip]]]:
    return {
        "AMI clips": ami,
        "LibriSpeech utterances": librispeech,
        # their words are those of the utterances, heard above
        "LibriSpeech as meetings": lambda: (
            replace(artificial_meeting(seed), words=None) for seed in range(layouts)
        ),
    }


def _warm_up(transcriber: WhisperTranscriber, diarizer: VoiceDiarizer) -> None:
    clip = next(iter(librispeech()))
    for window in transcriber.windows(clip.signal):
        transcriber.transcribe(clip.signal, window=window, language="en")
    diarizer.diarize(clip.signal)


# --- the data ------------------------------------------------------------------------------------------------


def ami() -> Iterator[Clip]:
    for path in sorted((shared_data() / "audio" / "ami").glob("*.wav")):
        yield Clip(
            signal=sound_of(path),
            words=_stm_words(path.with_suffix(".stm")),
            voices=_rttm_voices(path.with_suffix(".rttm")),
        )


def librispeech() -> Iterator[Clip]:
    folder = shared_data() / "audio" / "librispeech"
    for name, words in _references().items():
        yield Clip(signal=sound_of(folder / f"{name}.flac"), words=words)


def artificial_meeting(seed: int) -> Clip:
    folder = shared_data() / "audio" / "librispeech"
    chance = random.Random(seed)
    names = sorted(_references())
    chance.shuffle(names)
    pieces: list[Signal] = []
    voices: list[Voice] = []
    now = 0
    for name in names:
        gap = int(chance.uniform(0.2, 1.0) * RATE)
        said = sound_of(folder / f"{name}.flac")
        start, now = now + gap, now + gap + len(said)
        pieces += [np.zeros(gap, dtype=np.int16), said]
        voices.append(Voice(start=start / RATE, end=now / RATE, label=name.split("-")[0]))
    words = " ".join(_references()[name] for name in names)
    return Clip(signal=np.concatenate(pieces), words=words, voices=tuple(voices))


def librispeech_names() -> list[str]:
    return sorted(_references())


def librispeech_sound(name: str) -> Signal:
    return sound_of(shared_data() / "audio" / "librispeech" / f"{name}.flac")


@cache
def _references() -> dict[str, str]:
    lines = (shared_data() / "audio" / "librispeech" / "references.tsv").read_text(encoding="utf-8").splitlines()
    return {name: words for name, _, words in (line.split("\t") for line in lines)}


@cache
def sound_of(path: Path) -> Signal:
    with TemporaryDirectory() as folder:
        decode(path, Path(folder) / "sound.pcm", name=path.name)
        return np.array(read_signal(Path(folder) / "sound.pcm"))


def _stm_words(path: Path) -> str:
    """Fields: file, channel, speaker, start, end, words."""
    lines = [line.split(maxsplit=5) for line in path.read_text(encoding="utf-8").splitlines()]
    spoken = sorted((line for line in lines if len(line) == 6), key=lambda line: float(line[3]))
    return " ".join(line[5] for line in spoken)


def _rttm_voices(path: Path) -> tuple[Voice, ...]:
    """Fields: type, file, channel, start, length, two empty ones, speaker."""
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return tuple(Voice(start=float(line[3]), end=float(line[3]) + float(line[4]), label=line[7]) for line in lines)


# --- the measures --------------------------------------------------------------------------------------------


def _measure(data: str, clips: Sequence[Clip], *, transcriber: WhisperTranscriber, diarizer: VoiceDiarizer) -> Row:
    return Row(
        data=data,
        clips=len(clips),
        minutes=round(_seconds(clips) / 60, 1),
        words=_words([clip for clip in clips if clip.words is not None], transcriber),
        voices=_voices([clip for clip in clips if clip.voices is not None], diarizer),
        conditions=conditions(),
    )


def _seconds(clips: Sequence[Clip]) -> float:
    return sum(len(clip.signal) for clip in clips) / RATE


def _words(clips: Sequence[Clip], transcriber: WhisperTranscriber) -> WordsHeard | None:
    if not clips:
        return None
    begin = time.perf_counter()
    heard = [transcribed(clip.signal, transcriber) for clip in clips]
    taken = time.perf_counter() - begin
    found = jiwer.process_words([NORMALISED(clip.words or "") for clip in clips], [*map(NORMALISED, heard)])
    words = found.hits + found.substitutions + found.deletions
    return WordsHeard(
        error=found.wer,
        deleted=found.deletions / words,
        inserted=found.insertions / words,
        substituted=found.substitutions / words,
        time=taken / _seconds(clips),
    )


def transcribed(signal: Signal, transcriber: Transcriber) -> str:
    windows = transcriber.windows(signal)
    heard = [transcriber.transcribe(signal, window=window, language="en") for window in windows]
    return " ".join(word.word for one in heard for word in one.words)


def _voices(clips: Sequence[Clip], diarizer: VoiceDiarizer) -> VoicesHeard | None:
    if not clips:
        return None
    begin = time.perf_counter()
    heard = [diarizer.diarize(clip.signal, speakers=None, report=unreported) for clip in clips]
    taken = time.perf_counter() - begin
    pairs = [(clip.voices or (), voices) for clip, voices in zip(clips, heard, strict=True)]
    errors = sum((compare(truth, voices) for truth, voices in pairs), VoiceErrors())
    return VoicesHeard(
        error=errors.rate,
        missed=errors.share(errors.missed),
        false_alarm=errors.share(errors.false_alarm),
        confusion=errors.share(errors.confusion),
        counted_right=sum(_count(truth) == _count(voices) for truth, voices in pairs),
        time=taken / _seconds(clips),
    )


def _count(voices: Sequence[Voice]) -> int:
    return len({voice.label for voice in voices})


# --- the table -----------------------------------------------------------------------------------------------


def table(rows: Sequence[Row]) -> str:
    """Markdown."""
    head = (
        "| data | clips | sound | word error | deleted, inserted, substituted | of real time "
        "| voice error | missed, false alarm, confusion | number of voices right | of real time |"
    )
    return "\n".join([head, "|---" + "|--:" * 9 + "|", *map(_line, rows)])


def _line(row: Row) -> str:
    cells = [row.data, str(row.clips), f"{row.minutes} min", *_word_cells(row.words)]
    return "| " + " | ".join([*cells, *_voice_cells(row.voices, row.clips)]) + " |"


def _word_cells(words: WordsHeard | None) -> list[str]:
    if words is None:
        return ["", "", ""]
    kinds = (words.deleted, words.inserted, words.substituted)
    return [_percent(words.error), ", ".join(map(_percent, kinds)), f"{words.time:.3f}"]


def _voice_cells(voices: VoicesHeard | None, clips: int) -> list[str]:
    if voices is None:
        return ["", "", "", ""]
    kinds = ", ".join(map(_percent, (voices.missed, voices.false_alarm, voices.confusion)))
    return [_percent(voices.error), kinds, f"{voices.counted_right} of {clips}", f"{voices.time:.3f}"]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", choices=["ami", "librispeech", "all"], default="all")
    parser.add_argument("--layouts", type=int, default=10, help="artificial meetings")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = run(options.clips, layouts=options.layouts)
    if options.json:
        sys.stdout.write(json.dumps([asdict(row) for row in rows]) + "\n")
    else:
        sys.stdout.write(f"{conditions()}\n\n{table(rows)}\n")


if __name__ == "__main__":
    main()
