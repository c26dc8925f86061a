"""The library's schema, as numbered steps that are only ever added to; a released step is never changed."""

from sqlite_utils import Database, Migrations

migrations = Migrations("commonlore")


def _run(db: Database, *statements: str) -> None:
    for statement in statements:
        db.conn.execute(statement)


@migrations()
def m001_create_meetings(db: Database) -> None:
    # AUTOINCREMENT everywhere: an id that was erased must never come to mean something else
    _run(
        db,
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "INSERT INTO meta VALUES ('library', lower(hex(randomblob(16))))",
        """CREATE TABLE organisation (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE COLLATE NOCASE)""",
        """CREATE TABLE community (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE COLLATE NOCASE,
            phase TEXT,
            charter TEXT NOT NULL DEFAULT '{}')""",
        """CREATE TABLE person (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL COLLATE NOCASE,
            organisation_id INTEGER REFERENCES organisation ON DELETE SET NULL)""",
        "CREATE UNIQUE INDEX person_of_organisation ON person (name, ifnull(organisation_id, 0))",
        """CREATE TABLE meeting (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            external_id TEXT,
            title TEXT NOT NULL,
            date TEXT,
            community_id INTEGER NOT NULL REFERENCES community,
            organisation_id INTEGER REFERENCES organisation ON DELETE SET NULL,
            source TEXT NOT NULL,
            content_sha256 TEXT NOT NULL,
            filename TEXT NOT NULL,
            language TEXT,
            duration REAL,
            ready INTEGER NOT NULL DEFAULT 0,
            created_at TEXT NOT NULL,
            UNIQUE (community_id, content_sha256))""",
        """CREATE TABLE speaker (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            meeting_id INTEGER NOT NULL REFERENCES meeting ON DELETE CASCADE,
            label TEXT NOT NULL,
            person_id INTEGER REFERENCES person ON DELETE SET NULL,
            UNIQUE (meeting_id, label))""",
        "CREATE INDEX speaker_of_person ON speaker (person_id)",
        """CREATE TABLE turn (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            meeting_id INTEGER NOT NULL REFERENCES meeting ON DELETE CASCADE,
            position INTEGER NOT NULL,
            speaker_id INTEGER NOT NULL REFERENCES speaker ON DELETE CASCADE,
            text TEXT NOT NULL,
            start REAL,
            "end" REAL,
            words TEXT NOT NULL DEFAULT '[]',
            UNIQUE (meeting_id, position))""",
        "CREATE INDEX turn_of_speaker ON turn (speaker_id)",
    )


@migrations()
def m002_create_items_and_passages(db: Database) -> None:
    _run(
        db,
        """CREATE TABLE passage (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            meeting_id INTEGER NOT NULL REFERENCES meeting ON DELETE CASCADE,
            turn_id INTEGER NOT NULL REFERENCES turn ON DELETE CASCADE,
            char_start INTEGER NOT NULL,
            char_end INTEGER NOT NULL,
            text TEXT NOT NULL,
            context TEXT NOT NULL,
            start REAL,
            "end" REAL)""",
        "CREATE INDEX passage_of_meeting ON passage (meeting_id)",
        "CREATE INDEX passage_of_turn ON passage (turn_id)",
        """CREATE TABLE item (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            meeting_id INTEGER NOT NULL REFERENCES meeting ON DELETE CASCADE,
            kind TEXT NOT NULL,
            state TEXT NOT NULL,
            title TEXT NOT NULL,
            gist TEXT NOT NULL,
            confidence REAL NOT NULL,
            facets TEXT NOT NULL,
            extractor TEXT NOT NULL,
            created_at TEXT NOT NULL,
            quotes TEXT NOT NULL DEFAULT '')""",
        "CREATE INDEX item_of_meeting ON item (meeting_id)",
        """CREATE TABLE evidence (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            item_id INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
            meeting_id INTEGER NOT NULL REFERENCES meeting ON DELETE CASCADE,
            speaker_id INTEGER REFERENCES speaker ON DELETE SET NULL,
            label TEXT NOT NULL,
            turn_start INTEGER NOT NULL,
            char_start INTEGER NOT NULL,
            turn_end INTEGER NOT NULL,
            char_end INTEGER NOT NULL,
            start REAL,
            "end" REAL,
            quote TEXT NOT NULL)""",
        "CREATE INDEX evidence_of_item ON evidence (item_id)",
        "CREATE INDEX evidence_of_meeting ON evidence (meeting_id)",
        "CREATE INDEX evidence_of_speaker ON evidence (speaker_id)",
        """CREATE TABLE link (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            source_id INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
            target_id INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
            relation TEXT NOT NULL,
            score REAL NOT NULL,
            reason TEXT NOT NULL,
            UNIQUE (source_id, target_id, relation))""",
        "CREATE INDEX link_of_target ON link (target_id)",
        """CREATE TABLE gap (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            question TEXT NOT NULL COLLATE NOCASE,
            community_id INTEGER REFERENCES community ON DELETE CASCADE,
            asked_at TEXT NOT NULL)""",
        "CREATE UNIQUE INDEX gap_of_community ON gap (question, ifnull(community_id, 0))",
    )


