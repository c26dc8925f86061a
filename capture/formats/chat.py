"""The chat that Zoom saves beside a meeting: what was written to everyone, a turn for each message."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from capture.formats.labels import voice
from capture.formats.timecode import parse_timecode
from models.errors import TranscriptError
from models.meeting import Transcript, Turn

CLOCK = r"(\d{1,3}:\d\d:\d\d)"
# "00:11:20<tab>Name:<tab>text" of a cloud recording; "2026-01-26 10:05:12 From Name to Everyone:", the text below
TABBED = re.compile(rf"{CLOCK}\t([^\t\n]{{1,100}}?):\t(.*)")
FROM = re.compile(
    rf"(?:(\d{{4}}-\d\d-\d\d)\s+)?{CLOCK}\s+From\s+([^:\n]{{1,100}}?)(?:\s+[Tt]o\s+([^:\n]{{1,100}}?))?\s*:(?:\s+(.*)|$)"
)
PRIVATE = re.compile(r"\((?:direct message|privately|private)\)", re.IGNORECASE)
REACTION = re.compile(r"(?:Reacted to .+ with \W{1,14}|Removed an? \S+ reaction from .+)", re.DOTALL)
REPLY = re.compile(r"Replying to [\"“].*[\"”…]\s*(?:\n|$)")
LATEST_START = 5 * 3600
"""A first message later than this says the time of day: nobody records five hours of silence."""


@dataclass(slots=True, kw_only=True)
class _Message:
    author: str
    clock: float
    day: str | None
    private: bool
    lines: list[str] = field(default_factory=list)

    def text(self) -> str:
        """What its author wrote: no reactions, nor the words of the message it answers."""
        whole = "\n".join(self.lines).strip()
        if REACTION.fullmatch(whole):
            return ""
        return " ".join((REPLY.sub("", whole, count=1).strip() or whole).split())


def is_chat(text: str) -> bool:
    """By its first line."""
    first = text.lstrip("\n").partition("\n")[0]
    return _message(first) is not None


def read_chat(text: str, *, name: str) -> Transcript:
    """Without private messages: the meeting did not hear them. Raises TranscriptError where nothing is left."""
    messages = list(_messages(text))
    told = [(message, words) for message in messages if not message.private and (words := message.text())]
    if not told:
        raise TranscriptError(f"{name}: no message to everyone in this chat; add the meeting's transcript instead")
    day = messages[0].day
    of_day = day is not None or messages[0].clock > LATEST_START
    turns = (
        Turn(speaker=voice(message.author), text=words, start=None if of_day else message.clock, written=True)
        for message, words in told
    )
    return Transcript(turns=tuple(turns), date=day)


def beside(transcript: Transcript, chat: Sequence[Turn]) -> Transcript:
    """The conversation with each message after the turn that had begun when it was written.

    Messages that say the time of day, and all of them where the conversation has no times, follow it.
    """
    said = transcript.turns
    begun = [turn.start for turn in said]
    timed = any(start is not None for start in begun)

    def place(message: Turn) -> float:
        if message.start is None or not timed:
            return len(said)
        return next(
            (at for at, start in enumerate(begun) if start is not None and start > message.start), len(said)
        )

    placed = [*((float(at), turn) for at, turn in enumerate(said)), *((place(one) - 0.5, one) for one in chat)]
    return replace(transcript, turns=tuple(turn for _, turn in sorted(placed, key=lambda pair: pair[0])))


def _messages(text: str) -> Iterator[_Message]:
    """A line that begins no message goes on with the one before."""
    message: _Message | None = None
    for line in text.split("\n"):
        begun = _message(line)
        if begun and message:
            yield message
        if begun:
            message = begun
        elif message:
            message.lines.append(line.strip())
    if message:
        yield message


def _message(line: str) -> _Message | None:
    if match := FROM.fullmatch(line):
        day, clock, author, reader, text = match.groups()
        private = PRIVATE.search(reader or author) is not None
        lines = [(text or "").strip()]
        return _Message(author=author, clock=parse_timecode(clock), day=day, private=private, lines=lines)
    if match := TABBED.fullmatch(line):
        clock, author, text = match.groups()
        return _Message(author=author, clock=parse_timecode(clock), day=None, private=False, lines=[text.strip()])
    return None
