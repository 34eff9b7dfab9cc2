"""Every setting, once: from the environment, else from `gatehouse.toml` in the data folder, else the default here."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

DEFAULT_HOME = Path("~/.gatehouse")


class SettingsError(Exception):
    """A setting is unknown or has a value that cannot be used; the message names it and what is expected."""


class Settings(BaseSettings):
    """What an installation can set: `GATEHOUSE_<NAME>` in the environment, `<name>` in gatehouse.toml."""

    model_config = SettingsConfigDict(env_prefix="GATEHOUSE_", extra="forbid", frozen=True)

    home: Path = Field(DEFAULT_HOME, description="Data folder: database, indexes, cached model.", validate_default=True)
    database_url: str = Field("", description="SQLAlchemy URL; empty means SQLite in the data folder.")
    chroma_url: str = Field(
        "", description="Chroma server (http://host:port); empty means embedded in the data folder."
    )
    embedding_model: str = Field(
        "all-MiniLM-L6-v2",
        description="Embedding model; any other name than the default needs the extra `models` and rebuilds the index.",
    )
    http_host: str = Field("127.0.0.1", description="Address the web page listens on; loopback unless you mean it.")
    http_port: int = Field(8710, ge=1, le=65535, description="Port of the web page.")

    @property
    def data(self) -> Path:
        return self.home.expanduser()

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data / 'gatehouse.db'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        home = Path(os.environ.get("GATEHOUSE_HOME", DEFAULT_HOME)).expanduser()
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, home / "gatehouse.toml")


def load_settings() -> Settings:
    """The settings of this installation.

    Raises:
        SettingsError: A value or a key of gatehouse.toml cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_problem(item["loc"], item["msg"]) for item in error.errors())) from error
    except ValueError as error:
        raise SettingsError(f"gatehouse.toml cannot be read: {error}") from error


def _problem(location: tuple[int | str, ...], message: str) -> str:
    name = ".".join(str(part) for part in location)
    if "Extra inputs" not in message:
        return f"Setting {name!r} (GATEHOUSE_{name.upper()}): {message}"
    from rapidfuzz import process

    near = process.extractOne(name, list(Settings.model_fields), score_cutoff=60)
    hint = f"did you mean {near[0]!r}?" if near else f"valid settings: {', '.join(Settings.model_fields)}"
    return f"gatehouse.toml: unknown setting {name!r}; {hint}"
