"""Spoken sentences made readable: fillers, false starts and stutters go; no word is put in. Pure."""

import re

_ALONE = (
    r"and|but|because|or|in fact|for example|for instance|actually|um+|uh+|er+|erm|mm-?hmm"
    r"|(?:\w+, )?you're (?:quite |absolutely )?right[:,.]?"
    r"|obviously|basically|i think|i mean|i suppose|i guess|i would say|yeah|yep|okay|ok|i'd say|i believe"
    r"|you know|of course|as i say|as i said|as i've said|so(?! (?:many|much|far|few|long|little)\b)"
    r"|i (?:just )?want(?:ed)? to (?:say|add|make (?:that|the) point|point out)|what i mean is"
    r"|it's important to say"
    r"|the (?:only )?(?:other )?(?:thing|point) (?:that )?(?:i'd|i would) (?:add|say|make) (?:is|was)"
    r"|what i would say(?:, though,)? is|you'll be aware that|i would (?:add|argue)|i was going to say"
    r"|i'm going to be very straight and say"
    r"|i (?:do|really|certainly|personally|also|just|still) (?:think|believe|feel)|i (?:must|have to) say"
    r"|(?:the )?(?:reality|truth|fact|point|thing) is|it(?:'s| is) fair to say|my understanding is"
    r"|what happened is"
)
"""What opens a sentence and can go, whatever follows."""
_PAUSED = (
    rf"{_ALONE}|well|yes|no|oh(?: yeah| yes| no| my goodness(?: me)?)?|right|now|then|again"
    r"|also|absolutely|indeed|certainly|like|clearly|sure|exactly|definitely|correct|you see"
    r"|to be honest|as you know|if you like|in a sense|like i said|my lady|first of all|first(?:ly)?"
    r"|second(?:ly)?|third(?:ly)?|finally|lastly|similarly|equally|likewise|so yeah|as you can imagine"
    r"|alright|all right|cool|great|mm|hmm|hm|'kay|anyway|really|however|therefore"
    r"|as [\w' ]{1,40}(?:said|says|mentioned|described|indicated|alluded to|pointed out|outlined)"
    r"|(?:(?:madam|mr\.?|mister) )?(?:chair|chairman|speaker)|thank you very much|thank you|thanks|sorry"
    r"|i'm afraid|if i may|just to say|in my view|in terms of that"
)
"""What can go where a pause follows: "No, nobody came", but not "No child came"."""
_OPENING = re.compile(
    rf"^(?:(?:(?:{_PAUSED})\s*(?:,|--|–|\.\.\.|\.(?=\s))\s*|(?:{_ALONE})\s+)"
    r"(?:that\s+(?!(?:is|was|'s|would|has|had|will|can|could|should|does|did|really|kind|sort|might|may)\b))?)+",
    re.IGNORECASE,
)
_INSIDE = re.compile(
    r",?\s+(?:um+|uh+|er|erm|eh|ehm|ah|mm-?hmm|hmm)\b,?|\s*@"
    r"|,\s*(?:you know|i mean|i think|i suppose|i guess|if you like|sort of|kind of|as i say|to be honest"
    r"|obviously|my lady|actually|of course|again|like),(?=\s)"
    r"|(?<!some )(?<!this )(?<!that )(?<!any )(?<!what )(?<!a )(?<!the )(?<!one )(?<!these )(?<!same )"
    r"\b(?:sort of|kind of)\b(?=\s+(?:a|the|an|\w+ed|\w+ing)\b)",
    re.IGNORECASE,
)
_APART = re.compile(r"\s+(?=(?:'(?:s|re|ve|ll|d|m)|n't)\b|[,.;:?!])", re.IGNORECASE)
"""Before what belongs to the word before it, in transcripts whose words were taken apart: "there 's"."""
_QUOTED = re.compile(r'" ([^"]*) "')
_FRAGMENT = re.compile(
    r"(?<![\w'’.-])(?:(?i:([b-hj-z]|th|thi|tha|wh|wi|wou|bu|ju|di|wo|yo|pr|st|tr|fr|pe|ne|sp|sch|str|vari|var|re|cl|ty))"
    r"(?:-|,| -- |\.\.\.)?\s+(?=(?i:\1)\w)|[bdefghjlmqrstuvw]\s+(?=[a-z])|(?<=^)[SW]\s+(?=[a-z]))"
)
"""The start of a word that is then said whole, or never: "w we", "th the", "g are"."""
_RESTART = re.compile(r"\b(\w+(?:'\w+)?)(?: [\w']+){0,5}\s*(?:--|—|–|\.\.\.)\s+(?=\1\b)", re.IGNORECASE)
"""A start that is dropped and made again with its first word: "they were use -- they were helpful"."""
_TWICE = re.compile(r"\b(\w+(?:'\w+)?(?: \w+(?:'\w+)?){0,3})(?:,|\s*--|\s*\.\.\.)?\s+\1\b(?!')", re.IGNORECASE)
_MEANT_TWICE = {"that", "had", "very", "really", "many", "no", "more"}
_DOUBLE = re.compile(r'[“”"]')
_SINGLE = re.compile(r"(?<![\w.])['‘]|(?<!s)['’](?!\w)")
"""Not the apostrophe of "farmers' markets" or "B.C.'s"."""
_ENDS = re.compile(r"[.!?…][\"'”’)]*$")
_BREAKS = re.compile(r";\s+|\s+--\s+|\s*\.\.\.\s*|,\s+(?=(?:and|but|so|because|which|who|where|when|or)\b)|,\s+")
_DANGLING = re.compile(
    r"\b(?:and|or|but|so|because|that|which|what|who|where|when|if|then|of|to|in|for|with|by|from|as|about|the"
    r"|an?|is|are|was|were|be|become|not|very|maybe|perhaps|particularly|really|also|just|i|we|they|if|than|my"
    r"|our|your"
    r"|their|its|been|would|should|has|at|on|into|between|during|every|never)$",
    re.IGNORECASE,
)
LEAST = 5
"""Words that can be a sentence of a gist."""


