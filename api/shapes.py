"""Records as the JSON of the contracts, the same on the command line and over HTTP."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from capture.formats.project_json import to_json_dict as transcript_to_json
from models.job import Job, Json
from models.knowledge import Candidate, Evidence, Item
from models.meeting import Meeting, Speaker
from models.ports import KeptPassage
from models.query import Answer, Cluster, Contrast, Group, Hit, KeptQuestion, Kindred, Linked, Telling
from models.repair import Repair
from models.review import Review

if TYPE_CHECKING:
    from capture.voices import VoiceCard  # its patterns for names take a tenth of the time that `--help` may
__all__ = [
    "Shape",
    "answer_to_json",
    "cluster_to_json",
    "hit_to_json",
    "item_to_json",
    "job_to_json",
    "kept_item_to_json",
    "kept_question_to_json",
    "kindred_to_json",
    "linked_item_to_json",
    "meeting_to_json",
    "passage_to_json",
    "record_to_json",
    "repair_to_json",
    "review_to_json",
    "speaker_to_json",
    "telling_to_json",
    "transcript_to_json",
    "voice_to_json",
]

Shape = dict[str, Json]


def item_to_json(item: Candidate | Item) -> Shape:
    """An item as `extract` prints it: what was found, and exactly where it was said."""
    return {
        "kind": item.kind.value,
        "title": item.title,
        "gist": item.gist,
        "confidence": round(item.confidence, 4),
        **_evidence(item.evidence),
        "facets": record_to_json(item.facets),
        "further": [_evidence(piece) for piece in item.further],
    }


def kept_item_to_json(item: Item, *, meeting: Meeting) -> Shape:
    """An item of the library: the same, with its id, its state and where it belongs."""
    return {
        "id": item.ref,
        "state": item.state.value,
        "look": item.look,
        "reason": item.reason,
        **item_to_json(item),
        **_place(meeting),
        "extractor": item.extractor,
        "created_at": item.created_at.isoformat(),
    }


def linked_item_to_json(item: Item, *, meeting: Meeting, links: Iterable[Linked]) -> Shape:
    """The same, with what hangs together with it."""
    return {**kept_item_to_json(item, meeting=meeting), "links": [_linked_to_json(linked) for linked in links]}


def hit_to_json(hit: Hit, *, linked: bool = False) -> Shape:
    """One thing found; `linked` adds what a page needs to open it: the meeting's own id, its title and date."""
    shape: Shape = {
        "kind": hit.kind,
        "id": hit.ref,
        "title": hit.title,
        "gist": hit.gist,
        "meeting": hit.meeting,
        "community": hit.community,
        "organisation": hit.organisation,
        **_evidence(hit.evidence),
        "score": round(hit.score, 4),
        "why": hit.why,
        "by": list(hit.by),
    }
    if linked:
        shape |= {"meeting_id": f"m{hit.meeting_id}", "meeting_title": hit.meeting_title, "date": hit.date}
    return shape


def answer_to_json(answer: Answer, *, linked: bool = False) -> Shape:
    """An answer; the people in it point at its hits by id."""
    return {
        "question": answer.question,
        "found": answer.found,
        "hits": [hit_to_json(hit, linked=linked) for hit in answer.hits],
        "people": [{**_teller(telling), "hits": [hit.ref for hit in telling.hits]} for telling in answer.people],
        "retrievers": list(answer.retrievers),
        "groups": [_group(group) for group in answer.groups],
        "summary": [{"text": one.text, "hits": list(one.hits), "quoted": one.quoted} for one in answer.summary],
        "notices": list(answer.notices),
    }


def _group(group: Group) -> Shape:
    """By the ids of its hits; what is under it is not among them."""
    under: list[Json] = [
        {
            "relation": linked.direction.value,
            "id": linked.item.ref,
            "kind": linked.item.kind.value,
            "title": linked.item.title,
            "organisation": linked.organisation,
        }
        for linked in group.under
    ]
    return {"hit": group.hit.ref, "more": [hit.ref for hit in group.more], "under": under}


def telling_to_json(telling: Telling, *, linked: bool = False) -> Shape:
    """Somebody who has met this, with the evidence whole."""
    return {**_teller(telling), "hits": [hit_to_json(hit, linked=linked) for hit in telling.hits]}


def kindred_to_json(kindred: Kindred) -> Shape:
    """The same kind of thing told elsewhere, with what answered it there."""
    return {
        **kept_item_to_json(kindred.item, meeting=kindred.meeting),
        "organisation": kindred.organisation,
        "score": kindred.score,
        "alike": _contrast(kindred.alike) if kindred.alike else None,
        "differs": [_contrast(contrast) for contrast in kindred.differs],
        "answered_by": [_linked_to_json(linked) for linked in kindred.answered_by],
        "open": kindred.open,
        "told_again": [echo.ref for echo in kindred.echoes],
    }


def _contrast(contrast: Contrast) -> Shape:
    return {"side": contrast.side, "here": contrast.here, "there": contrast.there}


def cluster_to_json(cluster: Cluster) -> Shape:
    """Items of one kind, the most typical first."""
    items: list[Json] = [{"id": item.ref, "title": item.title, "state": item.state.value} for item in cluster.items]
    return {"terms": list(cluster.terms), "items": items}


def kept_question_to_json(kept: KeptQuestion) -> Shape:
    """A kept question with what narrows it."""
    asked = {field.name: record_to_json(getattr(kept.question, field.name)) for field in fields(kept.question)}
    text = asked.pop("text")
    return {"id": kept.ref, "question": text, **asked, "kept_at": kept.kept_at.isoformat()}