# item.quotes is the words of all its evidence, for the full text alone; the evidence is the truth
_GATHER = (
    "UPDATE item SET quotes = ifnull((SELECT group_concat(quote, ' … ') FROM evidence WHERE item_id = item.id), '')"
)
# passages are the even rows of the full text, items the odd ones: one body of words, so their scores compare
_PUT_PASSAGE = "INSERT INTO said (rowid, title, gist, body) VALUES (new.id * 2, '', '', new.text);"
_CUT_PASSAGE = "INSERT INTO said (said, rowid, title, gist, body) VALUES ('delete', old.id * 2, '', '', old.text);"
_PUT_ITEM = "INSERT INTO said (rowid, title, gist, body) VALUES (new.id * 2 + 1, new.title, new.gist, new.quotes);"
_CUT_ITEM = (
    "INSERT INTO said (said, rowid, title, gist, body) "
    "VALUES ('delete', old.id * 2 + 1, old.title, old.gist, old.quotes);"
)


@migrations()
def m003_create_full_text(db: Database) -> None:
    _run(
        db,
        """CREATE VIEW sayable AS
            SELECT id * 2 AS row, '' AS title, '' AS gist, text AS body FROM passage
            UNION ALL SELECT id * 2 + 1, title, gist, quotes FROM item""",
        """CREATE VIRTUAL TABLE said USING fts5 (
            title, gist, body, content='sayable', content_rowid='row', tokenize='porter unicode61')""",
        # without this, deleted words stay readable inside the full text's own pages
        "INSERT INTO said (said, rank) VALUES ('secure-delete', 1)",
        f"CREATE TRIGGER evidence_kept AFTER INSERT ON evidence BEGIN {_GATHER} WHERE id = new.item_id; END",
        f"""CREATE TRIGGER evidence_changed AFTER UPDATE OF quote ON evidence
            BEGIN {_GATHER} WHERE id = new.item_id; END""",
        f"CREATE TRIGGER evidence_gone AFTER DELETE ON evidence BEGIN {_GATHER} WHERE id = old.item_id; END",
        f"CREATE TRIGGER passage_said AFTER INSERT ON passage BEGIN {_PUT_PASSAGE} END",
        f"CREATE TRIGGER passage_unsaid AFTER DELETE ON passage BEGIN {_CUT_PASSAGE} END",
        f"CREATE TRIGGER passage_resaid AFTER UPDATE ON passage BEGIN {_CUT_PASSAGE} {_PUT_PASSAGE} END",
        f"CREATE TRIGGER item_said AFTER INSERT ON item BEGIN {_PUT_ITEM} END",
        f"CREATE TRIGGER item_unsaid AFTER DELETE ON item BEGIN {_CUT_ITEM} END",
        f"""CREATE TRIGGER item_resaid AFTER UPDATE OF title, gist, quotes ON item
            BEGIN {_CUT_ITEM} {_PUT_ITEM} END""",
    )


