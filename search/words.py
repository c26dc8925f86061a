"""Words that carry meaning, and their stems: enough to say what two texts share, not a full-text engine."""

import re

_STOP = """
    a about above actually after again against ago all almost already also although always am an and another any
    anybody anyone anything are around as ask at away back be because been before being below between both but
    by came can cannot come cope coped coping could deal dealing deals dealt did didn do does doesn doing don
    done down during each either else enough even ever every everybody everyone everything faced facing few find
    first for from further get gets getting give given go goes going gone good got had happen happened happening
    happens has hasn have haven having he hear help her here hers herself him himself his how however i idea if
    in indeed instead into is isn it its itself just keep kind kinds know last least less let like little ll
    look looked looking looks lot made make makes making many may maybe me mean means met might mine more most
    much must my myself need needs neither never new next no nobody none nor not nothing now of off often oh ok
    okay on once one ones only onto or other others our ours ourselves out over own particular people perhaps
    please put quite rather re really right said same saw say saying says see seeing seem seems seen several
    shall she should since so some somebody someone something still such sure take taken talk talked talking
    talks tell than thank thanks that the their theirs them themselves then there these they thing things think
    this those though through thus time to together told too took toward towards try under until up upon us use
    used using ve very via want wants was wasn way ways we well went were weren what whatever when where whether
    which while who whole whom whose why will with within without won work would yeah yes yet you your yours
    yourself
"""
STOP = frozenset(_STOP.split())
"""Function words, and what people say whatever they talk about."""

_BREAK = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+| … ")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def words_of(text: str) -> list[str]:
    """In order, lower case, without the possessive."""
    return [re.sub(r"['’]s$", "", word) for word in _WORD.findall(text.lower())]


def sentences_of(text: str) -> list[str]:
    """As they stand in it; what stands between two pieces of a quote is no part of a sentence."""
    pieces = (piece.strip() for piece in _BREAK.split(text))
    return [piece for piece in pieces if piece]


def stem(word: str) -> str:
    """Without the commonest English endings: "masks", "masked" and "masking" are one, "mass" stays whole."""
    for ending, rest in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) + len(rest) >= 3 and not word.endswith("ss"):
            return _undoubled(word.removesuffix(ending) + rest).removesuffix("e")
    return word.removesuffix("e") if len(word) > 3 else word


def _undoubled(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsaeiou" else word


def telling_words(text: str) -> dict[str, str]:
    """Stem to the word as it first stands in the text, without function words."""
    told: dict[str, str] = {}
    for word in words_of(text):
        if len(word) > 2 and word not in STOP:
            told.setdefault(stem(word), word)
    return told
