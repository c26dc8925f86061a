"""Who spoke when: speaker encoders, ways of grouping, windows and overlap, each against the way that is used.

usage: python -m benchmarks.voices [--layouts N] [--tried N]

The same measure as benchmarks.transcription: no collar, overlap counted. A threshold is chosen for each clip on all
the others of its kind, so that no clip chooses its own; "as shipped" has the one that is in the code. Artificial
meetings are LibriSpeech's utterances in random order; the sixth voice and later ones are words of the first five
played 15 % faster or slower, which are harder to tell from them than other people are. Words of the AMI clips are
given to voices at their true times. Encoders whose packages are not installed are left out.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.optimize import linear_sum_assignment
from scipy.signal import resample_poly
from sklearn.cluster import KMeans

from benchmarks.diarization_error import VoiceErrors, compare
from benchmarks.embedders import installed
from benchmarks.machine import conditions, shared_data
from benchmarks.transcription import Clip, ami, artificial_meeting, librispeech_names, librispeech_sound
from capture import weights
from capture.alignment import to_turns
from capture.audio import RATE
from capture.diarizer import VoiceDiarizer, Ways
from capture.grouping import Grouping, told_apart
from capture.speech import Hearing, Region, SpeechDetector
from capture.voiceprint import Encoder
from models.meeting import UNKNOWN_SPEAKER, Word
from models.ports import Report, Signal, Vectors, Voice, unreported

Labels = NDArray[np.int64]

THRESHOLDS = tuple(float(one) for one in np.round(np.arange(0.2, 0.92, 0.04), 2))
SHIPPED = Ways()


# --- ways of grouping that were tried ------------------------------------------------------------------------


def unbound(points: Vectors, *, windows: Labels, speakers: int | None, same_voice: float) -> Labels:
    """As shipped, but two of one window may be one voice."""
    return told_apart(points, windows=np.arange(len(points)), speakers=speakers, same_voice=same_voice)


def complete(points: Vectors, *, windows: Labels, speakers: int | None, same_voice: float) -> Labels:
    """By the farthest pair instead of the mean."""
    if len(points) == 1:
        return np.zeros(1, dtype=np.int64)
    labels: Labels = fcluster(linkage(points, "complete", metric="cosine"), same_voice, "distance") - 1
    return labels


def spectral(points: Vectors, *, windows: Labels, speakers: int | None, same_voice: float) -> Labels:
    """Pruned affinities, as many voices as the widest gap of the Laplacian's eigenvalues says; at most ten."""
    if len(points) < 4:
        return np.zeros(len(points), dtype=np.int64)
    likeness = np.maximum(points @ points.T, 0)
    kept = max(int((1 - same_voice) * len(points)), 3)
    floor = np.sort(likeness, axis=1)[:, -kept][:, None]
    pruned = np.where(likeness >= floor, likeness, 0.0)
    affinity = (pruned + pruned.T) / 2
    values, directions = np.linalg.eigh(np.diag(affinity.sum(axis=1)) - affinity)
    count = int(np.argmax(np.diff(values[: min(11, len(values))]))) + 1
    labels: Labels = KMeans(count, n_init=10, random_state=0).fit_predict(directions[:, :count]).astype(np.int64)
    return labels


def resegmented(points: Vectors, *, windows: Labels, speakers: int | None, same_voice: float) -> Labels:
    """After average linkage, soft groups with weights that die out: VBx without its PLDA, which no package has for
    these points."""
    labels = told_apart(points, windows=windows, speakers=speakers, same_voice=same_voice)
    shares = np.eye(int(labels.max()) + 1)[labels]
    for _ in range(10):
        middles = shares.T @ points
        middles /= np.maximum(np.linalg.norm(middles, axis=1, keepdims=True), 1e-9)
        scores = 20 * points @ middles.T + np.log(np.maximum(shares.mean(axis=0), 1e-6))
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
    kept = np.unique(shares.argmax(axis=1), return_inverse=True)[1]
    again: Labels = kept.astype(np.int64)
    return again


# --- what is measured ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Way:
    """One row."""

    name: str
    ways: Ways = SHIPPED
    encoder: Encoder | None = None
    grouping: Grouping = told_apart
    thresholds: Sequence[float] = THRESHOLDS
    given: bool = False
    """Whether the number of voices is said."""


@dataclass(kw_only=True)
class Score:
    """Of one way on one kind of clip."""

    errors: VoiceErrors = field(default_factory=VoiceErrors)
    right: int = 0
    clips: int = 0
    time: float = 0.0
    """A share of the sound's own length, the threshold's choice left out."""


