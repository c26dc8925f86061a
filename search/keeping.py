"""Questions that a reader keeps, and what was told since that answers them."""

from collections.abc import Iterable
from dataclasses import replace

from models.people import Reader
from models.query import KeptQuestion, NewAnswer
from search.people import Asks

SHOWN = 3
"""New answers to one question that are a reading and not a list."""
READ = 20
"""Of so many hits the items are taken: passages have no title to be read by."""


def new_answers(
    kept: Iterable[KeptQuestion], *, searcher: Asks, reader: Reader, community: str, since: str
) -> tuple[NewAnswer, ...]:
    """To questions that were asked of everybody or of this community; those without a new answer are left out."""
    answered = []
    for one in kept:
        if (one.question.community or community).casefold() != community.casefold():
            continue
        first = max(since, one.question.since or "")
        question = replace(one.question, community=community, since=first, limit=READ)
        hits = [hit for hit in searcher.ask(question, reader=reader).hits if hit.kind != "passage"]
        if hits:
            answered.append(NewAnswer(kept=one, hits=tuple(hits[:SHOWN])))
    return tuple(answered)
