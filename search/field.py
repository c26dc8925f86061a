"""What one question may find: the communities, meetings and kinds it is asked of, read within the asker's scope."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from models.consent import Scope
from models.errors import InputError
from models.knowledge import Evidence, Item, State
from models.meeting import Meeting, Speaker
from models.people import Community
from models.ports import KeptPassage, Store, Subject
from models.query import Hit, Question
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

    @property
    def told(self) -> str:
        """All its words that may be shown."""
        return " ".join(filter(None, (self.title, self.gist, self.evidence.quote)))

    def as_hit(self, *, organisation: str | None, score: float, why: str) -> Hit:
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
    """Reads what a question's candidates are, once each, and leaves out what the question does."""

    store: Store
    question: Question
    scope: Scope
    communities: list[Community]
    meetings: dict[int, Meeting]
    _found: dict[Subject, Found | None] = field(default_factory=dict)
    _voices: dict[int, dict[str, Speaker]] = field(default_factory=dict)

    def find(self, subjects: Iterable[Subject]) -> dict[Subject, Found]:
        """Those of them that may be found; erased, withdrawn, unready and filtered ones are not."""
        wanted = list(dict.fromkeys(subjects))
        self._read([subject for subject in wanted if subject not in self._found])
        return {subject: thing for subject in wanted if (thing := self._found[subject]) is not None}

    def _read(self, subjects: list[Subject]) -> None:
        self._found |= dict.fromkeys(subjects)
        items = [subject.id for subject in subjects if subject.table == "item"]
        passages = [subject.id for subject in subjects if subject.table == "passage"]
        for item in self.store.items(scope=self.scope, ids=items) if items else ():
            if (meeting := self.meetings.get(item.meeting_id)) and self._asked_for(item):
                self._keep(Subject(table="item", id=item.id), found_item(item, meeting=meeting))
        if self.question.kind:
            return
        for kept in self.store.passages(scope=self.scope, ids=passages) if passages else ():
            if meeting := self.meetings.get(kept.meeting_id):
                self._keep(Subject(table="passage", id=kept.id), found_passage(kept, meeting=meeting))

    def _asked_for(self, item: Item) -> bool:
        return self.question.kind in (None, item.kind)

    def _keep(self, subject: Subject, thing: Found) -> None:
        if not (self.question.elsewhere and self._is_own(thing)):
            self._found[subject] = thing

    def _is_own(self, thing: Found) -> bool:
        """Of the asker's organisation; what nobody knows the organisation of is not held to be theirs."""
        own, other = self.question.organisation, self.organisation_of(thing)
        return bool(own and other and own.casefold() == other.casefold())

    def is_elsewhere(self, thing: Found) -> bool:
        """Known to come from another organisation than the asker's."""
        return bool(self.question.organisation and self.organisation_of(thing)) and not self._is_own(thing)

    def organisation_of(self, thing: Found) -> str | None:
        """The speaker's own where it is known: communities cross organisations."""
        voice = self.voices(thing.meeting.id).get(thing.evidence.speaker)
        return (voice.organisation if voice else None) or thing.meeting.organisation

    def voices(self, meeting_id: int) -> dict[str, Speaker]:
        """Who spoke in a meeting, by the name shown."""
        if meeting_id not in self._voices:
            speakers = self.store.speakers(meeting_id, scope=self.scope)
            self._voices[meeting_id] = {speaker.name: speaker for speaker in speakers}
        return self._voices[meeting_id]


def field_of(store: Store, question: Question, *, scope: Scope) -> Field:
    """Raises NotFound for a community that is not here, InputError for a question that contradicts itself."""
    communities = _communities(store, question, scope=scope)
    scope = scope.narrowed(frozenset(community.id for community in communities))
    since = day_in(question.since) if question.since else ""
    meetings = store.meetings(scope=scope)
    return Field(
        store=store,
        question=question,
        scope=scope,
        communities=communities,
        meetings={meeting.id: meeting for meeting in meetings if (meeting.date or "") >= since},
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
