"""Settings come from where they were said nearest, and a slip in a name is told."""

import traceback
from pathlib import Path

import pytest

from models.errors import ConfigError
from models.settings import PREFIX, Settings, read_settings

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def an_empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


def test_what_is_given_wins_over_the_environment_and_that_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("COMMONLORE_HOME=from-file\nCOMMONLORE_THREADS=3\n", encoding="utf-8")
    assert read_settings().home == Path("from-file")
    monkeypatch.setenv("COMMONLORE_HOME", "from-environment")
    assert read_settings().home == Path("from-environment")
    settings = read_settings(home=Path("given"), threads=None)
    assert (settings.home, settings.threads) == (Path("given"), 3)


def test_a_file_may_hold_the_settings_of_other_programs() -> None:
    Path(".env").write_text("DATABASE_PASSWORD=x\nCOMMONLORE_LEASE=5\n", encoding="utf-8")

    assert read_settings().lease == 5.0


def test_a_slip_in_a_name_is_told_with_what_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("COMMONLORE_HOEM=x\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="did you mean COMMONLORE_HOME"):
        read_settings()
    Path(".env").unlink()
    monkeypatch.setenv("COMMONLORE_WISPER", "x")
    with pytest.raises(ConfigError, match="did you mean COMMONLORE_WHISPER"):
        read_settings()


def test_a_wrong_value_names_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONLORE_THREADS", "many")

    with pytest.raises(ConfigError, match="COMMONLORE_THREADS"):
        read_settings()


def test_every_setting_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [name for name in Settings.model_fields if f"`{PREFIX}{name.upper()}`" not in readme] == []


def test_a_file_that_is_no_text_is_named() -> None:
    Path(".env").write_bytes(b"\xff\xfe\x00binary")

    with pytest.raises(ConfigError, match=r"\.env cannot be read"):
        read_settings()


LLM = {"COMMONLORE_LLM_URL": "http://127.0.0.1:8080/v1", "COMMONLORE_LLM_MODEL": "gemma"}


def test_a_large_model_is_off_until_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().llm_url is None
    monkeypatch.setenv("COMMONLORE_LLM_URL", "")
    assert not read_settings().llm_url


def test_a_large_model_without_a_name_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONLORE_LLM_URL", LLM["COMMONLORE_LLM_URL"])

    with pytest.raises(ConfigError, match="name the model as its server does, or unset both"):
        read_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COMMONLORE_LLM_URL", "https://ann:hunter2@host/v1"),
        ("COMMONLORE_LLM_KEY", "hunter2 hunter2"),
        ("COMMONLORE_LLM_KEY", "hunter2\nX-Other: 1"),
        ("COMMONLORE_LLM_TIMEOUT", "hunter2"),
    ],
)
def test_what_is_wrong_is_named_without_its_value(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in (LLM | {name: value}).items():
        monkeypatch.setenv(*each)

    with pytest.raises(ConfigError) as raised:
        read_settings()

    told = "".join(traceback.format_exception(raised.value))
    assert str(raised.value).startswith(name) and "hunter2" not in told


def test_the_key_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("COMMONLORE_LLM_KEY=hunter2\nCOMMONLORE_LLM_WORDS=7\n", encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        read_settings()
    assert "hunter2" not in "".join(traceback.format_exception(raised.value))

    Path(".env").write_text("COMMONLORE_LLM_KEY=hunter2\n", encoding="utf-8")
    settings = read_settings()
    assert "hunter2" not in f"{settings!r} {settings} {settings.model_dump()}"
    assert settings.llm_key and settings.llm_key.get_secret_value() == "hunter2"
