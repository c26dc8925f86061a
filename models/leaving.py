"""What leaves this machine when a large model reads along, as a sentence that is said before it does. Pure."""

import ipaddress
from urllib.parse import urlsplit


def leaving_with_answers(url: str | None, model: str | None) -> str | None:
    """The same of the summaries that it writes; None where no large model is set."""
    if not url or not model:
        return None
    sent = "For a summary the question and the words that were found, without who said them, go"
    if is_here(url):
        return f"{sent} to the model {model} at {where(url)} on this machine, and Commonlore sends them no further."
    safely = "" if url.lower().startswith("https:") else " unencrypted"
    return f"{sent}{safely} to {where(url)} (model {model}); unset COMMONLORE_LLM_ANSWERS to keep them here."


def leaving(url: str | None, model: str | None) -> str | None:
    """None where no large model is set. Names that people speak are words as well: only who speaks is hidden."""
    if not url or not model:
        return None
    sent = "The words of a meeting, its speakers as A, B, C, go"
    if is_here(url):
        return f"{sent} to the model {model} at {where(url)} on this machine, and Commonlore sends them no further."
    safely = "" if url.lower().startswith("https:") else " unencrypted"
    return f"{sent}{safely} to {where(url)} (model {model}); unset COMMONLORE_LLM_URL to keep them here."


def where(url: str) -> str:
    """Host and, where it is said, port."""
    return urlsplit(url).netloc


def is_here(url: str) -> bool:
    """Whether the address is this machine's own: what looks like another's counts as another's."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def wrong_with(url: str) -> str | None:
    """Why the base URL of an endpoint cannot be one, without a word of it, which may be a password; else none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "it is no address"
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return "it has to begin with http:// or https:// and a host"
    if "@" in parts.netloc:
        return "it holds a name or password; put the key into COMMONLORE_LLM_KEY"
    if parts.query or parts.fragment or any(character.isspace() for character in url):
        return "it ends at the version, as in http://127.0.0.1:8080/v1"
    return None
