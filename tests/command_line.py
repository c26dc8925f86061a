"""The command line over a library of toys, and things to hand in to it."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import session
from cli.main import app
from tests.toy_services import SAYINGS, ToyServices


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def json_lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(slots=True)
class CommandLine:
    """Runs commands on one library."""

    home: Path
    runner: CliRunner = field(default_factory=CliRunner)

    def __call__(self, *arguments: str | Path, code: int = 0, typed: str | None = None) -> Run:
        given = ["--home", str(self.home), *map(str, arguments)]
        result = self.runner.invoke(app, given, input=typed, catch_exceptions=False)
        assert result.exit_code == code, result.stderr
        return Run(code=result.exit_code, out=result.stdout, err=result.stderr)


def toy_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.setattr(session, "factory", lambda settings: ToyServices(settings.home))
    monkeypatch.chdir(tmp_path)
    return CommandLine(tmp_path / "library")


def transcript(path: Path, **about: str) -> Path:
    """Three voices, one story, one problem, one practice."""
    turns = [{"speaker": name, "text": text} for name, text in zip(("Ann", "Ben", "Cat"), SAYINGS, strict=False)]
    path.write_text(json.dumps({"turns": turns, **about}), encoding="utf-8")
    return path