_CHANGE = "INSERT INTO vector_change (community_id, view, embedding_id, op) VALUES"


@migrations()
def m004_create_embeddings(db: Database) -> None:
    _run(
        db,
        """CREATE TABLE embedding (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            community_id INTEGER NOT NULL REFERENCES community ON DELETE CASCADE,
            passage_id INTEGER REFERENCES passage ON DELETE CASCADE,
            item_id INTEGER REFERENCES item ON DELETE CASCADE,
            view TEXT NOT NULL,
            model TEXT NOT NULL,
            vector BLOB NOT NULL,
            CHECK ((passage_id IS NULL) <> (item_id IS NULL)),
            UNIQUE (passage_id, view),
            UNIQUE (item_id, view))""",
        "CREATE INDEX embedding_of_index ON embedding (community_id, view, model)",
        """CREATE TABLE vector_change (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            community_id INTEGER NOT NULL,
            view TEXT NOT NULL,
            embedding_id INTEGER NOT NULL,
            op TEXT NOT NULL)""",
        "CREATE INDEX vector_change_of_index ON vector_change (community_id, view, seq)",
        f"""CREATE TRIGGER embedding_kept AFTER INSERT ON embedding
            BEGIN {_CHANGE} (new.community_id, new.view, new.id, 'add'); END""",
        f"""CREATE TRIGGER embedding_gone AFTER DELETE ON embedding
            BEGIN {_CHANGE} (old.community_id, old.view, old.id, 'remove'); END""",
        # an embedding is replaced by another of a new id, so that no index can mistake the old for the new
        """CREATE TRIGGER embedding_fixed BEFORE UPDATE ON embedding
            BEGIN SELECT raise(ABORT, 'an embedding is never changed, only replaced'); END""",
    )


@migrations()
def m005_create_jobs(db: Database) -> None:
    _run(
        db,
        """CREATE TABLE job (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            subject TEXT NOT NULL,
            meeting_id INTEGER REFERENCES meeting ON DELETE SET NULL,
            community_id INTEGER REFERENCES community ON DELETE SET NULL,
            payload TEXT NOT NULL,
            state TEXT NOT NULL,
            step TEXT NOT NULL DEFAULT '',
            fraction REAL NOT NULL DEFAULT 0,
            attempt INTEGER NOT NULL DEFAULT 0,
            tries INTEGER NOT NULL DEFAULT 0,
            worker TEXT,
            lease_until TEXT,
            run_after TEXT NOT NULL,
            error TEXT,
            created_at TEXT NOT NULL,
            finished_at TEXT)""",
        # the same work is never waiting or running twice
        "CREATE UNIQUE INDEX live_job ON job (key) WHERE state IN ('queued', 'running')",
        "CREATE INDEX job_of_meeting ON job (meeting_id)",
        """CREATE TABLE job_step (
            job_id INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
            step TEXT NOT NULL,
            result TEXT NOT NULL,
            PRIMARY KEY (job_id, step)) WITHOUT ROWID""",
    )


@migrations()
def m006_create_vocabulary(db: Database) -> None:
    _run(
        db,
        """CREATE TABLE vocabulary (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            community_id INTEGER NOT NULL REFERENCES community ON DELETE CASCADE,
            term TEXT NOT NULL COLLATE NOCASE,
            added_at TEXT NOT NULL,
            UNIQUE (community_id, term))""",
    )


@migrations()
def m007_create_repairs(db: Database) -> None:
    _run(
        db,
        # `before` is what undoes the repair; it holds people's words and goes with the meeting
        """CREATE TABLE repair (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            meeting_id INTEGER NOT NULL REFERENCES meeting ON DELETE CASCADE,
            what TEXT NOT NULL,
            before TEXT NOT NULL,
            made_at TEXT NOT NULL,
            undone_at TEXT)""",
        "CREATE INDEX repair_of_meeting ON repair (meeting_id)",
        # grows with every repair and undoing, so that a renewal knows when it has worked for nothing
        "ALTER TABLE meeting ADD COLUMN revision INTEGER NOT NULL DEFAULT 0",
        # the items of such a turn have to be found anew
        "ALTER TABLE turn ADD COLUMN stale INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE item ADD COLUMN look TEXT",
    )


