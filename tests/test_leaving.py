"""What leaves the machine is said before it does, and where it goes is not taken for nearer than it is."""

import pytest

from models.leaving import is_here, leaving, wrong_with


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080/v1", "http://localhost/v1", "http://[::1]:11434/v1", "https://127.8.8.8/v1"]
)
def test_this_machine_is_here(url: str) -> None:
    assert is_here(url)
    assert "on this machine" in (leaving(url, "gemma") or "")


@pytest.mark.parametrize(
    "url",
    [
        "http://192.168.0.7:8080/v1",
        "https://api.example.org/v1",
        "http://localhost.example.org/v1",
        "http://127.0.0.1.example.org/v1",
        "http://0.0.0.0/v1",
        "http://2130706433/v1",
        "http:///v1",
    ],
)
def test_what_only_looks_like_this_machine_is_not(url: str) -> None:
    assert not is_here(url)
    assert "on this machine" not in (leaving(url, "gemma") or "")


def test_another_machine_is_named_with_the_model_and_the_way_to_keep_the_words_here() -> None:
    told = leaving("https://api.example.org:444/v1", "big-1") or ""

    assert "speakers as A, B, C, go to api.example.org:444 (model big-1)" in told
    assert "unset COMMONLORE_LLM_URL" in told
    assert "unencrypted" in (leaving("http://api.example.org/v1", "big-1") or "")


def test_where_no_model_is_set_nothing_leaves() -> None:
    assert leaving(None, "gemma") is leaving("", "gemma") is leaving("http://127.0.0.1/v1", None) is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/v1", "https://api.example.org/v1/", "http://[::1]:1/v1"])
def test_an_address_that_can_be_one_has_nothing_wrong(url: str) -> None:
    assert wrong_with(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8080/v1",
        "ftp://host/v1",
        "http://",
        "http://host:99999/v1",
        "http://host:x/v1",
        "http://[::1/v1",
        "https://ann:hunter2@host/v1",
        "http://host/v1?key=hunter2",
        "http://host/v1#hunter2",
        "http://host /v1",
    ],
)
def test_what_is_wrong_with_another_is_said_without_its_words(url: str) -> None:
    wrong = wrong_with(url)
    assert wrong and "hunter2" not in wrong
