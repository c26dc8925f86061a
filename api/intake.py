"""Taking something in: look at it, keep it under its hash, and queue the rest as a job."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from capture.audio import chunks, probe
from capture.formats.registry import is_transcript_name, read_document
from models.consent import EVERYTHING
from models.errors import DiskFull, InputError
from models.job import Json
from models.meeting import Source, Transcript, Turn
from models.ports import JobQueue, NewMeeting, Recordings, Store

INTAKE = "intake"
MARGIN = 64 << 20
"""Bytes left over for rows, indexes and their journal."""
SOUND_FOR_EACH_BYTE = 4
"""Decoded sound for each byte of a usual recording (64 kbit/s); the sound is removed when the intake ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the documenter says about what they hand in; none where the file itself may say."""

    community: str | None = None
    organisation: str | None = None
    title: str | None = None
    date: str | None = None
    language: str | None = None
    speakers: int | None = None
    names: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)
    """Speaker label → person and their organisation."""
    chat: Sequence[Turn] = ()
    """What was written meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of a file that was handed in."""

    name: str
    meeting_id: int
    job_id: int | None
    """None where the same content was here already and is ready."""
    duplicate: bool


def add_file(
    path: Path, *, name: str, about: About, store: Store, queue: JobQueue, recordings: Recordings
) -> Added:
    """Raises InputError for what cannot be used, and then the library is as it was."""
    meeting = _look_at(path, name=name, about=about)
    known = store.meeting_of_content(meeting.content_sha256, community=meeting.community, scope=EVERYTHING)
    if known and known.ready:
        return Added(name=name, meeting_id=known.id, job_id=None, duplicate=True)
    _make_room(path, name=name, recordings=recordings)
    if recordings.keep(chunks(path)) != meeting.content_sha256:
        raise InputError(f"{name}: the file changed while it was read; hand it in when it is finished")
    with store.write() as tx:
        # again, inside the write: two people may hand in the same file at once
        known = store.meeting_of_content(meeting.content_sha256, community=meeting.community, scope=EVERYTHING)
        meeting_id = known.id if known else store.add_meeting(tx, meeting)
        if not recordings.holds(meeting.content_sha256):
            recordings.keep(chunks(path))  # swept meanwhile, when the same file's earlier intake failed
        job_id = queue.enqueue(
            tx,
            kind=INTAKE,
            key=f"{INTAKE} {meeting_id}",
            subject=name,
            meeting_id=meeting_id,
            payload=_payload(about),
        )
    return Added(name=name, meeting_id=meeting_id, job_id=job_id, duplicate=known is not None)


def _look_at(path: Path, *, name: str, about: About) -> NewMeeting:
    """What kind of thing this is and what it says about itself, without keeping anything yet."""
    _check_file(path, name)
    source, transcript = Source.RECORDING, Transcript(turns=())
    if is_transcript_name(name):
        source, transcript = read_document(path, name=name)
    else:
        probe(path, name=name)
    community = about.community or transcript.community
    if not community:
        raise InputError(f"{name}: say which community it belongs to (--community NAME)")
    return NewMeeting(
        external_id=transcript.meeting,
        title=about.title or transcript.title or Path(name).stem.replace("-", " ").replace("_", " "),
        date=about.date or transcript.date,
        community=community,
        organisation=about.organisation or transcript.organisation,
        source=source,
        content_sha256=_hash(path),
        filename=name,
        language=about.language or transcript.language,
    )


def _check_file(path: Path, name: str) -> None:
    if not path.exists():
        raise InputError(f"{name}: there is no such file; check the path")
    if not path.is_file():
        raise InputError(f"{name}: this is not a file; hand in the files inside it one by one")
    if path.stat().st_size == 0:
        raise InputError(f"{name}: the file is empty; export or copy it again")


def _make_room(path: Path, *, name: str, recordings: Recordings) -> None:
    """Refuses early what will not fit: the file, the sound decoded from it, and room for the library to go on."""
    sound = 0 if is_transcript_name(name) else SOUND_FOR_EACH_BYTE * path.stat().st_size
    needed, free = path.stat().st_size + sound + MARGIN, recordings.free()
    if free < needed:
        raise DiskFull(
            f"{name}: {needed >> 20} MB of room are needed where the library lives and {free >> 20} MB are free; "
            "make room, or move the library and set COMMONLORE_HOME"
        )


def _payload(about: About) -> dict[str, Json]:
    names: dict[str, Json] = {label: [person, where] for label, (person, where) in about.names.items()}
    chat: list[Json] = [[turn.speaker, turn.text, turn.start] for turn in about.chat]
    return {"speakers": about.speakers, "names": names, "chat": chat}


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    for chunk in chunks(path):
        digest.update(chunk)
    return digest.hexdigest()