@migrations()
def m008_follow_and_pause_jobs(db: Database) -> None:
    _run(
        db,
        # how long the fraction that is done took, whoever held the job, and since when nothing has moved
        "ALTER TABLE job ADD COLUMN worked REAL NOT NULL DEFAULT 0",
        "ALTER TABLE job ADD COLUMN moved_at TEXT",
        "DROP INDEX live_job",
        "CREATE UNIQUE INDEX live_job ON job (key) WHERE state IN ('queued', 'running', 'paused')",
    )


@migrations()
def m009_keep_the_sound_of_films_alone(db: Database) -> None:
    # none where the file is kept as it was handed in, under content_sha256
    _run(db, "ALTER TABLE meeting ADD COLUMN recording_sha256 TEXT")


@migrations()
def m010_tell_the_chat_from_what_was_said(db: Database) -> None:
    _run(db, "ALTER TABLE turn ADD COLUMN written INTEGER NOT NULL DEFAULT 0")


# as _GATHER, but for evidence that a review has set aside
_GATHER_KEPT = """
    UPDATE item SET quotes = ifnull((
        SELECT group_concat(quote, ' … ') FROM evidence WHERE item_id = item.id AND review_id IS NULL), '')"""


@migrations()
def m011_keep_reviews(db: Database) -> None:
    _run(
        db,
        # `before` is what undoes the review; it holds people's words and goes with the meeting
        """CREATE TABLE review (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            meeting_id INTEGER NOT NULL REFERENCES meeting ON DELETE CASCADE,
            what TEXT NOT NULL,
            who TEXT NOT NULL,
            teller INTEGER NOT NULL,
            before TEXT NOT NULL,
            made_at TEXT NOT NULL,
            undone_at TEXT)""",
        "CREATE INDEX review_of_meeting ON review (meeting_id)",
        """CREATE TABLE review_item (
            review_id INTEGER NOT NULL REFERENCES review ON DELETE CASCADE,
            item_id INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
            PRIMARY KEY (review_id, item_id)) WITHOUT ROWID""",
        "CREATE INDEX review_of_item ON review_item (item_id)",
        "ALTER TABLE item ADD COLUMN reason TEXT",
        "ALTER TABLE item ADD COLUMN found_as TEXT",
        # set aside by that review: it still follows every repair of its turns, and comes back with the undoing
        "ALTER TABLE evidence ADD COLUMN review_id INTEGER REFERENCES review ON DELETE CASCADE",
        "CREATE INDEX evidence_of_review ON evidence (review_id)",
        "DROP TRIGGER evidence_kept",
        "DROP TRIGGER evidence_changed",
        "DROP TRIGGER evidence_gone",
        f"CREATE TRIGGER evidence_kept AFTER INSERT ON evidence BEGIN {_GATHER_KEPT} WHERE id = new.item_id; END",
        f"""CREATE TRIGGER evidence_changed AFTER UPDATE OF quote, review_id ON evidence
            BEGIN {_GATHER_KEPT} WHERE id = new.item_id; END""",
        f"CREATE TRIGGER evidence_gone AFTER DELETE ON evidence BEGIN {_GATHER_KEPT} WHERE id = old.item_id; END",
    )


@migrations()
def m012_keep_the_remarks_of_jobs(db: Database) -> None:
    _run(db, "ALTER TABLE job ADD COLUMN remarks TEXT NOT NULL DEFAULT '[]'")


_MOVED = "INSERT INTO vector_change (community_id, subject, embedding_id, op)"
_NEW_SUBJECT = "CASE WHEN new.item_id IS NULL THEN 'passage' ELSE 'item' END"
_OLD_SUBJECT = "CASE WHEN old.item_id IS NULL THEN 'passage' ELSE 'item' END"
# an index knows who said what it holds, so that it can be searched for the words of some alone
_ITEM_VOICE = f"{_MOVED} SELECT community_id, 'item', id, 'voice' FROM embedding WHERE item_id ="  # noqa: S608


