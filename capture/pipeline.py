"""The order in which a meeting is taken in: heard or read, kept, searched for items, made findable."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from capture.audio import chunks, copy_sound
from capture.formats.chat import beside
from capture.formats.registry import read_transcript
from capture.listening import Ears, ListenFor, listen
from capture.tracks import opened
from models.consent import EVERYTHING
from models.errors import JobPaused
from models.job import Claim, Json
from models.meeting import Meeting, Source, Transcript, Turn
from models.ports import (
    Embedding,
    Extractor,
    Indexer,
    JobQueue,
    Linker,
    Recordings,
    Store,
    Transaction,
    VectorIndex,
)

DECODING = "Opening the recording"
READING = "Reading the transcript"
EXTRACTING = "Finding stories, problems and practices"
INDEXING = "Making it findable"

SOUND = "sound"
LISTENING = "listening"
HEARD = {DECODING: 0.02, LISTENING: 0.75, EXTRACTING: 0.87, INDEXING: 1.0}
READ = {READING: 0.02, EXTRACTING: 0.5, INDEXING: 1.0}
"""Where each part of an intake ends on the bar people see, measured on the sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """Everything an intake works with; the models load when they are first needed."""

    store: Store
    queue: JobQueue
    vectors: VectorIndex
    recordings: Recordings
    ears: Ears
    extractor: Extractor
    indexer: Indexer
    linker: Linker
    work: Path
    """A folder for decoded sound, which is removed when the intake ends."""


def take_in(claim: Claim, *, workshop: Workshop) -> None:
    """The whole intake of one meeting. Each step is kept with its rows or not at all, and can run again."""
    intake = _Intake(claim, workshop)
    intake.once("conversation", intake.converse)
    intake.once("items", intake.extract)
    intake.let_the_picture_go()
    intake.finish()
    workshop.vectors.refresh()


