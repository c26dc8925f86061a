"""Meetings as rows: what was handed in, who spoke, and what each turn said."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from index.communities import community_id, organisation_id, person_id, sweep_names
from index.connection import IN_SCOPE, Connection, Database, Row, insert, rows_of, scope_values, where, writing
from models.consent import Scope
from models.errors import InputError, NotFound
from models.meeting import Meeting, Source, Speaker, Transcript, Turn, word_of, word_row
from models.ports import NewMeeting, Transaction

_MEETINGS = """
    SELECT meeting.*, community.name AS community, organisation.name AS organisation
    FROM meeting JOIN community ON community.id = meeting.community_id
    LEFT JOIN organisation ON organisation.id = meeting.organisation_id"""
_SPEAKERS = """
    SELECT speaker.*, person.name AS person, ifnull(person.findable, 1) AS findable,
        organisation.name AS organisation
    FROM speaker JOIN meeting ON meeting.id = speaker.meeting_id
    LEFT JOIN person ON person.id = speaker.person_id
    LEFT JOIN organisation ON organisation.id = person.organisation_id"""
_FIRST_TURN = "(SELECT min(position) FROM turn WHERE speaker_id = speaker.id)"
_TURNS = """
    SELECT turn.*, speaker.label, ifnull(person.name, speaker.label) AS speaker
    FROM turn JOIN speaker ON speaker.id = turn.speaker_id
    LEFT JOIN person ON person.id = speaker.person_id
    WHERE turn.meeting_id = :id ORDER BY turn.position"""
# a meeting on its way in is for the pipeline and the library's owner, who ask for it by its id
READY = "(meeting.ready OR :everything)"


class MeetingStore:
    """The part of the store that keeps meetings."""

    connections: Connection

    def add_meeting(self, tx: Transaction, meeting: NewMeeting) -> int:
        """Keeps it as not ready. Raises InputError where this community has a file of this content already."""
        db = writing(tx)
        community = community_id(db, meeting.community)
        _refuse_second(db, meeting, community)
        row = {
            "external_id": meeting.external_id,
            "title": meeting.title,
            "date": meeting.date,
            "community_id": community,
            "organisation_id": organisation_id(db, meeting.organisation),
            "source": meeting.source,
            "content_sha256": meeting.content_sha256,
            "filename": meeting.filename,
            "language": meeting.language,
            "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        return insert(db, "meeting", row)

    def drop_meeting(self, tx: Transaction, meeting_id: int) -> None:
        """Removes it and all that rests on it, what its jobs heard so far, and names used nowhere else."""
        erase_meeting(writing(tx), meeting_id)

    def meeting_of_content(self, content_sha256: str, *, community: str, scope: Scope) -> Meeting | None:
        """The meeting taken in, or being taken in, from a file of this content into this community."""
        values = {"sha256": content_sha256, "community": " ".join(community.split()), **scope_values(scope)}
        found = self.connections.rows(
            _MEETINGS + where("content_sha256 = :sha256", "community.name = :community", IN_SCOPE), values
        )
        return _meeting(found[0]) if found else None

    def contents(self) -> set[str]:
        """The hashes of the recordings that meetings still rest on: a recording of no other may be swept."""
        sql = "SELECT ifnull(recording_sha256, content_sha256) AS sha256 FROM meeting"
        return {row["sha256"] for row in self.connections.rows(sql)}

    def keep_sound(self, tx: Transaction, meeting_id: int, recording_sha256: str) -> None:
        """From now on the meeting rests on this recording; it is still known by the file it came from."""
        db = writing(tx)
        _row_of(db, meeting_id)
        db.conn.execute("UPDATE meeting SET recording_sha256 = ? WHERE id = ?", (recording_sha256, meeting_id))

    def save_transcript(self, tx: Transaction, meeting_id: int, transcript: Transcript) -> None:
        """Replaces turns and speakers, and with the turns their passages.

        Names go with the speakers they were given to: another "Speaker 1" may be another voice.
        """
        db = writing(tx)
        meeting = _row_of(db, meeting_id)
        db.conn.execute("DELETE FROM speaker WHERE meeting_id = ?", (meeting_id,))
        for table in ("repair", "review"):  # of turns that are gone
            db.conn.execute(f"DELETE FROM {table} WHERE meeting_id = ?", (meeting_id,))  # noqa: S608  # one of the two
        speakers = _add_speakers(db, meeting_id, transcript.turns)
        db.table("turn").insert_all(
            {"meeting_id": meeting_id, "position": position, **turn_row(turn, speakers[turn.speaker])}
            for position, turn in enumerate(transcript.turns)
        )
        said = {
            "language": meeting["language"] or transcript.language,
            "duration": meeting["duration"] or transcript.duration,
            "date": meeting["date"] or transcript.date,
            "external_id": meeting["external_id"] or transcript.meeting,
        }
        db.table("meeting").update(meeting_id, said)

    def mark_ready(self, tx: Transaction, meeting_id: int) -> None:
        db = writing(tx)
        _row_of(db, meeting_id)
        db.conn.execute("UPDATE meeting SET ready = 1 WHERE id = ?", (meeting_id,))

    def meetings(
        self, *, scope: Scope, community: str | None = None, ids: Iterable[int] | None = None
    ) -> list[Meeting]:
        """Those that are ready, newest first: by their own date, then by when they were added."""
        conditions = where(
            "meeting.ready",
            IN_SCOPE,
            "community.name = :community" if community else None,
            None if ids is None else "meeting.id IN (SELECT value FROM json_each(:ids))",
        )
        order = " ORDER BY ifnull(date, created_at) DESC, meeting.id DESC"
        values = {"community": community, "ids": json.dumps(list(ids or ())), **scope_values(scope)}
        return [_meeting(row) for row in self.connections.rows(_MEETINGS + conditions + order, values)]

    def meeting(self, meeting_id: int, *, scope: Scope) -> Meeting:
        """Raises NotFound."""
        with self.connections.read() as db:
            return _meeting(_visible(db, meeting_id, scope))

    def transcript(self, meeting_id: int, *, scope: Scope, labelled: bool = False) -> Transcript:
        """Speakers under the names people gave them, or under the labels they came with. Raises NotFound."""
        with self.connections.read() as db:
            meeting = _visible(db, meeting_id, scope)
            rows = rows_of(db, _TURNS, {"id": meeting_id})
            turns = tuple(turn_of(row, row["label" if labelled else "speaker"]) for row in rows)
        return Transcript(
            turns=turns,
            meeting=meeting["external_id"],
            title=meeting["title"],
            date=meeting["date"],
            community=meeting["community"],
            organisation=meeting["organisation"],
            language=meeting["language"],
            duration=meeting["duration"],
        )

    def speakers(self, meeting_id: int, *, scope: Scope) -> list[Speaker]:
        """In order of their first turn. Raises NotFound."""
        with self.connections.read() as db:
            _visible(db, meeting_id, scope)
            rows = rows_of(
                db, f"{_SPEAKERS} WHERE meeting.id = ? ORDER BY {_FIRST_TURN}, speaker.id", (meeting_id,)
            )
        return [_speaker(row) for row in rows]

    def speakers_of(self, meeting_ids: Iterable[int], *, scope: Scope) -> list[Speaker]:
        """Of several meetings, those outside the scope left out."""
        conditions = where("meeting.id IN (SELECT value FROM json_each(:ids))", IN_SCOPE)
        values = {"ids": json.dumps(list(meeting_ids)), **scope_values(scope)}
        return [_speaker(row) for row in self.connections.rows(_SPEAKERS + conditions, values)]

    def name_speaker(
        self, tx: Transaction, meeting_id: int, label: str, *, person: str, organisation: str | None
    ) -> Speaker:
        """The same person across meetings is one person. Raises NotFound for a label the meeting lacks."""
        db = writing(tx)
        _must_have(db, meeting_id, label)
        db.conn.execute(
            "UPDATE speaker SET person_id = ? WHERE meeting_id = ? AND label = ?",
            (person_id(db, person, organisation), meeting_id, label),
        )
        sweep_names(db)  # a name put right leaves the wrong one behind, which later voices would be taken for
        named = rows_of(db, f"{_SPEAKERS} WHERE meeting.id = ? AND label = ?", (meeting_id, label))
        return _speaker(named[0])


def erase_meeting(db: Database, meeting_id: int) -> None:
    """The foreign keys take rows, full text and vectors along; notes of its jobs and names need a word more."""
    steps = "DELETE FROM job_step WHERE job_id IN (SELECT id FROM job WHERE meeting_id = ?)"
    db.conn.execute(steps, (meeting_id,))
    db.conn.execute("DELETE FROM meeting WHERE id = ?", (meeting_id,))
    sweep_names(db)


def _visible(db: Database, meeting_id: int, scope: Scope) -> Row:
    """The meeting's row; one outside the scope is not here, as far as this reader can tell."""
    values = {"id": meeting_id, **scope_values(scope)}
    found = rows_of(db, _MEETINGS + where("meeting.id = :id", IN_SCOPE, READY), values)
    if not found:
        raise NotFound(f"There is no meeting m{meeting_id}: `commonlore meetings` lists those there are")
    return found[0]


