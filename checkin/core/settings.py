"""The settings of a line: one table, one frozen object, and the only reader of the environment.

A wrong or missing setting is a SettingsError of one line: which, why, and what to write.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checkin.core import settings_values as values
from checkin.core.rules.proxies import Proxies
from checkin.core.settings_values import Wrong


class SettingsError(Exception):
    """A setting is wrong or missing. Its text is one line, and never holds a secret."""


@dataclass(frozen=True)
class Setting:
    """One row of the table: the name in the environment, what it is, and how its text is read.

    default: what an unset or empty one means, in words; None when it must be set.
    example: what to write.
    """

    name: str
    kind: str
    default: str | None
    example: str
    help: str
    read: Callable[[str], Any]


TABLE: tuple[Setting, ...] = (
    Setting(
        "PUBLIC_URL", "address", None, "https://line.example.org",
        "Where Twilio reaches this line; its signatures are checked against it.", values.public,
    ),
    Setting(
        "CHECKIN_LINE_NUMBER", "number", None, "+15555550100",
        "The number that people text and call; or a short code (see `voice_number` in lines.yaml).", values.number,
    ),
    Setting(
        "CHECKIN_SECRET", "secrets", None, "<the output of: bin/checkin secret>",
        "Keys for encryption and signing, newest first, commas between. An old one stays until `checkin rekey` ran.",
        values.secrets,
    ),
    Setting(
        "TWILIO_ACCOUNT_SID", "text", None, "AC0123456789abcdef0123456789abcdef",
        "The Twilio account; webhooks of any other are refused.", values.account_sid,
    ),
    Setting(
        "TWILIO_AUTH_TOKEN", "secret", None, "<the auth token from Twilio's console>",
        "Signs us in at Twilio, and shows that a webhook is Twilio's.", values.text,
    ),
    Setting(
        "TWILIO_AUTH_TOKEN_SECONDARY", "secret", "none", "<the secondary token from Twilio's console>",
        "Accepted on webhooks too, while you change tokens.", values.text,
    ),
    Setting(
        "TWILIO_API_URL", "address", "Twilio itself", "http://localhost:8010",
        "Another carrier that speaks Twilio's API, such as the practice network.", values.origin,
    ),
    Setting(
        "TWILIO_FALLBACK_URL", "address", "none", "https://handler.twilio.com/twiml/EH0123456789abcdef0123456789abcdef",
        "What whoever picks up a call of ours hears while we do not answer: a TwiML Bin that names the crisis number.",
        values.address,
    ),
    Setting(
        "DATABASE_URL", "address", "SQLite in CHECKIN_STATE", "postgresql://line:password@localhost/line",
        "The database: SQLite for one machine, PostgreSQL for more.", values.database_url,
    ),
    Setting(
        "REDIS_URL", "address", "our own, in CHECKIN_STATE", "redis://localhost:6379/0",
        "Redis or Valkey; `checkin up` starts one of its own when this is not set.", values.redis_url,
    ),
    Setting(
        "CHECKIN_FLOWS", "folder", "the flows that come with us", "/srv/line/flows",
        "The folder with the words and branches of your line.", values.folder,
    ),
    Setting(
        "CHECKIN_MEDIA", "path", "media in CHECKIN_STATE", "/srv/line/media",
        "Where the audio of stories and messages is kept, encrypted.", values.path,
    ),
    Setting(
        "CHECKIN_STORE", "address", "a folder: CHECKIN_MEDIA", "s3://bucket/folder",
        "A bucket of an S3-compatible store for that audio instead; the line may then run on many machines.",
        values.bucket,
    ),
    Setting(
        "AWS_ACCESS_KEY_ID", "text", "none", "AKIA0123456789ABCDEF",
        "Who the line is at that store.", values.text,
    ),
    Setting(
        "AWS_SECRET_ACCESS_KEY", "secret", "none", "<the secret key that the store gave you>",
        "Signs the line in at that store.", values.text,
    ),
    Setting(
        "AWS_REGION", "text", "us-east-1", "eu-central-1",
        "Where that store is.", values.text,
    ),
    Setting(
        "AWS_ENDPOINT_URL_S3", "address", "Amazon itself", "https://s3.example.org",
        "Another S3-compatible store than Amazon's.", values.origin,
    ),
    Setting(
        "CHECKIN_STATE", "path", "var, beside the code", "/srv/line/var",
        "Where the line keeps what it makes itself: database, logs, practice keys.", values.path,
    ),
    Setting(
        "CHECKIN_SPEECH_MODEL", "path", "none: words are typed", "/srv/line/ggml-base.bin",
        "A model of whisper.cpp that writes stories down for their reviewers, on this machine; see docs/stories.md.",
        values.path,
    ),
    Setting(
        "CHECKIN_HOST", "host", "127.0.0.1", "10.0.0.5",
        "Where the web server listens: 127.0.0.1 for a proxy on this machine; 0.0.0.0 in a container or on a host.",
        values.host,
    ),
    Setting("PORT", "whole number", "8000", "8000", "The port the web server listens on.", values.port),
    Setting(
        "CHECKIN_TRUSTED_PROXIES", "addresses", "none: nobody stands between", "127.0.0.1",
        "Proxies in front of the web server: their addresses or networks, or how many there are. What they say counts.",
        values.proxies,
    ),
    Setting(
        "CHECKIN_HEALTH_TOKEN", "secret", "none: details on this machine alone", "<the output of: bin/checkin secret>",
        "Who shows it at /readyz (Authorization: Bearer ...) reads what is wrong, also from elsewhere.", values.token,
    ),
    Setting(
        "WEB_CONCURRENCY", "whole number", "2, and 1 in `checkin up` on SQLite", "2",
        "How many web processes there are, with sixteen threads each.", values.count,
    ),
    Setting(
        "CHECKIN_PRACTICE", "yes or no", "no", "yes",
        "Set by `checkin up` only, for its practice network: codes may be left out, and time may be moved on.",
        values.yes,
    ),
    Setting(
        "CHECKIN_PRACTICE_CLOCK", "path", "none", "var/practice-clock",
        "Set by `checkin up` only: how far the practice clock is moved on. Refused where people text and call.",
        values.path,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """All settings of a process, checked. Secrets are left out of its repr.

    secrets: newest first, each of at least 32 characters. twilio_api_url: None is Twilio itself.
    practice: whether nobody real is reached, so that codes may be left out and time moved on. practice_clock: a file
    with an offset in seconds; None on a real line. Paths are absolute. host: where the web server listens.
    bucket: name and prefix of the bucket where audio is kept, with its s3_keys (id, secret); None: the folder `media`.
    """

    public_url: str
    line_number: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    twilio_account_sid: str
    twilio_auth_token: str = field(repr=False)
    twilio_auth_token_secondary: str | None = field(repr=False)
    twilio_api_url: str | None
    twilio_fallback_url: str | None
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    flows: Path
    media: Path
    bucket: tuple[str, str] | None
    s3_keys: tuple[str, str] | None = field(repr=False)
    s3_region: str
    s3_endpoint: str | None
    state: Path
    speech_model: Path | None
    host: str
    proxies: Proxies
    health_token: str | None = field(repr=False)
    port: int
    web_concurrency: int
    practice: bool
    practice_clock: Path | None

    @property
    def tokens(self) -> tuple[str, ...]:
        """The auth tokens that a webhook may be signed with, the first one first."""
        return tuple(token for token in (self.twilio_auth_token, self.twilio_auth_token_secondary) if token)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """The settings that `environ` says. Raises SettingsError on the first wrong or missing one."""
        read = {row.name: _read(row, environ) for row in TABLE}
        _check_practice(read)
        if not read["TWILIO_API_URL"] and not values.reachable(read["PUBLIC_URL"]):
            raise SettingsError(
                "PUBLIC_URL names this machine, where Twilio reaches nobody: "
                "write the address that others reach it by, or point TWILIO_API_URL at a practice network"
            )
        keys = (read["AWS_ACCESS_KEY_ID"], read["AWS_SECRET_ACCESS_KEY"])
        if read["CHECKIN_STORE"] and not all(keys):
            missing = "AWS_SECRET_ACCESS_KEY" if keys[0] else "AWS_ACCESS_KEY_ID"
            raise SettingsError(
                f"CHECKIN_STORE names a bucket, but {missing} is not set: the store knows us by both keys"
            )
        state = read["CHECKIN_STATE"] or values.STATE
        return cls(
            public_url=read["PUBLIC_URL"],
            line_number=read["CHECKIN_LINE_NUMBER"],
            secrets=read["CHECKIN_SECRET"],
            twilio_account_sid=read["TWILIO_ACCOUNT_SID"],
            twilio_auth_token=read["TWILIO_AUTH_TOKEN"],
            twilio_auth_token_secondary=read["TWILIO_AUTH_TOKEN_SECONDARY"],
            twilio_api_url=read["TWILIO_API_URL"],
            twilio_fallback_url=read["TWILIO_FALLBACK_URL"],
            database_url=read["DATABASE_URL"] or values.default_database_url(state),
            redis_url=read["REDIS_URL"] or values.default_redis_url(state),
            flows=read["CHECKIN_FLOWS"] or Path(__file__).parents[2] / "flows" / "definitions",
            media=read["CHECKIN_MEDIA"] or state / "media",
            bucket=read["CHECKIN_STORE"],
            s3_keys=keys if read["CHECKIN_STORE"] else None,
            s3_region=read["AWS_REGION"] or "us-east-1",
            s3_endpoint=read["AWS_ENDPOINT_URL_S3"],
            state=state,
            speech_model=read["CHECKIN_SPEECH_MODEL"],
            host=read["CHECKIN_HOST"] or "127.0.0.1",
            proxies=read["CHECKIN_TRUSTED_PROXIES"] or Proxies(),
            health_token=read["CHECKIN_HEALTH_TOKEN"],
            port=read["PORT"] or 8000,
            web_concurrency=read["WEB_CONCURRENCY"] or 2,
            practice=bool(read["CHECKIN_PRACTICE"]),
            practice_clock=read["CHECKIN_PRACTICE_CLOCK"],
        )


def _check_practice(read: Mapping[str, Any]) -> None:
    """Practice is a switch of its own: another carrier's address alone loosens nothing. Raises SettingsError."""
    if read["CHECKIN_PRACTICE"] and not read["TWILIO_API_URL"]:
        raise SettingsError(
            "CHECKIN_PRACTICE is set, but this line is on Twilio, where people text and call: unset it; "
            "`checkin up` sets it for its practice network"
        )
    if read["CHECKIN_PRACTICE_CLOCK"] and not read["CHECKIN_PRACTICE"]:
        raise SettingsError(
            "CHECKIN_PRACTICE_CLOCK is set, but this line is none for practice (CHECKIN_PRACTICE), and its time is "
            "real: unset it"
        )


def _read(row: Setting, environ: Mapping[str, str]) -> Any:
    written = environ.get(row.name, "").strip()
    if not written:
        if row.default is not None:
            return None
        raise SettingsError(f"{row.name} is not set. {row.help} Write {row.name}={row.example}")
    try:
        return row.read(written)
    except Wrong as why:
        raise SettingsError(f"{row.name} {why}. Write {row.name}={row.example}") from None


def database_url(environ: Mapping[str, str]) -> str:
    """The address of the database alone, for commands that need nothing else. Raises SettingsError."""
    rows = {row.name: row for row in TABLE}
    state = _read(rows["CHECKIN_STATE"], environ) or values.STATE
    return _read(rows["DATABASE_URL"], environ) or values.default_database_url(state)


def here() -> Settings:
    """The settings of this process. On the practice network, what `checkin up` wrote down fills the gaps.

    Raises SettingsError.
    """
    return Settings.from_env(environment())


def environment() -> dict[str, str]:
    """A copy of this process's environment, with what `checkin up` wrote down for the practice network."""
    from checkin.core import practice_settings

    return practice_settings.fill_in(dict(os.environ))
