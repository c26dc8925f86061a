"""The short ids that people type and links carry: m3 a meeting, i12 an item, t7 a passage, and so on."""

import re

from models.errors import NotFound

NOUNS = {"m": "meeting", "i": "item", "t": "passage", "j": "job", "n": "introduction", "q": "kept question"}


def parse_ref(ref: str) -> tuple[str, int]:
    """The noun and the row id. Raises NotFound for anything else."""
    match = re.fullmatch(r"([mitjnq])([0-9]{1,18})", ref.strip().lower())
    if not match:
        raise NotFound(
            f"'{ref}' is no id: ids look like m3 (a meeting), i12 (an item), t7 (a passage) or j5 (a job)"
        )
    return NOUNS[match[1]], int(match[2])
