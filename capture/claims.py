"""What of a large model's proposals holds: the words that they rest on, and the words they are told in."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TypeAlias

from capture.gist import GIST_WORDS
from capture.linguist import Linguist, Sentence
from capture.marks import Marks
from capture.quotes import Quoted, find, widened
from capture.replies import Proposal
from capture.spans import LONGEST
from capture.stretches import Stretch
from capture.tally import SHORTEST, Dropped, Tally
from capture.title import TITLE_WORDS
from capture.wording import capital
from models.citation import cite, overlap
from models.grounding import Words, words_of
from models.knowledge import Evidence, Kind
from models.meeting import Turn

Fields: TypeAlias = dict[str, str]
"""Title, gist and facets by their names; those that do not hold, or were not told, are left out."""

SIDE_WORDS = 40
_MOST = {"title": TITLE_WORDS, "gist": GIST_WORDS}
_NOTHING = re.compile(
    r"(?:null|none|n/?a|unknown|nothing|not (?:mentioned|stated|specified|said))\.?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What is read: its turns and sentences, and what the built-in tagger says of these."""

    turns: Sequence[Turn]
    sentences: Sequence[Sentence]
    marks: Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A proposal whose words were said, where, and all the words that the model was shown with them."""

    proposal: Proposal
    quoted: Quoted
    evidence: Evidence
    shown: Words

    @property
    def kind(self) -> Kind:
        return self.proposal.kind

    def said(self, meeting: Original) -> list[str]:
        """What is cited, sentence by sentence: of its speaker alone, and nothing beside it."""
        texts = []
        span = self.quoted.span
        for sentence in meeting.sentences[self.quoted.first : self.quoted.last + 1]:
            if sentence.speaker == self.evidence.speaker:
                begin = max(sentence.char_start, span.char_start if sentence.turn == span.turn_start else 0)
                end = min(sentence.char_end, span.char_end) if sentence.turn == span.turn_end else sentence.char_end
                texts.append(meeting.turns[sentence.turn].text[begin:end].strip())
        return [text for text in texts if text]


def claimed(proposals: Sequence[Proposal], stretch: Stretch, meeting: Original, tally: Tally) -> list[Claimed]:
    """Those whose quotes stand in what was sent; of two of a kind that overlap the first. The rest is counted."""
    shown = words_of(" ".join(line.text for line in stretch.sent))
    found: list[Claimed] = []
    for proposal in proposals:
        quoted = _quoted(proposal, stretch, meeting, found)
        if isinstance(quoted, Dropped):
            tally.dropped[quoted] += 1
            continue
        evidence = cite(meeting.turns, quoted.span)
        found.append(Claimed(proposal=proposal, quoted=quoted, evidence=evidence, shown=shown))
    return found


def _quoted(proposal: Proposal, stretch: Stretch, meeting: Original, found: Sequence[Claimed]) -> Quoted | Dropped:
    if len(proposal.quote.split()) < SHORTEST:
        return Dropped.SHORT
    span = find(proposal.quote, stretch, meeting.turns)
    if span is None:
        return Dropped.NOWHERE
    quoted = widened(span, meeting.sentences)
    if quoted.last - quoted.first >= LONGEST:
        return Dropped.LONG
    if any(each.kind is proposal.kind and overlap(each.quoted.span, quoted.span) for each in found):
        return Dropped.TOLD
    return quoted


def told(found: Sequence[Claimed], linguist: Linguist, tally: Tally) -> list[Fields]:
    """Of each what it is told in, where that holds no name and no number that was not said, and is not too long."""
    fields = [_fields(each.proposal) for each in found]
    names = iter(linguist.names(text for each in fields for text in each.values()))
    return [
        {field: text for field, text in each.items() if _holds(field, text, claim.shown, next(names), tally=tally)}
        for each, claim in zip(fields, found, strict=True)
    ]


def _fields(proposal: Proposal) -> Fields:
    """What is there, in one line each; a title without the stop at its end."""
    given = {"title": proposal.title.rstrip(" ."), "gist": proposal.gist, **asdict(proposal.facets)}
    lines = {field: " ".join((text or "").split()) for field, text in given.items()}
    return {field: capital(text) for field, text in lines.items() if text and not _NOTHING.fullmatch(text)}


def _holds(field: str, text: str, shown: Words, names: Sequence[str], *, tally: Tally) -> bool:
    short = len(text.split()) <= _MOST.get(field, SIDE_WORDS)
    holds = short and text.isprintable() and shown.know(text, names)
    if not holds:
        tally.replaced[field if field in _MOST else "facet"] += 1
    return holds
