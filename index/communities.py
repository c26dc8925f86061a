"""Communities, organisations and people as rows, the questions nobody could answer, and what there is in all."""

import json
from datetime import UTC, datetime

from index.connection import IN_SCOPE, Connection, Database, Row, insert, rows_of, scope_values, where, writing
from models.consent import Scope
from models.errors import InputError, NotFound
from models.knowledge import Kind
from models.people import Charter, Community, Phase
from models.ports import Transaction
from models.query import Gap

_GAPS = """
    SELECT gap.*, community.name AS community
    FROM gap LEFT JOIN community ON community.id = gap.community_id"""
# a question asked of the whole library belongs to no community: only who reads everything sees it
_GAP_IN_SCOPE = "(:everything OR gap.community_id IN (SELECT value FROM json_each(:communities)))"
_COUNTS = {
    "communities": "SELECT count(DISTINCT meeting.community_id) AS n FROM meeting {ready}",
    "organisations": """SELECT count(organisation_id) AS n FROM (
        SELECT meeting.organisation_id FROM meeting {ready}
        UNION SELECT person.organisation_id FROM meeting JOIN speaker ON speaker.meeting_id = meeting.id
        JOIN person ON person.id = speaker.person_id {ready})""",
    "people": """SELECT count(DISTINCT person_id) AS n
        FROM meeting JOIN speaker ON speaker.meeting_id = meeting.id {ready}""",
    "meetings": "SELECT count(*) AS n FROM meeting {ready}",
    "turns": "SELECT count(*) AS n FROM meeting JOIN turn ON turn.meeting_id = meeting.id {ready}",
    "passages": "SELECT count(*) AS n FROM meeting JOIN passage ON passage.meeting_id = meeting.id {ready}",
}
_ITEM_COUNTS = """
    SELECT kind, count(*) AS n FROM meeting JOIN item ON item.meeting_id = meeting.id {ready}
    AND item.state <> 'withdrawn' GROUP BY kind"""
_GAP_COUNT = f"SELECT count(*) AS n FROM gap WHERE {_GAP_IN_SCOPE}"  # noqa: S608  # constants of this file
_PLURAL = {Kind.STORY: "stories", Kind.PROBLEM: "problems", Kind.PRACTICE: "practices"}


class CommunityStore:
    """The part of the store that keeps communities and what they do not know."""

    connections: Connection

    def communities(self, *, scope: Scope) -> list[Community]:
        """By name."""
        sql = """SELECT * FROM community
            WHERE :everything OR id IN (SELECT value FROM json_each(:communities)) ORDER BY name"""
        return [_community(row) for row in self.connections.rows(sql, scope_values(scope))]

    def add_gap(self, tx: Transaction, question: str, *, community: str | None) -> None:
        """Keeps a question nobody could answer; asked again it is kept once, with the later time.

        Raises NotFound for a community that is not here.
        """
        db = writing(tx)
        asked = " ".join(question.split())
        if not asked:
            return
        db.conn.execute(
            """INSERT INTO gap (question, community_id, asked_at) VALUES (?, ?, ?)
            ON CONFLICT (question, ifnull(community_id, 0)) DO UPDATE SET asked_at = excluded.asked_at""",
            (asked, existing_community(db, community) if community else None, datetime.now(UTC).isoformat()),
        )

    def gaps(self, *, scope: Scope, community: str | None = None) -> list[Gap]:
        """Asked last first."""
        conditions = where(_GAP_IN_SCOPE, "community.name = :community" if community else None)
        values = {"community": community, **scope_values(scope)}
        rows = self.connections.rows(f"{_GAPS}{conditions} ORDER BY asked_at DESC, gap.id DESC", values)
        return [_gap(row) for row in rows]

    def counts(self, *, scope: Scope) -> dict[str, int]:
        """Rows by noun, of the meetings that are ready: communities, meetings, passages, stories, …"""
        values = scope_values(scope)
        ready = where("meeting.ready", IN_SCOPE)
        with self.connections.read() as db:
            counts = {noun: rows_of(db, sql.format(ready=ready), values)[0]["n"] for noun, sql in _COUNTS.items()}
            kinds = {row["kind"]: row["n"] for row in rows_of(db, _ITEM_COUNTS.format(ready=ready), values)}
            gaps = rows_of(db, _GAP_COUNT, values)[0]["n"]
        return counts | {_PLURAL[kind]: kinds.get(kind, 0) for kind in Kind} | {"gaps": gaps}


