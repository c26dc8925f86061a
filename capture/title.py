"""The title of an item: words of its speaker that name it and break off nowhere. Pure."""

import re
from collections.abc import Container, Iterator, Sequence

from capture.pointed import Cut
from capture.wording import capital, dangles, tidy

TITLE_WORDS = 12
_TURNING = re.compile(
    r"\b(?:not|cannot|never|no|nor|neither|without|if|unless|whether|avoid\w*|prevent\w*|would|could|should|might"
    r"|rather than|instead of|\w+n['’]t)(?: [\w'’-]+){0,2} ?$",
    re.IGNORECASE,
)
"""Before words that would say the opposite, or more than was said, without it."""
_POINTING = re.compile(
    r"^(?:(?:it|they|he|she|which|who)(?:['’]\w+)?|(?:this|that|these|those)(?:['’]s|"
    r" (?:is|was|are|were|has|had|have|would|will|can|could|did|does|made|meant|means|led)))\b",
    re.IGNORECASE,
)


_THERE = re.compile(
    r"^there(?:['’]s| (?:is|are|was|were|has been|have been|had been)) (?:an? |the )?", re.IGNORECASE
)


def title(cuts: Sequence[Cut], sentences: Sequence[str], *, taken: Container[str] = ()) -> str:
    """The first that stands alone and is not another's; else the first at all."""
    offered = list(dict.fromkeys(_offered(cuts, sentences)))
    fresh = (text for text in offered if text not in taken)
    return next(fresh, offered[0] if offered else _start(sentences))


def _offered(cuts: Sequence[Cut], sentences: Sequence[str]) -> Iterator[str]:
    """Those that stand alone first; those that would say something else last."""
    texts = [(text, _fault(cut, text, sentences)) for cut in cuts if fits(text := _told(cut, sentences))]
    yield from (text for text, _ in sorted(texts, key=lambda each: each[1]))


def _fault(cut: Cut, text: str, sentences: Sequence[str]) -> int:
    turned = _TURNING.search(sentences[cut.sentence][: cut.begin].rstrip()) is not None
    return 2 * turned or int(dangles(text) or _POINTING.match(text) is not None)


def fits(text: str) -> bool:
    return 0 < len(text.split()) <= TITLE_WORDS


def _told(cut: Cut, sentences: Sequence[str]) -> str:
    text = tidy(sentences[cut.sentence][cut.begin : cut.end]).strip(" .,;:?!-–—")
    return capital(_THERE.sub("", text) or text)


def _start(sentences: Sequence[str]) -> str:
    """Of an item that is not pointed at: how it begins."""
    words = " ".join(sentences).split()[:TITLE_WORDS]
    while len(words) > 1 and dangles(" ".join(words)):
        words.pop()
    return capital(" ".join(words).strip(" .,;:?!-–—")) or " ".join(words)
