"""Hears words: the only file that knows faster-whisper."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from capture import weights
from capture.audio import RATE
from capture.doubt import LOOPING, doubt_of, is_made_up, with_loops_marked
from capture.speech import STEP, Hearing, Region, SpeechDetector, padded, regions_of
from models.errors import ConfigError, WeightsError
from models.meeting import Doubt, Word
from models.ports import Heard, Signal, Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST_WINDOW = 180.0
"""Seconds done in one go, and done again after a kill."""
LONGEST_CLIP = 28.0
"""Whisper hears 30 seconds at a time."""
_ROOM = round(0.5 * RATE)
"""Samples around a clip that are heard with it: without them 5 words in 100 more are missed on AMI, with 1 s 1."""
_PAUSE_IN_CLIP = 2.0
"""A longer silence is not handed to Whisper, which fills silence with words it was trained on."""
# Faint speech counts: at a threshold of 0.5 half as many words again go wrong (22.4 % where this leaves 15.7).
_HEARING = Hearing(threshold=0.3, pause=0.7, shortest=0.15, pad=0.3)

# Measured on LibriSpeech laid out as a meeting: 13.6 % of words wrong so; 15.7 with a beam of 1; 22.7 in batches of
# clips, which leave out what follows a pause (61 words in 429, here 6). Clips heard side by side, each by itself,
# take two thirds of the time that one after the other takes on all cores.
_BEAM = 5
_CORES_OF_ONE = 2
"""Threads of each clip: the last one takes a second core, and two at once hardly longer than with one each."""

# Whisper's own further tries draw lots. So drawn words are dice ("Input. Thank you." in mid-sentence was not said),
# and differ from run to run; what goes round in a loop is heard once more with repeating forbidden instead.
_NO_REPEAT = 4
"""Tokens in a row that may not come again in the second try."""
_UNSPACED = {"zh", "ja", "th", "lo", "my", "yue"}
"""Languages written without spaces between words."""


_Clip: TypeAlias = tuple[list[Any], str]
"""Whisper's segments and language."""


