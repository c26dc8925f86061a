"""Everything wired together once: the one place that knows which engine stands behind which port."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from api.annotations import Annotated, annotated
from api.checkup import decoding_check, leaving_check
from api.intake import About, Added, add_file
from api.repairs import Repairs
from api.reviews import Reviews
from api.worker import Worker
from capture import weights
from capture.diarizer import VoiceDiarizer
from capture.extractor import TaggerExtractor
from capture.formats.attendance import Attendee, read_attendance
from capture.formats.names import read_names
from capture.formats.registry import read_messages, read_transcript, write_transcript
from capture.linguist import Linguist
from capture.listening import Ears, ListenFor, NoCheckpoint, Progress, listen
from capture.pipeline import DECODING, Workshop
from capture.pyannote import PyannoteDiarizer
from capture.sherpa import SherpaDiarizer
from capture.tracks import opened as opened_tracks
from capture.transcriber import WhisperTranscriber
from index.checkup import Check, check_library
from index.embedder import SentenceEmbedder
from index.indexer import Indexer
from index.jobs import SqliteQueue
from index.migrations import Migrated, migrate
from index.recordings import FolderRecordings
from index.store import SqliteStore
from index.tuned import MEANING
from index.vectors import FaissVectors
from models.consent import EVERYTHING, scope_of
from models.errors import NotFound, StoreError
from models.introduction import Party, SeenIntroduction, seen_by_asked, seen_by_asker
from models.job import Job
from models.knowledge import Extraction, Kind, State
from models.leaving import leaving, leaving_with_answers
from models.meeting import Speaker, Transcript, Turn
from models.people import Reader
from models.ports import Diarizer, Embedder, Extractor, Report, Subject, Table, unreported
from models.query import Answer, Cluster, KeptQuestion, Kindred, Question, Telling
from models.reference import parse_ref
from models.settings import Settings
from search.digest import Digest, digest_of
from search.keeping import new_answers
from search.kindred import Kin
from search.linking import Linker
from search.people import who_has_met
from search.searcher import Searcher
from search.visibility import Door
from search.written import Writer

BUILT_IN = "minilm"
"""The setting of the embedder that comes along."""


class Services:
    """What the faces call, each call for a reader. The library is opened, and models load, when first needed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.home = settings.home
        self.leaving = leaving(settings.llm_url, settings.llm_model)
        """What goes to a large model, said before it does; none where there is none."""
        self.leaving_with_answers = (
            leaving_with_answers(settings.llm_url, settings.llm_model) if settings.llm_answers else None
        )
        """The same of the summaries of answers."""

    # --- the engines ---------------------------------------------------------------------------------------

    @cached_property
    def store(self) -> SqliteStore:
        return SqliteStore(self.home)

    @cached_property
    def queue(self) -> SqliteQueue:
        return SqliteQueue(self.store.connections, lease=self.settings.lease)

    @cached_property
    def recordings(self) -> FolderRecordings:
        return FolderRecordings(self.home / "recordings")

    @cached_property
    def embedder(self) -> Embedder:
        """What things are found by: the built-in one taught with questions, or another as it comes."""
        tuned = MEANING if self.settings.embedder == BUILT_IN else None
        folder = weights.embedder_folder(self.settings.embedder)
        return SentenceEmbedder(folder, threads=self.settings.threads, tuned=tuned)

    @cached_property
    def plain_embedder(self) -> Embedder:
        """What tells whether two tellings are of one thing: as it comes."""
        return SentenceEmbedder(weights.embedder_folder(self.settings.embedder), threads=self.settings.threads)

    @cached_property
    def vectors(self) -> FaissVectors:
        return FaissVectors(self.home / "vectors", store=self.store, model=self.embedder.name)

    @cached_property
    def indexer(self) -> Indexer:
        return Indexer(self.store, self.embedder)

    @cached_property
    def linker(self) -> Linker:
        return Linker(self.store, self.vectors, model=lambda: self.indexer.model)

    @cached_property
    def ears(self) -> Ears:
        threads = self.settings.threads
        folder = weights.whisper_folder(self.settings.cache.expanduser(), self.settings.whisper)
        return Ears(
            transcriber=WhisperTranscriber(folder, threads=threads),
            diarizer=chosen_diarizer(self.settings.diarizer, threads=threads),
        )

    @cached_property
    def extractor(self) -> Extractor:
        return self._large_model() or self.tagger

    @cached_property
    def tagger(self) -> TaggerExtractor:
        return TaggerExtractor(self.plain_embedder, linguist=self.linguist, threads=self.settings.threads)

    def _large_model(self) -> Extractor | None:
        """What the settings name; none where they name none, and then nothing of it is loaded."""
        named = self.settings
        if not named.llm_url or not named.llm_model:
            return None
        from capture.llm import Endpoint, LargeModel

        return LargeModel(
            Endpoint(named.llm_url, model=named.llm_model, key=named.llm_key, timeout=named.llm_timeout),
            tagger=self.tagger,
            linguist=self.linguist,
            embedder=self.plain_embedder,
            words=named.llm_words,
        )

    @cached_property
    def linguist(self) -> Linguist:
        return Linguist()

    @cached_property
    def door(self) -> Door:
        return Door(self.store, self.recordings, self.queue)

    @cached_property
    def repairs(self) -> Repairs:
        return Repairs(door=self.door, store=self.store, queue=self.queue, indexer=self.indexer)

    @cached_property
    def reviews(self) -> Reviews:
        return Reviews(door=self.door, store=self.store, queue=self.queue, linguist=self.linguist)

    @cached_property
    def searcher(self) -> Searcher:
        return Searcher(self.store, self.vectors, self.embedder, writer=self._writer())

    def _writer(self) -> Writer | None:
        """Of summaries: the large model, where the settings ask for that."""
        named = self.settings
        if not (named.llm_answers and named.llm_url and named.llm_model):
            return None
        from capture.writer import LargeWriter

        return LargeWriter(named.llm_url, model=named.llm_model, key=named.llm_key, timeout=named.llm_timeout)

    @cached_property
    def kin(self) -> Kin:
        return Kin(self.store, self.vectors, self.embedder)

    @cached_property
    def workshop(self) -> Workshop:
        work = self.home / "work"
        work.mkdir(parents=True, exist_ok=True)
        return Workshop(
            store=self.store,
            queue=self.queue,
            vectors=self.vectors,
            recordings=self.recordings,
            ears=self.ears,
            extractor=self.extractor,
            indexer=self.indexer,
            linker=self.linker,
            work=work,
        )

    def worker(self) -> Worker:
        return Worker(self.workshop, lease=self.settings.lease)

    # --- in ------------------------------------------------------------------------------------------------

    def add(self, path: Path, *, about: About, name: str | None = None) -> Added:
        """Keeps a recording, transcript or journal entry and queues its intake. Raises InputError, DiskFull."""
        return add_file(
            path,
            name=name or path.name,
            about=about,
            store=self.store,
            queue=self.queue,
            recordings=self.recordings,
        )

    def transcribe(
        self,
        path: Path,
        *,
        language: str | None,
        speakers: int | None,
        vocabulary: Sequence[str],
        progress: Progress,
    ) -> Transcript:
        """What is said in a recording; nothing is stored."""
        with (
            TemporaryDirectory(prefix="commonlore-") as folder,
            opened_tracks(
                path,
                scratch=Path(folder) / "sound.pcm",
                speakers=speakers,
                name=path.name,
                report=lambda done: progress(DECODING, 0.0),
            ) as tracks,
        ):
            return listen(
                tracks,
                ears=self.ears,
                listen_for=ListenFor(language=language, speakers=speakers, vocabulary=tuple(vocabulary)),
                checkpoint=NoCheckpoint(),
                progress=progress,
            )

    def extract(self, path: Path, *, report: Report = unreported) -> Extraction:
        """The items of a transcript; nothing is stored."""
        return self.extractor.extract(read_transcript(path, name=path.name), report=report)

    def name(
        self, reader: Reader, meeting_id: int, label: str, *, person: str, organisation: str | None
    ) -> Speaker:
        """Says who a voice was. Raises NotFound."""
        voice = self.repairs.conversation(reader, meeting_id).voice(label)
        if (voice.person, voice.organisation) == (person, organisation):
            return voice  # said twice, as by a button pressed twice: nothing that could be undone
        self.repairs.name(reader, meeting_id, {voice.label: (person, organisation)})
        return self.repairs.conversation(reader, meeting_id).voice(voice.label)

    def change_vocabulary(
        self, reader: Reader, community: str, *, add: Sequence[str], remove: Sequence[str]
    ) -> list[str]:
        """The names and acronyms to listen for, as they are then. Raises NotFound, InputError."""
        with self.store.write() as tx:
            if remove:
                self.store.remove_vocabulary(tx, community, remove)
            if add:
                self.store.add_vocabulary(tx, community, add)
        return self.vocabulary(reader, community)

    def names(self, path: Path) -> dict[str, tuple[str, str | None]]:
        """Who the voices were, from a file that says so. Raises InputError."""
        return read_names(path)

    def chat(self, path: Path) -> tuple[Turn, ...]:
        """What was written during a meeting, from the file that Zoom saves. Raises InputError."""
        return read_messages(path)

    def attendance(self, path: Path) -> list[Attendee]:
        """Who was there, from a list that says so. Raises InputError."""
        return read_attendance(path)

    def pause_job(self, reader: Reader, job_id: int) -> Job:
        """Stops a job at its next checkpoint, until it is resumed. Raises NotFound, InputError."""
        return self.queue.pause(self.door.job(reader, job_id).id)

    def resume_job(self, reader: Reader, job_id: int) -> Job:
        """Lets a paused job go on where it stopped. Raises NotFound, InputError."""
        return self.queue.resume(self.door.job(reader, job_id).id)

    # --- out -----------------------------------------------------------------------------------------------

    def ask(self, reader: Reader, question: Question) -> Answer:
        """An answer; where there is none, the question is kept as a gap, unless a filter may be why."""
        answer = self.searcher.ask(question, reader=reader)
        if not answer.found and question.asks_everybody:
            # a library that can only be read, or is full, still answers
            with suppress(StoreError), self.store.write() as tx:
                self.store.add_gap(tx, question.text, community=question.community)
        return answer

    def ask_many(self, reader: Reader, questions: Sequence[Question]) -> Iterator[Answer]:
        """One answer a question, as for measuring: nothing is kept as a gap."""
        for question in questions:
            yield self.searcher.ask(question, reader=reader)

    def people(self, reader: Reader, question: Question) -> tuple[Telling, ...]:
        """Who has met this, by what they told."""
        return who_has_met(self.searcher, question, reader=reader)

    def kindred(self, reader: Reader, item_id: int, question: Question) -> list[Kindred]:
        """The like of an item told elsewhere; the question says what is left out. Raises NotFound."""
        return self.kin.kindred(item_id, question, reader=reader)

    def clusters(self, reader: Reader, community: str, *, kind: Kind = Kind.PROBLEM) -> list[Cluster]:
        """Which of a community's problems are of one kind. Raises NotFound."""
        return self.kin.clusters(community, reader=reader, kind=kind)

    def vocabulary(self, reader: Reader, community: str) -> list[str]:
        """The names and acronyms to listen for, added last first. Raises NotFound."""
        return self.door.vocabulary(reader, self.door.community(reader, community).name)

    def digest(
        self, reader: Reader, community: str, *, since: str | None, organisation: str | None = None
    ) -> Digest:
        """With what is new that answers the questions this reader keeps. Raises NotFound."""
        digest = digest_of(community, store=self.store, reader=reader, since=since, for_organisation=organisation)
        kept = self.store.kept_questions(reader=reader.name) if since else []
        if not since or not kept:
            return digest
        named = digest.community.name
        found = new_answers(kept, searcher=self.searcher, reader=reader, community=named, since=since)
        return replace(digest, new_answers=found)

    # --- questions kept, people brought together -----------------------------------------------------------

    def keep_question(self, reader: Reader, question: Question) -> KeptQuestion:
        """Its new answers are shown in the digests of what is new."""
        with self.store.write() as tx:
            return self.store.keep_question(tx, question, reader=reader.name)

    def drop_question(self, reader: Reader, question_id: int) -> None:
        """Raises NotFound."""
        with self.store.write() as tx:
            self.store.drop_question(tx, question_id, reader=reader.name)

    def kept_questions(self, reader: Reader) -> list[KeptQuestion]:
        return self.store.kept_questions(reader=reader.name)

    def introduce(self, reader: Reader, ref: str, *, about: str, asker: Party) -> SeenIntroduction:
        """Asks who told this whether they want to be introduced. Raises NotFound."""
        noun, row = parse_ref(ref)
        if noun not in tuple(Table):
            raise NotFound(f"{ref} is no telling: name an item, as i12, or a passage, as t7")
        told_in = Subject(table=Table(noun), id=row)
        with self.store.write() as tx:
            made = self.store.request_introduction(tx, told_in, about=about, asker=asker, scope=scope_of(reader))
        return seen_by_asker(made)

    def decide_introduction(self, reader: Reader, introduction_id: int, *, reach: str | None) -> SeenIntroduction:
        """For the one who was asked: accepted with how they can be reached, else declined. Raises NotFound."""
        with self.store.write() as tx:
            decided = self.store.decide_introduction(tx, introduction_id, reach=reach, scope=scope_of(reader))
        return seen_by_asked(decided)

    def introductions_asked_by(self, reader: Reader, name: str) -> list[SeenIntroduction]:
        found = self.store.introductions(scope=scope_of(reader), asker=name)
        return [seen_by_asker(one) for one in found]

    def introductions_asked_of(self, reader: Reader, name: str) -> list[SeenIntroduction]:
        found = self.store.introductions(scope=scope_of(reader), asked=name)
        return [seen_by_asked(one) for one in found]

    def set_findable(self, person: str, *, findable: bool) -> None:
        """Whether they are named to who asks who has met something. Raises NotFound."""
        with self.store.write() as tx:
            self.store.set_findable(tx, person, findable)

    def written(self, reader: Reader, meeting_id: int, *, format: str) -> str:
        """A meeting's transcript as json, vtt, srt, txt or md. Raises NotFound, InputError."""
        return write_transcript(self.door.transcript(reader, meeting_id), format)

    def annotated(self, reader: Reader, meeting_id: int, *, name: str) -> Annotated | None:
        """What people decided about a meeting, as training data; none where they have not yet. Raises NotFound."""
        transcript = self.door.transcript(reader, meeting_id)
        items = [item for state in State for item in self.door.items(reader, meeting_id=meeting_id, state=state)]
        return annotated(name, transcript, items, self.linguist.sentences(transcript.turns))

    # --- upkeep --------------------------------------------------------------------------------------------

    def rebuild(self, *, report: Report = unreported) -> int:
        """Embeds what has no vectors of this embedder, then makes indexes and links anew; how many vectors."""
        self.indexer.embed_missing(report=report)
        self.store.rebuild_words()
        vectors = self.vectors.rebuild()
        for meeting in self.store.meetings(scope=EVERYTHING):
            self.relink(meeting.id)
        return vectors

    def relink(self, meeting_id: int) -> None:
        """Finds anew how what a meeting told hangs together, as when an item of it was withdrawn or reworded."""
        while True:
            before = self.store.last_vector_change()
            links = self.linker.links(meeting_id)
            with self.store.write() as tx:
                if self.store.last_vector_change() == before:  # else a worker has linked something to it meanwhile
                    self.store.save_links(tx, meeting_id, links)
                    return

    def migrate(self) -> Migrated:
        """Brings an older library up to this version, leaving a copy of it beside it. Raises NotFound."""
        return migrate(self.home)

    def checkup(self) -> list[Check]:
        """Of the library, of how recordings are opened here, and of what leaves this machine."""
        library = check_library(self.store, self.vectors, self.recordings, self.queue)
        return [*library, decoding_check(), leaving_check(self.leaving)]

    def close(self) -> None:
        if "store" in self.__dict__:
            self.store.close()


def chosen_diarizer(choice: str, *, threads: int) -> Diarizer:
    """The one that a setting names. Raises WeightsError where its package or its weights are missing."""
    kind, _, folder = choice.partition(":")
    match kind:
        case "sherpa":
            return SherpaDiarizer(Path(folder).expanduser(), threads=threads)
        case "pyannote":
            return PyannoteDiarizer(Path(folder).expanduser())
        case _:
            return VoiceDiarizer(threads=threads)


@contextmanager
def opened(settings: Settings) -> Iterator[Services]:
    """A library opened for one piece of work."""
    services = Services(settings)
    try:
        yield services
    finally:
        services.close()
