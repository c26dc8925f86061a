"""Deciding about items for somebody: each decision is one transaction, and queues what has to be found anew."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from capture.linguist import Linguist
from capture.renewal import queue_renewal
from capture.title import TITLE_WORDS
from capture.wording import closed, shorten, tidy
from models import decisions
from models.citation import Span, cite, span_of
from models.consent import EVERYTHING
from models.errors import InputError, NotFound
from models.knowledge import Item, State
from models.meeting import Meeting, Turn
from models.people import Reader
from models.place import Places
from models.ports import JobQueue, Store
from models.review import Decision, Edit, Review, Reviewer
from search.people import is_name
from search.visibility import Door

GIST_WORDS = 60
"""In the gist of what was split off, which is told in its own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What was decided or undone, and the job that makes it findable anew; none where nothing has to be."""

    review: Review
    job_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedSentence:
    """One sentence around an item, by the numbers with which people say where it begins and ends."""

    turn: int
    """From 1, as people count."""
    number: int
    """From 1, in its turn."""
    speaker: str
    text: str
    inside: bool
    """Whether the item holds any of it."""


class Reviews:
    """`teller` is the name of a person who told the item themselves; what they say of it is recorded as theirs.

    Everything raises NotFound for what is not here and InputError for what cannot be decided.
    """

    def __init__(self, *, door: Door, store: Store, queue: JobQueue, linguist: Linguist) -> None:
        self._door = door
        self._store = store
        self._queue = queue
        self._linguist = linguist

    def drafts(self, reader: Reader, meeting_id: int) -> list[Item]:
        """What waits for somebody to decide, in the order in which it was told."""
        self._door.meeting(reader, meeting_id)
        found = self._door.items(reader, meeting_id=meeting_id, state=State.DRAFT)
        return sorted(found, key=lambda item: (item.evidence.turn_start, item.evidence.char_start, item.id))

    def sentences(self, reader: Reader, item_id: int) -> list[NumberedSentence]:
        """Those of the item's turns and of the turns beside them."""
        item = self._door.item(reader, item_id)
        turns = self._door.transcript(reader, item.meeting_id).turns
        first, last = max(0, item.evidence.turn_start - 1), item.evidence.turn_end + 1
        return [
            NumberedSentence(
                turn=at + 1,
                number=number,
                speaker=turn.speaker,
                text=turn.text[begin:end],
                inside=_holds(item, at, begin, end),
            )
            for at, turn in enumerate(turns[first : last + 1], first)
            for number, (begin, end) in enumerate(self._sentences(turn), 1)
        ]

    def confirm(self, reader: Reader, item_id: int, *, teller: str | None = None) -> Reviewed:
        """Also what was rejected, and what asks for a look."""

        def decision(item: Item, places: Places) -> Decision:
            return decisions.confirming(item, said=cite(places.turns, span_of(item.evidence)).quote)

        return self._decide(reader, item_id, decision, teller=teller)

    def edit(self, reader: Reader, item_id: int, edit: Edit, *, teller: str | None = None) -> Reviewed:
        """What a person has put right is confirmed with it."""

        def decision(item: Item, places: Places) -> Decision:
            if not (edit.begin or edit.end):
                return decisions.editing(item, edit)
            evidence = places.moved(item.ref, span_of(item.evidence), begin=edit.begin, end=edit.end)
            return decisions.editing(item, edit, evidence=evidence)

        return self._decide(reader, item_id, decision, teller=teller)

    def reject(self, reader: Reader, item_id: int, reason: str, *, teller: str | None = None) -> Reviewed:
        """It is found by nobody from now on, and does not come back when the meeting is read again."""
        return self._decide(reader, item_id, lambda item, _: decisions.rejecting(item, reason), teller=teller)

    def split(self, reader: Reader, item_id: int, at: str, *, teller: str | None = None) -> Reviewed:
        """Makes two of one; the second begins with these words and is called by them until somebody edits it."""

        def decision(item: Item, places: Places) -> Decision:
            first, second = places.divided(item.ref, span_of(item.evidence), at)
            title, gist = self._told(second.quote)
            return decisions.splitting(item, first, second, title=title, gist=gist)

        return self._decide(reader, item_id, decision, teller=teller)

    def merge(self, reader: Reader, item_id: int, other_id: int, *, teller: str | None = None) -> Reviewed:
        """Makes one of two, which rests on all that their teller says from the first to the last of both."""
        self._door.item(reader, other_id)

        def decision(item: Item, places: Places) -> Decision:
            other = self._store.item(other_id, scope=EVERYTHING)
            if item.meeting_id != other.meeting_id:
                return decisions.joining(item, other, item.evidence)  # which says why that cannot be
            return decisions.joining(item, other, places.cited(item.ref, _around(item, other)))

        return self._decide(reader, item_id, decision, teller=teller)

    def undo(self, reader: Reader, meeting_id: int, *, item_id: int | None = None) -> Reviewed:
        """The last decision that stands, of the meeting or about one of its items."""
        meeting = self._door.meeting(reader, meeting_id)
        with self._store.write() as tx:
            made = self._store.reviews(meeting_id, scope=EVERYTHING, item_id=item_id)
            standing = [review for review in made if review.undone_at is None]
            if not standing:
                what = f"m{meeting_id}" if item_id is None else f"i{item_id}"
                raise NotFound(f"Nothing was decided about {what}, or all of it is undone")
            review, renew = self._store.undo_review(tx, standing[0].id)
            return Reviewed(review=review, job_id=queue_renewal(tx, meeting, queue=self._queue) if renew else None)

    def history(self, reader: Reader, meeting_id: int, *, item_id: int | None = None) -> list[Review]:
        """Newest first, with those that were undone."""
        return self._door.reviews(reader, meeting_id, item_id=item_id)

    def _decide(
        self, reader: Reader, item_id: int, decision_of: Callable[[Item, Places], Decision], *, teller: str | None
    ) -> Reviewed:
        meeting = self._reviewable(reader, item_id)
        with self._store.write() as tx:
            # read while nobody else can write: a decision is worked out from what it decides about
            item = self._store.item(item_id, scope=EVERYTHING)
            decision = decision_of(item, self._places(meeting.id))
            reviewer = self._reviewer(reader, item, teller)
            review, renew = self._store.review(tx, meeting.id, decision, reviewer=reviewer)
            return Reviewed(review=review, job_id=queue_renewal(tx, meeting, queue=self._queue) if renew else None)

    def _reviewable(self, reader: Reader, item_id: int) -> Meeting:
        meeting = self._door.meeting(reader, self._door.item(reader, item_id).meeting_id)
        if not meeting.ready:
            raise InputError(f"{meeting.ref} is still being taken in: decide about i{item_id} when it is ready")
        return meeting

    def _reviewer(self, reader: Reader, item: Item, teller: str | None) -> Reviewer:
        if teller is None:
            return Reviewer(name=reader.name)
        voices = self._store.speakers(item.meeting_id, scope=EVERYTHING)
        voice = next(one for one in voices if one.name == item.evidence.speaker)
        person = voice.person or (voice.label if is_name(voice.label) else None)
        if person is None:
            raise InputError(
                f"Nobody has said yet who '{item.evidence.speaker}' is, who told {item.ref}:"
                f" `commonlore name m{item.meeting_id}` says so"
            )
        if person.casefold() != " ".join(teller.split()).casefold():
            raise InputError(
                f"{item.ref} was told by {person}, not by {teller}: only who told it decides as its teller;"
                " leave --as out to decide as its reviewer"
            )
        return Reviewer(name=person, teller=True)

    def _places(self, meeting_id: int) -> Places:
        turns = self._store.transcript(meeting_id, scope=EVERYTHING).turns
        return Places(turns=turns, sentences=lambda at: self._sentences(turns[at]))

    def _sentences(self, turn: Turn) -> Sequence[tuple[int, int]]:
        return [(one.char_start, one.char_end) for one in self._linguist.sentences([turn])]

    def _told(self, quote: str) -> tuple[str, str]:
        """A title and a gist in the words that were said."""
        begin, end = self._sentences(Turn(speaker="", text=quote))[0]
        title = shorten(tidy(quote[begin:end]), words=TITLE_WORDS).rstrip(".")
        return title, closed(shorten(tidy(quote), words=GIST_WORDS))


def _holds(item: Item, turn: int, begin: int, end: int) -> bool:
    evidence = item.evidence
    return (evidence.turn_start, evidence.char_start) < (turn, end) and (turn, begin) < (
        evidence.turn_end,
        evidence.char_end,
    )


def _around(item: Item, other: Item) -> Span:
    """From where the first of two begins to where the last of them ends."""
    spans = [span_of(each.evidence) for each in (item, other)]
    turn_start, char_start = min((span.turn_start, span.char_start) for span in spans)
    turn_end, char_end = max((span.turn_end, span.char_end) for span in spans)
    return Span(turn_start=turn_start, char_start=char_start, turn_end=turn_end, char_end=char_end)
