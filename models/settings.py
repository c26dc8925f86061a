"""The settings of a library, read once at the top and handed down as plain values."""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.errors import ConfigError
from models.leaving import wrong_with

PREFIX = "COMMONLORE_"
FILE = ".env"
NOT_OURS = {"COMMONLORE_SHARED"}
"""Read by the benchmarks alone."""


class Settings(BaseSettings):
    """From the environment (COMMONLORE_…) or a `.env` file, which may hold other programs' settings too."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=FILE,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,  # a key stands among them
    )

    home: Path = Field(default=Path("library"), description="Where the library lives")
    cache: Path = Field(
        default=Path("~/.cache/commonlore"), description="Where weights that come in parts are put together"
    )
    whisper: str = Field(default="base", description="Whisper weights: base, or a CTranslate2 folder")
    embedder: str = Field(default="minilm", description="Embedder: minilm, or a sentence-transformers folder")
    diarizer: str = Field(
        default="builtin",
        pattern=r"^(builtin|(sherpa|pyannote):.+)$",
        description="What tells voices apart: builtin, or sherpa:FOLDER or pyannote:FOLDER with weights for it",
    )
    threads: int = Field(default=0, ge=0, description="Processor threads for the models; 0 takes all there are")
    lease: float = Field(default=60.0, gt=0, description="Seconds until a silent worker's job is given to another")
    llm_url: str | None = Field(
        default=None, description="Base URL of a large model that proposes items, as http://127.0.0.1:8080/v1"
    )
    llm_model: str | None = Field(default=None, description="The model's name, as its server calls it")
    llm_key: SecretStr | None = Field(default=None, description="The key for it, where its server wants one")
    llm_timeout: float = Field(default=120.0, gt=0, le=3600, description="Seconds that it has for one reply")
    llm_answers: bool = Field(default=False, description="Whether it also writes the summaries of answers")
    llm_words: int = Field(default=1500, ge=100, le=50_000, description="Words that it is sent at a time")


def read_settings(**given: object) -> Settings:
    """What was given wins over the environment, that over `.env`, that over the default. Raises ConfigError."""
    try:
        for source in (os.environ, dotenv_values(FILE)):
            _refuse_unknown(source)
        settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]  # checked by pydantic
        _refuse_half_a_model(settings)
        return settings
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{FILE} cannot be read as text ({error}): mend it, or move it away") from error
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise ConfigError(f"{PREFIX}{name}: {first['msg']}; see the settings in README.md") from error


def _refuse_half_a_model(settings: Settings) -> None:
    """No message of these holds what was set: it may be a password in the wrong place."""
    if not settings.llm_url:
        return
    if wrong := wrong_with(settings.llm_url):
        raise ConfigError(f"{PREFIX}LLM_URL cannot be used: {wrong}")
    if not settings.llm_model:
        raise ConfigError(
            f"{PREFIX}LLM_URL is set and {PREFIX}LLM_MODEL is not: name the model as its server does, or unset both"
        )
    key = settings.llm_key.get_secret_value() if settings.llm_key else ""
    if not (key.isascii() and all(letter.isprintable() and letter != " " for letter in key)):
        raise ConfigError(f"{PREFIX}LLM_KEY holds a letter or a space that no key has: copy it again")


def _refuse_unknown(source: Mapping[str, str | None]) -> None:
    """A setting with a slip in its name would else be left out without a word."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in source:
        if name.upper().startswith(PREFIX) and name.upper() not in known | NOT_OURS:
            meant = get_close_matches(name.upper(), sorted(known), n=1)
            way_out = f"did you mean {meant[0]}?" if meant else "see the settings in README.md"
            raise ConfigError(f"{name} is no setting of Commonlore; {way_out}")
