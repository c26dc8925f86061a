"""The wire to a large model: whatever a server does, an answer comes in time or a word on why none does."""

import logging
import socket
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pydantic import SecretStr

from capture import endpoint
from capture.endpoint import Endpoint, Unanswered
from tests.toy_model import Answer, ToyModel, says, toy_model

SCHEMA = {"type": "object"}
KEY = "sk-very-secret-0815"
WORDS = "words of a meeting"


def reaching(model: ToyModel, *, timeout: float = 10.0, key: str | None = None) -> tuple[Endpoint, list[float]]:
    """The endpoint, and how long it has slept so far."""
    slept: list[float] = []
    secret = SecretStr(key) if key else None
    return Endpoint(model.url, model="toy", key=secret, timeout=timeout, sleep=slept.append), slept


def why_not(asked: Callable[[], object]) -> str:
    with pytest.raises(Unanswered) as raised:
        asked()
    return str(raised.value)


def test_a_reply_comes_back_with_the_name_the_server_gives_the_model() -> None:
    with toy_model(says("yes", model="toy-2026")) as model:
        reply = reaching(model)[0].ask("well?", schema=SCHEMA, tokens=99)
    [asked] = model.asked

    assert (reply.text, reply.model) == ("yes", "toy-2026")
    assert (asked.path, asked.prompt, asked.json["temperature"]) == ("/v1/chat/completions", "well?", 0)
    assert asked.json["response_format"]["json_schema"]["strict"] is True


def test_a_server_that_refuses_the_form_is_asked_in_another_and_from_then_on_in_that() -> None:
    with toy_model(Answer(status=422), says("one"), says("two")) as model:
        reached = reaching(model)[0]
        assert [reached.ask("well?", schema=SCHEMA, tokens=99).text for _ in range(2)] == ["one", "two"]
    forms = [asked.json["response_format"]["type"] for asked in model.asked]

    assert forms == ["json_schema", "json_object", "json_object"]
    assert model.asked[1].json["response_format"]["schema"] == SCHEMA


def test_a_server_that_knows_no_form_gets_the_words_alone_and_one_without_temperature_none() -> None:
    with toy_model(*[Answer(status=400)] * 3, says("yes")) as model:
        assert reaching(model)[0].ask("well?", schema=SCHEMA, tokens=99).text == "yes"

    assert "response_format" not in model.asked[2].json
    assert {"temperature", "max_tokens"} & set(model.asked[3].json) == set()
    assert "response_format" in model.asked[3].json and model.asked[2].json["max_tokens"] == 99


def test_a_server_that_refuses_everything_is_asked_again_in_every_form_the_next_time() -> None:
    with toy_model(Answer(status=400, body=b"too many of your words: SECRET")) as model:
        reached = reaching(model)[0]
        first = why_not(lambda: reached.ask("well?", schema=SCHEMA, tokens=99))
        why_not(lambda: reached.ask("well?", schema=SCHEMA, tokens=99))

    assert first == "refused what it was asked: status 400"
    assert len(model.asked) == 8


def test_a_server_in_trouble_is_asked_once_more_after_a_while() -> None:
    with toy_model(Answer(status=503), says("yes")) as model:
        reached, slept = reaching(model)
        assert reached.ask("well?", schema=SCHEMA, tokens=99).text == "yes"
    assert slept == [endpoint.PAUSE]

    with toy_model(Answer(status=503)) as model:
        assert (
            why_not(lambda: reaching(model)[0].ask("well?", schema=SCHEMA, tokens=99)) == "answered with status 503"
        )
    assert len(model.asked) == 2


def test_a_server_that_breaks_at_a_form_is_asked_in_another_and_at_a_hiccup_in_the_same() -> None:
    with toy_model(Answer(status=500), says("yes"), Answer(status=500), Answer(status=500), says("yes")) as model:
        reached, slept = reaching(model)
        assert [reached.ask("well?", schema=SCHEMA, tokens=99).text for _ in range(2)] == ["yes", "yes"]
    forms = [asked.json["response_format"]["type"] for asked in model.asked]

    assert forms == ["json_schema"] * 4 + ["json_object"]
    assert slept == [endpoint.PAUSE] * 2


def test_a_server_that_breaks_at_everything_is_given_up() -> None:
    with toy_model(Answer(status=500)) as model:
        assert (
            why_not(lambda: reaching(model)[0].ask("well?", schema=SCHEMA, tokens=99)) == "answered with status 500"
        )
    assert len(model.asked) == 8


def test_who_asks_to_be_left_alone_for_a_while_is() -> None:
    with toy_model(Answer(status=429, headers={"Retry-After": "7"}), says("yes")) as model:
        reached, slept = reaching(model)
        assert reached.ask("well?", schema=SCHEMA, tokens=99).text == "yes"
    assert slept == [7.0]


