"""The guard: which requests are for us to answer."""

import pytest
from starlette.datastructures import Headers

from api.guard import is_loopback, refuse


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "127.1.2.3", "[::1]:8000", "[::1]"]
)
def test_every_name_of_this_machine_is_answered(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "localhost.evil.example:80", "127.0.0.1.evil.example", "10.0.0.5", "[::2]", "0.0.0.0"],
)
def test_no_other_name_is_answered(host: str) -> None:
    assert not is_loopback(host)


def asked(method: str, **headers: str) -> tuple[int, str] | None:
    named = {"host": "localhost:8000", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return refuse(method, Headers(named), scheme="http")


def test_a_name_pointed_here_from_elsewhere_is_refused_also_for_reading() -> None:
    refusal = asked("GET", host="rebound.example:8000")

    assert refusal is not None and refusal[0] == 421 and "rebound.example" in refusal[1]


def test_our_own_pages_may_write() -> None:
    assert asked("POST", origin="http://localhost:8000", sec_fetch_site="same-origin") is None


def test_programs_that_name_no_origin_may_write() -> None:
    assert asked("POST") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:9000"},
        {"origin": "https://localhost:8000"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_no_other_page_may_write(headers: dict[str, str]) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        refusal = asked(method, **headers)
        assert refusal is not None and refusal[0] == 403


def test_a_link_from_another_site_may_be_followed() -> None:
    link = {"sec_fetch_site": "cross-site", "origin": "http://elsewhere.example"}
    assert asked("GET", sec_fetch_mode="navigate", **link) is None
    assert asked("GET", sec_fetch_mode="no-cors", **link) is not None