class WhisperTranscriber:
    """Whisper from a CTranslate2 folder, in whole numbers of 8 bits; loaded when first asked to hear."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self.name = f"{folder.name} int8"
        self._folder = folder
        self._threads = threads or os.cpu_count() or 1

    def windows(self, signal: Signal) -> list[Window]:
        """Runs of clips, at most LONGEST_WINDOW from the first to the last."""
        windows: list[Window] = []
        for clip in _clips(self._detector.probabilities(signal), samples=len(signal)):
            start, end = clip.start / RATE, clip.end / RATE
            if windows and end - windows[-1].start <= LONGEST_WINDOW:
                windows[-1] = Window(start=windows[-1].start, end=end)
            else:
                windows.append(Window(start=start, end=end))
        return windows

    def transcribe(
        self, signal: Signal, *, window: Window, language: str | None, vocabulary: Sequence[str] = ()
    ) -> Heard:
        """The words of one window, each within a stretch in which somebody speaks."""
        sound = signal[round(window.start * RATE) : round(window.end * RATE)]
        speech = self._detector.probabilities(sound)
        clips = _clips(speech, samples=len(sound))
        if not clips:
            return Heard(words=(), language=language or "en")
        if language not in {None, *self._model.supported_languages}:
            raise ConfigError(f"Whisper knows no language '{language}': give a code like en or cy, or none")
        heard = self._heard(sound, clips, language, vocabulary)
        words = [
            word
            for clip, (segments, language) in zip(clips, heard, strict=True)
            for word in _words(segments, language, _within(clip, window), speech[clip.start // STEP :])
        ]
        return Heard(words=with_loops_marked(words), language=heard[0][1])

    def rest(self) -> None:
        """Lets the weights go, which load anew in about a second."""
        self.__dict__.pop("_model", None)

    def _heard(
        self, sound: Signal, clips: Sequence[Region], language: str | None, vocabulary: Sequence[str]
    ) -> list[_Clip]:
        """Of each clip; the first one says which language is spoken, where nobody did."""
        first: list[_Clip] = []
        if language is None:
            first = [self._hear(sound[clips[0].start : clips[0].end], None, vocabulary)]
            language = first[0][1]
        rest = [sound[clip.start : clip.end] for clip in clips[len(first) :]]
        with ThreadPoolExecutor(self._threads) as pool:
            return first + list(pool.map(lambda clip: self._hear(clip, language, vocabulary), rest))

    def _hear(self, clip: Signal, language: str | None, vocabulary: Sequence[str]) -> _Clip:
        samples = clip.astype(np.float32) / np.float32(32768)

        def hear(**options: Any) -> _Clip:
            found, info = self._model.transcribe(
                samples,
                language=language,
                beam_size=_BEAM,
                temperature=0.0,
                word_timestamps=True,
                condition_on_previous_text=False,  # else one loop runs on through the rest of the clip
                hotwords=", ".join(vocabulary) or None,
                **options,
            )
            # the work is done while the generator is read, and so are its failures
            return list(found), info.language

        segments, language = hear()
        if any(segment.compression_ratio > LOOPING for segment in segments):
            segments, language = hear(no_repeat_ngram_size=_NO_REPEAT)
        return [segment for segment in segments if not _made_up(segment)], language

    @cached_property
    def _detector(self) -> SpeechDetector:
        return SpeechDetector(weights.checked(weights.SPEECH))

    @cached_property
    def _model(self) -> Any:  # faster-whisper's own types are not checked
        from faster_whisper import WhisperModel  # heavy: a second that `--help` does not need

        try:
            return WhisperModel(
                str(self._folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=min(self._threads, _CORES_OF_ONE),
                num_workers=self._threads,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise WeightsError(f"'{self._folder}' holds no Whisper that can be loaded: {error}") from error


def _clips(speech: "NDArray[np.float32]", *, samples: int) -> list[Region]:
    regions = regions_of(speech, samples=samples, hearing=_HEARING)
    return padded(list(packed(cut_long(regions, speech))), samples=samples, pad=_ROOM)


def _within(clip: Region, window: Window) -> Window:
    """When the clip was, in seconds of the meeting."""
    return Window(start=window.start + clip.start / RATE, end=window.start + clip.end / RATE)


def _words(segments: Iterable[Any], language: str, window: Window, speech: "NDArray[np.float32]") -> Iterator[Word]:
    for segment in segments:
        yield from words_of(segment, language, window=window, doubt=_doubt(segment, speech))


def _made_up(segment: Any) -> bool:
    return is_made_up(log_probability=segment.avg_logprob, no_speech=segment.no_speech_prob)


def _doubt(segment: Any, speech: "NDArray[np.float32]") -> Doubt | None:
    first, last = (round(second * RATE) // STEP for second in (segment.start, segment.end))
    under = speech[first : last + 1]
    return doubt_of(
        compression=segment.compression_ratio,
        log_probability=segment.avg_logprob,
        speech=float(under.mean()) if len(under) else 0.0,
    )


def cut_long(regions: Iterable[Region], probabilities: "NDArray[np.float32]") -> Iterator[Region]:
    """Regions too long for one clip, cut where speech is least probable in their second half."""
    longest = round(LONGEST_CLIP * RATE)
    for region in regions:
        start = region.start
        while region.end - start > longest:
            first, last = (start + longest // 2) // STEP, (start + longest) // STEP
            cut = (first + int(np.argmin(probabilities[first:last]))) * STEP
            yield Region(start=start, end=cut)
            start = cut
        yield Region(start=start, end=region.end)


def packed(regions: Iterable[Region]) -> Iterator[Region]:
    """Neighbours in one clip as long as it fits: every clip costs Whisper as much as 30 seconds."""
    clip: Region | None = None
    for region in regions:
        if clip and _fit(clip, region):
            clip = Region(start=clip.start, end=region.end)
            continue
        if clip:
            yield clip
        clip = region
    if clip:
        yield clip


def _fit(clip: Region, region: Region) -> bool:
    near = region.start - clip.end <= _PAUSE_IN_CLIP * RATE
    return near and region.end - clip.start <= LONGEST_CLIP * RATE


def words_of(segment: Any, language: str, *, window: Window, doubt: Doubt | None = None) -> Iterator[Word]:
    """Whole words with their punctuation: Whisper gives "e" and "-mail", of which only the first has a space."""
    spaced = language not in _UNSPACED
    number = 0

    def word_number(piece: Any) -> int:
        nonlocal number
        number += not spaced or piece.word.startswith(" ")
        return number

    for _, group in groupby(segment.words or (), key=word_number):
        pieces = list(group)
        text = re.sub(r"\s+", "", "".join(piece.word for piece in pieces))
        start = min(window.start + float(pieces[0].start), window.end)
        end = min(window.start + float(pieces[-1].end), window.end)
        if text:
            yield Word(
                word=text,
                start=round(start, 3),
                end=round(max(start, end), 3),
                probability=round(min(float(piece.probability) for piece in pieces), 4),
                doubt=doubt,
            )
