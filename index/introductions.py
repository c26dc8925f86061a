"""Requests for introductions as rows, and who chose not to be found."""

from datetime import UTC, datetime

from index.connection import IN_SCOPE, Connection, Database, Row, insert, rows_of, scope_values, where, writing
from models.consent import Scope
from models.errors import InputError, NotFound
from models.introduction import Answered, Introduction, Party
from models.ports import Subject, Table, Transaction

_TELLER = {
    Table.ITEM: f"""
        SELECT person.id, person.findable, item.meeting_id
        FROM item JOIN meeting ON meeting.id = item.meeting_id
        JOIN evidence ON evidence.id = (
            SELECT min(id) FROM evidence WHERE item_id = item.id AND review_id IS NULL)
        JOIN speaker ON speaker.id = evidence.speaker_id JOIN person ON person.id = speaker.person_id
        WHERE item.id = :id AND item.state <> 'withdrawn' AND meeting.ready AND {IN_SCOPE}""",  # noqa: S608
    Table.PASSAGE: f"""
        SELECT person.id, person.findable, passage.meeting_id
        FROM passage JOIN meeting ON meeting.id = passage.meeting_id
        JOIN turn ON turn.id = passage.turn_id
        JOIN speaker ON speaker.id = turn.speaker_id JOIN person ON person.id = speaker.person_id
        WHERE passage.id = :id AND meeting.ready AND {IN_SCOPE}""",  # noqa: S608  # constants of this room
}
_REQUESTS = """
    SELECT introduction.*, person.name AS person
    FROM introduction JOIN person ON person.id = introduction.person_id
    JOIN meeting ON meeting.id = introduction.meeting_id"""
_PREFIX = {Table.ITEM: "i", Table.PASSAGE: "t"}


class IntroductionStore:
    """The part of the store that brings people together."""

    connections: Connection

    def set_findable(self, tx: Transaction, person: str, findable: bool) -> None:
        """Whether people of this name are named to who asks who has met something. Raises NotFound."""
        sql = "UPDATE person SET findable = ? WHERE name = ?"
        if not writing(tx).conn.execute(sql, (findable, " ".join(person.split()))).rowcount:
            raise NotFound(f"Nobody here is called '{person}': names are those that `commonlore voices` shows")

    def request_introduction(
        self, tx: Transaction, told_in: Subject, *, about: str, asker: Party, scope: Scope
    ) -> Introduction:
        """To who told this. Raises NotFound where nobody knows who they are, or they chose not to be found."""
        db = writing(tx)
        found = rows_of(db, _TELLER[told_in.table], {"id": told_in.id, **scope_values(scope)})
        if not found or not found[0]["findable"]:
            raise NotFound("Who told this cannot be asked: nobody has said who they are, or they prefer not to be")
        row = {
            "person_id": found[0]["id"],
            "meeting_id": found[0]["meeting_id"],
            "told_in": f"{_PREFIX[told_in.table]}{told_in.id}",
            "about": about,
            "asker": asker.name,
            "asker_reach": asker.reach,
            "asked_at": datetime.now(UTC).isoformat(),
        }
        return _one(db, insert(db, "introduction", row), scope)

    def decide_introduction(
        self, tx: Transaction, introduction_id: int, *, reach: str | None, scope: Scope
    ) -> Introduction:
        """Accepted, with how the one who was asked can be reached; declined where that is none.

        Raises NotFound, and InputError for one that was decided already.
        """
        db = writing(tx)
        if _one(db, introduction_id, scope).state is not Answered.WAITING:
            raise InputError(f"n{introduction_id} was decided already")
        db.conn.execute(
            "UPDATE introduction SET state = ?, asked_reach = ?, decided_at = ? WHERE id = ?",
            (
                Answered.ACCEPTED if reach else Answered.DECLINED,
                reach or "",
                datetime.now(UTC).isoformat(),
                introduction_id,
            ),
        )
        return _one(db, introduction_id, scope)

    def introductions(
        self, *, scope: Scope, asker: str | None = None, asked: str | None = None
    ) -> list[Introduction]:
        """Asked last first; those by somebody, or to somebody."""
        conditions = where(
            IN_SCOPE,
            "asker = :asker COLLATE NOCASE" if asker else None,
            "person.name = :asked" if asked else None,
        )
        values = {"asker": asker, "asked": asked, **scope_values(scope)}
        rows = self.connections.rows(f"{_REQUESTS}{conditions} ORDER BY introduction.id DESC", values)
        return [_introduction(row) for row in rows]


def _one(db: Database, introduction_id: int, scope: Scope) -> Introduction:
    values = {"id": introduction_id, **scope_values(scope)}
    found = rows_of(db, _REQUESTS + where("introduction.id = :id", IN_SCOPE), values)
    if not found:
        raise NotFound(f"There is no request n{introduction_id}: `commonlore introductions` lists those there are")
    return _introduction(found[0])


def _introduction(row: Row) -> Introduction:
    return Introduction(
        id=row["id"],
        told_in=row["told_in"],
        about=row["about"],
        state=Answered(row["state"]),
        asked_at=datetime.fromisoformat(row["asked_at"]),
        decided_at=datetime.fromisoformat(row["decided_at"]) if row["decided_at"] else None,
        asker=Party(name=row["asker"], reach=row["asker_reach"]),
        asked=Party(name=row["person"], reach=row["asked_reach"]),
    )