def tidy(sentence: str) -> str:
    """The sentence without what only speaking needs, beginning with a capital."""
    text = _INSIDE.sub("", _opened(_joined(sentence)))
    text = _TWICE.sub(_once, _RESTART.sub("", _FRAGMENT.sub("", text)))
    return capital(" ".join((_opened(unquoted(text)) or sentence).split()))


def _joined(sentence: str) -> str:
    """As it is written where a transcript took the words apart: "there 's", "cross - talk", "D_S_P_"."""
    text = _APART.sub("", " ".join(sentence.split()))
    text = _QUOTED.sub(r'"\1"', re.sub(r"(?<=\w) - (?=\w)", "-", text))
    return re.sub(r"\b(?:[A-Z]_)+", lambda match: match[0].replace("_", ""), text)


def _opened(text: str) -> str:
    """Without its opening, nor the marks at either end."""
    return re.sub(r"^[\s,;:.–-]+|[\s,;:–—-]+$", "", _OPENING.sub("", text))


def unquoted(text: str) -> str:
    """Without quotation marks that are opened and never closed, or closed and never opened."""
    for mark in (_DOUBLE, _SINGLE):
        if len(mark.findall(text)) % 2:
            text = mark.sub("", text)
    return text


def dangles(text: str) -> bool:
    """It ends where something must follow."""
    return _DANGLING.search(text.rstrip(".…,;:!-–— ")) is not None


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def closed(text: str) -> str:
    """With a mark at its end."""
    text = re.sub(r"\s*(?:—|–|--)[.,]?$", "", text)
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
    cut = fitting[-1] if fitting and 2 * len(fitting[-1].split()) > words else _held(text.split()[:words])
    return f"{unquoted(cut).rstrip(' ,;:–—-')} …"


def _held(words: list[str]) -> str:
    """Up to the last word after which nothing must follow."""
    while len(words) > LEAST and dangles(" ".join(words)):
        words = words[:-1]
    return " ".join(words)


def _once(match: re.Match[str]) -> str:
    return match[0] if match[1].lower() in _MEANT_TWICE or match[1][0].isdigit() else match[1]