def _row_of(db: Database, meeting_id: int) -> Row:
    found = rows_of(db, "SELECT * FROM meeting WHERE id = ?", (meeting_id,))
    if not found:
        raise NotFound(f"There is no meeting m{meeting_id} any more: it was removed meanwhile")
    return found[0]


def _refuse_second(db: Database, meeting: NewMeeting, community: int) -> None:
    found = rows_of(
        db,
        "SELECT id FROM meeting WHERE content_sha256 = ? AND community_id = ?",
        (meeting.content_sha256, community),
    )
    if found:
        raise InputError(f"{meeting.filename} is in {meeting.community} already, as m{found[0]['id']}")


def _must_have(db: Database, meeting_id: int, label: str) -> None:
    labels = [
        row["label"]
        for row in rows_of(db, "SELECT label FROM speaker WHERE meeting_id = ? ORDER BY id", (meeting_id,))
    ]
    if label not in labels:
        known = ", ".join(f"'{known}'" for known in labels) or "none"
        raise NotFound(f"Nobody is called '{label}' in m{meeting_id}; its speakers are: {known}")


def _add_speakers(db: Database, meeting_id: int, turns: Iterable[Turn]) -> dict[str, int]:
    """In order of their first turn; the row id of each label."""
    return {
        label: insert(db, "speaker", {"meeting_id": meeting_id, "label": label})
        for label in dict.fromkeys(turn.speaker for turn in turns)
    }