class Remembering(VoiceDiarizer):
    """Hears each clip once, however often it is grouped; the clips must outlive it."""

    def __init__(self, way: Way) -> None:
        super().__init__(ways=way.ways, encoder=way.encoder, grouping=way.grouping)
        self._kept: dict[int, Any] = {}

    def _heard(self, signal: Signal, starts: Sequence[int], report: Report) -> Any:
        if id(signal) not in self._kept:
            self._kept[id(signal)] = super()._heard(signal, starts, report)
        return self._kept[id(signal)]

    @cached_property
    def _detector(self) -> SpeechDetector:
        return RememberingDetector(weights.checked(weights.SPEECH))

    def at(self, threshold: float) -> None:
        self._ways = replace(self._ways, same_voice=threshold)


class RememberingDetector(SpeechDetector):
    """The same for what is speech."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._kept: dict[int, list[Region]] = {}

    def regions(self, signal: Signal, hearing: Hearing) -> list[Region]:
        if id(signal) not in self._kept:
            self._kept[id(signal)] = super().regions(signal, hearing)
        return self._kept[id(signal)]


def measured(way: Way, clips: Sequence[Clip]) -> Score:
    diarizer = Remembering(way)
    diarizer.diarize(clips[0].signal[:RATE])  # the weights load before the clock starts
    begin = time.perf_counter()
    for clip in clips:
        diarizer.diarize(clip.signal)
    score = Score(
        clips=len(clips), time=(time.perf_counter() - begin) / sum(len(clip.signal) / RATE for clip in clips)
    )
    outcomes = [[_outcome(diarizer, clip, one, given=way.given) for clip in clips] for one in way.thresholds]
    for at in range(len(clips)):
        errors, right = outcomes[_best_without(at, outcomes)][at]
        score.errors += errors
        score.right += right
    return score


def _outcome(diarizer: Remembering, clip: Clip, threshold: float, *, given: bool) -> tuple[VoiceErrors, bool]:
    diarizer.at(threshold)
    truth = clip.voices or ()
    found = diarizer.diarize(clip.signal, speakers=_count(truth) if given else None)
    return compare(truth, found), _count(truth) == _count(found)


def _best_without(left_out: int, outcomes: Sequence[Sequence[tuple[VoiceErrors, bool]]]) -> int:
    """The middle of the thresholds that do best on all clips but one."""
    totals = [
        sum((errors for at, (errors, _) in enumerate(row) if at != left_out), VoiceErrors()).rate
        for row in outcomes
    ]
    best = [at for at, total in enumerate(totals) if total <= min(totals) + 1e-9]
    return best[len(best) // 2]


def _count(voices: Sequence[Voice]) -> int:
    return len({voice.label for voice in voices})


def ways() -> Iterator[Way]:
    shipped = (SHIPPED.same_voice,)
    yield Way(name="**as shipped**", thresholds=shipped)
    yield Way(name="as shipped, threshold left to the other clips")
    yield Way(name="number of voices given", thresholds=shipped, given=True)
    for name, encoder in installed().items():
        yield Way(name=f"points of {name}", encoder=encoder)
    yield Way(name="two of one window may be one voice", grouping=unbound)
    yield Way(name="complete linkage", grouping=complete)
    yield Way(name="spectral, number by eigenvalues", grouping=spectral)
    yield Way(name="resegmented after linkage", grouping=resegmented)
    for seconds in (1.25, 5.0):
        yield Way(name=f"a window every {seconds} s", ways=replace(SHIPPED, next=int(seconds * RATE)))
    for frames in (150, 600):
        yield Way(name=f"points of {frames / 100} s at most", ways=replace(SHIPPED, most=frames))
    yield Way(name="one voice at a time", ways=replace(SHIPPED, overlap=-99.0))
    for bias in (-1.0, 1.0):
        yield Way(name=f"two at once at {bias:+.0f}", ways=replace(SHIPPED, overlap=bias))


# --- meetings of other sizes ---------------------------------------------------------------------------------


def crowd(seed: int, *, voices: int) -> Clip:
    """Eight utterances of each voice, in random order, with gaps of 0.2 to 1 s."""
    chance = random.Random(seed)
    people = sorted({name.split("-")[0] for name in librispeech_names()})
    played = [(person, 20) for person in chance.sample(people, min(voices, len(people)))]
    others = [(person, pace) for person in people for pace in (17, 23)]
    played += chance.sample(others, max(voices - len(people), 0))
    said = [(name, pace) for person, pace in played for name in _some(person, chance)]
    chance.shuffle(said)
    pieces: list[Signal] = []
    told: list[Voice] = []
    now = 0
    for name, pace in said:
        gap, sound = int(chance.uniform(0.2, 1.0) * RATE), _played(name, pace)
        start, now = now + gap, now + gap + len(sound)
        pieces += [np.zeros(gap, dtype=np.int16), sound]
        told.append(Voice(start=start / RATE, end=now / RATE, label=f"{name.split('-')[0]} at {pace}"))
    return Clip(signal=np.concatenate(pieces), voices=tuple(told))


def _some(person: str, chance: random.Random) -> list[str]:
    return chance.sample([name for name in librispeech_names() if name.startswith(f"{person}-")], 8)


def _played(name: str, pace: int) -> Signal:
    sound = librispeech_sound(name)
    if pace == 20:
        return sound
    paced: Signal = np.clip(resample_poly(sound.astype(np.float32), pace, 20), -32768, 32767).astype(np.int16)
    return paced


# --- words ---------------------------------------------------------------------------------------------------


def words_given() -> tuple[int, float, float]:
    """How many words the AMI clips have, and the shares that a wrong voice and that nobody known got."""
    diarizer = VoiceDiarizer()
    total = wrong = unknown = 0
    for path, clip in zip(sorted((shared_data() / "audio" / "ami").glob("*.wav")), ami(), strict=True):
        said = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["words"]
        said = sorted((one for one in said if not one["punc"]), key=lambda one: float(one["start"]))
        words = [
            Word(word=one["word"], start=one["start"], end=max(one["end"], one["start"] + 0.01)) for one in said
        ]
        turns = to_turns(words, diarizer.diarize(clip.signal, report=unreported))
        given = [turn.speaker for turn in turns for _ in turn.words]
        nobody = given.count(UNKNOWN_SPEAKER)
        total, unknown = total + len(given), unknown + nobody
        wrong += len(given) - nobody - _agreeing([one["speaker"] for one in said], given)
    return total, wrong / total, unknown / total


def _agreeing(truth: Sequence[str], given: Sequence[str]) -> int:
    """Words that are right when each found voice stands for one true one."""
    true, found = sorted(set(truth)), sorted(set(given) - {UNKNOWN_SPEAKER})
    shared = np.zeros((len(true), len(found)))
    for one, other in zip(truth, given, strict=True):
        if other != UNKNOWN_SPEAKER:
            shared[true.index(one), found.index(other)] += 1
    rows, columns = linear_sum_assignment(-shared)
    return int(shared[rows, columns].sum())


# --- the tables ----------------------------------------------------------------------------------------------


def table(layouts: int, tried: int) -> Iterator[str]:
    """Markdown, line by line as it is measured."""
    clips, meetings = list(ami()), [artificial_meeting(seed) for seed in range(layouts)]
    kinds = "missed, false alarm, confusion | number right"
    yield f"| way | AMI clips | {kinds} | LibriSpeech as meetings | {kinds} | of real time |\n"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|\n"
    for number, way in enumerate(ways()):
        scores = [measured(way, clips), measured(way, meetings if number == 0 else meetings[:tried])]
        yield f"| {way.name} | " + " | ".join(map(_cells, scores)) + f" | {scores[1].time:.3f} |\n"
    yield f"\n| voices in a LibriSpeech meeting, as shipped | error | {kinds} |\n"
    yield "|---|--:|--:|--:|\n"
    for voices in (1, 2, 3, 4, 8):
        score = measured(
            Way(name="", thresholds=(SHIPPED.same_voice,)), [crowd(seed, voices=voices) for seed in range(tried)]
        )
        yield f"| {voices} | {_cells(score)} |\n"
    total, wrong, unknown = words_given()
    yield f"\nOf {total} words of the AMI clips, {_percent(wrong)} are given to a wrong voice and "
    yield f"{_percent(unknown)} to nobody known.\n"


def _cells(score: Score) -> str:
    errors = score.errors
    kinds = (errors.missed, errors.false_alarm, errors.confusion)
    parts = ", ".join(_percent(errors.share(seconds)) for seconds in kinds)
    return f"{_percent(errors.rate)} | {parts} | {score.right} of {score.clips}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layouts", type=int, default=10, help="artificial meetings for what is shipped")
    parser.add_argument("--tried", type=int, default=2, help="artificial meetings for what was tried")
    options = parser.parse_args()
    sys.stdout.write(f"{conditions()}\n\n")
    for line in table(options.layouts, options.tried):
        sys.stdout.write(line)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
