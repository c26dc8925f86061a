"""The decisions people make about items, each worked out from the items as they are."""

import re
from dataclasses import fields, replace

from models.errors import InputError
from models.knowledge import Candidate, Evidence, Facets, Item, State
from models.review import Decision, Edit

WORDS_PUT_RIGHT = "words it rests on were put right"
"""Why an item asks for a look."""
LONGEST_SHOWN = 60
"""Characters of what is quoted in the words of a decision."""


def confirming(item: Item, *, said: str) -> Decision:
    """`said` is what stands now where the item's words were: one that says other words asks for a look.

    Raises InputError where nothing is left to confirm.
    """
    if item.state is State.CONFIRMED and item.look is None:
        raise InputError(f"{item.ref} is confirmed already")
    outdated = item.state is not State.CONFIRMED and said != item.evidence.quote
    look = WORDS_PUT_RIGHT if outdated else None
    return Decision(
        what=f"{item.ref} confirmed: {quoted(item.title)}",
        items=(replace(item, state=State.CONFIRMED, look=look, reason=None),),
    )


def editing(item: Item, edit: Edit, *, evidence: Evidence | None = None) -> Decision:
    """Who puts an item right has read it: it is confirmed. `evidence` is cut anew between other ends.

    Raises InputError where nothing is otherwise.
    """
    _must_stand(item)
    edit = replace(edit, title=_line(edit.title, "title", item), gist=_line(edit.gist, "gist", item))
    changes = _changes(item, edit, evidence)
    if not changes:
        way_out = "" if item.state is State.CONFIRMED else "; --confirm confirms it as it is"
        raise InputError(f"{item.ref} is exactly so already: nothing to edit{way_out}")
    edited = replace(
        item,
        state=State.CONFIRMED,
        title=edit.title or item.title,
        gist=edit.gist or item.gist,
        kind=edit.kind or item.kind,
        found_as=item.found_as or (item.kind if edit.kind and edit.kind is not item.kind else None),
        evidence=evidence or item.evidence,
        facets=still_said(item.facets, evidence.quote) if evidence else item.facets,
        look=None,
    )
    return Decision(what=f"{item.ref} edited: {'; '.join(changes)}", items=(edited,))


def rejecting(item: Item, reason: str) -> Decision:
    """It is shown to nobody and not proposed again. Raises InputError."""
    reason = " ".join(reason.split())
    if not reason:
        raise InputError(f"Say why {item.ref} is rejected: the reason is kept for those who ask")
    _must_stand(item)
    return Decision(
        what=f"{item.ref} rejected: {reason}",
        items=(replace(item, state=State.WITHDRAWN, look=None, reason=reason),),
    )


def splitting(item: Item, first: Evidence, second: Evidence, *, title: str, gist: str) -> Decision:
    """The item keeps what it says up to some word; the title and the gist are those of the rest, a new item."""
    _must_stand(item)
    rest = Candidate(
        kind=item.kind,
        title=title,
        gist=gist,
        confidence=item.confidence,
        evidence=second,
        facets=still_said(item.facets, second.quote),
    )
    facets = still_said(item.facets, first.quote)
    kept = replace(item, state=State.CONFIRMED, evidence=first, facets=facets, look=None)
    return Decision(what=f"{item.ref} split in two before {quoted(second.quote)}", items=(kept,), made=(rest,))


def joining(item: Item, other: Item, evidence: Evidence) -> Decision:
    """The item rests on the words of both from now on, and the other is told with it. Raises InputError."""
    if item.id == other.id:
        raise InputError(f"{item.ref} is one item already: name two to make one of them")
    if item.meeting_id != other.meeting_id:
        raise InputError(
            f"{item.ref} is of m{item.meeting_id} and {other.ref} of m{other.meeting_id}:"
            " only items of one meeting can be one"
        )
    _must_stand(item)
    _must_stand(other)
    whole = replace(
        item,
        state=State.CONFIRMED,
        gist=item.gist if other.gist in item.gist else f"{_closed(item.gist)} {other.gist}",
        evidence=evidence,
        facets=_of_both(item.facets, other.facets),
        look=None,
    )
    gone = replace(other, state=State.WITHDRAWN, look=None, reason=f"told with {item.ref}")
    return Decision(what=f"{other.ref} joined to {item.ref}", items=(whole, gone))


def still_said(facets: Facets, quote: str) -> Facets:
    """Those whose every word is in the quote: a side must not say what the evidence does not."""
    said = set(_words(quote))
    sides = {field.name: getattr(facets, field.name) for field in fields(facets)}
    return Facets(
        **{name: side if side and said.issuperset(_words(side)) else None for name, side in sides.items()}
    )


def quoted(text: str) -> str:
    """One line of it at most, in quotation marks."""
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= LONGEST_SHOWN else f"“{line[:LONGEST_SHOWN].rsplit(' ', 1)[0]} …”"


def _must_stand(item: Item) -> None:
    if item.state is State.WITHDRAWN:
        raise InputError(
            f"{item.ref} was rejected ({item.reason}): `commonlore review {item.ref} --confirm` takes it back first"
        )


def _line(text: str | None, what: str, item: Item) -> str | None:
    line = None if text is None else " ".join(text.split())
    if line == "":
        raise InputError(f"{item.ref} needs a {what}: write one, or leave it as it is")
    return line


def _changes(item: Item, edit: Edit, evidence: Evidence | None) -> list[str]:
    """What the edit makes otherwise, in people's words."""
    changes: list[str] = []
    if edit.kind and edit.kind is not item.kind:
        changes.append(f"a {edit.kind}, not a {item.kind}")
    if edit.title and edit.title != item.title:
        changes.append(f"title {quoted(edit.title)}")
    if edit.gist and edit.gist != item.gist:
        changes.append(f"gist {quoted(edit.gist)}")
    if evidence and evidence != item.evidence:
        changes.append(f"words {quoted(evidence.quote)}")
    return changes


def _of_both(one: Facets, other: Facets) -> Facets:
    return Facets(
        **{field.name: getattr(one, field.name) or getattr(other, field.name) for field in fields(Facets)}
    )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _closed(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
