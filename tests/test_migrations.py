"""The schema: made at once, refused where it is another, brought up to date step by step."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database

from index.connection import open_database
from index.migrations import Migrated, migrate, open_library
from index.schema import LATEST, migrations
from index.store import SqliteStore
from models.consent import EVERYTHING
from models.errors import NotFound, SchemaError
from models.ports import Subject, Table

ROOT = Path(__file__).parents[1]
STEPS = [step.name for step in migrations.pending(Database(memory=True))]
TABLES_OF_STEP = {
    "m001_create_meetings": {"meta", "organisation", "community", "person", "meeting", "speaker", "turn"},
    "m002_create_items_and_passages": {"passage", "item", "evidence", "link", "gap"},
    "m003_create_full_text": {"said"},
    "m004_create_embeddings": {"embedding", "vector_change"},
    "m005_create_jobs": {"job", "job_step"},
    "m006_create_vocabulary": {"vocabulary"},
    "m007_create_repairs": {"repair"},
    "m008_follow_and_pause_jobs": set(),
    "m009_keep_the_sound_of_films_alone": set(),
    "m010_tell_the_chat_from_what_was_said": set(),
    "m011_keep_reviews": {"review", "review_item"},
    "m012_keep_the_remarks_of_jobs": set(),
    "m013_keep_one_vector_of_each_subject": set(),
    "m014_keep_the_words_of_a_community_together": set(),
    "m015_introduce_people": {"introduction"},
    "m016_keep_questions": {"kept_question"},
}


def make_library(home: Path, *, schema: int) -> Database:
    """A library as the version of that schema left it, with a community in it."""
    db = open_database(home / "commonlore.db")
    if schema < LATEST:
        migrations.apply(db, stop_before=STEPS[schema])
    else:
        migrations.apply(db)
    db.conn.execute(f"PRAGMA user_version = {schema}")
    db.conn.execute("INSERT INTO community (name) VALUES ('Discharge')")
    return db


def tables(db: Database) -> set[str]:
    return {name for name in db.table_names() if not name.startswith(("sqlite_", "_", "said_"))}


def test_a_new_library_is_made_at_once(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "library"
    open_library(home).close()
    with open_database(home / "commonlore.db") as db:
        assert db.conn.execute("PRAGMA user_version").fetchone()[0] == LATEST == len(STEPS)
        assert tables(db) == set().union(*TABLES_OF_STEP.values())
        assert (home.stat().st_mode & 0o077) == 0  # what people told is for nobody else on the machine


@pytest.mark.parametrize("schema", range(1, LATEST))
def test_each_step_adds_its_tables_to_the_schema_before(tmp_path: Path, schema: int) -> None:
    with make_library(tmp_path, schema=schema) as db:
        before = tables(db)
        migrations.apply(db, stop_before=STEPS[schema + 1 : schema + 2])
        assert tables(db) - before == TABLES_OF_STEP[STEPS[schema]]


def test_words_are_found_again_and_vectors_wait_to_be_made_after_the_steps_that_move_them(tmp_path: Path) -> None:
    with make_library(tmp_path, schema=12) as db:
        for statement in (
            """INSERT INTO meeting (title, community_id, source, content_sha256, filename, ready, created_at)
                VALUES ('Beds', 1, 'transcript', 'x', 'x.txt', 1, '2026-01-01')""",
            "INSERT INTO speaker (meeting_id, label) VALUES (1, 'A')",
            "INSERT INTO turn (meeting_id, position, speaker_id, text) VALUES (1, 0, 1, 'We rang the hospice.')",
            """INSERT INTO passage (meeting_id, turn_id, char_start, char_end, text, context)
                VALUES (1, 1, 0, 20, 'We rang the hospice.', '')""",
            """INSERT INTO embedding (community_id, passage_id, view, model, vector)
                VALUES (1, 1, 'text', 'toy-1', zeroblob(8))""",
        ):
            db.conn.execute(statement)
    migrate(tmp_path)
    store = SqliteStore(tmp_path)
    passage = Subject(table=Table.PASSAGE, id=1)
    assert [one for one, _ in store.search_words("hospices", scope=EVERYTHING, limit=5)] == [passage]
    assert store.unembedded(model="toy-1") == [passage]
    with store.write() as tx:
        store.check_words(tx)
        store.drop_meeting(tx, 1)
    with store.write() as tx:
        store.check_words(tx)
    store.close()


@pytest.mark.parametrize("schema", range(1, LATEST))
def test_an_older_library_is_refused_and_migrated(tmp_path: Path, schema: int) -> None:
    make_library(tmp_path, schema=schema).close()
    with pytest.raises(SchemaError, match="commonlore migrate"):
        open_library(tmp_path)
    migrated = migrate(tmp_path)
    assert (migrated.before, migrated.after) == (schema, LATEST)
    library = open_library(tmp_path)
    assert [row["name"] for row in library.rows("SELECT name FROM community")] == ["Discharge"]
    library.close()
    assert migrated.copy
    with Database(migrated.copy) as copy:
        assert copy.conn.execute("PRAGMA user_version").fetchone()[0] == schema
        assert copy["community"].count == 1


def test_a_library_of_this_version_is_left_alone(tmp_path: Path) -> None:
    open_library(tmp_path).close()
    assert migrate(tmp_path) == Migrated(before=LATEST, after=LATEST, copy=None)


def test_a_newer_library_is_refused(tmp_path: Path) -> None:
    with make_library(tmp_path, schema=LATEST) as db:
        db.conn.execute(f"PRAGMA user_version = {LATEST + 1}")
    for refused in (open_library, migrate):
        with pytest.raises(SchemaError, match="update Commonlore"):
            refused(tmp_path)


def test_where_there_is_no_library_nothing_is_migrated(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="--home"):
        migrate(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_step_that_fails_leaves_the_library_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_library(tmp_path, schema=2).close()

    whole = migrations.apply

    def half(db: Database) -> None:
        whole(db, stop_before=STEPS[4])
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "apply", half)
        with pytest.raises(RuntimeError):
            migrate(tmp_path)
    with open_database(tmp_path / "commonlore.db") as db:
        assert tables(db) == TABLES_OF_STEP[STEPS[0]] | TABLES_OF_STEP[STEPS[1]]
        assert db.conn.execute("PRAGMA user_version").fetchone()[0] == 2
    assert migrate(tmp_path).after == LATEST


def test_opening_a_library_never_changes_it(tmp_path: Path) -> None:
    open_library(tmp_path).close()
    path = tmp_path / "commonlore.db"
    before = path.read_bytes()
    open_library(tmp_path).close()
    assert path.read_bytes() == before


MAKER = """
import sys
import subprocess
import sys
from pathlib import Path
from index.migrations import open_library
sys.stdin.readline()
library = open_library(Path(sys.argv[1]))
with library.write() as tx:
    tx.db.conn.execute("INSERT INTO community (name) VALUES (?)", (sys.argv[2],))
library.close()
"""


def test_processes_that_make_a_library_at_the_same_time_make_one(tmp_path: Path) -> None:
    home = tmp_path / "library"
    makers = [
        subprocess.Popen([sys.executable, "-c", MAKER, str(home), f"C{number}"], cwd=ROOT, stdin=subprocess.PIPE)
        for number in range(4)
    ]
    for maker in makers:
        assert maker.stdin
        maker.stdin.write(b"go\n")
        maker.stdin.close()
    assert [maker.wait(timeout=60) for maker in makers] == [0] * 4
    library = open_library(home)
    assert len(library.rows("SELECT * FROM community")) == 4
    library.close()
