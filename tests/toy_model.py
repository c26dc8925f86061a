"""An endpoint on this machine that answers as it was told to, and keeps what it was asked."""

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; `pause` is how long it waits before it, and `drip` between its bytes."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.0
    drip: float = 0.0
    promised: int | None = None
    """Bytes that it says will come, where that is not what comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def prompt(self) -> str:
        """All that the model is told."""
        return "\n".join(message["content"] for message in self.json["messages"])


def says(text: str, *, model: str = "toy", status: int = 200) -> Answer:
    """A reply with this text in it."""
    completion = {"model": model, "choices": [{"message": {"role": "assistant", "content": text}}]}
    return Answer(status=status, body=json.dumps(completion).encode())


def proposes(*items: Mapping[str, Any], model: str = "toy") -> Answer:
    return says(json.dumps({"items": items}), model=model)


def proposal(quote: str, **other: Any) -> dict[str, Any]:
    """A problem with nothing said of its sides."""
    return {"kind": "problem", "quote": quote, "title": "What is wrong", "gist": "It is wrong.", **other}


class ToyModel:
    """Gives its answers one after another, and the last again and again."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.asked: list[Asked] = []
        self._answers = list(answers)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.place = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http://{self.place}/v1"

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.02)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def next(self, asked: Asked) -> Answer:
        with self._lock:
            self.asked.append(asked)
            return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = model.next(Asked(path=self.path, headers=dict(self.headers), body=body))
                try:
                    self._give(answer)
                except OSError:
                    self.close_connection = True  # whoever asked has hung up

            do_GET = do_CONNECT = do_POST

            def _give(self, answer: Answer) -> None:
                time.sleep(answer.pause)
                self.send_response(answer.status)
                length = len(answer.body) if answer.promised is None else answer.promised
                for name, value in {**answer.headers, "Content-Length": str(length)}.items():
                    self.send_header(name, value)
                self.end_headers()
                step = 1 if answer.drip else max(1, len(answer.body))
                for at in range(0, len(answer.body), step):
                    self.wfile.write(answer.body[at : at + step])
                    self.wfile.flush()
                    time.sleep(answer.drip)
                self.close_connection = length != len(answer.body)

            def log_message(self, format: str, *args: object) -> None:
                """Not into the tests' output."""

        return Handler


@contextmanager
def toy_model(*answers: Answer) -> Iterator[ToyModel]:
    """For the length of the block."""
    model = ToyModel(answers)
    thread = threading.Thread(target=model.serve, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        model.close()
        thread.join(timeout=10)