def turn_row(turn: Turn, speaker: int) -> Row:
    """What a turn says and who says it, wherever it stands."""
    words = [word_row(word) for word in turn.words]
    return {
        "speaker_id": speaker,
        "text": turn.text,
        "start": turn.start,
        "end": turn.end,
        "words": json.dumps(words, ensure_ascii=False, separators=(",", ":")),
        "written": turn.written,
    }


def turn_of(row: Row, speaker: str) -> Turn:
    """What `turn_row` made."""
    return Turn(
        speaker=speaker,
        text=row["text"],
        start=row["start"],
        end=row["end"],
        words=tuple(word_of(word) for word in json.loads(row["words"])),
        written=bool(row.get("written")),
    )


def _meeting(row: Row) -> Meeting:
    return Meeting(
        id=row["id"],
        external_id=row["external_id"],
        title=row["title"],
        date=row["date"],
        community=row["community"],
        community_id=row["community_id"],
        organisation=row["organisation"],
        source=Source(row["source"]),
        content_sha256=row["content_sha256"],
        recording_sha256=row["recording_sha256"] or row["content_sha256"],
        filename=row["filename"],
        language=row["language"],
        duration=row["duration"],
        ready=bool(row["ready"]),
        created_at=datetime.fromisoformat(row["created_at"]),
    )


def _speaker(row: Row) -> Speaker:
    return Speaker(
        id=row["id"],
        meeting_id=row["meeting_id"],
        label=row["label"],
        person=row["person"],
        person_id=row["person_id"],
        organisation=row["organisation"],
        findable=bool(row["findable"]),
    )