def test_a_date_to_come_back_at_is_waited_for_and_nonsense_is_a_short_while() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=20))
    for given, low, high in ((soon, 15, 20), ("tomorrow, perhaps", 2, 2), ("", 2, 2)):
        with toy_model(Answer(status=429, headers={"Retry-After": given}), says("yes")) as model:
            reached, slept = reaching(model)
            reached.ask("well?", schema=SCHEMA, tokens=99)
        assert low <= slept[0] <= high


@pytest.mark.parametrize("after", ["31", "9" * 400, "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_who_asks_to_be_left_alone_for_long_is_not_asked_again(after: str) -> None:
    with toy_model(Answer(status=429, headers={"Retry-After": after})) as model:
        reached, slept = reaching(model)
        assert why_not(lambda: reached.ask("well?", schema=SCHEMA, tokens=99)) == "answered with status 429"
    assert (slept, len(model.asked)) == ([], 1)


def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    with toy_model(replace(says("yes"), pause=9.0)) as model:
        began = time.monotonic()
        why = why_not(lambda: reaching(model, timeout=2)[0].ask("well?", schema=SCHEMA, tokens=99))

    assert why == "did not answer in 2 s"
    assert time.monotonic() - began < 8
    assert len(model.asked) == 1


def test_a_server_that_drips_has_no_longer_than_one_that_says_nothing() -> None:
    with toy_model(replace(says("yes"), drip=0.05)) as model:
        why = why_not(lambda: reaching(model, timeout=0.5)[0].ask("well?", schema=SCHEMA, tokens=99))

    assert why == "did not answer in 0.5 s"


def test_where_nobody_listens_it_is_tried_twice() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        slept: list[float] = []
        reached = Endpoint(
            f"http://127.0.0.1:{taken.getsockname()[1]}/v1", model="toy", timeout=5, sleep=slept.append
        )
        assert why_not(lambda: reached.ask("well?", schema=SCHEMA, tokens=99)) == "could not be reached"
    assert slept == [endpoint.PAUSE]


def test_an_answer_that_breaks_off_is_asked_for_again() -> None:
    with toy_model(replace(says("ye"), promised=10_000), says("yes")) as model:
        assert reaching(model)[0].ask("well?", schema=SCHEMA, tokens=99).text == "yes"


def test_nobody_is_followed_to_another_address() -> None:
    with toy_model(says("gotcha")) as other:
        with toy_model(Answer(status=307, headers={"Location": f"{other.url}/chat/completions"})) as model:
            why = why_not(lambda: reaching(model)[0].ask("well?", schema=SCHEMA, tokens=99))

        assert why == "sent us on to another address (status 307), which is not followed"
        assert other.asked == []


def test_an_answer_without_end_is_not_read_to_it() -> None:
    with toy_model(says("ab" * endpoint.MOST)) as model:
        why = why_not(lambda: reaching(model)[0].ask("well?", schema=SCHEMA, tokens=99))

    assert why == "answered with more than 1024 kB"


@pytest.mark.parametrize(
    ("status", "hint"), [(401, "COMMONLORE_LLM_KEY"), (403, "COMMONLORE_LLM_KEY"), (404, "COMMONLORE_LLM_MODEL")]
)
def test_what_the_settings_got_wrong_is_named(status: int, hint: str) -> None:
    with toy_model(Answer(status=status)) as model:
        assert hint in why_not(lambda: reaching(model)[0].ask("well?", schema=SCHEMA, tokens=99))


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'{"choices": []}', b'{"choices": [{"message": {"content": null}}]}', b"[" * 9999],
)
def test_an_answer_that_is_no_completion_holds_no_text(body: bytes) -> None:
    with toy_model(Answer(body=body)) as model:
        assert reaching(model)[0].ask("well?", schema=SCHEMA, tokens=99).text == ""


def test_the_key_goes_to_the_server_and_nowhere_else(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), toy_model(says("yes"), Answer(status=401, body=KEY.encode())) as model:
        reached = reaching(model, key=KEY)[0]
        reached.ask(WORDS, schema=SCHEMA, tokens=99)
        with pytest.raises(Unanswered) as raised:
            reached.ask(WORDS, schema=SCHEMA, tokens=99)
    told = "".join(traceback.format_exception(raised.value)) + repr(reached) + repr(vars(reached)) + caplog.text

    assert model.asked[0].headers["Authorization"] == f"Bearer {KEY}"
    assert KEY not in told and WORDS not in told


def test_what_stays_on_this_machine_passes_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with toy_model(says("gotcha")) as proxy, toy_model(says("yes")) as model:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{proxy.place}")
        assert reaching(model)[0].ask("well?", schema=SCHEMA, tokens=99).text == "yes"
        assert proxy.asked == []