@migrations()
def m013_keep_one_vector_of_each_subject(db: Database) -> None:
    _run(
        db,
        # those of two views, of an encoder as it came: `rebuild` embeds anew
        """INSERT OR REPLACE INTO meta (key, value) SELECT 'unembedded', 'run `commonlore rebuild`'
            FROM embedding LIMIT 1""",
        "DROP TABLE embedding",
        "DROP TABLE vector_change",
        """CREATE TABLE embedding (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            community_id INTEGER NOT NULL REFERENCES community ON DELETE CASCADE,
            passage_id INTEGER UNIQUE REFERENCES passage ON DELETE CASCADE,
            item_id INTEGER UNIQUE REFERENCES item ON DELETE CASCADE,
            model TEXT NOT NULL,
            vector BLOB NOT NULL,
            CHECK ((passage_id IS NULL) <> (item_id IS NULL)))""",
        "CREATE INDEX embedding_of_index ON embedding (community_id, model, item_id)",
        """CREATE TABLE vector_change (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            community_id INTEGER NOT NULL,
            subject TEXT NOT NULL,
            embedding_id INTEGER NOT NULL,
            op TEXT NOT NULL)""",
        "CREATE INDEX vector_change_of_index ON vector_change (community_id, subject, seq)",
        f"""CREATE TRIGGER embedding_kept AFTER INSERT ON embedding
            BEGIN {_MOVED} VALUES (new.community_id, {_NEW_SUBJECT}, new.id, 'add'); END""",  # noqa: S608  # constants
        f"""CREATE TRIGGER embedding_gone AFTER DELETE ON embedding
            BEGIN {_MOVED} VALUES (old.community_id, {_OLD_SUBJECT}, old.id, 'remove'); END""",
        # an embedding is replaced by another of a new id, so that no index can mistake the old for the new
        """CREATE TRIGGER embedding_fixed BEFORE UPDATE ON embedding
            BEGIN SELECT raise(ABORT, 'an embedding is never changed, only replaced'); END""",
        f"""CREATE TRIGGER turn_voiced AFTER UPDATE OF speaker_id ON turn WHEN new.speaker_id <> old.speaker_id
            BEGIN {_MOVED} SELECT embedding.community_id, 'passage', embedding.id, 'voice'
            FROM passage JOIN embedding ON passage_id = passage.id WHERE turn_id = new.id; END""",  # noqa: S608
        f"CREATE TRIGGER evidence_voiced AFTER INSERT ON evidence BEGIN {_ITEM_VOICE} new.item_id; END",
        f"""CREATE TRIGGER evidence_revoiced AFTER UPDATE OF speaker_id, review_id ON evidence
            BEGIN {_ITEM_VOICE} new.item_id; END""",
        f"CREATE TRIGGER evidence_unvoiced AFTER DELETE ON evidence BEGIN {_ITEM_VOICE} old.item_id; END",
    )


# each community has a stretch of rows of its own, so that it can be searched without reading the others' words
_ROW_OF_PASSAGE = "({row}.community_id << 40) + {row}.id * 2"
_ROW_OF_ITEM = "({row}.community_id << 40) + {row}.id * 2 + 1"
_SAY_PASSAGE = f"""
    INSERT INTO said (rowid, title, gist, body) VALUES ({_ROW_OF_PASSAGE.format(row="new")}, '', '', new.text);"""  # noqa: S608  # constants of this file
_UNSAY_PASSAGE = f"""
    INSERT INTO said (said, rowid, title, gist, body)
    VALUES ('delete', {_ROW_OF_PASSAGE.format(row="old")}, '', '', old.text);"""  # noqa: S608  # constants of this file
_SAY_ITEM = f"""
    INSERT INTO said (rowid, title, gist, body)
    VALUES ({_ROW_OF_ITEM.format(row="new")}, new.title, new.gist, new.quotes);"""  # noqa: S608  # constants of this file
