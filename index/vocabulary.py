"""A community's own words as rows: names and acronyms that the transcriber is to listen for."""

from collections.abc import Iterable
from datetime import UTC, datetime

from index.communities import community_id, existing_community
from index.connection import Connection, Database, scope_values, writing
from models.consent import Scope
from models.errors import InputError
from models.ports import Transaction

LONGEST_TERM = 80
"""Characters: a term is a name or an acronym, not a sentence."""


class VocabularyStore:
    """The part of the store that keeps vocabularies."""

    connections: Connection

    def vocabulary(self, community: str, *, scope: Scope) -> list[str]:
        """Added last first; none for a community that is not here."""
        sql = """SELECT term FROM vocabulary JOIN community ON community.id = vocabulary.community_id
            WHERE community.name = :community
            AND (:everything OR community.id IN (SELECT value FROM json_each(:communities)))
            ORDER BY vocabulary.id DESC"""
        values = {"community": " ".join(community.split()), **scope_values(scope)}
        return [row["term"] for row in self.connections.rows(sql, values)]

    def add_vocabulary(self, tx: Transaction, community: str, terms: Iterable[str]) -> None:
        """A term that is there already is spelt as it comes now; the community is made where it is new.

        Raises InputError.
        """
        db = writing(tx)
        row, now = community_id(db, community), datetime.now(UTC).isoformat(timespec="seconds")
        for term in map(_term, terms):
            _remove(db, row, term)
            db.conn.execute(
                "INSERT INTO vocabulary (community_id, term, added_at) VALUES (?, ?, ?)", (row, term, now)
            )

    def remove_vocabulary(self, tx: Transaction, community: str, terms: Iterable[str]) -> None:
        """Raises NotFound for the community; a term that is not there needs no removing."""
        db = writing(tx)
        row = existing_community(db, community)
        for term in terms:
            _remove(db, row, " ".join(term.split()))


def _remove(db: Database, community: int, term: str) -> None:
    db.conn.execute("DELETE FROM vocabulary WHERE community_id = ? AND term = ?", (community, term))


def _term(text: str) -> str:
    term = " ".join(text.replace(",", " ").split())
    if not term or len(term) > LONGEST_TERM:
        raise InputError(
            f"'{text.strip()[:40]}' is no term: give a name or an acronym of at most {LONGEST_TERM} letters"
        )
    return term
