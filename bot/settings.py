"""What an operator sets, from the environment or a `.env` file. Each wrong setting is one clear line."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.values import FaqMode, Keys, Listed, Modes, Secret, Word, channel_id, span
from knowledge.zones import zone_named

__all__ = ["FaqMode", "Settings", "SettingsError"]

SECRET_LENGTH = 16  # characters that LAUREL_SECRET needs at least


class SettingsError(Exception):
    """Settings that cannot be used: `lines` holds one sentence for each, naming the setting and the cure."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def _named(name: str, default: Any = None) -> Any:
    return Field(default=default, validation_alias=name)


# size: one line a setting and its check beside it; the operator's list is read in one place
class Settings(BaseSettings):
    """All settings. Names in the environment are those in capitals beside each field."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", populate_by_name=True, hide_input_in_errors=True, frozen=True
    )

    slack_bot_token: Secret = _named("SLACK_BOT_TOKEN")
    slack_signing_secret: Secret = _named("SLACK_SIGNING_SECRET")
    slack_app_token: Secret = _named("SLACK_APP_TOKEN")
    slack_api_url: str = _named("SLACK_API_URL", "https://slack.com/api/")
    slack_client_id: Word = _named("SLACK_CLIENT_ID")
    slack_client_secret: Secret = _named("SLACK_CLIENT_SECRET")
    public_url: Word = _named("LAUREL_PUBLIC_URL")
    keys: Keys = Field(default=(), repr=False, validation_alias="LAUREL_KEYS")
    workspace: Word = _named("LAUREL_WORKSPACE")
    grace_days: int = Field(default=30, ge=0, le=3650, validation_alias="LAUREL_GRACE_DAYS")

    # Addresses may carry a password: they are left out of what is printed of the settings.
    database_url: str = Field(
        default="sqlite:///laurel.db", repr=False, validation_alias="LAUREL_DATABASE_URL"
    )
    secret: Secret = _named("LAUREL_SECRET")
    timezone: str = _named("LAUREL_TIMEZONE", "America/Los_Angeles")
    log_level: str = _named("LAUREL_LOG_LEVEL", "info")
    retention_days: int = Field(default=90, ge=1, le=36_500, validation_alias="LAUREL_RETENTION_DAYS")

    watch_port: int | None = Field(default=None, ge=1, le=65535, validation_alias="LAUREL_WATCH_PORT")
    cache_dir: str = _named("LAUREL_CACHE_DIR", "~/.cache/laurel")

    desk_channel: Word = _named("LAUREL_DESK_CHANNEL")
    specialist_channel: Word = _named("LAUREL_SPECIALIST_CHANNEL")
    faq_channels: Listed = _named("LAUREL_FAQ_CHANNELS", ())
    faq_modes: Modes = Field(default_factory=dict, validation_alias="LAUREL_FAQ_MODES")
    agent_group: Word = _named("LAUREL_AGENT_GROUP")
    agent_channel: Word = _named("LAUREL_AGENT_CHANNEL")
    moderator_group: Word = _named("LAUREL_MODERATOR_GROUP")
    moderator_channel: Word = _named("LAUREL_MODERATOR_CHANNEL")
    community_channel: Word = _named("LAUREL_COMMUNITY_CHANNEL")
    solution_emoji: str = _named("LAUREL_SOLUTION_EMOJI", "white_check_mark")
    approvals: int = Field(default=0, ge=0, le=1, validation_alias="LAUREL_APPROVALS")
    specialist_group: Word = _named("LAUREL_SPECIALIST_GROUP")
    relay_marker: Word = _named("LAUREL_RELAY_MARKER")
    meeting_url: Word = _named("LAUREL_MEETING_URL")

    records: str = Field(default="store", repr=False, validation_alias="LAUREL_RECORDS")
    records_queries: Path | None = _named("LAUREL_RECORDS_QUERIES")
    records_token: Secret = _named("LAUREL_RECORDS_TOKEN")
    link_by_email: bool = _named("LAUREL_LINK_BY_EMAIL", False)
    quiet_hours: str = _named("LAUREL_QUIET_HOURS", "21:00-08:00")
    recheck: bool = _named("LAUREL_RECHECK", True)
    referral_base_url: Word = _named("LAUREL_REFERRAL_BASE_URL")

    smtp_host: Word = _named("LAUREL_SMTP_HOST")
    smtp_port: int = Field(default=587, ge=1, le=65535, validation_alias="LAUREL_SMTP_PORT")
    smtp_user: Word = _named("LAUREL_SMTP_USER")
    smtp_password: Secret = _named("LAUREL_SMTP_PASSWORD")
    smtp_from: Word = _named("LAUREL_SMTP_FROM")
    smtp_tls: str = Field(
        default="starttls", pattern="^(starttls|tls|none)$", validation_alias="LAUREL_SMTP_TLS"
    )

    @field_validator("timezone")
    @classmethod
    def _a_known_zone(cls, value: str) -> str:
        zone_named(value)
        return value

    @field_validator("database_url")
    @classmethod
    def _a_known_database(cls, value: str) -> str:
        from bot.store.engine import database_url

        database_url(value)
        return value

    @field_validator("slack_api_url", "referral_base_url", "public_url")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("not an address; it begins with https://")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_a_slash(cls, value: str) -> str:
        return value if value.endswith("/") else value + "/"

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _a_token(cls, value: SecretStr | None, info: Any) -> SecretStr | None:
        start = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}[info.field_name]
        if value is not None and not value.get_secret_value().startswith(start):
            raise ValueError(f"not that kind of token; it begins with {start}")
        return value

    @field_validator("secret")
    @classmethod
    def _a_long_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SECRET_LENGTH:
            raise ValueError(f"too short; give it {SECRET_LENGTH} characters or more, from a password maker")
        return value

    @field_validator(
        "desk_channel", "specialist_channel", "agent_channel", "moderator_channel", "community_channel"
    )
    @classmethod
    def _a_channel(cls, value: str | None) -> str | None:
        return None if value is None else channel_id(value)

    @field_validator("faq_channels")
    @classmethod
    def _channels(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(channel_id, value))

    @field_validator("solution_emoji")
    @classmethod
    def _an_emoji(cls, value: str) -> str:
        name = value.strip().strip(":")
        if not re.fullmatch(r"[a-z0-9_+'-]+", name):
            raise ValueError("not an emoji's name; write it as Slack does: white_check_mark")
        return name

    @field_validator("quiet_hours")
    @classmethod
    def _two_times(cls, value: str) -> str:
        span(value)
        return value

    @field_validator("log_level")
    @classmethod
    def _a_level(cls, value: str) -> str:
        if value.lower() not in {"debug", "info", "warning", "error"}:
            raise ValueError("no such level; choose debug, info, warning or error")
        return value.lower()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the house."""
        return ZoneInfo(self.timezone)

    @property
    def key(self) -> bytes:
        """What codes and personal links are signed with: LAUREL_SECRET, else made from Slack's own secret.

        Without any it is one that nobody knows and that ends with the process.
        """
        given = self.secret or self.slack_signing_secret or self.slack_bot_token
        known = given.get_secret_value() if given is not None else _passing_secret()
        return hashlib.sha256(f"laurel:{known}".encode()).digest()

    @property
    def app(self) -> tuple[str, str]:
        """The app's id and secret at Slack, where it is installed from a link."""
        assert self.slack_client_id is not None, "check_serving asks for both"
        assert self.slack_client_secret is not None, "check_serving asks for both"
        return self.slack_client_id, self.slack_client_secret.get_secret_value()

    @property
    def cache(self) -> Path | None:
        """Where what the matcher learned is kept for the next start; None where LAUREL_CACHE_DIR is empty."""
        return Path(self.cache_dir).expanduser() if self.cache_dir.strip() else None

    @property
    def quiet(self) -> tuple[time, time]:
        """From when until when nobody is written to unasked, in the person's own zone."""
        return span(self.quiet_hours)

    @classmethod
    def read(cls, values: Mapping[str, str] | None = None, *, env_file: str | None = ".env") -> Self:
        """From the environment and `env_file`, or from `values` alone. Raises SettingsError."""
        try:
            if values is not None:
                known = {_alias(name): name for name in cls.model_fields}
                return cls._only({known.get(k, k): v for k, v in values.items()})
            return cls(_env_file=env_file)
        except ValidationError as error:
            raise SettingsError([_line(detail) for detail in error.errors()]) from None

    def over(self, values: Mapping[str, str]) -> Self:
        """The same with these in the place of its own, by the names of variables. Raises SettingsError."""
        checked = self.read(values)
        known = {_alias(name): name for name in type(self).model_fields}
        return self.model_copy(update={known[name]: getattr(checked, known[name]) for name in values})

    @classmethod
    def _only(cls, values: Mapping[str, Any]) -> Self:
        """Settings from `values` by field name, checked, without a look at the environment."""
        blank = {
            name: field.get_default(call_default_factory=True) for name, field in cls.model_fields.items()
        }
        return cls(_env_file=None, **{**blank, **values})

    def check_serving(self) -> None:
        """What `laurel serve` cannot do without. Raises SettingsError."""
        lines = self._wrong_with_link() if self.slack_client_id is not None else self._wrong_with_tokens()
        if self.smtp_host is not None and self.smtp_from is None:
            lines.append("LAUREL_SMTP_FROM is missing; name the address that mail comes from")
        if lines:
            raise SettingsError(lines)

    def _wrong_with_tokens(self) -> list[str]:
        """What serving one workspace cannot do without."""
        lines = []
        if self.slack_bot_token is None:
            lines.append("SLACK_BOT_TOKEN is missing; copy the bot token (xoxb-…) from your app's OAuth page")
        if self.slack_app_token is None and self.slack_signing_secret is None:
            lines.append(
                "SLACK_SIGNING_SECRET is missing; copy it from your app's Basic Information page, "
                "or set SLACK_APP_TOKEN (xapp-…) to use Socket Mode"
            )
        return lines

    def _wrong_with_link(self) -> list[str]:
        """What installing from a link cannot do without."""
        lines = []
        if self.slack_client_secret is None:
            lines.append("SLACK_CLIENT_SECRET is missing; copy it from your app's Basic Information page")
        if self.slack_signing_secret is None:
            lines.append("SLACK_SIGNING_SECRET is missing; copy it from your app's Basic Information page")
        if not self.keys:
            lines.append("LAUREL_KEYS is missing; `laurel keys new` makes one, which seals the tokens")
        if self.slack_bot_token is not None or self.slack_app_token is not None:
            lines.append(
                "SLACK_CLIENT_ID is set beside a token; unset SLACK_BOT_TOKEN and SLACK_APP_TOKEN, "
                "or unset SLACK_CLIENT_ID to serve one workspace"
            )
        return lines


@cache
def _passing_secret() -> str:
    return secrets.token_hex(32)


def _alias(name: str) -> str:
    return str(Settings.model_fields[name].validation_alias)


def _line(detail: Any) -> str:
    place = str(detail["loc"][0])
    name = _alias(place) if place in Settings.model_fields else place
    message = detail["msg"].removeprefix("Value error, ")
    return f"{name}: {message[:1].lower()}{message[1:]}"
