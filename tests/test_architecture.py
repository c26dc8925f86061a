"""The house stands as drawn: imports run one way, and heavy libraries are known to one file each."""

import ast
import subprocess
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

MAY_IMPORT = {
    "models": set[str](),
    "capture": {"models"},
    "index": {"models"},
    "search": {"index", "models"},
    "api": {"search", "capture", "index", "models"},
    "cli": {"api", "models"},
}
"""`api` wires `index` and `capture` together in its composition root; `cli` sees them only through `api`."""

ADAPTERS = {
    "av": {"capture/decoder.py"},
    "faster_whisper": {"capture/transcriber.py"},
    "sherpa_onnx": {"capture/sherpa.py"},
    "pyannote": {"capture/pyannote.py"},
    "spacy": {"capture/linguist.py"},
    "httpx2": {"capture/endpoint.py"},
    "sentence_transformers": {"index/embedder.py"},
    "faiss": {"index/vectors.py"},
    "safetensors": {"index/bert.py"},
    "tokenizers": {"index/bert.py"},
    "sqlite_utils": {"index/connection.py", "index/schema.py"},
    "fastapi": {"api/app.py", "api/errors.py", "api/auth.py"},
}
"""Which file knows which library; fastapi also belongs to the routes."""


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Full names of everything a file imports, wherever in the file it does so."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    for path in modules(room):
        rooms = {name.split(".")[0] for name in imported(path)} & set(MAY_IMPORT)
        assert rooms - {room} <= MAY_IMPORT[room], path


@pytest.mark.parametrize("library", ADAPTERS)
def test_a_heavy_library_is_known_to_its_adapter_alone(library: str) -> None:
    knowing = {
        path.relative_to(ROOT).as_posix()
        for room in MAY_IMPORT
        for path in modules(room)
        if library in {name.split(".")[0] for name in imported(path)}
    }
    allowed = {name for name in knowing if library == "fastapi" and name.startswith("api/routes/")}
    assert knowing - allowed <= ADAPTERS[library]
    assert knowing, f"nothing uses {library}: mend this list"


def test_what_opens_the_files_of_strangers_runs_in_its_child_alone() -> None:
    for room in MAY_IMPORT:
        for path in modules(room):
            assert "capture.decoder" not in imported(path), path


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_has_no_import_cycle(room: str) -> None:
    graph = {".".join(path.relative_to(ROOT).with_suffix("").parts): imported(path) for path in modules(room)}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join((*trail, name))
        if name in done:
            return
        for other in graph[name] & set(graph):
            visit(other, (*trail, name))
        done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_rooms_name_belongs_to_commonlore_alone(room: str) -> None:
    assert set(packages_distributions().get(room, [])) <= {"commonlore"}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_every_file_says_in_a_sentence_what_it_is_for(room: str) -> None:
    for path in modules(room):
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        assert docstring and docstring.split("\n\n")[0].endswith((".", ":", ")")), path


def test_nothing_names_a_registry_or_a_path_of_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
    forbidden = ["/work/", "/tmp" + "/w/", "/root/", "pypi" + ".org/simple", "file" + ":///opt"]
    for name in listed.stdout.split():
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".html", ".js", ".css", ""} and path != Path(__file__):
            text = path.read_text(encoding="utf-8", errors="ignore")
            assert not [word for word in forbidden if word in text], name
