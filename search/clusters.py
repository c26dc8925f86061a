"""Which of many things are of one kind: clusters by meaning, each named in the words of its members."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from models.knowledge import Item
from models.ports import Vectors
from models.query import Cluster
from search.domain import noun_terms
from search.words import words_of

ALIKE = 0.5
"""How alike the members of a cluster are on average, each with each of the others."""
NAMED = 3
"""Words that name a cluster."""


def clusters(items: Sequence[Item], vectors: Vectors) -> list[Cluster]:
    """The largest first; `vectors`, shape (items, dimension), are those of the items.

    Average linkage (Sokal and Michener 1958) on cosine distance: no number of clusters has to be guessed.
    """
    if len(items) < 2:
        return [_cluster(items, vectors)] if items else []
    from scipy.cluster.hierarchy import fcluster, linkage  # heavy: only where a page of problems is read

    tree = linkage(vectors, method="average", metric="cosine")
    labels = fcluster(tree, t=1 - ALIKE, criterion="distance")
    found = []
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        found.append(_cluster([items[at] for at in places.tolist()], vectors[places]))
    return sorted(found, key=lambda cluster: (-len(cluster.items), cluster.items[0].id))


def _cluster(items: Sequence[Item], vectors: Vectors) -> Cluster:
    typical = vectors @ vectors.mean(axis=0)
    order = np.argsort(-typical, kind="stable").tolist()
    return Cluster(items=tuple(items[at] for at in order), terms=_terms(items))


def _terms(items: Sequence[Item]) -> tuple[str, ...]:
    """Those that at least two and a third of them share; of a pair of words and its parts the pair."""
    held: Counter[tuple[str, ...]] = Counter()
    forms: dict[tuple[str, ...], str] = {}
    for item in items:
        told = noun_terms(words_of(f"{item.title} . {item.gist}"))
        held.update(told.keys())
        forms = {**told, **forms}
    often = [key for key, number in held.items() if number >= max(2, len(items) / 3)]
    chosen: list[tuple[str, ...]] = []
    for key in sorted(often, key=lambda key: (-held[key] * len(key), key)):
        if not any(set(key) & set(taken) for taken in chosen):
            chosen.append(key)
    return tuple(forms[key] for key in chosen[:NAMED])
