"""Evidence cut from a conversation: one speaker's own words between two places, and when they were said. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from models.knowledge import Evidence
from models.meeting import Turn, doubtful_spans, seconds_of

JOIN = " … "
"""Stands in a quote where others put something in between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From a character of one turn to one of the same or a later turn; turns are 0-based positions."""

    turn_start: int
    char_start: int
    turn_end: int
    char_end: int


def span_of(evidence: Evidence) -> Span:
    """Where evidence lies, without its words."""
    return Span(
        turn_start=evidence.turn_start,
        char_start=evidence.char_start,
        turn_end=evidence.turn_end,
        char_end=evidence.char_end,
    )


def cite(turns: Sequence[Turn], span: Span) -> Evidence:
    """The words between, of who speaks first; turns of theirs that follow each other run on."""
    first, last = turns[span.turn_start], turns[span.turn_end]
    within = span.turn_start == span.turn_end
    start, _ = seconds_of(first, span.char_start, span.char_end if within else len(first.text))
    _, end = seconds_of(last, span.char_start if within else 0, span.char_end)
    return Evidence(
        speaker=first.speaker,
        turn_start=span.turn_start,
        char_start=span.char_start,
        turn_end=span.turn_end,
        char_end=span.char_end,
        start=start,
        end=end,
        quote=_quote(turns, span),
    )


def has_doubt(turns: Sequence[Turn], span: Span) -> bool:
    """Whether the speaker's words between hold some that were perhaps never said."""
    return any(
        begin < high and low < end
        for at, begin, end in _own(turns, span)
        for low, high in doubtful_spans(turns[at])
    )


def overlap(one: Span, other: Span) -> bool:
    """Whether some of the conversation lies in both."""
    (begin, end), (low, high) = (
        ((each.turn_start, each.char_start), (each.turn_end, each.char_end)) for each in (one, other)
    )
    return begin < high and low < end


def shared(turns: Sequence[Turn], one: Evidence, other: Evidence) -> float:
    """How much both rest on, as a part of the shorter: 0 to 1."""
    begins = list(accumulate((len(turn.text) for turn in turns), initial=0))
    (low, high), (begin, end) = (
        (begins[each.turn_start] + each.char_start, begins[each.turn_end] + each.char_end) for each in (one, other)
    )
    both = min(high, end) - max(low, begin)
    return max(0, both) / max(1, min(high - low, end - begin))


def _quote(turns: Sequence[Turn], span: Span) -> str:
    quote, heard = "", span.turn_start
    for at, begin, end in _own(turns, span):
        if words := turns[at].text[begin:end].strip():
            quote += (JOIN if at > heard + 1 else " ") * bool(quote) + words
            heard = at
    return quote


def _own(turns: Sequence[Turn], span: Span) -> Iterator[tuple[int, int, int]]:
    """Each turn of the speaker, with where in it the span begins and ends."""
    for at in range(span.turn_start, span.turn_end + 1):
        if turns[at].speaker == turns[span.turn_start].speaker:
            begin = span.char_start if at == span.turn_start else 0
            yield at, begin, span.char_end if at == span.turn_end else len(turns[at].text)
