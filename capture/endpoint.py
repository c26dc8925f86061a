"""An OpenAI-compatible endpoint asked over HTTP: the one file that knows the wire.

Nothing that is sent or answered is logged or put into a message: it may be a key, or words of a meeting.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2
from pydantic import BaseModel, Field, SecretStr, ValidationError

from models.job import Json
from models.leaving import is_here, where

MOST = 1 << 20
"""Bytes of a reply: a stretch's items take a few thousand."""
PAUSE = 2.0
"""Seconds before what went wrong is tried again."""
LONGEST_PAUSE = 30.0
"""Seconds that a server may ask to be left alone."""
CONNECTING = 10.0
"""Seconds until a host that does not answer at all is given up."""
TROUBLE = 500
REFUSES_FORM = (400, 422, TROUBLE)
"""What servers answer where they do not know a way of asking for JSON; llama-cpp-python 0.3 answers the last."""


class Unanswered(Exception):
    """No reply came. The message goes after the model's name: "did not answer in 120 s"."""

    def __init__(self, why: str, *, wait: float | None = None) -> None:
        """`wait` is after how many seconds it may be worth to try again; none where it is not."""
        super().__init__(why)
        self.wait = wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the model wrote, empty where the server sent no such thing, and the name the server gives the model."""

    text: str
    model: str | None


class Endpoint:
    """One model behind one base URL; asks one thing at a time."""

    def __init__(
        self,
        url: str,
        *,
        model: str,
        key: SecretStr | None = None,
        timeout: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.model = model
        self._url = url.rstrip("/") + "/chat/completions"
        self._key = key
        self._timeout = timeout
        self._sleep = sleep
        self._form = 0

    @property
    def place(self) -> str:
        """Where the words go: host and port."""
        return where(self._url)

    def ask(self, prompt: str, *, schema: Mapping[str, Json], tokens: int) -> Reply:
        """By the first way of asking for JSON that the server knows, which is remembered. Raises Unanswered.

        `tokens` is how long the reply may be: a small model may say the same thing over and over, to no end.
        """
        forms = _forms(schema, tokens=tokens)
        for number in range(self._form, len(forms)):
            answer = self._answer({**self._asked(prompt), **forms[number]})
            if answer.status not in REFUSES_FORM:
                self._form = number
                return _reply(answer.body)
        verb = "answered with" if answer.status == TROUBLE else "refused what it was asked:"
        raise Unanswered(f"{verb} status {answer.status}")

    def _asked(self, prompt: str) -> dict[str, Json]:
        # in one message: not every model's template knows a system's
        return {"model": self.model, "messages": [{"role": "user", "content": prompt}]}

    def _answer(self, asked: Mapping[str, Json]) -> "_Answer":
        """Tried once more where that may help."""
        body, wait = json.dumps(asked).encode(), PAUSE
        try:
            answer = self._sent(body)
            if answer.status != TROUBLE:
                return answer
        except Unanswered as error:
            if error.wait is None:
                raise
            wait = error.wait
        self._sleep(wait)
        return self._sent(body)

    def _sent(self, body: bytes) -> "_Answer":
        """Raises Unanswered for whatever is neither a reply nor a refusal of the form."""
        try:
            return asyncio.run(self._exchanged(body))
        except TimeoutError as error:
            raise Unanswered(f"did not answer in {self._timeout:g} s") from error
        except httpx2.TransportError as error:
            raise Unanswered("could not be reached", wait=PAUSE) from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise Unanswered("could not be asked at this address") from error

    async def _exchanged(self, body: bytes) -> "_Answer":
        # on a loop of its own because only there a time-out holds for the whole of it, however slowly it drips
        async with (
            asyncio.timeout(self._timeout),
            httpx2.AsyncClient(
                timeout=httpx2.Timeout(None, connect=CONNECTING),
                follow_redirects=False,  # the words go where the settings say, and nowhere else
                trust_env=not is_here(self._url),  # what stays on this machine passes no proxy
            ) as client,
            client.stream("POST", self._url, content=body, headers=self._headers()) as response,
        ):
            _refuse(response.status_code, response.headers.get("retry-after"))
            return _Answer(status=response.status_code, body=await _whole(response))

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key.get_secret_value()}"
        return headers


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    body: bytes


def _forms(schema: Mapping[str, Json], *, tokens: int) -> list[dict[str, Json]]:
    """OpenAI's, llama-cpp-python's, none as the prompt holds the schema too; and for models that think first.

    These draw lots and take as long as they like, and refuse whoever would have it otherwise.
    """
    named: Json = {"name": "items", "strict": True, "schema": dict(schema)}
    strict: dict[str, Json] = {"response_format": {"type": "json_schema", "json_schema": named}}
    shaped: dict[str, Json] = {"response_format": {"type": "json_object", "schema": dict(schema)}}
    terse: dict[str, Json] = {"temperature": 0, "max_tokens": tokens}
    return [strict | terse, shaped | terse, terse, strict]


def _refuse(status: int, retry_after: str | None) -> None:
    """Raises Unanswered for every status that neither answers nor refuses the form."""
    if status == 200 or status in REFUSES_FORM:
        return
    if status == 429 or status > TROUBLE:
        wait = _seconds(retry_after)
        raise Unanswered(f"answered with status {status}", wait=wait if wait <= LONGEST_PAUSE else None)
    if 300 <= status < 400:
        raise Unanswered(f"sent us on to another address (status {status}), which is not followed")
    if status in (401, 403):
        raise Unanswered(f"did not accept the key in COMMONLORE_LLM_KEY (status {status})")
    if status == 404:
        raise Unanswered("is not there: look at COMMONLORE_LLM_URL and COMMONLORE_LLM_MODEL (status 404)")
    raise Unanswered(f"answered with status {status}")


def _seconds(retry_after: str | None) -> float:
    """From now on; a little while where the server does not say."""
    if retry_after is None:
        return PAUSE
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):  # no date, or one of no time zone
        return PAUSE


async def _whole(response: httpx2.Response) -> bytes:
    """Raises Unanswered where it does not end."""
    body = b""
    async for part in response.aiter_raw():
        body += part
        if len(body) > MOST:
            raise Unanswered(f"answered with more than {MOST >> 10} kB")
    return body


class _Message(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _Message


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    model: str | None = None


def _reply(body: bytes) -> Reply:
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError:
        return Reply(text="", model=None)
    return Reply(text=completion.choices[0].message.content or "", model=completion.model)
