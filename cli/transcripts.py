"""Conversations, items and answers as people read them on a terminal."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from cli.render import clock, count, joined, say
from models.knowledge import Candidate, Evidence, Facets, Item
from models.meeting import Meeting, Turn
from models.query import Answer, Group, Kindred, Linked, Telling

SIDES = (
    ("setting", "Where"),
    ("affected", "Who it touches"),
    ("tried", "What was tried"),
    ("outcome", "What came of it"),
    ("open", "Still open"),
)


def say_turns(turns: Iterable[Turn], *, numbered: bool = False) -> None:
    """Who said what, and when where that is known; numbered for the commands that put a kept meeting right."""
    for number, turn in enumerate(turns, 1):
        say(
            joined(
                turn.speaker,
                clock(turn.start),
                "in the chat" if turn.written else None,
                f"turn {number}" if numbered else None,
            ),
            style="bold",
        )
        say(turn.text, indent=2)
        say()


def say_candidates(candidates: Iterable[Candidate]) -> None:
    for candidate in candidates:
        say(f"{candidate.kind.value.capitalize()}: {candidate.title}", style="bold")
        say_pieces(candidate)
        say()


def say_item(item: Item, *, meeting: Meeting) -> None:
    """An item whole, with its evidence."""
    say(f"{item.ref}  {item.kind.value.capitalize()}: {item.title}", style="bold")
    if item.gist != item.evidence.quote:
        say(item.gist, indent=2)
    say_facets(item.facets)
    say()
    say_pieces(item)
    say(joined(meeting.ref, meeting.title, meeting.date, meeting.community, meeting.organisation), indent=2)
    say(f"{item.state.value}, {item.confidence:.0%} sure, found by {item.extractor}", indent=2, style="dim")
    if item.look:
        say(f"Look at it again: {item.look}", indent=2)
    if item.reason:
        say(f"Rejected: {item.reason}", indent=2)


def say_links(links: Iterable[Linked]) -> None:
    """What hangs together with an item, and why."""
    for direction, linked in groupby(links, key=lambda one: one.direction):
        say()
        say(f"{direction.value.capitalize()}:", style="bold")
        for one in linked:
            item, meeting = one.item, one.meeting
            say(f"{item.ref}  {item.kind.value.capitalize()}: {item.title}", indent=2)
            say(
                joined(item.evidence.speaker, _when(item.evidence), meeting.title, meeting.date, one.organisation),
                indent=4,
            )
            say(joined(f"{one.score:.0%}", one.reason), indent=4, style="dim")


def say_kindred(kindred: Sequence[Kindred]) -> None:
    """The like told elsewhere: what is alike, what differs, what answered it there."""
    for number, one in enumerate(kindred, 1):
        item, meeting = one.item, one.meeting
        say(f"{number}. {item.ref}  {item.kind.value.capitalize()}: {item.title}", style="bold")
        say(
            joined(item.evidence.speaker, _when(item.evidence), meeting.title, meeting.date, one.organisation),
            indent=3,
        )
        if one.alike:
            say(f"Alike: here “{one.alike.here}”", indent=3)
            say(f"there “{one.alike.there}”", indent=10)
        for contrast in one.differs:
            say(f"{_DIFFERS[contrast.side]}: here {contrast.here}", indent=3)
            say(f"there {contrast.there}", indent=10)
        for linked in one.answered_by:
            say(f"What answered it there: {linked.item.ref}  {linked.item.title}", indent=3)
        if one.open:
            say(f"Still open: {one.open}", indent=3)
        if one.echoes:
            say(joined("told again there", *(echo.ref for echo in one.echoes)), indent=3, style="dim")
        say()


_DIFFERS = {**dict(SIDES), "told": "Apart"}


def say_facets(facets: Facets) -> None:
    for name, shown in SIDES:
        if value := getattr(facets, name):
            say(f"{shown}: {value}", indent=2)


def say_pieces(told: Candidate | Item) -> None:
    """All the words it rests on, the best told first."""
    for number, evidence in enumerate(told.pieces):
        if number == 1:
            say("Told again:", indent=2)
        say_evidence(evidence)


def say_evidence(evidence: Evidence) -> None:
    """The words, and who said them when."""
    say(f"“{evidence.quote}”", indent=2)
    say(joined(evidence.speaker, _when(evidence)), indent=2, style="dim")


def say_answer(answer: Answer) -> None:
    """What was told best first, each thing once, then the people who told it."""
    for notice in answer.notices:
        say(notice, style="dim")
    if not answer.found:
        say("Nobody here has told of this yet.")
        return
    say_summary(answer)
    say_groups(answer.groups)
    if answer.people:
        say("Who to talk to: " + "; ".join(_person(telling) for telling in answer.people[:5]))


def say_summary(answer: Answer) -> None:
    """Each sentence with the numbers of what it rests on."""
    numbers = {group.hit.ref: number for number, group in enumerate(answer.groups, 1)}
    for cited in answer.summary:
        marks = "".join(f"[{numbers[ref]}]" for ref in cited.hits if ref in numbers)
        say(f"“{cited.text}” {marks}" if cited.quoted else f"{cited.text} {marks}")
    if answer.summary:
        say()


def say_groups(groups: Sequence[Group]) -> None:
    for number, group in enumerate(groups, 1):
        hit = group.hit
        say(f"{number}. {hit.kind.capitalize()}: {hit.title}", style="bold")
        say(f"“{hit.evidence.quote}”", indent=3)
        say(
            joined(hit.evidence.speaker, _when(hit.evidence), hit.meeting_title, hit.date, hit.organisation),
            indent=3,
        )
        say(joined(hit.ref, f"m{hit.meeting_id}", hit.why), indent=3, style="dim")
        for more in group.more:
            say(f"goes on: “{more.evidence.quote}”", indent=3)
        for linked in group.under:
            say(
                joined(f"{linked.direction.value}: {linked.item.ref}  {linked.item.title}", linked.organisation),
                indent=3,
            )
        say()


def say_tellings(people: Sequence[Telling]) -> None:
    """Each person with the words that show it."""
    for telling in people:
        say(_person(telling), style="bold")
        for hit in telling.hits[:3]:
            say(f"“{hit.evidence.quote}”", indent=2)
            say(joined(hit.ref, hit.meeting_title, hit.date, _when(hit.evidence)), indent=2, style="dim")
        if len(telling.hits) > 3:
            say(f"and {count(len(telling.hits) - 3, 'more telling')}", indent=2, style="dim")
        say()


def _person(telling: Telling) -> str:
    where = telling.organisation or telling.community
    return f"{telling.name} ({where})" if where else telling.name


def _when(evidence: Evidence) -> str:
    """The second it was said; where none is known, the place in the conversation."""
    return clock(evidence.start) or f"turn {evidence.turn_start + 1}"
