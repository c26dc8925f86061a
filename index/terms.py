"""The words of a text as the full text keeps them: its own tokenizer, in a table of its own in memory."""

import json
import threading
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from index.connection import in_memory, rows_of

STEMMING = "porter unicode61"
"""The tokenizer of the full text."""
_PLAIN = "unicode61"
"""The same, without taking words to their stems."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word as it was written, and the stem that it is found by."""

    word: str
    stem: str


class Tokenizer:
    """Reads texts as SQLite's full text does: what is counted here is what is found there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._db = in_memory()
        for table, tokenizer in (("stemmed", STEMMING), ("plain", _PLAIN)):
            self._db.conn.execute(f"CREATE VIRTUAL TABLE {table} USING fts5 (said, tokenize='{tokenizer}')")
            self._db.conn.execute(f"CREATE VIRTUAL TABLE {table}_words USING fts5vocab ({table}, instance)")

    def terms(self, text: str) -> list[Term]:
        """In order, each stem once."""
        with self._lock:
            stems, words = (self._words(table, text) for table in ("stemmed", "plain"))
        found: dict[str, str] = {}
        for stem, word in zip(stems, words, strict=True):
            found.setdefault(stem, word)
        return [Term(word, stem) for stem, word in found.items()]

    def counts(self, texts: Sequence[str], stems: Collection[str]) -> list[Counter[str]]:
        """How often each of these stems stands in each text."""
        counted: list[Counter[str]] = [Counter() for _ in texts]
        sql = """SELECT doc, term, count(*) AS times FROM stemmed_words
            WHERE term IN (SELECT value FROM json_each(?)) GROUP BY doc, term"""
        with self._lock:
            self._fill("stemmed", texts)
            rows = rows_of(self._db, sql, (json.dumps(list(stems)),))
        for row in rows:
            counted[row["doc"]][row["term"]] = row["times"]
        return counted

    def _words(self, table: str, text: str) -> list[str]:
        self._fill(table, [text])
        rows = rows_of(self._db, f'SELECT term FROM {table}_words ORDER BY "offset"')  # noqa: S608  # one of the two
        return [row["term"] for row in rows]

    def _fill(self, table: str, texts: Sequence[str]) -> None:
        self._db.conn.execute(f"DELETE FROM {table}")  # noqa: S608  # one of the two
        sql = f"INSERT INTO {table} (rowid, said) VALUES (?, ?)"  # noqa: S608  # one of the two
        self._db.conn.executemany(sql, enumerate(texts))
