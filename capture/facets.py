"""The sides of an item that its speaker spoke of, each in their words; none rather than a wrong one. Pure."""

import re
from collections import Counter
from collections.abc import Sequence

from capture.account import Account
from capture.clauses import PEOPLE
from capture.gist import runs
from capture.grammar import Phrase
from capture.wording import capital, closed, shorten
from models.knowledge import Facets, Kind

WORDS = 32
LEAST = 7
EARLY = 7
"""Words that may stand before what shows a side: later ones are about something else."""

_WHO = (
    r"\b(?:we|i|they|he|she|staff|teams?|councils?|government|schools?|trusts?|colleagues|officers|officials|homes?"
    r"|people)(?:'ve)?(?: have| had)?(?: (?:all|also|then|actually|just|even|already|both|therefore))?"
)
_TRIED = re.compile(
    rf"{_WHO} (?:tried|decided|set up|put in|introduced|started|began|brought in|developed|created"
    r"|built|organised|arranged|worked with|asked|rang|wrote|used|offered|provided|established|made sure|moved"
    r"|changed|bought|trained|opened|appointed|recruited|launched|piloted|sent|delivered|contacted|adapted"
    r"|redesigned|switched|published|issued|convened|met with|held|hired|drove|added|removed|implemented"
    r"|replaced)\b|\b(?:we're|we are|we've been|they're|they are) (?:\w+ )?(?:working|using|developing|piloting"
    r"|trying"
    r"|providing|offering|ringing|running|training|holding|building)\b",
    re.IGNORECASE,
)
_OUTCOME = re.compile(
    r"\b(?:as a result|as a consequence|resulted in|led to|which meant|that meant|this meant|in the end"
    r"|eventually|worked (?:really |very |quite )?well|made a (?:huge |big |real )?difference"
    r"|(?:it|that|this) helped|(?:has|have|had|was|were) (?:improved|reduced|increased|doubled|successful)"
    r"|(?:it|we|they|that|which|numbers?|attendance) (?:improved|reduced|increased|doubled|succeeded)"
    r"|it turned out|ended up|managed to)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:still (?:not|don't|doesn't|haven't|hasn't|isn't|aren't|need|no\b|waiting|outstanding|unclear)"
    r"|not yet|haven't yet|hasn't yet|yet to be|remains? (?:a|an|to|unclear|unresolved|open)"
    r"|(?:we|i) (?:still )?(?:don't|do not) (?:yet |really )?know (?:what|how|whether|if|why|who|where|when)"
    r"|unclear|unresolved|unanswered|no answers?|the question is"
    r"|not clear (?:what|how|whether|if|why|who|where|when)"
    r"|we need to (?:look|find|work out|understand|think|know|address|see)"
    r"|needs? to be (?:done|resolved|addressed|looked at|answered|sorted|decided))\b",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:if|unless|whether|would|could|should|might|may|will|hope|hopefully|want|need to|going to|not|never"
    r"|reasons?"
    r"|\w+n't)\b",
    re.IGNORECASE,
)
"""What was only thought of was not tried, and nothing came of it."""
_BARE = re.compile(
    r"(?:other |some |many |most |young )?(?:people|persons?|husband|wife|researcher|guy|man|men|woman|women"
    r"|users?)",
    re.IGNORECASE,
)
"""Everybody and nobody."""
_POINTING = re.compile(
    r"^(?:even |just |only )*(?:the|those|these|that|this|such|all|both|your|their|his|her"
    r"|some(?: of)?(?: the)?)\s+",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"^(?:no|any|nobody|which|what|not)\b", re.IGNORECASE)


def facets(account: Account) -> Facets:
    """No words serve for two sides."""
    pieces = [run.text for run in runs(account) if LEAST <= len(run.text.split()) <= WORDS and run.text[-1] != "?"]
    tried = _first([text for text in pieces if _really(_TRIED, text)])
    outcome = _first([text for text in pieces if _really(_OUTCOME, text)], but=[tried])
    still = _first([text for text in pieces if _OPEN.search(text)], but=[tried, outcome])
    return Facets(
        setting=_setting(account),
        affected=_affected(account),
        tried=tried and closed(tried),
        outcome=outcome and closed(outcome),
        open=still and closed(still),
    )


def _really(pattern: re.Pattern[str], text: str) -> bool:
    found = pattern.search(text)
    return (
        found is not None
        and not _SUPPOSED.search(text[: found.end()])
        and text.count(" ", 0, found.start()) <= EARLY
    )


def _first(texts: Sequence[str], but: Sequence[str | None] = ()) -> str | None:
    """Of the first sentence that has one, the longest."""
    fresh = [text for text in texts if not any(other and (text in other or other in text) for other in but)]
    return fresh[0] if fresh else None


def _setting(account: Account) -> str | None:
    # by what stands behind the preposition: "on years 10 and 11" and "in years 10 and 11" are one
    found = {words.split(" ", 1)[-1]: words for reading in account.readings for words in reading.settings}
    return capital(", ".join([*found.values()][:2])) if found else None


def _affected(account: Account) -> str | None:
    people = [phrase for reading in account.readings for phrase in reading.phrases if _is_somebody(phrase)]
    if account.kind is not Kind.PROBLEM:
        people = [phrase for phrase in people if not phrase.acts] or people
    if not people:
        return None
    heads = Counter(phrase.head for phrase in people)
    head = max(heads, key=lambda each: heads[each])
    named = [_POINTING.sub("", phrase.text) for phrase in people if phrase.head == head]
    return capital(shorten(max(named, key=len), words=10))


def _is_somebody(phrase: Phrase) -> bool:
    bare = _BARE.fullmatch(_POINTING.sub("", phrase.text))
    return bool(PEOPLE.fullmatch(phrase.head)) and not bare and not _NOBODY.match(phrase.text)
