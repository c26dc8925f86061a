"""The one JSON shape of every error: problem details, RFC 9457."""

from http import HTTPStatus

PROBLEM_TYPE = "application/problem+json"
TITLES: dict[int, str] = {
    400: "That could not be read",
    403: "Not allowed",
    404: "Not here",
    405: "Not that way",
    411: "Say how long it is",
    413: "Too large",
    415: "Not that kind of body",
    421: "Asked under another name",
    422: "That cannot be used",
    500: "Something went wrong",
    503: "Not just now",
    507: "No room left",
}


def problem(status: int, detail: str, **more: object) -> dict[str, object]:
    """`more` are members of its own, as the RFC allows: which fields, which address."""
    title = TITLES.get(status, HTTPStatus(status).phrase)
    kind = "urn:commonlore:problem:" + title.lower().replace(" ", "-")
    return {"type": kind, "title": title, "status": int(status), "detail": detail, **more}