def community_id(db: Database, name: str) -> int:
    """The row of this name, whatever the case; made where there is none."""
    return _named(db, "community", name)


def organisation_id(db: Database, name: str | None) -> int | None:
    """The row of this name, whatever the case; made where there is none."""
    return _named(db, "organisation", name) if name and name.strip() else None


def person_id(db: Database, name: str, organisation: str | None) -> int:
    """The row of this person, made where there is none.

    A name alone is the one person of that name; a name with an organisation is the person there, or the one
    of that name whose organisation nobody had said. Two people of one name in one organisation are one here.
    """
    name = " ".join(name.split())
    if not name:
        raise InputError("A person needs a name: say who the speaker is")
    at = organisation_id(db, organisation)
    known = {row["organisation_id"]: row["id"] for row in rows_of(db, _OF_THIS_NAME, (name,))}
    if at in known:
        return int(known[at])
    if at is None and len(known) == 1:
        return int(next(iter(known.values())))
    if at is not None and None in known:
        db.conn.execute("UPDATE person SET organisation_id = ? WHERE id = ?", (at, known[None]))
        return int(known[None])
    return insert(db, "person", {"name": name, "organisation_id": at})


_OF_THIS_NAME = "SELECT id, organisation_id FROM person WHERE name = ?"
_NAMED = {
    "community": "SELECT id FROM community WHERE name = ?",
    "organisation": "SELECT id FROM organisation WHERE name = ?",
}


def sweep_names(db: Database) -> None:
    """Removes people, organisations and communities that nothing rests on any more and nobody has described."""
    db.conn.execute(
        "DELETE FROM person WHERE id NOT IN (SELECT person_id FROM speaker WHERE person_id IS NOT NULL)"
    )
    db.conn.execute(
        """DELETE FROM organisation WHERE NOT EXISTS (SELECT 1 FROM meeting WHERE organisation_id = organisation.id)
        AND NOT EXISTS (SELECT 1 FROM person WHERE organisation_id = organisation.id)"""
    )
    db.conn.execute(
        """DELETE FROM community WHERE phase IS NULL AND charter = '{}'
        AND NOT EXISTS (SELECT 1 FROM meeting WHERE community_id = community.id)
        AND NOT EXISTS (SELECT 1 FROM gap WHERE community_id = community.id)
        AND NOT EXISTS (SELECT 1 FROM vocabulary WHERE community_id = community.id)"""
    )


def _named(db: Database, table: str, name: str) -> int:
    name = " ".join(name.split())
    if not name:
        raise InputError(f"A {table} needs a name")
    found = rows_of(db, _NAMED[table], (name,))
    return int(found[0]["id"]) if found else insert(db, table, {"name": name})


def existing_community(db: Database, community: str) -> int:
    """The row of this name, whatever the case. Raises NotFound."""
    found = rows_of(db, _NAMED["community"], (" ".join(community.split()),))
    if not found:
        raise NotFound(f"There is no community '{community}' here: `commonlore stats` names those there are")
    return int(found[0]["id"])


def _community(row: Row) -> Community:
    return Community(
        id=row["id"],
        name=row["name"],
        phase=Phase(row["phase"]) if row["phase"] else None,
        charter=Charter(**json.loads(row["charter"])),
    )


def _gap(row: Row) -> Gap:
    return Gap(
        id=row["id"],
        question=row["question"],
        community=row["community"],
        asked_at=datetime.fromisoformat(row["asked_at"]),
    )
