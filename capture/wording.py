"""Spoken sentences made readable: fillers, false starts and stutters go; no word is put in. Pure."""

import re

_ALONE = (
    r"and|but|because|or|um+|uh+|er+|erm|mm-?hmm|obviously|basically|i think|i mean|i suppose|i guess|i would say"
    r"|i'd say|i believe|you know|of course|as i say|as i said|as i've said"
    r"|so(?! (?:many|much|far|few|long|little)\b)"
    r"|i (?:just )?want(?:ed)? to (?:say|add|make (?:that|the) point|point out)|what i mean is"
    r"|it's important to say"
    r"|the (?:only )?(?:other )?(?:thing|point) (?:that )?(?:i'd|i would) (?:add|say|make) (?:is|was)"
    r"|what i would say(?:, though,)? is|you'll be aware that|i would add|i'm going to be very straight and say"
)
"""What opens a sentence and can go, whatever follows."""
_PAUSED = (
    rf"{_ALONE}|well|yes|yeah|yep|no|okay|ok|oh|right|now|then|again|also|absolutely|indeed|certainly|actually|clearly"
    r"|sure|exactly|definitely|correct|you see|to be honest|as you know|if you like|in a sense|like i said|my lady"
    r"|chair|thank you very much|thank you|thanks|sorry|i'm afraid|if i may|just to say|in my view|in terms of that"
)
"""What can go where a pause follows: "No, nobody came", but not "No child came"."""
_OPENING = re.compile(
    rf"^(?:(?:(?:{_PAUSED})\s*(?:,|--|–|\.\.\.|\.(?=\s))\s*|(?:{_ALONE})\s+)"
    r"(?:that\s+(?!(?:is|was|'s|would|has|had|will|can|could|should|does|did|really|kind|sort|might|may)\b))?)+",
    re.IGNORECASE,
)
_INSIDE = re.compile(
    r",?\s+(?:um+|uh+|er|erm|mm-?hmm)\b,?"
    r"|,\s*(?:you know|i mean|i think|i suppose|i guess|if you like|sort of|kind of|as i say|to be honest"
    r"|obviously|my lady|actually|of course|again|like),(?=\s)"
    r"|\b(?:sort of|kind of)\b(?=\s+(?:a|the|an|\w+ed|\w+ing)\b)",
    re.IGNORECASE,
)
_TWICE = re.compile(r"\b(\w+(?:'\w+)?(?: \w+(?:'\w+)?){0,3})(?:,|\s*--|\s*\.\.\.)?\s+\1\b(?!')", re.IGNORECASE)
_MEANT_TWICE = {"that", "had", "very", "really", "many", "no", "more"}
_DOUBLE = re.compile(r'[“”"]')
_SINGLE = re.compile(r"(?<![\w.])['‘]|(?<!s)['’](?!\w)")
"""Not the apostrophe of "farmers' markets" or "B.C.'s"."""
_ENDS = re.compile(r"[.!?…][\"'”’)]*$")
_BREAKS = re.compile(r";\s+|\s+--\s+|\s*\.\.\.\s*|,\s+(?=(?:and|but|so|because|which|who|where|when|or)\b)|,\s+")
_DANGLING = re.compile(
    r"\b(?:and|or|but|so|because|that|which|what|who|where|when|if|then|of|to|in|for|with|by|from|as|about|the|an?|is|are"
    r"|was|were|be|become|not|very|maybe|perhaps|particularly|really|also|just|i|we|you|they|it)$",
    re.IGNORECASE,
)
LEAST = 5
"""Words that can be a sentence of a gist."""


def tidy(sentence: str) -> str:
    """The sentence without what only speaking needs, beginning with a capital."""
    text = " ".join(sentence.split())
    text = _INSIDE.sub("", _OPENING.sub("", text))
    text = _TWICE.sub(_once, text)
    text = re.sub(r"\s+([,.;:?!])", r"\1", text)
    text = unquoted(re.sub(r"^[\s,;:.–-]+|[\s,;:–—-]+$", "", text)).strip()
    return capital(_OPENING.sub("", text) or sentence.strip())


def unquoted(text: str) -> str:
    """Without quotation marks that are opened and never closed, or closed and never opened."""
    for mark in (_DOUBLE, _SINGLE):
        if len(mark.findall(text)) % 2:
            text = mark.sub("", text)
    return text


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def closed(text: str) -> str:
    """With a mark at its end."""
    return text if not text or _ENDS.search(text) else f"{text}."


def shorten(text: str, *, words: int) -> str:
    """At most so many words, ending where a clause ends and saying with "…" that more was said."""
    if len(text.split()) <= words:
        return text
    fitting = [
        text[: match.start()]
        for match in _BREAKS.finditer(text)
        if LEAST <= len(text[: match.start()].split()) <= words and not _DANGLING.search(text[: match.start()])
    ]
    cut = fitting[-1] if fitting else " ".join(text.split()[:words])
    return f"{unquoted(cut).rstrip(' ,;:–—-')} …"


def _once(match: re.Match[str]) -> str:
    return match[0] if match[1].lower() in _MEANT_TWICE or match[1][0].isdigit() else match[1]