class _Intake:
    """One claimed job: what it has done already, and how it keeps what it does."""

    def __init__(self, claim: Claim, workshop: Workshop) -> None:
        if claim.meeting_id is None:
            raise ValueError(f"job {claim.job_id} names no meeting")
        self.claim = claim
        self.workshop = workshop
        self.meeting: Meeting = workshop.store.meeting(claim.meeting_id, scope=EVERYTHING)
        # of this holder alone: a late woken one may still be writing its own
        self.sounds = f"{self.meeting.content_sha256}.{claim.job_id}-"
        self.sound = workshop.work / f"{self.sounds}{claim.attempt}.pcm"

    def once(self, step: str, work: Callable[[], Callable[[Transaction], None]]) -> None:
        """Works, then writes what came of it together with the note that it is done."""
        if step in self.claim.steps:
            return
        write = work()
        with self.workshop.store.write() as tx:
            write(tx)
            self.workshop.queue.commit_step(tx, self.claim, step=step, result=True)
        self._stop_if_paused()

    # the checkpoint that listening keeps its windows with

    def kept(self, step: str) -> Json:
        return self.claim.steps.get(step)

    def keep(self, step: str, result: Json) -> None:
        with self.workshop.store.write() as tx:
            self.workshop.queue.commit_step(tx, self.claim, step=step, result=result)
        self._stop_if_paused()

    def _stop_if_paused(self) -> None:
        """Here nothing is lost that was done."""
        if self.workshop.queue.is_paused(self.claim):
            raise JobPaused(
                f"j{self.claim.job_id} is paused: `commonlore resume j{self.claim.job_id}` goes on with it"
            )

    # the steps

    def converse(self) -> Callable[[Transaction], None]:
        heard = self._listen() if self.meeting.source is Source.RECORDING else self._read()
        transcript = beside(heard, self._chat())
        store, meeting_id = self.workshop.store, self.meeting.id
        passages = self.workshop.indexer.passages(transcript, title=self.meeting.title)

        def write(tx: Transaction) -> None:
            store.save_transcript(tx, meeting_id, transcript)
            store.save_passages(tx, meeting_id, passages)
            for label, person, organisation in self._names(transcript):
                store.name_speaker(tx, meeting_id, label, person=person, organisation=organisation)

        return write

    def extract(self) -> Callable[[Transaction], None]:
        extractor, store = self.workshop.extractor, self.workshop.store
        transcript = store.transcript(self.meeting.id, scope=EVERYTHING)
        found = extractor.extract(transcript, report=lambda done: self._progress(EXTRACTING, done))

        def write(tx: Transaction) -> None:
            store.save_items(tx, self.meeting.id, found.candidates, extractor=extractor.name)
            self.workshop.queue.note(tx, self.claim, found.remarks)

        return write

    def let_the_picture_go(self) -> None:
        """Of a film only the sound is kept; not before all that is heard is written down from the film itself."""
        film, sound = self.meeting.recording_sha256, self.sound.with_suffix(".pcm.sound")
        if self.meeting.source is not Source.RECORDING or SOUND in self.claim.steps:
            return
        recordings, store = self.workshop.recordings, self.workshop.store
        if not copy_sound(recordings.path(film), sound):
            return
        with store.write() as tx:  # inside, so that nobody sweeps it before the meeting rests on it
            store.keep_sound(tx, self.meeting.id, recordings.keep(chunks(sound)))
            self.workshop.queue.commit_step(tx, self.claim, step=SOUND, result=True)
        with store.write():
            if film not in store.contents():  # another community may have been handed the same film
                recordings.remove(film)

    def finish(self) -> None:
        """Embeds, links, shows the meeting and ends the job."""
        workshop = self.workshop
        embeddings = workshop.indexer.embed_meeting(
            self.meeting.id, report=lambda done: self._progress(INDEXING, done)
        )
        while not self._shown(embeddings):
            pass  # another meeting came in meanwhile, and is to be linked too
        self._clear_sounds()

    def _shown(self, embeddings: Sequence[Embedding]) -> bool:
        """Links, then shows the meeting in one transaction; not where vectors changed since links were found."""
        workshop = self.workshop
        before = workshop.store.last_vector_change()
        links = workshop.linker.links(self.meeting.id, embeddings)
        with workshop.store.write() as tx:
            if workshop.store.last_vector_change() != before:
                return False
            workshop.store.save_embeddings(tx, embeddings, model=workshop.indexer.model)
            workshop.store.save_links(tx, self.meeting.id, links)
            workshop.store.mark_ready(tx, self.meeting.id)
            workshop.queue.finish(tx, self.claim)
        return True

    def _clear_sounds(self) -> None:
        """Also what holders before this one left."""
        for sound in self.workshop.work.glob(f"{self.sounds}*"):
            sound.unlink(missing_ok=True)

    def _listen(self) -> Transcript:
        self._clear_sounds()
        speakers = self.claim.payload.get("speakers")
        listen_for = ListenFor(
            language=self.meeting.language,
            speakers=speakers if isinstance(speakers, int) else None,
            vocabulary=tuple(self.workshop.store.vocabulary(self.meeting.community, scope=EVERYTHING)),
        )
        with opened(
            self.workshop.recordings.path(self.meeting.recording_sha256),
            scratch=self.sound,
            speakers=listen_for.speakers,
            name=self.meeting.filename,
            report=lambda done: self._progress(DECODING, done),
        ) as tracks:
            return listen(
                tracks,
                ears=self.workshop.ears,
                listen_for=listen_for,
                checkpoint=self,
                progress=lambda step, done: self._progress(LISTENING, done, shown=step),
            )

    def _read(self) -> Transcript:
        self._progress(READING, 0.0)
        path = self.workshop.recordings.path(self.meeting.recording_sha256)
        return read_transcript(path, name=self.meeting.filename)

    def _chat(self) -> list[Turn]:
        """What was written meanwhile, where it was handed in with the meeting."""
        messages = cast(list[tuple[str, str, float | None]], self.claim.payload.get("chat") or [])
        return [Turn(speaker=author, text=text, start=start, written=True) for author, text, start in messages]

    def _names(self, transcript: Transcript) -> Iterator[tuple[str, str, str | None]]:
        """Label, person and organisation, for the voices that are in the conversation."""
        named = cast(dict[str, tuple[str, str | None]], self.claim.payload.get("names") or {})
        for label in sorted({turn.speaker for turn in transcript.turns} & set(named)):
            yield label, *named[label]

    def _progress(self, part: str, done: float, *, shown: str | None = None) -> None:
        ends = HEARD if self.meeting.source is Source.RECORDING else READ
        begin = max((end for end in ends.values() if end < ends[part]), default=0.0)
        fraction = begin + (ends[part] - begin) * done
        self.workshop.queue.progress(self.claim, step=shown or part, fraction=fraction)
