"""An export: a folder of transcripts and items that other tools, or another library, can read."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from api.shapes import Shape, kept_item_to_json
from cli.progress import shown
from cli.render import tell
from models.errors import InputError
from models.job import Json
from models.meeting import Meeting
from models.people import OWNER

if TYPE_CHECKING:
    from api.services import Services

MARK = "commonlore-export.json"
"""Says that a folder is an export, and which files in it are ours to renew."""
ITEMS = "items.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How much an export holds."""

    meetings: int
    items: int


class OwnFolder:
    """A folder that is new, empty, or an earlier export; any other is refused, and nothing is lost."""

    def __init__(self, folder: Path, *, option: str) -> None:
        self._folder = folder
        self._option = option

    def make_room(self) -> None:
        """Takes away what an earlier export wrote. Raises InputError for a folder of something else."""
        if self._folder.exists() and not self._folder.is_dir():
            raise InputError(f"{self._folder}: this is a file; name a folder with {self._option}")
        if self._folder.is_dir() and any(self._folder.iterdir()):
            for path in self._earlier():
                path.unlink()
        self._folder.mkdir(parents=True, exist_ok=True)
        self.mark({"files": []})

    def mark(self, shape: Shape) -> None:
        """Says that the folder is an export; its "files" are ours to renew."""
        text = json.dumps({"export": "commonlore", "version": 1, **shape}, indent=1)
        (self._folder / MARK).write_text(text + "\n", encoding="utf-8")

    def _earlier(self) -> list[Path]:
        """The files of the export before; what its mark says is never followed out of the folder."""
        try:
            marked = {str(name) for name in json.loads((self._folder / MARK).read_text(encoding="utf-8"))["files"]}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{self._folder}: not empty and no export of ours; name a new folder with {self._option},"
                " or empty this one"
            ) from error
        here = [*self._folder.iterdir(), *self._folder.glob("transcripts/*"), *self._folder.glob("annotations/*")]
        return [path for path in here if path.relative_to(self._folder).as_posix() in marked and path.is_file()]


class Export:
    """Transcripts and items in a folder of their own."""

    def __init__(self, folder: Path, *, format: str) -> None:
        self.folder = folder
        self.format = format

    def write(self, services: "Services") -> Written:
        """Raises InputError for a folder of something else."""
        own = OwnFolder(self.folder, option="-o")
        own.make_room()
        meetings = services.door.meetings(OWNER)
        files: list[Json] = [ITEMS]
        with shown() as show:
            for number, meeting in enumerate(meetings, 1):
                files.append(self._write_transcript(services, meeting))
                show(str(self.folder), meeting.title, number / len(meetings))
        items = self._write_items(services, {meeting.id: meeting for meeting in meetings})
        own.mark({"transcripts": self.format, "files": files})
        return Written(meetings=len(meetings), items=items)

    def _write_transcript(self, services: "Services", meeting: Meeting) -> str:
        format = self.format
        try:
            text = services.written(OWNER, meeting.id, format=format)
        except InputError:
            # subtitles need times, and this one has none
            format = "txt"
            text = services.written(OWNER, meeting.id, format=format)
            tell(f"{meeting.ref}  {meeting.title}: has no times, so it is written as txt")
        name = f"{meeting.ref}-{slug(meeting.external_id or meeting.title)}.{format}"
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def _write_items(self, services: "Services", meetings: dict[int, Meeting]) -> int:
        items = [item for item in services.door.items(OWNER) if item.meeting_id in meetings]
        lines = [
            json.dumps(kept_item_to_json(item, meeting=meetings[item.meeting_id]), ensure_ascii=False) + "\n"
            for item in items
        ]
        (self.folder / ITEMS).write_text("".join(lines), encoding="utf-8")
        return len(items)


def slug(text: str) -> str:
    """Safe as a file's name on any system."""
    return re.sub(r"[^\w]+", "-", text, flags=re.ASCII).strip("-").lower()[:60] or "meeting"
