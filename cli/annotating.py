"""A folder of what people decided, from which the tagger can be trained: transcripts/ and annotations/."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cli.exporting import OwnFolder, slug
from cli.progress import shown
from cli.render import count, tell
from models.meeting import Meeting
from models.people import OWNER

if TYPE_CHECKING:
    from api.annotations import Annotated
    from api.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnable:
    """How much there is to learn from."""

    meetings: int
    annotations: int


def write_annotations(services: "Services", folder: Path) -> Learnable:
    """Of every meeting somebody has decided about. Raises InputError for a folder of something else."""
    own = OwnFolder(folder, option="--annotations")
    own.make_room()
    meetings = services.door.meetings(OWNER)
    files: list[str] = []
    annotations = 0
    with shown() as show:
        for number, meeting in enumerate(meetings, 1):
            name = f"{slug(meeting.community)}_{meeting.ref}"
            if found := services.annotated(OWNER, meeting.id, name=name):
                files += _write(folder, name, found)
                annotations += len(found.annotations)
                _warn(meeting, found)
            show(str(folder), meeting.title, number / len(meetings))
    own.mark({"files": [*files]})
    return Learnable(meetings=len(files) // 2, annotations=annotations)


def _write(folder: Path, name: str, found: "Annotated") -> list[str]:
    lines = [json.dumps(line, ensure_ascii=False) + "\n" for line in found.annotations]
    texts = {
        f"transcripts/{name}.json": json.dumps(found.transcript, ensure_ascii=False) + "\n",
        f"annotations/{name}.jsonl": "".join(lines),
    }
    for path, text in texts.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return list(texts)


def _warn(meeting: Meeting, found: "Annotated") -> None:
    """What nobody has decided about would be taught to be nothing."""
    if found.waiting:
        tell(
            f"{meeting.ref}  {meeting.title}: {count(found.waiting, 'draft')} not decided about count as no items;"
            f" decide first with commonlore review {meeting.ref}"
        )
