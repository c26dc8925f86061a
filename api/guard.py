"""The guard before every handler: only this machine asks, only our own pages write, and pages load only our own.

Sign-in does not exist yet, so the service answers on loopback alone. That does not stop a web page elsewhere from
making the user's own browser ask for it: by a name that is made to point here (the Host header gives it away), or
by a form or script of its own (Origin and Sec-Fetch-Site give it away).
"""

import ipaddress
import json

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problem import PROBLEM_TYPE, problem

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
UPLOADS = ("/add", "/api/v1/meetings")
MOST_BYTES = 1 << 20
"""Of a request that is no file."""
SAFETY = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}


class Guard:
    """ASGI middleware; plain, so that uploads and recordings stream through it untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFETY.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        asked = refuse(scope["method"], headers, scheme=scope["scheme"])
        if refusal := asked or too_much(scope["path"], headers):
            await _send_refusal(refusal, scope["path"], guarded)
            return
        await self.app(scope, receive, guarded)


def refuse(method: str, headers: Headers, *, scheme: str) -> tuple[int, str] | None:
    """The status and the reason, where this request is not for us to answer."""
    host = headers.get("host", "")
    if not is_loopback(host):
        return 421, f"'{host}' is not this machine: open http://localhost and the port instead"
    if method in SAFE_METHODS:
        # a link may lead here, but no other site may load us as a picture: asking can leave a gap behind
        other = headers.get("sec-fetch-site") in ("cross-site", "same-site")
        if other and headers.get("sec-fetch-mode") != "navigate":
            return 403, "another site tried to load this: open the page here"
        return None
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return 403, "another site sent this: open the page here and send it from there"
    origin = headers.get("origin")
    if origin is not None and origin != f"{scheme}://{host}":
        return 403, f"a page of '{origin}' sent this: open the page here and send it from there"
    return None


def too_much(path: str, headers: Headers) -> tuple[int, str] | None:
    """Bodies are read into memory but where files are handed in, which are counted as they land."""
    if path in UPLOADS:
        return None
    if "transfer-encoding" in headers:
        return 411, "say how long the request is (Content-Length); only files may be sent without"
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return 413, f"the request is longer than {MOST_BYTES >> 10} kB; files are handed in at {UPLOADS[1]}"
    return None


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine and nothing else; the port may be any."""
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


async def _send_refusal(refusal: tuple[int, str], path: str, send: Send) -> None:
    """Always as problem details: nothing of the application has run yet, its pages included."""
    status, detail = refusal
    body = json.dumps(problem(status, detail, instance=path)).encode()
    headers = [(b"content-type", PROBLEM_TYPE.encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
