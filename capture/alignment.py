"""Words and voices put together as turns; pure."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise

from models.meeting import UNKNOWN_SPEAKER, Turn, Word
from models.ports import Voice

REACH = 0.5
"""A word in nobody's time still belongs to a voice this near (seconds): voices are cut where sound fades."""
WEAK = 0.5
"""Evidence below this share of a word's length is too little to make one or two words a turn of their own."""
ISLAND = 2
AT_ONCE = 0.75
"""Two voices that each take more than this share of a word say it at once."""
BREATH = 0.5
"""In a shorter silence (seconds) of one voice another does not take the floor."""
PAUSE = 8.0
"""After a silence this long (seconds) the same speaker starts a new turn, so that a turn can be sought out."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A word, whose it is, and how much more of it lies in that voice than in any other, 0 to 1."""

    word: Word
    speaker: str
    evidence: float


def to_turns(words: Sequence[Word], voices: Sequence[Voice]) -> tuple[Turn, ...]:
    """Every word once and in order, each in a turn of the voice that speaks most during it."""
    said = _without_islands(_attributed(words, voices))
    return tuple(_turn(run[0].speaker, [one.word for one in run]) for run in _runs(said))


def turns_of_tracks(spoken: Mapping[str, Sequence[Word]]) -> tuple[Turn, ...]:
    """Of voices that were each heard alone: in order of their beginning, and two may speak at once.

    What a voice says is cut where another speaks in its pause, and not where one speaks across it.
    """
    turns = [
        _turn(speaker, run)
        for speaker, words in spoken.items()
        for run in _says(
            words, sorted(word.start for other in spoken if other != speaker for word in spoken[other])
        )
    ]
    return tuple(sorted(turns, key=lambda turn: turn.start or 0.0))


def _says(words: Sequence[Word], others: Sequence[float]) -> Iterator[list[Word]]:
    """The words of one voice in runs; `others` are the seconds at which another begins a word, in order."""
    run: list[Word] = []
    for word in words:
        if run and _is_over(run[-1].end, word.start, others):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _is_over(end: float, start: float, others: Sequence[float]) -> bool:
    spoken_between = bisect_left(others, start) > bisect_left(others, end)
    return start - end > PAUSE or (start - end >= BREATH and spoken_between)


def _attributed(words: Iterable[Word], voices: Iterable[Voice]) -> list[_Said]:
    by_start = sorted(voices, key=lambda voice: voice.start)
    starts = [voice.start for voice in by_start]
    # never falls, so that it can be searched: where it is too early, every voice up to there is too early
    latest_end = list(accumulate((voice.end for voice in by_start), max))
    return [
        _attribute(
            word,
            by_start[bisect_left(latest_end, word.start - REACH) : bisect_left(starts, word.end + REACH)],
        )
        for word in words
    ]


def _attribute(word: Word, near: Sequence[Voice]) -> _Said:
    """The voice that speaks longest during the word, else the nearest, else nobody known."""
    shared: dict[str, float] = {}
    for voice in near:
        overlap = min(voice.end, word.end) - max(voice.start, word.start)
        shared[voice.label] = shared.get(voice.label, 0.0) + max(overlap, 0.0)
    ranked = sorted(shared.values(), reverse=True)
    if not ranked or ranked[0] == 0:
        return _Said(word, _nearest(word, near), 0.0)
    second, length = (ranked[1] if len(ranked) > 1 else 0.0), word.end - word.start
    if second > AT_ONCE * length:
        return _Said(word, _holder(word, near), 0.0)
    speaker = next(label for label, overlap in shared.items() if overlap == ranked[0])
    return _Said(word, speaker, min((ranked[0] - second) / length, 1.0))


def _holder(word: Word, near: Sequence[Voice]) -> str:
    """Of voices that speak at once, the one that speaks before the others begin and goes on when they have ended.

    Where each takes the floor from another nobody knows whose the word is: of such words on AMI clips two in
    three would be given to the wrong voice.
    """
    speaking = [voice for voice in near if voice.start < word.end and voice.end > word.start]
    begin, end = min(voice.start for voice in speaking), max(voice.end for voice in speaking)
    holders = {voice.label for voice in speaking if voice.start == begin and voice.end == end}
    return holders.pop() if len(holders) == 1 else UNKNOWN_SPEAKER


def _nearest(word: Word, near: Sequence[Voice]) -> str:
    def distance(voice: Voice) -> float:
        return max(voice.start - word.end, word.start - voice.end, 0.0)

    nearest = min(near, key=distance, default=None)
    return nearest.label if nearest and distance(nearest) <= REACH else UNKNOWN_SPEAKER


def _without_islands(said: Sequence[_Said]) -> list[_Said]:
    """One or two words within another's speech go to that other, where little speaks for their own voice."""
    runs = [list(run) for _, run in groupby(said, key=lambda one: one.speaker)]
    for before, island, after in zip(runs, runs[1:], runs[2:], strict=False):
        if before[-1].speaker == after[0].speaker and _is_weak(island, before[-1], after[0]):
            island[:] = [replace(one, speaker=before[-1].speaker) for one in island]
    return [one for run in runs for one in run]


def _is_weak(island: Sequence[_Said], before: _Said, after: _Said) -> bool:
    beside = max(island[0].word.start - before.word.end, after.word.start - island[-1].word.end)
    return len(island) <= ISLAND and beside < 1.0 and all(one.evidence < WEAK for one in island)


def _runs(said: Sequence[_Said]) -> Iterable[list[_Said]]:
    """Cut where the speaker changes or is silent for long."""
    if not said:
        return
    run = [said[0]]
    for before, after in pairwise(said):
        if after.speaker != before.speaker or after.word.start - before.word.end > PAUSE:
            yield run
            run = []
        run.append(after)
    yield run


def _turn(speaker: str, words: Sequence[Word]) -> Turn:
    return Turn(
        speaker=speaker,
        text=" ".join(word.word for word in words),
        start=words[0].start,
        end=max(word.end for word in words),
        words=tuple(words),
    )
