"""An export: a folder of transcripts and items that other tools, or another library, can read."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from api.shapes import kept_item_to_json
from cli.progress import shown
from cli.render import tell
from models.errors import InputError
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


class Export:
    """A folder that is new, empty, or an earlier export; any other is refused, and nothing is lost."""

    def __init__(self, folder: Path, *, format: str) -> None:
        self.folder = folder
        self.format = format

    def write(self, services: "Services") -> Written:
        """Raises InputError for a folder of something else."""
        self._make_room()
        meetings = services.door.meetings(OWNER)
        files = [ITEMS]
        with shown() as show:
            for number, meeting in enumerate(meetings, 1):
                files.append(self._write_transcript(services, meeting))
                show(str(self.folder), meeting.title, number / len(meetings))
        items = self._write_items(services, {meeting.id: meeting for meeting in meetings})
        self._mark(files)
        return Written(meetings=len(meetings), items=items)

    def _make_room(self) -> None:
        if self.folder.exists() and not self.folder.is_dir():
            raise InputError(f"{self.folder}: this is a file; name a folder with -o")
        if self.folder.is_dir() and any(self.folder.iterdir()):
            for path in self._earlier():
                path.unlink()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._mark([])

    def _earlier(self) -> list[Path]:
        """The files of the export before; what its mark says is never followed out of the folder."""
        try:
            marked = {str(name) for name in json.loads((self.folder / MARK).read_text(encoding="utf-8"))["files"]}
            return [path for path in self.folder.iterdir() if path.name in marked and path.is_file()]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{self.folder}: not empty and no export of ours; name a new folder with -o, or empty this one"
            ) from error

    def _mark(self, files: list[str]) -> None:
        shape = {"export": "commonlore", "version": 1, "transcripts": self.format, "files": files}
        (self.folder / MARK).write_text(json.dumps(shape, indent=1) + "\n", encoding="utf-8")

    def _write_transcript(self, services: "Services", meeting: Meeting) -> str:
        format = self.format
        try:
            text = services.written(OWNER, meeting.id, format=format)
        except InputError:
            # subtitles need times, and this one has none
            format = "txt"
            text = services.written(OWNER, meeting.id, format=format)
            tell(f"{meeting.ref}  {meeting.title}: has no times, so it is written as txt")
        name = f"{meeting.ref}-{_slug(meeting.external_id or meeting.title)}.{format}"
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


def _slug(text: str) -> str:
    """Safe as a file's name on any system."""
    return re.sub(r"[^\w]+", "-", text, flags=re.ASCII).strip("-").lower()[:60] or "meeting"
