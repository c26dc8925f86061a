"""Who has met this: the people who told of it, with the words that show it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from models.knowledge import Evidence, State
from models.meeting import UNKNOWN_SPEAKER, Meeting, Speaker
from models.people import Reader
from models.query import Answer, Hit, Question, Telling

READ = 40
"""How many hits the people are gathered from when they are what is asked for."""
AGAIN = 0.5
"""What each further telling of one person counts, of what the one before did: ten mentions are not ten events."""
ASKING = 0.25
"""What the words of somebody who is asking count: who chairs a meeting has not thereby met what it is about."""

Voices = Callable[[int], Mapping[str, Speaker]]
"""Who spoke in a meeting, by the name shown."""

_NUMBERED = re.compile(r"(speaker|participant|unknown|voice|spk)[\s_#-]*\d*$", re.IGNORECASE)
_OWN = re.compile(r"\b(I|we|my|our|us|me)\b", re.IGNORECASE)
_ROLE = re.compile(
    r"\b(the|witness|counsel|inquiry|lead|chair(man|woman|person)?|secretary|interviewer|interviewee|moderator"
    r"|facilitator|host|manager|marketing|designer|interface|user|expert|student|grad|phd|member"
    r"|president|clerk)\b",
    re.IGNORECASE,
)


Worth = Callable[[int, Hit], float]
"""What the hit of this rank counts as evidence."""


DIRECT = {"story": 1.0, "problem": 0.9, "practice": 0.9, "passage": 0.7}
"""What a telling counts by its kind: an event that was lived through most, words that are no item least."""
SECOND_HAND = 0.8
"""What words count in which nobody says I or we."""
CONFIRMED = 1.2
"""What an item counts that people have confirmed."""
FADING = 8.0
"""Years in which what was told comes to count half, seen from the newest of the hits."""


def by_rank(rank: int, hit: Hit) -> float:
    """Fused scores are differences and may be below nothing, so the place on the list speaks for the hit.

    With it speak how directly it was told and whether people have confirmed it.
    """
    direct = DIRECT[hit.kind] * (1.0 if is_own(hit.evidence.quote) else SECOND_HAND)
    return direct * (CONFIRMED if hit.state is State.CONFIRMED else 1.0) / (1.0 + rank / 5)


def recency(hits: Sequence[Hit]) -> Callable[[Hit], float]:
    """How much each counts by its age; one without a date is as old as the oldest."""
    years = {hit.date: int(hit.date[:4]) + int(hit.date[5:7]) / 12 for hit in hits if hit.date}
    newest, oldest = max(years.values(), default=0.0), min(years.values(), default=0.0)
    return lambda hit: 0.5 ** ((newest - (years[hit.date] if hit.date else oldest)) / FADING)


class Asks(Protocol):
    """What answers questions: the searcher."""

    def ask(self, question: Question, *, reader: Reader) -> Answer: ...


def who_has_met(searcher: Asks, question: Question, *, reader: Reader) -> tuple[Telling, ...]:
    """People by what they told, most first; none where nothing here is near the question."""
    answer = searcher.ask(replace(question, limit=max(READ, question.limit)), reader=reader)
    return answer.people[: question.limit]


@dataclass(slots=True)
class _Evidence:
    telling: Telling
    worth: list[float] = field(default_factory=list)

    def weight(self, again: float) -> float:
        return sum(worth * again**rank for rank, worth in enumerate(sorted(self.worth, reverse=True)))


def tellings(
    hits: Sequence[Hit], *, voices: Voices, worth: Worth = by_rank, again: float = AGAIN
) -> tuple[Telling, ...]:
    """The hits by who told them, those with the most evidence first.

    A voice without a name stays one voice in one meeting: two of them are never taken for the same person. Who
    chose not to be found is left out.
    """
    fresh = recency(hits)
    told: dict[tuple[object, ...], _Evidence] = {}
    for rank, hit in enumerate(hits):
        voice = voices(hit.meeting_id).get(hit.evidence.speaker)
        if voice and not voice.findable:
            continue
        evidence = told.setdefault(_who(hit, voice), _Evidence(_first(hit, voice)))
        evidence.telling = replace(evidence.telling, hits=(*evidence.telling.hits, hit))
        telling = ASKING if asks(hit.evidence.quote) else 1.0
        evidence.worth.append(worth(rank, hit) * telling * fresh(hit))
    ranked = sorted(told.values(), key=lambda evidence: -evidence.weight(again))
    return tuple(evidence.telling for evidence in ranked)


def organisation_of(evidence: Evidence, voices: Iterable[Speaker], meeting: Meeting) -> str | None:
    """Of who said it where that is known, else of the meeting; `voices` are those who spoke there."""
    own = next((voice.organisation for voice in voices if voice.name == evidence.speaker), None)
    return own or meeting.organisation


def is_own(quote: str) -> bool:
    """Whether somebody speaks of what they or theirs did and met."""
    return bool(_OWN.search(quote))


def asks(quote: str) -> bool:
    """Whether at least half of the sentences are questions."""
    ends = re.findall(r"[.!?]+", quote)
    return bool(ends) and 2 * sum("?" in end for end in ends) >= len(ends)


def _who(hit: Hit, voice: Speaker | None) -> tuple[object, ...]:
    if voice and voice.person_id is not None:
        return ("person", voice.person_id)
    if is_name(hit.evidence.speaker):
        return ("name", hit.evidence.speaker, hit.organisation, hit.community)
    return ("voice", hit.evidence.speaker, hit.meeting_id)


def _first(hit: Hit, voice: Speaker | None) -> Telling:
    name = hit.evidence.speaker if _named(hit, voice) else _unnamed(hit)
    return Telling(name=name, organisation=hit.organisation, community=hit.community, hits=())


def is_known(hit: Hit, voices: Voices) -> bool:
    """Whether who told it has a name, and is more than a voice in one meeting."""
    return _named(hit, voices(hit.meeting_id).get(hit.evidence.speaker))


def _named(hit: Hit, voice: Speaker | None) -> bool:
    return bool(voice and voice.person) or is_name(hit.evidence.speaker)


def _unnamed(hit: Hit) -> str:
    label = hit.evidence.speaker
    shown = "A voice" if label == UNKNOWN_SPEAKER or not label.strip() else label
    return f"{shown} in “{hit.meeting_title}”"


def is_name(label: str) -> bool:
    """Whether a label can be taken for a person's own name, so that it means the same person in every meeting."""
    words = label.split()
    return (
        len(words) >= 2
        and len(words[-1]) > 1
        and not _NUMBERED.fullmatch(label.strip())
        and not _ROLE.search(label)
        and sum(word[:1].isupper() for word in words) >= 2
    )