_UNSAY_ITEM = f"""
    INSERT INTO said (said, rowid, title, gist, body)
    VALUES ('delete', {_ROW_OF_ITEM.format(row="old")}, old.title, old.gist, old.quotes);"""  # noqa: S608  # constants of this file


@migrations()
def m014_keep_the_words_of_a_community_together(db: Database) -> None:
    triggers = [f"{table}_{what}" for table in ("passage", "item") for what in ("said", "unsaid", "resaid")]
    _run(db, *(f"DROP TRIGGER {trigger}" for trigger in triggers), "DROP TABLE said", "DROP VIEW sayable")
    for table in ("passage", "item"):
        _run(
            db,
            f"ALTER TABLE {table} ADD COLUMN community_id INTEGER",
            f"""UPDATE {table} SET community_id = (
                SELECT community_id FROM meeting WHERE meeting.id = meeting_id)""",  # noqa: S608  # one of the two
        )
    _run(
        db,
        f"""CREATE VIEW sayable AS
            SELECT {_ROW_OF_PASSAGE.format(row="passage")} AS row, '' AS title, '' AS gist, text AS body
            FROM passage
            UNION ALL SELECT {_ROW_OF_ITEM.format(row="item")}, title, gist, quotes FROM item""",  # noqa: S608
        """CREATE VIRTUAL TABLE said USING fts5 (
            title, gist, body, content='sayable', content_rowid='row', tokenize='porter unicode61')""",
        "INSERT INTO said (said, rank) VALUES ('secure-delete', 1)",
        "CREATE VIRTUAL TABLE said_terms USING fts5vocab (said, row)",
        "INSERT INTO said (said) VALUES ('rebuild')",
        f"CREATE TRIGGER passage_said AFTER INSERT ON passage BEGIN {_SAY_PASSAGE} END",
        f"CREATE TRIGGER passage_unsaid AFTER DELETE ON passage BEGIN {_UNSAY_PASSAGE} END",
        f"CREATE TRIGGER passage_resaid AFTER UPDATE ON passage BEGIN {_UNSAY_PASSAGE} {_SAY_PASSAGE} END",
        f"CREATE TRIGGER item_said AFTER INSERT ON item BEGIN {_SAY_ITEM} END",
        f"CREATE TRIGGER item_unsaid AFTER DELETE ON item BEGIN {_UNSAY_ITEM} END",
        f"""CREATE TRIGGER item_resaid AFTER UPDATE OF title, gist, quotes ON item
            BEGIN {_UNSAY_ITEM} {_SAY_ITEM} END""",
    )


@migrations()
def m015_introduce_people(db: Database) -> None:
    _run(
        db,
        "ALTER TABLE person ADD COLUMN findable INTEGER NOT NULL DEFAULT 1",
        # goes with the person, and with the meeting it was told in
        """CREATE TABLE introduction (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
            meeting_id INTEGER NOT NULL REFERENCES meeting ON DELETE CASCADE,
            told_in TEXT NOT NULL,
            about TEXT NOT NULL,
            asker TEXT NOT NULL,
            asker_reach TEXT NOT NULL,
            asked_reach TEXT NOT NULL DEFAULT '',
            state TEXT NOT NULL DEFAULT 'waiting',
            asked_at TEXT NOT NULL,
            decided_at TEXT)""",
        "CREATE INDEX introduction_of_person ON introduction (person_id)",
        "CREATE INDEX introduction_of_meeting ON introduction (meeting_id)",
    )


@migrations()
def m016_keep_questions(db: Database) -> None:
    _run(
        db,
        """CREATE TABLE kept_question (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            reader TEXT NOT NULL,
            asked TEXT NOT NULL,
            kept_at TEXT NOT NULL,
            UNIQUE (reader, asked))""",
    )


LATEST = len(migrations.pending(Database(memory=True)))
"""The schema this version of Commonlore reads and writes; a library says its own in user_version."""
