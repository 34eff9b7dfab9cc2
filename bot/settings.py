"""Every setting, once: from the environment, else from `gatehouse.toml` in the data folder, else the default here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

DEFAULT_HOME = Path("~/.gatehouse")


class SettingsError(Exception):
    """A setting is unknown or has a value that cannot be used; the message names it and what is expected."""


class Settings(BaseSettings):
    """What an installation can set: `GATEHOUSE_<NAME>` in the environment, `<name>` in gatehouse.toml."""

    model_config = SettingsConfigDict(env_prefix="GATEHOUSE_", extra="forbid", frozen=True, protected_namespaces=())

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
    person: str = Field("", description="Who the terminal acts as: an id, name or e-mail of programme.yaml.")
    audit_key: str = Field("", description="File of the key that signs the audit log; empty: in the data folder.")
    audit_checkpoints: str = Field(
        "", description="File that signed heads of the audit log are added to; empty: in the data folder."
    )
    trusted_ref: str = Field(
        "", description="Protected Git ref that policy and projects are read from; empty: working tree, not for audit."
    )

    public_url: str = Field("", description="Where people reach the web page; links in chat messages lead there.")
    sign_in: Literal["", "local", "proxy", "oidc", "none"] = Field(
        "", description="How people sign in to the web page; empty: `local` on loopback, else `none`. See web.md."
    )
    proxy_header: str = Field("X-Forwarded-Email", description="Header in which the reverse proxy names the person.")
    proxy_trusted: str = Field("127.0.0.1, ::1", description="Addresses or networks that header is believed from.")
    oidc_issuer: str = Field("", description="OpenID provider's issuer address; its discovery page is read.")
    oidc_client_id: str = Field("", description="This installation's client id at the provider.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Its secret; empty for a public client.")
    slack_bot_token: SecretStr = Field(
        SecretStr(""), validation_alias="slack_bot_token", description="Slack's bot token (xoxb-); empty: no Slack."
    )
    slack_signing_secret: SecretStr = Field(
        SecretStr(""), validation_alias="slack_signing_secret", description="Signs what Slack posts over HTTP."
    )
    slack_app_token: SecretStr = Field(
        SecretStr(""), validation_alias="slack_app_token", description="Slack's app token (xapp-): Socket Mode."
    )
    slack_api_url: str = Field(
        "https://slack.com/api/", validation_alias="slack_api_url", description="Slack's Web API; for stand-ins."
    )

    teams_app_id: str = Field(
        "", validation_alias="teams_app_id", description="Id of the Teams app's bot registration; empty: no Teams."
    )
    teams_app_password: SecretStr = Field(
        SecretStr(""), validation_alias="teams_app_password", description="Its client secret."
    )
    teams_tenant_id: str = Field(
        "", validation_alias="teams_tenant_id", description="The Entra tenant that is served; no other is heard."
    )
    teams_local: bool = Field(
        False, description="Serve a Teams test client on loopback without proof of who asks. Never in production."
    )

    mail_host: str = Field("", description="Mail server for digests to people without a chat account; empty: no mail.")
    mail_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    mail_from: str = Field("gatehouse@localhost", description="Address that mail comes from.")
    mail_user: str = Field("", description="User at the mail server; empty where it wants none.")
    mail_password: SecretStr = Field(SecretStr(""), description="Password at the mail server.")
    mail_tls: bool = Field(True, description="Secure the connection (STARTTLS) before anything is said.")

    model_url: str = Field("", description="OpenAI-compatible endpoint, ending in /v1; empty means no model.")
    model: str = Field("", description="Name of the model at that endpoint.")
    model_key: SecretStr = Field(SecretStr(""), description="Key of that endpoint; empty where it wants none.")
    model_dialect: Literal["vllm", "plain"] = Field(
        "vllm", description="`plain` for servers other than vLLM: sends no regex grammar, reads no queue metrics."
    )
    model_prices: str = Field("", description="What tokens cost at that endpoint; see deploy/docs/model.md.")
    second_model_url: str = Field("", description="Second endpoint, asked when the first one fails; empty for none.")
    second_model: str = Field("", description="Name of the model at the second endpoint.")
    second_model_key: SecretStr = Field(SecretStr(""), description="Key of the second endpoint.")
    second_model_prices: str = Field("", description="What tokens cost at the second endpoint.")
    model_budgets: str = Field("", description="Who may spend how much; see deploy/docs/model.md.")
    model_first_token_s: float = Field(6.0, gt=0, description="Seconds until the model's first word.")
    model_silence_s: float = Field(4.0, gt=0, description="Seconds between two words of the model.")
    model_whole_s: float = Field(30.0, gt=0, description="Seconds until the model's whole answer.")
    entailment_model: str = Field(
        "", description="Cross-encoder that must find each sentence of the model entailed; needs the extra `models`."
    )
    model_leads: bool = Field(True, description="A sentence by the model above statuses, lists and counts.")
    model_places: int = Field(16, ge=1, description="Requests sent to one endpoint at a time.")

    @property
    def data(self) -> Path:
        return self.home.expanduser()

    @property
    def audit_key_file(self) -> Path:
        return Path(self.audit_key).expanduser() if self.audit_key else self.data / "audit.key"

    @property
    def audit_checkpoint_file(self) -> Path:
        return Path(self.audit_checkpoints).expanduser() if self.audit_checkpoints else self.data / "audit.checkpoints"

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
