"""Finding by words: which terms of a question stand where, ranked by BM25.

SQLite's own ranking reads every place of every word in the library for each question. Here the places of the rare
words alone are read, and BM25 is worked out for those that hold most of them: what a question costs stays the same
while the library grows.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from index.connection import Connection, Database, rows_of, writing
from index.terms import Term, Tokenizer
from models.consent import Scope
from models.ports import EVERYWHERE, Narrowed, Subject, Table, Transaction

MOST_TERMS = 64
"""A pasted page is searched by its first so many different words."""
WEIGHTS = {"title": 2.0, "gist": 1.5, "body": 1.0}
"""Of a word in an item's title, its gist, and in what was said."""
SATURATION, LENGTHENING = 1.2, 0.75
"""k1 and b of Okapi BM25 (Robertson and Zaragoza 2009), as customary."""
USUAL_LENGTH = 80
"""Words of what is found, most of it passages."""
PLACES, FIRST = 20_000, 100_000
"""So many places of a question's words are read, the rarest words' first, and so many of the rarest alone."""
LOOKED_AT = 4
"""How many times as many as wanted are ranked exactly: those that hold most of the words that tell."""
GROWN = 1.1
"""By how much the library may grow before it is counted anew how many places hold a word."""

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

_PLACES = "SELECT rowid FROM said WHERE said MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?"
_HOLDING = "SELECT doc FROM said_terms WHERE term = ?"
_SIZE = "SELECT ifnull((SELECT max(id) FROM passage), 0) + ifnull((SELECT max(id) FROM item), 0) AS n"
_TEXTS = {
    Table.PASSAGE: """
        SELECT passage.id, '' AS title, '' AS gist, text AS body
        FROM passage JOIN meeting ON meeting.id = passage.meeting_id
        WHERE meeting.ready AND passage.id IN (SELECT value FROM json_each(?))""",
    Table.ITEM: """
        SELECT item.id, item.title, gist, quotes AS body FROM item JOIN meeting ON meeting.id = item.meeting_id
        WHERE meeting.ready AND state <> 'withdrawn' AND item.id IN (SELECT value FROM json_each(?))""",
}
_SPOKEN = """
    SELECT passage.id FROM passage JOIN turn ON turn.id = passage.turn_id
    WHERE passage.id IN (SELECT value FROM json_each(:ids))
    AND turn.speaker_id IN (SELECT value FROM json_each(:voices))"""
_TOLD = """
    SELECT item.id FROM item WHERE item.id IN (SELECT value FROM json_each(:ids)) AND ifnull((
        SELECT speaker_id FROM evidence WHERE item_id = item.id AND review_id IS NULL
        ORDER BY evidence.id LIMIT 1), -item.meeting_id) IN (SELECT value FROM json_each(:voices))"""
_EACH = 1 << 40
"""Rows of the full text that each community has room for; see the schema."""
_MOST = (1 << 22) - 1
"""The last community there is room for."""
_FEW = 8
"""Up to so many communities are read one by one, more with what lies between them."""


@dataclass(slots=True)
class _Holding:
    """In how many places each stem stands, counted when it was first asked for."""

    size: int = 0
    places: dict[str, int] = field(default_factory=dict)