def meeting_to_json(meeting: Meeting) -> Shape:
    return {
        "id": meeting.ref,
        "meeting": meeting.external_id or meeting.ref,
        "title": meeting.title,
        "date": meeting.date,
        "community": meeting.community,
        "organisation": meeting.organisation,
        "source": meeting.source.value,
        "filename": meeting.filename,
        "language": meeting.language,
        "duration": meeting.duration,
        "created_at": meeting.created_at.isoformat(),
    }


def speaker_to_json(speaker: Speaker) -> Shape:
    return {
        "meeting_id": f"m{speaker.meeting_id}",
        "label": speaker.label,
        "person": speaker.person,
        "organisation": speaker.organisation,
    }


def voice_to_json(card: "VoiceCard") -> Shape:
    """One voice with what may tell who it was; its turns are 0-based positions, as everywhere in JSON."""
    return {
        **speaker_to_json(card.speaker),
        "turns": card.turns,
        "words": card.words,
        "seconds": card.seconds,
        "samples": record_to_json(card.samples),
        "suggestion": record_to_json(card.suggestion),
    }


def repair_to_json(repair: Repair) -> Shape:
    return {
        "id": repair.id,
        "meeting_id": f"m{repair.meeting_id}",
        "what": repair.what,
        "made_at": repair.made_at.isoformat(),
        "undone_at": repair.undone_at.isoformat() if repair.undone_at else None,
    }


def review_to_json(review: Review) -> Shape:
    items: list[Json] = [f"i{item_id}" for item_id in review.item_ids]
    return {
        "id": review.id,
        "meeting_id": f"m{review.meeting_id}",
        "items": items,
        "what": review.what,
        "who": review.reviewer.name,
        "teller": review.reviewer.teller,
        "made_at": review.made_at.isoformat(),
        "undone_at": review.undone_at.isoformat() if review.undone_at else None,
    }


def passage_to_json(kept: KeptPassage, *, meeting: Meeting) -> Shape:
    passage = kept.passage
    return {
        "kind": "passage",
        "id": f"t{kept.id}",
        "speaker": kept.speaker,
        "turn_start": passage.turn,
        "char_start": passage.char_start,
        "turn_end": passage.turn,
        "char_end": passage.char_end,
        "start": _seconds(kept.start),
        "end": _seconds(kept.end),
        "quote": passage.text,
        **_place(meeting),
    }


def job_to_json(job: Job) -> Shape:
    return {
        "id": job.ref,
        "kind": job.kind,
        "subject": job.subject,
        "meeting_id": None if job.meeting_id is None else f"m{job.meeting_id}",
        "state": job.state.value,
        "step": job.step,
        "fraction": round(job.fraction, 4),
        "left": None if job.left is None else round(job.left),
        "attempt": job.attempt,
        "error": job.error,
        "remarks": list(job.remarks),
        "created_at": job.created_at.isoformat(),
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
    }


def record_to_json(record: object) -> Json:
    """Any record field by field, those above in their own shape: for a digest, a check."""
    match record:
        case None | bool() | int() | float() | str():
            return record.value if isinstance(record, StrEnum) else record
        case Meeting():
            return meeting_to_json(record)
        case Hit():
            return hit_to_json(record, linked=True)
        case KeptQuestion():
            return kept_question_to_json(record)
        case Item():
            return {
                "id": record.ref,
                "meeting_id": f"m{record.meeting_id}",
                "state": record.state.value,
                **item_to_json(record),
            }
        case _:
            return _whole_to_json(record)


def _whole_to_json(record: object) -> Json:
    if isinstance(record, dict):
        return {str(name): record_to_json(part) for name, part in record.items()}
    if isinstance(record, list | tuple | set | frozenset):
        return [record_to_json(part) for part in record]
    if isinstance(record, datetime):
        return record.isoformat()
    if isinstance(record, Path):
        return str(record)
    if is_dataclass(record):
        return {field.name: record_to_json(getattr(record, field.name)) for field in fields(record)}
    raise TypeError(f"{type(record).__name__} has no JSON shape")


def _linked_to_json(linked: Linked) -> Shape:
    item = linked.item
    return {
        "relation": linked.direction.value,
        "score": round(linked.score, 4),
        "reason": linked.reason,
        "id": item.ref,
        "kind": item.kind.value,
        "state": item.state.value,
        "title": item.title,
        "gist": item.gist,
        **_evidence(item.evidence),
        **_place(linked.meeting),
        "organisation": linked.organisation,
    }


def _evidence(evidence: Evidence) -> Shape:
    return {
        "speaker": evidence.speaker,
        "turn_start": evidence.turn_start,
        "char_start": evidence.char_start,
        "turn_end": evidence.turn_end,
        "char_end": evidence.char_end,
        "start": _seconds(evidence.start),
        "end": _seconds(evidence.end),
        "quote": evidence.quote,
    }


def _place(meeting: Meeting) -> Shape:
    return {
        "meeting": meeting.external_id or meeting.ref,
        "meeting_id": meeting.ref,
        "meeting_title": meeting.title,
        "date": meeting.date,
        "community": meeting.community,
        "organisation": meeting.organisation,
    }


def _teller(telling: Telling) -> Shape:
    return {"name": telling.name, "organisation": telling.organisation, "community": telling.community}


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
