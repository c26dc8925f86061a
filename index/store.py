"""The store on SQLite: the truth, of which the full text and the vector indexes are copies."""

from contextlib import AbstractContextManager
from pathlib import Path

from index.communities import CommunityStore
from index.connection import Writing
from index.embeddings import EmbeddingStore
from index.fulltext import WordStore
from index.introductions import IntroductionStore
from index.items import ItemStore
from index.links import LinkStore
from index.meetings import MeetingStore
from index.migrations import open_library
from index.narrowing import NarrowingStore
from index.questions import QuestionStore
from index.repairs import RepairStore
from index.reviews import ReviewStore
from index.vocabulary import VocabularyStore


class SqliteStore(
    MeetingStore,
    ItemStore,
    LinkStore,
    RepairStore,
    ReviewStore,
    EmbeddingStore,
    WordStore,
    NarrowingStore,
    IntroductionStore,
    QuestionStore,
    CommunityStore,
    VocabularyStore,
):
    """The whole store of the library in a folder; each part keeps to its own file.

    A read made inside `write()` sees the library as it was before: the transaction is not kept yet.
    """

    def __init__(self, home: Path) -> None:
        self.connections = open_library(home)

    def write(self) -> AbstractContextManager[Writing]:
        """One transaction at a time; raises DiskFull or StoreError and then keeps nothing of it."""
        return self.connections.write()

    def close(self) -> None:
        self.connections.close()
