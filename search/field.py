"""What one question may find: the communities, meetings and kinds it is asked of, read within the asker's scope."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from models.consent import Scope
from models.errors import InputError
from models.knowledge import Evidence, Facets, Item, State
from models.meeting import Meeting, Speaker
from models.people import Community
from models.ports import EVERYWHERE, KeptPassage, Narrowed, Store, Subject, Table
from models.query import Hit, Question
from search.people import organisation_of
from search.visibility import community_named


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An item or a passage, with the meeting it was said in."""

    kind: str
    ref: str
    title: str
    gist: str
    evidence: Evidence
    meeting: Meeting
    state: State | None = None
    facets: Facets = field(default_factory=Facets)

    @property
    def told(self) -> str:
        """All its words that may be shown."""
        return " ".join(filter(None, (self.title, self.gist, self.evidence.quote)))

    def as_hit(self, *, organisation: str | None, score: float, why: str, by: tuple[str, ...] = ()) -> Hit:
        return Hit(
            kind=self.kind,
            ref=self.ref,
            title=self.title,
            gist=self.gist,
            meeting_id=self.meeting.id,
            meeting=self.meeting.external_id or self.meeting.ref,
            meeting_title=self.meeting.title,
            date=self.meeting.date,
            community=self.meeting.community,
            organisation=organisation,
            evidence=self.evidence,
            score=score,
            why=why,
            state=self.state,
            by=by,
        )


def found_item(item: Item, *, meeting: Meeting) -> Found:
    return Found(
        kind=item.kind.value,
        ref=item.ref,
        title=item.title,
        gist=item.gist,
        evidence=item.evidence,
        meeting=meeting,
        state=item.state,
        facets=item.facets,
    )


def found_passage(kept: KeptPassage, *, meeting: Meeting) -> Found:
    """A passage has no title of its own: nothing is made up for it, the meeting's stands there."""
    passage = kept.passage
    return Found(
        kind="passage",
        ref=f"t{kept.id}",
        title=meeting.title,
        gist="",
        meeting=meeting,
        evidence=Evidence(
            speaker=kept.speaker,
            turn_start=passage.turn,
            char_start=passage.char_start,
            turn_end=passage.turn,
            char_end=passage.char_end,
            start=kept.start,
            end=kept.end,
            quote=passage.text,
        ),
    )


@dataclass(slots=True, kw_only=True)
class Field:
    """Reads what a question's candidates are, once each; those that are gone or withdrawn are left out."""

    store: Store
    question: Question
    scope: Scope
    """The reader's, narrowed to the communities that are asked."""
    communities: list[Community]
    narrowed: Narrowed = EVERYWHERE
    _found: dict[Subject, Found | None] = field(default_factory=dict)
    _voices: dict[int, dict[str, Speaker]] = field(default_factory=dict)

    @property
    def community_ids(self) -> list[int]:
        return [community.id for community in self.communities]

    @property
    def tables(self) -> tuple[Table, ...]:
        return (Table.ITEM,) if self.question.of_items else tuple(Table)

    def find(self, subjects: Iterable[Subject]) -> dict[Subject, Found]:
        """Those of them that may be found; what was erased or withdrawn since, or is not ready, is not."""
        wanted = list(dict.fromkeys(subjects))
        self._read([subject for subject in wanted if subject not in self._found])
        return {subject: thing for subject in wanted if (thing := self._found[subject]) is not None}

    def _read(self, subjects: list[Subject]) -> None:
        self._found |= dict.fromkeys(subjects)
        ids = {table: [subject.id for subject in subjects if subject.table == table] for table in Table}
        items = self.store.items(scope=self.scope, ids=ids[Table.ITEM]) if ids[Table.ITEM] else []
        passages = self.store.passages(scope=self.scope, ids=ids[Table.PASSAGE]) if ids[Table.PASSAGE] else []
        meetings = self._meetings({item.meeting_id for item in items} | {kept.meeting_id for kept in passages})
        for item in items:
            thing = found_item(item, meeting=meetings[item.meeting_id])
            self._found[Subject(table=Table.ITEM, id=item.id)] = thing
        for kept in passages:
            passage = found_passage(kept, meeting=meetings[kept.meeting_id])
            self._found[Subject(table=Table.PASSAGE, id=kept.id)] = passage

    def _meetings(self, ids: set[int]) -> dict[int, Meeting]:
        """With them who spoke there."""
        if not ids:
            return {}
        self._read_voices(ids)
        return {meeting.id: meeting for meeting in self.store.meetings(scope=self.scope, ids=ids)}

    def _read_voices(self, meeting_ids: Iterable[int]) -> None:
        unread = [meeting_id for meeting_id in meeting_ids if meeting_id not in self._voices]
        self._voices |= {meeting_id: {} for meeting_id in unread}
        for speaker in self.store.speakers_of(unread, scope=self.scope) if unread else ():
            self._voices[speaker.meeting_id][speaker.name] = speaker

    def is_elsewhere(self, thing: Found) -> bool:
        """Known to come from another organisation than the asker's."""
        own, other = self.question.organisation, self.organisation_of(thing)
        return bool(own and other) and str(own).casefold() != str(other).casefold()

    def organisation_of(self, thing: Found) -> str | None:
        """The speaker's own where it is known: communities cross organisations."""
        return organisation_of(thing.evidence, self.voices(thing.meeting.id).values(), thing.meeting)

    def voices(self, meeting_id: int) -> dict[str, Speaker]:
        """Who spoke in a meeting, by the name shown."""
        self._read_voices([meeting_id])
        return self._voices[meeting_id]


def field_of(store: Store, question: Question, *, scope: Scope) -> Field:
    """Raises NotFound for a community that is not here, InputError for a question that contradicts itself."""
    communities = _communities(store, question, scope=scope)
    scope = scope.narrowed(frozenset(community.id for community in communities))
    question = replace(
        question,
        since=day_in(question.since) if question.since else None,
        until=day_in(question.until) if question.until else None,
    )
    return Field(
        store=store,
        question=question,
        scope=scope,
        communities=communities,
        narrowed=store.narrowed(question, scope=scope),
    )


def _communities(store: Store, question: Question, *, scope: Scope) -> list[Community]:
    """Without an organisation, elsewhere means the other communities."""
    if question.elsewhere and not (question.organisation or question.community):
        raise InputError("elsewhere than where? Say your organisation (--from) or your community (--community)")
    if not question.community:
        return store.communities(scope=scope)
    named = community_named(store, question.community, scope=scope)
    if question.elsewhere and not question.organisation:
        return [community for community in store.communities(scope=scope) if community.id != named.id]
    return [named]


def day_in(text: str) -> str:
    """Raises InputError for what is no calendar date."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise InputError(f"'{text}' is no date: write it like 2026-11-30") from error
