"""A curated reading of a community, for somebody new or of what is new since a date: computed, never rendered."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.consent import scope_of
from models.knowledge import Item, Kind, State
from models.meeting import Meeting
from models.people import Community, Reader
from models.ports import Store
from models.query import Gap, Hit, NewAnswer, Question, Telling
from search.domain import domain_terms
from search.field import Field, Found, day_in, found_item
from search.gaps import answers_among, has_none, practices_among, words_of_item
from search.likeness import WordSpace, varied
from search.people import is_known, tellings
from search.visibility import community_named

SHELVES = ((Kind.STORY, 5), (Kind.PROBLEM, 6), (Kind.PRACTICE, 6))
PEOPLE, OPEN, TERMS = 8, 6, 12
"""How many of each are a reading and not a list."""
ANSWERS = 2
"""How many practices are shown with a problem."""
LOOKED_AT = 150
"""Of how many of each kind it is asked what else is like them."""
CONFIRMED = 1.0
"""What a person's word is worth beside the extractor's confidence, which is 0 to 1: all confirmed come first."""
AGAIN = 0.1
"""What each other meeting that tells of the like adds, up to three."""
TOLD_AGAIN = 0.9
"""What each further telling of a person counts, of what the one before did."""
ELSEWHERE = 0.2
"""What another organisation's telling is given ahead, for a reader whose own is known."""
VARIETY = 1.0
"""What it costs to be all alike with something already chosen."""
ALIKE = 0.25
"""How alike two items are told before the one is said to tell of the like of the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difficulty:
    """A problem the community lives with, and practices told in it that are near to it."""

    problem: Hit
    practices: tuple[Hit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What somebody new should read first; every hit carries its citation, and says whether it is a draft."""

    community: Community
    since: str | None
    """Only what was said since then; none for the whole."""
    for_organisation: str | None
    counts: dict[str, int]
    """Meetings, stories, problems, practices, confirmed, drafts: of what this digest was chosen from."""
    domain: tuple[str, ...]
    """What it talks about most, in its own words."""
    begin: tuple[Hit, ...]
    """One story, one problem, one practice: a quarter of an hour."""
    stories: tuple[Hit, ...]
    problems: tuple[Difficulty, ...]
    practices: tuple[Hit, ...]
    people: tuple[Telling, ...]
    """Who told most of it; the hits are all they told."""
    unanswered: tuple[Hit, ...]
    """Problems that no practice told here comes near to."""
    gaps: tuple[Gap, ...]
    """Questions nobody here could answer."""
    meetings: tuple[Meeting, ...]
    """What it was chosen from, newest first."""
    new_answers: tuple[NewAnswer, ...] = ()
    """What of it answers questions that the reader keeps."""


def digest_of(
    community: str, *, store: Store, reader: Reader, since: str | None = None, for_organisation: str | None = None
) -> Digest:
    """Raises NotFound for a community that is not here, or not for this reader."""
    scope = scope_of(reader)
    named = community_named(store, community, scope=scope)
    scope = scope.narrowed(frozenset({named.id}))
    field = Field(
        store=store, question=Question(text="", organisation=for_organisation), scope=scope, communities=[named]
    )
    day = day_in(since) if since else ""
    meetings = store.meetings(scope=scope)
    new = [meeting for meeting in meetings if day_of(meeting) >= day]
    reading = Reading(field, meetings, new={meeting.id for meeting in new})
    stories, problems, practices = (reading.chosen(kind, limit) for kind, limit in SHELVES)
    return Digest(
        community=named,
        since=since,
        for_organisation=for_organisation,
        counts={"meetings": len(new), **reading.counts()},
        domain=reading.domain(),
        begin=tuple(shelf[0] for shelf in (stories, problems, practices) if shelf),
        stories=stories,
        problems=tuple(reading.difficulty(problem) for problem in problems),
        practices=practices,
        people=reading.people(),
        unanswered=reading.unanswered(),
        gaps=tuple(gap for gap in store.gaps(scope=scope, community=named.name) if _day(gap.asked_at) >= day),
        meetings=tuple(new),
    )


def hits_of(digest: Digest) -> Iterator[Hit]:
    """All that it shows."""
    yield from (*digest.begin, *digest.stories, *digest.practices, *digest.unanswered)
    for difficulty in digest.problems:
        yield from (difficulty.problem, *difficulty.practices)
    for answer in digest.new_answers:
        yield from answer.hits


