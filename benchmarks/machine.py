"""What a figure was measured on: machine, versions, date; and where the shared data lies."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("commonlore", "torch", "faster-whisper", "ctranslate2", "sentence-transformers", "faiss-cpu", "spacy")


def conditions() -> str:
    """One line for the head of a table."""
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    day = datetime.now(UTC).date().isoformat()
    return f"{day}; {os.cpu_count()} cores, {_processor()}; Python {platform.python_version()}; {versions}"


def shared_data() -> Path:
    """COMMONLORE_SHARED, or the folder `shared` beside the repository."""
    folder = Path(os.environ.get("COMMONLORE_SHARED", Path(__file__).parents[1].parent / "shared"))
    if not folder.is_dir():
        raise SystemExit(f"{folder}: no benchmark data here; set COMMONLORE_SHARED to the folder that holds it")
    return folder


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()
