"""Finding by words: a question in anybody's words made into a safe full-text query, ranked by BM25."""

import json
import re
from collections.abc import Sequence

from index.connection import IN_SCOPE, Connection, scope_values, writing
from models.consent import Scope
from models.ports import Subject, Transaction

MOST_TERMS = 64
"""A pasted page is searched by its first so many different words."""
WEIGHTS = (2.0, 1.5, 1.0)
"""Of a word in an item's title, its gist, and in what was said."""

# the words a plain question is made of besides what it asks about
STOPWORDS = frozenset(
    """a about above after again all also am an and any anybody anyone are as at be because been before being
    both but by can could did do does doing don down each else ever every few for from further get gets getting
    got had has have having he her here hers him his how i if in into is it its itself just let ll may me might
    more most much must my no nor not now of off on once one only or other others our ours out over own re s same
    shall she should so some somebody someone such t than that the their theirs them then there these they thing
    things this those through to too under until up us ve very was we were what when where which while who whom
    whose why will with would you your yours""".split()  # noqa: SIM905  # a hundred and fifty quoted words read worse
)

_SEARCH = f"""
    SELECT said.rowid AS row, -bm25(said, {", ".join(map(str, WEIGHTS))}) AS score FROM said
    LEFT JOIN passage ON said.rowid % 2 = 0 AND passage.id = said.rowid / 2
    LEFT JOIN item ON said.rowid % 2 = 1 AND item.id = said.rowid / 2
    JOIN meeting ON meeting.id = ifnull(passage.meeting_id, item.meeting_id)
    WHERE said MATCH :query AND meeting.ready AND {IN_SCOPE} AND (item.id IS NULL OR item.state <> 'withdrawn')
    ORDER BY score DESC, said.rowid LIMIT :limit"""  # noqa: S608  # constants of this file
# the plus keeps SQLite from starting the whole query anew for each row asked about
_SCORE = f"""
    SELECT rowid AS row, -bm25(said, {", ".join(map(str, WEIGHTS))}) AS score FROM said
    WHERE said MATCH :query AND +rowid IN (SELECT value FROM json_each(:rows))"""  # noqa: S608  # constants of this file


class WordStore:
    """The part of the store that finds by words."""

    connections: Connection

    def search_words(self, text: str, *, scope: Scope, limit: int) -> list[tuple[Subject, float]]:
        """By BM25 over items (title, gist, quote) and passages, higher is better; any text is safe to pass."""
        query = query_of(text)
        if not query:
            return []
        values = {"query": query, "limit": limit, **scope_values(scope)}
        return [(_subject(row["row"]), row["score"]) for row in self.connections.rows(_SEARCH, values)]

    def score_words(self, text: str, subjects: Sequence[Subject]) -> dict[Subject, float]:
        """The same score for given subjects; those that share no word are left out."""
        query = query_of(text)
        if not query or not subjects:
            return {}
        values = {"query": query, "rows": json.dumps([_row(subject) for subject in subjects])}
        return {_subject(row["row"]): row["score"] for row in self.connections.rows(_SCORE, values)}

    def rebuild_words(self) -> None:
        """Makes the full text anew from the rows it stands for."""
        with self.connections.write() as tx:
            writing(tx).conn.execute("INSERT INTO said (said) VALUES ('rebuild')")

    def check_words(self, tx: Transaction) -> None:
        """Raises StoreError where the full text does not match the rows it stands for."""
        writing(tx).conn.execute("INSERT INTO said (said, rank) VALUES ('integrity-check', 1)")


def query_of(text: str) -> str:
    """Any of the words that matter, each quoted so that none is read as syntax; empty where there is no word.

    Any of them and not all: BM25 ranks what holds them all first, and a plain question of twelve words has an
    answer that shares three.
    """
    words = list(dict.fromkeys(re.findall(r"\w+", text.lower())))
    telling = [word for word in words if word not in STOPWORDS] or words
    return " OR ".join(f'"{word}"' for word in telling[:MOST_TERMS])


def _row(subject: Subject) -> int:
    return subject.id * 2 + (subject.table == "item")


def _subject(row: int) -> Subject:
    return Subject(table="item" if row % 2 else "passage", id=row // 2)
