"""The settings of a library, read once at the top and handed down as plain values."""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from dotenv import dotenv_values
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.errors import ConfigError

PREFIX = "COMMONLORE_"
FILE = ".env"
NOT_OURS = {"COMMONLORE_SHARED"}
"""Read by the benchmarks alone."""


class Settings(BaseSettings):
    """From the environment (COMMONLORE_…) or a `.env` file, which may hold other programs' settings too."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=FILE, extra="ignore", frozen=True)

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


def read_settings(**given: object) -> Settings:
    """What was given wins over the environment, that over `.env`, that over the default. Raises ConfigError."""
    try:
        for source in (os.environ, dotenv_values(FILE)):
            _refuse_unknown(source)
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]  # checked by pydantic
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{FILE} cannot be read as text ({error}): mend it, or move it away") from error
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise ConfigError(f"{PREFIX}{name}: {first['msg']}; see the settings in README.md") from error


def _refuse_unknown(source: Mapping[str, str | None]) -> None:
    """A setting with a slip in its name would else be left out without a word."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in source:
        if name.upper().startswith(PREFIX) and name.upper() not in known | NOT_OURS:
            meant = get_close_matches(name.upper(), sorted(known), n=1)
            way_out = f"did you mean {meant[0]}?" if meant else "see the settings in README.md"
            raise ConfigError(f"{name} is no setting of Commonlore; {way_out}")
