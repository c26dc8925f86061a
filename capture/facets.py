"""The sides of an item that its speaker spoke of, each in their words; none rather than a wrong one. Pure."""

import re
from collections.abc import Sequence

from capture.pointed import SENTENCES, Cut, Pointed
from capture.wording import capital, closed, shorten, tidy
from models.knowledge import Facets

WORDS = 32
SIDES = SENTENCES[1:]
NONE = 0.0
"""The logit that there is no sentence of a side."""
_SUPPOSED = re.compile(
    r"^(?:if|unless|whether)\b|\b(?:would have|could have|should have|might have)\b", re.IGNORECASE
)
"""What was only thought of was not tried, and nothing came of it."""
_POINTING = re.compile(r"^(?:the|those|these|that|this|such|all|both|your|their|his|her|my|our)\s+", re.IGNORECASE)
_NOBODY = re.compile(r"^(?:there|no|any|nobody|none|which|what|not|some of)\b", re.IGNORECASE)


def facets(pointed: Pointed, sentences: Sequence[str]) -> Facets:
    """No sentence serves for two sides."""
    sides: dict[str, int] = {}
    for name in SIDES:
        column = pointed.sentences[:, SENTENCES.index(name)]
        free = [
            at
            for at in range(len(column))
            if column[at] > NONE
            and at not in sides.values()
            and not sentences[at].endswith("?")
            and not (name != "open" and _SUPPOSED.search(sentences[at]))
        ]
        if free:
            sides[name] = max(free, key=lambda at: column[at])
    told = {name: closed(shorten(tidy(sentences[at]), words=WORDS)) for name, at in sides.items()}
    return Facets(
        setting=_words(pointed.setting, sentences),
        affected=_words(pointed.affected, sentences, but=_POINTING),
        tried=told.get("tried"),
        outcome=told.get("outcome"),
        open=told.get("open"),
    )


def _words(cut: Cut | None, sentences: Sequence[str], *, but: re.Pattern[str] | None = None) -> str | None:
    if cut is None:
        return None
    text = tidy(sentences[cut.sentence][cut.begin : cut.end]).strip(" .,;:?!-–—")
    if _NOBODY.match(text):
        return None
    return capital(but.sub("", text) if but else text) or None
