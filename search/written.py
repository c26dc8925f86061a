"""A summary that a large model writes: each sentence cites what was found, or is left out.

The model is never believed: a sentence is dropped and counted whose numbers, names or most of whose words stand in
nothing that it cites.
"""

import json
import re
from collections.abc import Sequence
from typing import Protocol

from pydantic import BaseModel, Field

from models.errors import Unwritten
from models.grounding import words_of
from models.job import Json
from models.query import Cited, Group, Question
from search.words import telling_words

READ = 8
"""Groups that the model is shown."""
SENTENCES = 5
TOKENS = 600
"""How long the reply may be."""
HELD = 0.6
"""The share of a sentence's telling words that have to stand in what it cites, or in the question."""
_FENCE = re.compile(r"^\s*(?:<think>.*?</think>)?\s*(?:```\w*)?\s*(.*?)\s*(?:```)?\s*$", re.DOTALL)

PROMPT = """Somebody asks: {question}

These are numbered tellings of people who met something like it:

{tellings}

Answer in at most {most} short sentences, from these tellings alone and in their words where you can. Add nothing
that they do not say, no advice of your own and no name. After each sentence name the numbers of the tellings it
rests on.
Reply with JSON: {{"sentences": [{{"text": "…", "tellings": [1]}}]}}"""

SCHEMA: dict[str, Json] = {
    "type": "object",
    "properties": {
        "sentences": {
            "type": "array",
            "maxItems": SENTENCES,
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "tellings": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["text", "tellings"],
            },
        }
    },
    "required": ["sentences"],
}


class Writer(Protocol):
    """A large model, wherever it stands."""

    @property
    def model(self) -> str: ...

    def write(self, prompt: str, *, schema: dict[str, Json], tokens: int) -> str:
        """Raises Unwritten."""


class _Sentence(BaseModel):
    text: str
    tellings: list[int]


class _Reply(BaseModel):
    sentences: list[_Sentence] = Field(max_length=50)


def written_summary(
    question: Question, groups: Sequence[Group], *, writer: Writer
) -> tuple[tuple[Cited, ...], str | None]:
    """The sentences that hold, and what a reader should know of those that did not. Raises Unwritten."""
    shown = groups[:READ]
    prompt = PROMPT.format(
        question=question.text,
        most=SENTENCES,
        tellings="\n\n".join(f"[{number}] {group.hit.evidence.quote}" for number, group in enumerate(shown, 1)),
    )
    sentences = _read(writer.write(prompt, schema=SCHEMA, tokens=TOKENS))[:SENTENCES]
    held = [cited for sentence in sentences if (cited := _cited(sentence, question, shown))]
    lost = len(sentences) - len(held)
    remark = f"{lost} of the {len(sentences)} sentences of {writer.model} rested on nothing told, and were left out"
    return tuple(held), remark if lost else None


def _read(reply: str) -> list[_Sentence]:
    """Raises Unwritten for what is not the form that was asked for."""
    try:
        bare = _FENCE.sub(r"\1", reply)
        return _Reply.model_validate(json.loads(bare, strict=False)).sentences
    except (ValueError, RecursionError) as error:
        raise Unwritten("gave no JSON of the form it was asked for") from error


def _cited(sentence: _Sentence, question: Question, shown: Sequence[Group]) -> Cited | None:
    numbers = [number for number in dict.fromkeys(sentence.tellings) if 1 <= number <= len(shown)]
    quotes = " ".join(shown[number - 1].hit.evidence.quote for number in numbers)
    text = " ".join(sentence.text.split())
    if not numbers or not text or not words_of(f"{quotes} {question.text}").know(text, ()):
        return None
    wanted, there = telling_words(text).keys(), telling_words(f"{quotes} {question.text}").keys()
    told = wanted & telling_words(quotes).keys()
    if not told or len(wanted & there) < HELD * len(wanted):
        return None
    return Cited(text=text, hits=tuple(shown[number - 1].hit.ref for number in numbers), quoted=False)