def day_of(meeting: Meeting) -> str:
    """When it took place, or was taken in where nobody said."""
    return meeting.date or _day(meeting.created_at)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


class Reading:
    """Chooses from the items of one community, of which some are new; an item is known by its place among them."""

    def __init__(self, field: Field, meetings: Sequence[Meeting], *, new: set[int]) -> None:
        self._meetings = {meeting.id: meeting for meeting in meetings}
        items = [item for item in field.store.items(scope=field.scope) if item.meeting_id in self._meetings]
        self._field = field
        self._items = items
        self._new = [place for place, item in enumerate(items) if item.meeting_id in new]
        self._texts = [words_of_item(item) for item in items]
        self._space = WordSpace(self._texts)
        self._near: dict[int, dict[int, float]] = {}
        self._hits: dict[int, Hit] = {}

    def counts(self) -> dict[str, int]:
        new = [self._items[place] for place in self._new]
        kinds = Counter(item.kind for item in new)
        confirmed = sum(item.state is State.CONFIRMED for item in new)
        return {
            "stories": kinds[Kind.STORY],
            "problems": kinds[Kind.PROBLEM],
            "practices": kinds[Kind.PRACTICE],
            "confirmed": confirmed,
            "drafts": len(new) - confirmed,
        }

    def domain(self) -> tuple[str, ...]:
        return domain_terms((self._texts[place] for place in self._new), limit=TERMS)

    def chosen(self, kind: Kind, limit: int) -> tuple[Hit, ...]:
        """The most worth reading of a kind, no two alike."""
        return self._varied(self._best(kind), limit)

    def unanswered(self) -> tuple[Hit, ...]:
        return self._varied((at for at in self._best(Kind.PROBLEM) if has_none(self._practices(at))), OPEN)

    def difficulty(self, problem: Hit) -> Difficulty:
        place = next(place for place, hit in self._hits.items() if hit is problem)
        answers = answers_among(self._practices(place), limit=ANSWERS)
        return Difficulty(problem=problem, practices=tuple(map(self._hit, answers)))

    def people(self) -> tuple[Telling, ...]:
        """Who told most: here each telling counts nearly whole, for it is the community and no question."""
        voices = self._field.voices
        hits = [self._as_hit(place, score=self._worth(place), why="") for place in self._new]
        named = [hit for hit in hits if is_known(hit, voices)]
        return tellings(named, voices=voices, worth=lambda rank, hit: hit.score, again=TOLD_AGAIN)[:PEOPLE]

    def _best(self, kind: Kind) -> list[int]:
        """The new ones of a kind worth a closer look: looking for the like of every item takes its time."""
        places = [place for place in self._new if self._items[place].kind is kind]
        return sorted(places, key=lambda place: -self._worth(place))[:LOOKED_AT]

    def _varied(self, places: Iterable[int], limit: int) -> tuple[Hit, ...]:
        worth = {place: self._hit(place).score for place in places}
        return tuple(map(self._hit, varied(worth, self._space, limit=limit, variety=VARIETY)))

    def _worth(self, place: int) -> float:
        item = self._items[place]
        elsewhere = self._field.is_elsewhere(self._found(item))
        return item.confidence + CONFIRMED * (item.state is State.CONFIRMED) + ELSEWHERE * elsewhere

    def _found(self, item: Item) -> Found:
        return found_item(item, meeting=self._meetings[item.meeting_id])

    def _hit(self, place: int) -> Hit:
        if place not in self._hits:
            again = len(self._told_again(place))
            score = self._worth(place) + AGAIN * min(again, 3)
            why = f"{again} other meeting{'s' * (again > 1)} told of the like" if again else ""
            self._hits[place] = self._as_hit(place, score=score, why=why)
        return self._hits[place]

    def _as_hit(self, place: int, *, score: float, why: str) -> Hit:
        found = self._found(self._items[place])
        return found.as_hit(organisation=self._field.organisation_of(found), score=score, why=why)

    def _told_again(self, place: int) -> set[int]:
        """The other meetings in which something like it was told, as the same kind of thing."""
        item = self._items[place]
        alike = (self._items[other] for other, near in self._nearest(place).items() if near >= ALIKE)
        return {other.meeting_id for other in alike if other.kind is item.kind} - {item.meeting_id}

    def _practices(self, place: int) -> dict[int, float]:
        return practices_among(self._nearest(place), self._items)

    def _nearest(self, place: int) -> dict[int, float]:
        if place not in self._near:
            self._near[place] = self._space.nearest(place)
        return self._near[place]
