"""Items told in few words, cut out of the speaker's own: nothing is said that was not said."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from capture.facets import facets
from capture.gist import gist
from capture.pointed import SENTENCES
from capture.title import title
from models.knowledge import Facets, Kind

if TYPE_CHECKING:
    from capture.pointer import Pointer

_GIST = SENTENCES.index("gist")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The sentences of one item, of its speaker alone."""

    kind: Kind
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An item in few words."""

    title: str
    gist: str
    facets: Facets = field(default_factory=Facets)


class Teller:
    """Tells items in the words that are pointed at."""

    def __init__(self, *, threads: int = 0) -> None:
        """`threads` 0 takes all there are."""
        self._threads = threads

    def tell(self, said: Sequence[Said]) -> list[Told]:
        """Two items about one passage are not called the same where there is another title. Raises WeightsError."""
        pointed = self._pointer.point([(each.kind, each.sentences) for each in said])
        told: list[Told] = []
        titles: set[str] = set()
        for each, found in zip(said, pointed, strict=True):
            name = title(found.titles, each.sentences, taken=titles)
            titles.add(name)
            likely = found.sentences[:, _GIST]
            told.append(Told(title=name, gist=gist(each.sentences, likely), facets=facets(found, each.sentences)))
        return told

    @cached_property
    def _pointer(self) -> "Pointer":
        from capture.pointer import Pointer

        return Pointer(threads=self._threads)
