"""A community's vocabulary over HTTP: names and acronyms that the transcriber is to listen for."""

from fastapi import APIRouter

from api import schemas
from api.routes.dependencies import ReaderHere, ServicesHere
from api.shapes import Shape

router = APIRouter(tags=["meetings"])


@router.get(
    "/vocabularies/{community:path}",
    response_model=schemas.Vocabulary,
    summary="Names and acronyms to listen for in a community's recordings",
)
def show_vocabulary(services: ServicesHere, reader: ReaderHere, community: str) -> Shape:
    return {"terms": list(services.vocabulary(reader, community))}


@router.patch(
    "/vocabularies/{community:path}",
    response_model=schemas.Vocabulary,
    summary="Add terms, or remove some",
    description="Heard from the next recording on: what was transcribed before stays as it was written.",
)
def change_vocabulary(
    services: ServicesHere, reader: ReaderHere, community: str, change: schemas.VocabularyChange
) -> Shape:
    return {"terms": list(services.change_vocabulary(reader, community, add=change.add, remove=change.remove))}
