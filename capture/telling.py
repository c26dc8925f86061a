"""Items told in few words, selected from the speaker's own: nothing is said that was not said."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from capture.account import Account
from capture.facets import facets
from capture.gist import gist
from capture.linguist import Linguist
from capture.title import choices, ranked
from capture.wording import tidy
from models.knowledge import Facets, Kind
from models.ports import Embedder, Vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The sentences of one item, of its speaker alone, with their embeddings."""

    kind: Kind
    sentences: tuple[str, ...]
    embeddings: Vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An item in few words."""

    title: str
    gist: str
    facets: Facets = field(default_factory=Facets)


class Teller:
    """Tells items; grammar says what can stand alone, embeddings what the item is about."""

    def __init__(self, linguist: Linguist, embedder: Embedder) -> None:
        self._linguist = linguist
        self._embedder = embedder

    def tell(self, said: Sequence[Said]) -> list[Told]:
        accounts = self.accounts(said)
        return [
            Told(title=title, gist=gist(account), facets=facets(account))
            for title, account in zip(self._titles(accounts), accounts, strict=True)
        ]

    def accounts(self, said: Sequence[Said]) -> list[Account]:
        tidied = [[tidy(sentence) for sentence in each.sentences] for each in said]
        readings = iter(self._linguist.read(text for texts in tidied for text in texts))
        return [
            Account(
                kind=each.kind, texts=texts, readings=[next(readings) for _ in texts], embeddings=each.embeddings
            )
            for each, texts in zip(said, tidied, strict=True)
        ]

    def _titles(self, accounts: Sequence[Account]) -> list[str]:
        offered = [choices(account) for account in accounts]
        vectors = self._embedder.embed([title.text for each in offered for title in each])
        edges = np.cumsum([0, *(len(each) for each in offered)])
        titles: list[str] = []
        for each, begin, end, account in zip(offered, edges[:-1], edges[1:], accounts, strict=True):
            names = ranked(each, vectors[begin:end], account.middle)
            # two items about one passage are not called the same where there is another name
            titles.append(next((title for title in names if title not in titles), names[0]))
        return titles
