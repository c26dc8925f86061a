"""Whether what was said was written down with full stops. Pure."""

import re
from collections.abc import Sequence

from models.meeting import Turn

BARE = 60
"""Where more words than this share one full stop, there is no punctuation to go by: speech has one in 18."""
FEWEST = 40
"""Words of a meeting by which that can be said."""
_ENDS = re.compile(r"[.?!](?=[\s\"'”’)]|$)")


def is_bare(turns: Sequence[Turn]) -> bool:
    words = sum(len(turn.text.split()) for turn in turns)
    ends = sum(len(_ENDS.findall(turn.text)) for turn in turns)
    return words >= FEWEST and ends * BARE < words
