"""JSON of any making: the project's own, or that of a speech service, told apart by its structure."""

from collections.abc import Callable

from capture.formats.json_values import parsed
from capture.formats.project_json import project_transcript
from capture.formats.services.amazon import read_amazon
from capture.formats.services.assemblyai import read_assemblyai
from capture.formats.services.azure import read_azure
from capture.formats.services.deepgram import read_deepgram
from capture.formats.services.editors import read_autoedit, read_paper_edit
from capture.formats.services.elevenlabs import read_elevenlabs
from capture.formats.services.gladia import read_gladia
from capture.formats.services.google import read_google
from capture.formats.services.kaldi import read_kaldi
from capture.formats.services.rev import read_rev
from capture.formats.services.speechmatics import read_speechmatics
from capture.formats.services.watson import read_watson
from capture.formats.services.whisper import read_whisper
from models.errors import TranscriptError
from models.job import Json
from models.meeting import Transcript

SERVICES: tuple[Callable[[Json], Transcript | None], ...] = (
    # from the most particular structure to the least
    read_deepgram,
    read_assemblyai,
    read_rev,
    read_gladia,
    read_azure,
    read_speechmatics,
    read_amazon,
    read_watson,
    read_google,
    read_kaldi,
    read_elevenlabs,
    read_autoedit,
    read_paper_edit,
    read_whisper,
)


def read_json(text: str, *, name: str) -> Transcript:
    """Raises TranscriptError for JSON that is no transcript, or one without words."""
    document = parsed(text, name=name)
    if isinstance(document, dict) and "turns" in document:
        return project_transcript(document, name=name)
    for service in SERVICES:
        transcript = service(document)
        if transcript and not transcript.turns:
            raise TranscriptError(f"{name}: no words in it; transcribe the recording again")
        if transcript:
            return transcript
    return project_transcript(document, name=name)
