"""What every handler is given: the services, for whom it reads, and the row an id in the address names."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from pydantic import BeforeValidator

from api.services import Services
from models.errors import NotFound
from models.knowledge import Kind
from models.people import OWNER, Reader
from models.reference import parse_ref


def services_here(request: Request) -> Services:
    """The library this service has opened."""
    services: Services = request.app.state.services
    return services


def reader_here() -> Reader:
    """Whoever reaches a loopback service holds the library; sign-in will say otherwise."""
    return OWNER


def row_id(ref: str, noun: str) -> int:
    """The row an id names. Raises NotFound for no id, or an id of something else."""
    found, row = parse_ref(ref)
    if found != noun:
        raise NotFound(f"'{ref}' is the id of another thing ({found}); the id of a {noun} looks like {noun[0]}3")
    return row


def _meeting(meeting: Annotated[str, Path(description="A meeting's id", examples=["m3"])]) -> int:
    return row_id(meeting, "meeting")


def _item(item: Annotated[str, Path(description="An item's id", examples=["i12"])]) -> int:
    return row_id(item, "item")


def _job(job: Annotated[str, Path(description="A job's id", examples=["j5"])]) -> int:
    return row_id(job, "job")


def _part(
    offset: Annotated[int, Query(ge=0, description="How many to leave out at the beginning")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="How many at most")] = 100,
) -> slice:
    return slice(offset, offset + limit)


def _blank_is_none(given: object) -> object:
    """A form sends every field, also those nobody filled in."""
    return None if given == "" else given


ServicesHere = Annotated[Services, Depends(services_here)]
ReaderHere = Annotated[Reader, Depends(reader_here)]
MeetingId = Annotated[int, Depends(_meeting)]
ItemId = Annotated[int, Depends(_item)]
JobId = Annotated[int, Depends(_job)]
OptionalKind = Annotated[Kind | None, BeforeValidator(_blank_is_none)]
OptionalDay = Annotated[date | None, BeforeValidator(_blank_is_none)]
PartOfList = Annotated[slice, Depends(_part)]