class WordStore:
    """The part of the store that finds by words."""

    connections: Connection

    def search_words(
        self,
        text: str,
        *,
        scope: Scope,
        tables: Iterable[Table] = Table,
        narrowed: Narrowed = EVERYWHERE,
        limit: int,
    ) -> list[tuple[Subject, float]]:
        """By BM25 over items (title, gist, quote) and passages, higher is better; any text is safe to pass."""
        terms = self._terms(text)
        if not terms or limit < 1:
            return []
        with self.connections.read() as db:
            rarity = self._rarity(db, terms)
            told = self._holders(db, terms, rarity, scope, frozenset(tables))
            likely = _narrowed(db, sorted(told, key=lambda one: -told[one]), narrowed, limit * LOOKED_AT)
            scores = self._scores(db, likely, rarity)
        return sorted(scores.items(), key=lambda pair: -pair[1])[:limit]

    def score_words(self, text: str, subjects: Sequence[Subject]) -> dict[Subject, float]:
        """The same score for given subjects; those that share no word are left out."""
        terms = self._terms(text)
        if not terms or not subjects:
            return {}
        with self.connections.read() as db:
            return self._scores(db, subjects, self._rarity(db, terms))

    def rebuild_words(self) -> None:
        """Makes the full text anew from the rows it stands for."""
        with self.connections.write() as tx:
            writing(tx).conn.execute("INSERT INTO said (said) VALUES ('rebuild')")

    def check_words(self, tx: Transaction) -> None:
        """Raises StoreError where the full text does not match the rows it stands for."""
        writing(tx).conn.execute("INSERT INTO said (said, rank) VALUES ('integrity-check', 1)")

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return Tokenizer()

    @cached_property
    def _counted(self) -> _Holding:
        return _Holding()

    def _terms(self, text: str) -> list[Term]:
        """The words that matter; a question of none but stopwords is asked as it stands."""
        terms = self._tokenizer.terms(text)
        telling = [term for term in terms if term.word not in STOPWORDS] or terms
        return telling[:MOST_TERMS]

    def _rarity(self, db: Database, terms: Sequence[Term]) -> dict[str, float]:
        """Inverse document frequency of each stem that stands anywhere, the rarest first."""
        counted = self._counted
        size = rows_of(db, _SIZE)[0]["n"]
        if size > GROWN * counted.size or size < counted.size:
            counted.size, counted.places = size, {}
        for term in terms:
            if term.stem not in counted.places:
                found = rows_of(db, _HOLDING, (term.stem,))
                counted.places[term.stem] = found[0]["doc"] if found else 0
        held = {term.stem: counted.places[term.stem] for term in terms if counted.places[term.stem]}
        return {
            stem: math.log(1 + (max(size, number) - number + 0.5) / (number + 0.5))
            for stem, number in sorted(held.items(), key=lambda pair: pair[1])
        }

    def _holders(
        self,
        db: Database,
        terms: Sequence[Term],
        rarity: Mapping[str, float],
        scope: Scope,
        tables: frozenset[Table],
    ) -> dict[Subject, float]:
        """Who holds any of the words that tell most, and how much these tell."""
        word_of = {term.stem: term.word for term in terms}
        told: dict[int, float] = defaultdict(float)
        read = 0
        for stem, worth in rarity.items():
            rows = _places(db, word_of[stem], scope.community_ids)
            if read + len(rows) > (PLACES if read else FIRST):
                break
            read += len(rows)
            for row in rows:
                told[row] += worth
        found = {_subject(row): worth for row, worth in told.items()}
        return {subject: worth for subject, worth in found.items() if subject.table in tables}

    def _scores(
        self, db: Database, subjects: Sequence[Subject], rarity: Mapping[str, float]
    ) -> dict[Subject, float]:
        """BM25 of those that hold any of the words."""
        scores: dict[Subject, float] = {}
        for table in Table:
            ids = [subject.id for subject in subjects if subject.table == table]
            rows = rows_of(db, _TEXTS[table], (json.dumps(ids),)) if ids else []
            fields = [name for name in WEIGHTS if table is Table.ITEM or name == "body"]
            counts = {name: self._tokenizer.counts([row[name] for row in rows], rarity.keys()) for name in fields}
            for at, row in enumerate(rows):
                times: Counter[str] = Counter()
                for name in fields:
                    for stem, number in counts[name][at].items():
                        times[stem] += WEIGHTS[name] * number  # type: ignore[assignment]  # a count, weighed
                length = sum(len(row[name].split()) for name in fields)
                if times:
                    scores[Subject(table=table, id=row["id"])] = _bm25(times, length, rarity)
        return scores


def _bm25(times: Mapping[str, float], length: int, rarity: Mapping[str, float]) -> float:
    room = SATURATION * (1 - LENGTHENING + LENGTHENING * length / USUAL_LENGTH)
    return sum(rarity[stem] * number * (SATURATION + 1) / (number + room) for stem, number in times.items())


def _places(db: Database, word: str, communities: frozenset[int] | None) -> list[int]:
    """Rows of the full text of these communities, or of all, that hold a word; no more than may be read of one."""
    ranges = _ranges(communities)
    rows: list[int] = []
    for first, last in ranges:
        values = (f'"{word}"', first * _EACH, (last + 1) * _EACH - 1, FIRST + 1)
        rows += [row for (row,) in db.conn.execute(_PLACES, values)]
    return rows if communities is None else [row for row in rows if row // _EACH in communities]


def _ranges(communities: frozenset[int] | None) -> list[tuple[int, int]]:
    """The first and last of communities that are read in one go."""
    if communities is None:
        return [(0, _MOST)]
    if not communities:
        return []
    if len(communities) > _FEW:
        return [(min(communities), max(communities))]
    return [(one, one) for one in communities]


def _subject(row: int) -> Subject:
    rest = row % _EACH
    return Subject(table=Table.ITEM if rest % 2 else Table.PASSAGE, id=rest // 2)


def _narrowed(db: Database, ranked: Sequence[Subject], narrowed: Narrowed, limit: int) -> list[Subject]:
    """The first of them that a search is narrowed to."""
    if narrowed.items is not None:
        ranked = [one for one in ranked if one.table is Table.PASSAGE or one.id in narrowed.items]
    if narrowed.voices is None:
        return list(ranked[:limit])
    voices = json.dumps(sorted(narrowed.voices))
    said: set[Subject] = set()
    for table, sql in ((Table.PASSAGE, _SPOKEN), (Table.ITEM, _TOLD)):
        ids = json.dumps([one.id for one in ranked if one.table == table])
        said |= {Subject(table=table, id=row["id"]) for row in rows_of(db, sql, {"ids": ids, "voices": voices})}
    return [one for one in ranked if one in said][:limit]
