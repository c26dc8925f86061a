"""What a question is narrowed to, as rows: whose words and which items may be found, before anything is ranked."""

from index.connection import IN_SCOPE, Connection, Row, scope_values, where
from models.consent import Scope
from models.ports import Narrowed
from models.query import Question

_VOICES = """
    SELECT speaker.id FROM speaker JOIN meeting ON meeting.id = speaker.meeting_id
    LEFT JOIN person ON person.id = speaker.person_id
    LEFT JOIN organisation ON organisation.id = ifnull(person.organisation_id, meeting.organisation_id)"""
# stands for a voice that nothing is known of but its meeting
_MEETINGS = """
    SELECT -meeting.id AS id FROM meeting LEFT JOIN organisation ON organisation.id = meeting.organisation_id"""
_ITEMS = "SELECT item.id FROM item JOIN meeting ON meeting.id = item.meeting_id"


class NarrowingStore:
    """The part of the store that says what a question may find."""

    connections: Connection

    def narrowed(self, question: Question, *, scope: Scope) -> Narrowed:
        """By person, organisation, elsewhere, dates, kind and state; the scope is that of its communities."""
        values = {
            **scope_values(scope),
            "person": question.person,
            "own": question.organisation,
            "at": question.at,
            "since": question.since,
            "until": question.until,
            "kind": question.kind,
            "state": question.state,
        }
        return Narrowed(voices=self._voices(question, values), items=self._wanted(question, values))

    def _voices(self, question: Question, values: Row) -> frozenset[int] | None:
        said = (
            # taken in, where nobody said when it took place
            "ifnull(meeting.date, meeting.created_at) >= :since" if question.since else None,
            "ifnull(meeting.date, meeting.created_at) < date(:until, '+1 day')" if question.until else None,
            # what nobody knows the organisation of is not held to be the asker's
            "ifnull(organisation.name, '') <> :own COLLATE NOCASE"
            if question.elsewhere and question.organisation
            else None,
            "organisation.name = :at COLLATE NOCASE" if question.at else None,
        )
        by = "ifnull(person.name, speaker.label) = :person COLLATE NOCASE" if question.person else None
        if not any((*said, by)):
            return None
        rows = self.connections.rows(_VOICES + where(IN_SCOPE, *said, by), values)
        if not question.person:
            rows += self.connections.rows(_MEETINGS + where(IN_SCOPE, *said), values)
        return frozenset(row["id"] for row in rows)

    def _wanted(self, question: Question, values: Row) -> frozenset[int] | None:
        if not question.of_items:
            return None
        conditions = where(
            IN_SCOPE,
            "item.kind = :kind" if question.kind else None,
            "item.state = :state" if question.state else "item.state <> 'withdrawn'",
        )
        return frozenset(row["id"] for row in self.connections.rows(_ITEMS + conditions, values))
