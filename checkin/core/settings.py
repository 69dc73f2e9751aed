"""The settings of a line: one frozen model, and the only reader of the environment.

A wrong or missing setting is a SettingsError of one line: which, why, and what to write. It never holds a secret.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, ip_network
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from checkin.core import mail_server
from checkin.core.mail_server import MailServer
from checkin.core.practice_settings import CODE, STATE, fill_in, path
from checkin.core.rules.proxies import Proxies

SHORTEST_SECRET = 32
LONGEST_SOCKET = 100  # the kernel takes 107 bytes; Redis clients add a little
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class SettingsError(Exception):
    """A setting is wrong or missing. Its text is one line, and never holds a secret."""


# How the text of a setting is read. What each raises is the rest of a sentence, and never echoes a secret.


def _word(written: str) -> str:
    if re.search(r"\s", written):
        raise ValueError("has a space inside; it was probably pasted with something else")
    return written


def _parts(written: str) -> tuple[str, str, str]:
    """Scheme, host and whatever comes after it of an address that holds no password."""
    try:
        parts = urlsplit(written)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("isn't an address") from None
    if parts.scheme not in ("http", "https") or not host or re.search(r"\s", written):
        raise ValueError("isn't an address that starts with https://")
    if parts.username or parts.password:
        raise ValueError("has a name or password in it")
    return parts.scheme, host, f"{parts.path}{parts.query}{parts.fragment}"


def _origin(written: str) -> str:
    """scheme://host[:port], without a slash at the end; https, unless the host is this machine."""
    scheme, host, rest = _parts(written)
    if rest not in ("", "/") or written.endswith(("?", "#")):
        raise ValueError("has something after the host; only the address itself belongs here")
    if scheme == "http" and host not in LOCAL:
        raise ValueError("starts with http://, and what people tell us must not travel in the open; use https://")
    return f"{scheme}://{urlsplit(written).netloc.lower()}"


def _public(written: str) -> str:
    """An origin that Twilio calls back at: it takes no host with an underscore (error 21609)."""
    found = _origin(written)
    if "_" in (urlsplit(found).hostname or ""):
        raise ValueError("has an underscore in the host, which Twilio calls at no address: use a name without one")
    return found


def _address(written: str) -> str:
    """An https:// address, with whatever comes after the host; http:// for this machine alone."""
    scheme, host, _ = _parts(written)
    if scheme != "https" and host not in LOCAL:
        raise ValueError("isn't an address that starts with https://")
    return written


def _dsn(written: str) -> str:
    """What Sentry calls a DSN: an https:// address with a key in it."""
    try:
        parts = urlsplit(written)
        key, host, _ = parts.username, parts.hostname, parts.port
    except ValueError:
        raise ValueError("isn't an address") from None
    if not key or not host or not parts.path.strip("/") or re.search(r"\s", written):
        raise ValueError("isn't a Sentry's DSN: https://key@host/number")
    if parts.scheme != "https" and host not in LOCAL:
        raise ValueError("isn't an address that starts with https://")
    return written


def _matching(pattern: str, why: str) -> BeforeValidator:
    def read(written: str) -> str:
        if not re.fullmatch(pattern, written):
            raise ValueError(why)
        return written

    return BeforeValidator(read)


def _secrets(written: str) -> tuple[str, ...]:
    """One or more secrets with commas or spaces between them, newest first."""
    found = tuple(part for part in re.split(r"[\s,]+", written) if part)
    short = [place for place, part in enumerate(found, start=1) if len(part) < SHORTEST_SECRET]
    if short or not found:
        raise ValueError(f"number {short[0] if short else 1} is shorter than {SHORTEST_SECRET} characters")
    if len(set(found)) < len(found):
        raise ValueError("has the same secret twice")
    return found


def _token(written: str) -> str:
    """A word that nobody guesses."""
    if len(_word(written)) < SHORTEST_SECRET or not written.isascii():
        raise ValueError(f"is shorter than {SHORTEST_SECRET} characters")
    return written


def _database_url(written: str) -> str:
    """An address that SQLAlchemy takes, with the driver that we ship."""
    scheme, colon, rest = written.partition("://")
    if scheme in ("postgres", "postgresql", "postgresql+psycopg") and colon:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and colon:
        if rest in ("", "/", "/:memory:"):
            raise ValueError("is a database in memory, which every process would have one of; name a file")
        return written
    raise ValueError("is neither a postgresql:// nor a sqlite:/// address")


def _redis_url(written: str) -> str:
    """An address of Redis or Valkey; that of a Unix socket is absolute."""
    scheme, _, rest = written.partition("://")
    if scheme not in ("redis", "rediss", "unix") or not rest:
        raise ValueError("isn't a redis://, rediss:// or unix:// address")
    if scheme == "unix" and not rest.startswith("/"):
        raise ValueError("has a socket path that isn't absolute (unix:///path)")
    return written


def _bucket(written: str) -> tuple[str, str]:
    """The name of a bucket, and the folder in it ("" for none)."""
    found = re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9._/-]*))?", written)
    if not found or ".." in written:
        raise ValueError("isn't s3://bucket or s3://bucket/folder, in letters, digits, dots and dashes")
    return found.group(1), (found.group(2) or "").strip("/")


def _backup_place(written: str) -> str:
    """A bucket, or a folder's absolute path."""
    if written.startswith("s3:"):
        _bucket(written)
        return written
    return str(path(written))


def _folder(written: str) -> Path:
    found = path(written)
    if not found.is_dir():
        raise ValueError(f"names {found}, which isn't a folder")
    return found


def _host(written: str) -> str:
    """An address of this machine to listen on."""
    try:
        return str(IPv4Address(written))
    except ValueError:
        raise ValueError("is no address of this machine, such as 127.0.0.1 or 0.0.0.0") from None


def _yes(written: str) -> bool:
    if written.lower() not in ("yes", "no"):
        raise ValueError("is neither yes nor no")
    return written.lower() == "yes"


def _proxies(written: str) -> Proxies:
    """Addresses and networks with commas or spaces between, or how many proxies there are (1 to 5)."""
    parts = [part for part in re.split(r"[\s,]+", written) if part]
    if len(parts) == 1 and parts[0].isdigit():
        return Proxies(count=_whole(5, "isn't the number of proxies: 1 to 5, or their addresses")(parts[0]))
    try:
        return Proxies(networks=tuple(ip_network(part) for part in parts))
    except ValueError:
        raise ValueError("is neither a number of proxies nor addresses and networks with commas between") from None


def _whole(most: int, why: str) -> Callable[[str], int]:
    """A whole number from 1 to `most`, in at most as many figures."""

    def read(written: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", written) or not 1 <= int(written) <= most:
            raise ValueError(why)
        return int(written)

    return read


def _socket(state: Path) -> str:
    """The private socket of the Redis that `checkin up` starts; in the temporary folder when `state` is too deep."""
    socket = state / "redis.sock"
    if len(os.fsencode(socket)) > LONGEST_SOCKET:
        name = hashlib.sha256(os.fsencode(state)).hexdigest()[:16]
        socket = Path(tempfile.gettempdir()) / f"checkin-{name}" / "redis.sock"
    return f"unix://{socket}"


Word = Annotated[str, BeforeValidator(_word)]
Secret = Annotated[Word, Field(repr=False)]
Origin = Annotated[str, BeforeValidator(_origin)]
Somewhere = Annotated[Path, BeforeValidator(path)]


def _setting(name: str, example: str, about: str, unset: str | None = None, /, *, repr: bool = True, **how: Any) -> Any:
    """A field: its name in the environment, what to write, what it is, and what an unset or empty one means, in words.

    Without `unset` it must be set; `default` or `default_factory` is its value then, else None.
    """
    if unset is not None and "default_factory" not in how:
        how.setdefault("default", None)
    return Field(
        validation_alias=name, examples=[example], description=about, json_schema_extra={"unset": unset},
        repr=repr, **how,
    )  # fmt: skip


class _Read(BaseModel):
    """What reads its fields from an environment that it is given."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """The settings that `environ` says. Raises SettingsError on the first wrong or missing one."""
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # we have none, and looking for them takes long
        try:
            return cls.model_validate({name: written.strip() for name, written in environ.items() if written.strip()})
        except ValidationError as error:
            raise SettingsError(_sentence(error.errors(include_url=False, include_input=False)[0])) from None


class DatabaseSettings(_Read):
    """What a command needs that needs the database alone."""

    state: Somewhere = _setting(
        "CHECKIN_STATE", "/srv/line/var",
        "Where the line keeps what it makes itself: database, logs, practice keys.",
        "var, beside the code", default=STATE,
    )  # fmt: skip
    database_url: Annotated[str, BeforeValidator(_database_url)] = _setting(
        "DATABASE_URL", "postgresql://line:password@localhost/line",
        "The database: SQLite for one machine, PostgreSQL for more.", "SQLite in CHECKIN_STATE", repr=False,
        default_factory=lambda read: f"sqlite:///{read['state'] / 'line.db'}",
    )  # fmt: skip


class StoreSettings(DatabaseSettings):
    """What a bucket is reached by."""

    s3_key_id: Word | None = _setting(
        "AWS_ACCESS_KEY_ID", "AKIA0123456789ABCDEF", "Who the line is at that store.", "none", repr=False
    )  # fmt: skip
    s3_secret: Word | None = _setting(
        "AWS_SECRET_ACCESS_KEY", "<the secret key that the store gave you>", "Signs the line in at that store.", "none",
        repr=False,
    )  # fmt: skip
    s3_region: Word = _setting(
        "AWS_REGION", "eu-central-1", "Where that store is.", "us-east-1", default="us-east-1"
    )  # fmt: skip
    s3_endpoint: Origin | None = _setting(
        "AWS_ENDPOINT_URL_S3", "https://s3.example.org", "Another S3-compatible store than Amazon's.", "Amazon itself"
    )  # fmt: skip


class Settings(StoreSettings):
    """All settings of a process, checked. Secrets are left out of its repr. Paths are absolute.

    secrets: newest first, each of at least 32 characters. twilio_api_url: None is Twilio itself. bucket: name and
    prefix; None: the folder `media`. practice: whether nobody real is reached, so that codes may be left out and time
    moved on. practice_clock: a file with an offset in seconds; None on a real line. host: where the web server listens.
    """

    public_url: Annotated[str, BeforeValidator(_public)] = _setting(
        "PUBLIC_URL", "https://line.example.org",
        "Where Twilio reaches this line; its signatures are checked against it.",
    )  # fmt: skip
    line_number: Annotated[str, _matching(
        r"\+[1-9][0-9]{6,14}|[1-9][0-9]{4,5}",
        "is neither a number with + and its country code, without spaces, nor a short code",
    )] = _setting(
        "CHECKIN_LINE_NUMBER", "+15555550100",
        "The number that people text and call; or a short code (see `voice_number` in lines.yaml).", repr=False,
    )  # fmt: skip
    secrets: Annotated[tuple[str, ...], BeforeValidator(_secrets)] = _setting(
        "CHECKIN_SECRET", "<the output of: bin/checkin secret>",
        "Keys for encryption and signing, newest first, commas between. An old one stays until `checkin rekey` ran.",
        repr=False,
    )  # fmt: skip
    twilio_account_sid: Annotated[str, _matching(
        r"AC[0-9a-fA-F]{32}", "isn't an account id: AC and 32 hexadecimal digits",
    )] = _setting(
        "TWILIO_ACCOUNT_SID", "AC0123456789abcdef0123456789abcdef",
        "The Twilio account; webhooks of any other are refused.",
    )  # fmt: skip
    twilio_auth_token: Word = _setting(
        "TWILIO_AUTH_TOKEN", "<the auth token from Twilio's console>",
        "Signs us in at Twilio, and shows that a webhook is Twilio's.", repr=False,
    )  # fmt: skip
    twilio_auth_token_secondary: Word | None = _setting(
        "TWILIO_AUTH_TOKEN_SECONDARY", "<the secondary token from Twilio's console>",
        "Accepted on webhooks too, while you change tokens.", "none", repr=False,
    )  # fmt: skip
    twilio_api_url: Origin | None = _setting(
        "TWILIO_API_URL", "http://localhost:8010",
        "Another carrier that speaks Twilio's API, such as the practice network.", "Twilio itself",
    )  # fmt: skip
    twilio_fallback_url: Annotated[str, BeforeValidator(_address)] | None = _setting(
        "TWILIO_FALLBACK_URL", "https://handler.twilio.com/twiml/EH0123456789abcdef0123456789abcdef",
        "What whoever picks up a call of ours hears while we don't answer: a TwiML Bin that names the crisis number.",
        "none",
    )  # fmt: skip
    redis_url: Annotated[str, BeforeValidator(_redis_url)] = _setting(
        "REDIS_URL", "redis://localhost:6379/0",
        "Redis or Valkey; `checkin up` starts one of its own when this isn't set.", "our own, in CHECKIN_STATE",
        repr=False, default_factory=lambda read: _socket(read["state"]),
    )  # fmt: skip
    flows: Annotated[Path, BeforeValidator(_folder)] = _setting(
        "CHECKIN_FLOWS", "/srv/line/flows",
        "The folder with the words and branches of your line.", "the flows that come with us",
        default=CODE / "flows" / "definitions",
    )  # fmt: skip
    media: Somewhere = _setting(
        "CHECKIN_MEDIA", "/srv/line/media",
        "Where the audio of stories and messages is kept, encrypted.", "media in CHECKIN_STATE",
        default_factory=lambda read: read["state"] / "media",
    )  # fmt: skip
    bucket: Annotated[tuple[str, str], BeforeValidator(_bucket)] | None = _setting(
        "CHECKIN_STORE", "s3://bucket/folder",
        "A bucket of an S3-compatible store for that audio instead; the line may then run on many machines.",
        "a folder: CHECKIN_MEDIA",
    )  # fmt: skip
    backup_to: Annotated[str, BeforeValidator(_backup_place)] | None = _setting(
        "CHECKIN_BACKUP_TO", "s3://backups/line",
        "Where the clock puts a backup each day: a folder, or a bucket without versioning; see docs/running-it.md.",
        "no backups are made",
    )  # fmt: skip
    backup_keep: Annotated[int, BeforeValidator(_whole(9999, "is not a whole number from 1 to 9999"))] = _setting(
        "CHECKIN_BACKUP_KEEP", "14", "How many backups are kept there.", "14", default=14
    )  # fmt: skip
    backup_days: Annotated[int, BeforeValidator(_whole(9999, "is not a whole number from 1 to 9999"))] = _setting(
        "CHECKIN_BACKUP_DAYS", "35", "For how many days a backup is kept there; the newest always is.", "35", default=35
    )  # fmt: skip
    speech_model: Somewhere | None = _setting(
        "CHECKIN_SPEECH_MODEL", "/srv/line/ggml-base.bin",
        "A model of whisper.cpp that writes stories down for their reviewers, on this machine; see docs/stories.md.",
        "none: words are typed",
    )  # fmt: skip
    host: Annotated[str, BeforeValidator(_host)] = _setting(
        "CHECKIN_HOST", "10.0.0.5",
        "Where the web server listens: 127.0.0.1 for a proxy on this machine; 0.0.0.0 in a container or on a host.",
        "127.0.0.1", default="127.0.0.1",
    )  # fmt: skip
    port: Annotated[int, BeforeValidator(_whole(65535, "isn't a port: a whole number from 1 to 65535"))] = _setting(
        "PORT", "8000", "The port the web server listens on.", "8000", default=8000
    )  # fmt: skip
    proxies: Annotated[Proxies, BeforeValidator(_proxies)] = _setting(
        "CHECKIN_TRUSTED_PROXIES", "127.0.0.1",
        "Proxies in front of the web server: their addresses or networks, or how many there are. What they say counts.",
        "none: nobody stands between", default=Proxies(),
    )  # fmt: skip
    health_token: Annotated[str, BeforeValidator(_token)] | None = _setting(
        "CHECKIN_HEALTH_TOKEN", "<the output of: bin/checkin secret>",
        "Who shows it at /readyz (Authorization: Bearer ...) reads what is wrong, also from elsewhere.",
        "none: details on this machine alone", repr=False,
    )  # fmt: skip
    metrics_token: Annotated[str, BeforeValidator(_token)] | None = _setting(
        "CHECKIN_METRICS_TOKEN", "<the output of: bin/checkin secret>",
        "Who shows it at /metrics (Authorization: Bearer ...), a Prometheus elsewhere, reads the figures of the line.",
        "none: figures on this machine alone", repr=False,
    )  # fmt: skip
    ping_url: Annotated[str, BeforeValidator(_address)] | None = _setting(
        "CHECKIN_PING_URL", "https://hc-ping.com/01234567-89ab-cdef-0123-456789abcdef",
        "The clock asks this address every minute while web, worker and clock are well; who watches it calls you when "
        "that ends.", "none", repr=False,
    )  # fmt: skip
    mail: Annotated[MailServer, BeforeValidator(mail_server.parse)] | None = _setting(
        "CHECKIN_SMTP_URL", "smtps://line%40example.org:<password>@smtp.example.org?from=line@example.org",
        "A mail server, through which organizers who ask for it are told that someone needs them; see "
        "docs/running-it.md.", "no e-mail is sent", repr=False,
    )  # fmt: skip
    sentry_dsn: Annotated[str, BeforeValidator(_dsn)] | None = _setting(
        "CHECKIN_SENTRY_DSN", "https://0123456789abcdef0123456789abcdef@sentry.example.org/1",
        "A Sentry that is told of errors: their kind and where in the code, nothing of people. Needs "
        "checkin-line[sentry].", "none is told", repr=False,
    )  # fmt: skip
    web_concurrency: Annotated[int, BeforeValidator(_whole(64, "isn't a whole number from 1 to 64"))] = _setting(
        "WEB_CONCURRENCY", "2", "How many web processes there are, with sixteen threads each.",
        "2, and 1 in `checkin up` on SQLite", default=2,
    )  # fmt: skip
    practice: Annotated[bool, BeforeValidator(_yes)] = _setting(
        "CHECKIN_PRACTICE", "yes",
        "Set by `checkin up` only, for its practice network: codes may be left out, and time may be moved on.",
        "no", default=False,
    )  # fmt: skip
    practice_clock: Somewhere | None = _setting(
        "CHECKIN_PRACTICE_CLOCK", "var/practice-clock",
        "Set by `checkin up` only: how far the practice clock is moved on. Refused where people text and call.",
        "none",
    )  # fmt: skip

    @property
    def s3_keys(self) -> tuple[str, str] | None:
        """Who the line is at the store of its bucket: id and secret."""
        return (self.s3_key_id, self.s3_secret) if self.bucket and self.s3_key_id and self.s3_secret else None

    @property
    def tokens(self) -> tuple[str, ...]:
        """The auth tokens that a webhook may be signed with, the first one first."""
        return tuple(token for token in (self.twilio_auth_token, self.twilio_auth_token_secondary) if token)

    @model_validator(mode="after")
    def _agree(self) -> Self:
        """Practice is a switch of its own: another carrier's address alone loosens nothing."""
        if self.practice and not self.twilio_api_url:
            raise ValueError(
                "CHECKIN_PRACTICE is set, but this line is on Twilio, where people text and call: unset it; "
                "`checkin up` sets it for its practice network"
            )
        if self.practice_clock and not self.practice:
            raise ValueError(
                "CHECKIN_PRACTICE_CLOCK is set, but this line is none for practice (CHECKIN_PRACTICE), and its time is "
                "real: unset it"
            )
        if not self.twilio_api_url and not _reachable(self.public_url):
            raise ValueError(
                "PUBLIC_URL names this machine, where Twilio reaches nobody: "
                "write the address that others reach it by, or point TWILIO_API_URL at a practice network"
            )
        in_bucket = "CHECKIN_STORE" if self.bucket else "CHECKIN_BACKUP_TO"
        if (self.bucket or (self.backup_to or "").startswith("s3:")) and not (self.s3_key_id and self.s3_secret):
            missing = "AWS_SECRET_ACCESS_KEY" if self.s3_key_id else "AWS_ACCESS_KEY_ID"
            raise ValueError(f"{in_bucket} names a bucket, but {missing} isn't set: the storage needs both keys")
        return self


def _reachable(public_url: str) -> bool:
    """Whether others than this machine could reach this address."""
    host = urlsplit(public_url).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_private
    except ValueError:
        return host not in LOCAL


class Setting(NamedTuple):
    """A setting as people see it. default: what an unset or empty one means, in words; None when it must be set."""

    name: str
    attribute: str
    default: str | None
    example: str
    help: str


def _rows() -> tuple[Setting, ...]:
    rows = []
    for attribute, field in Settings.model_fields.items():
        assert isinstance(field.json_schema_extra, dict)
        assert field.examples
        unset: Any = field.json_schema_extra["unset"]
        rows.append(Setting(str(field.validation_alias), attribute, unset, field.examples[0], field.description or ""))
    return tuple(sorted(rows, key=lambda row: row.default is not None))


TABLE = _rows()
"""Every setting, those that must be set first: what docs/settings.md, .env.example and the page of health show."""


def _sentence(error: Any) -> str:
    """What is wrong, and what to write."""
    why = str(error["ctx"]["error"]) if "error" in error.get("ctx", ()) else ""
    if not error["loc"]:
        return why
    row = next(row for row in TABLE if row.name == error["loc"][0])
    if error["type"] == "missing":
        return f"{row.name} isn't set. {row.help} Write {row.name}={row.example}"
    return f"{row.name} {why}. Write {row.name}={row.example}"


def database_url(environ: Mapping[str, str]) -> str:
    """The address of the database alone, for commands that need nothing else. Raises SettingsError."""
    return DatabaseSettings.from_env(environ).database_url


def load_settings() -> Settings:
    """The settings of this process. On the practice network, what `checkin up` wrote down fills the gaps.

    Raises SettingsError, also for what is only an example.
    """
    settings = Settings.from_env(environment())
    refuse_examples(settings)
    return settings


_MADE_UP_HOST = re.compile(r"(?:^|\.)example(?:\.(?:com|net|org))?$|\.(?:invalid|test)$")
_MADE_UP_NUMBER = re.compile(r"\+1\d{3}55501\d\d")


def is_made_up_number(number: str) -> bool:
    """Whether it is one of those that are kept for stories (555-0100 to 555-0199): nobody has it."""
    return bool(_MADE_UP_NUMBER.fullmatch(number))


def refuse_examples(settings: Settings) -> None:
    """Raises SettingsError where a value of the example was left as it was: nobody is reached by it.

    A carrier other than Twilio may have such numbers, as the practice network does.
    """
    if settings.twilio_api_url is not None:
        return
    by_name = {row.name: row for row in TABLE}
    host = urlsplit(settings.public_url).hostname or ""
    made_up = {
        "PUBLIC_URL": bool(_MADE_UP_HOST.search(host)),
        "CHECKIN_LINE_NUMBER": is_made_up_number(settings.line_number),
        "TWILIO_ACCOUNT_SID": settings.twilio_account_sid == by_name["TWILIO_ACCOUNT_SID"].example,
        "TWILIO_FALLBACK_URL": settings.twilio_fallback_url == by_name["TWILIO_FALLBACK_URL"].example,
    }
    if names := [name for name, so in made_up.items() if so]:
        listed = " and ".join(names)
        raise SettingsError(
            f"{listed} {'is' if len(names) == 1 else 'are'} made up, as in the example: nobody is reached like that. "
            "Write your own, or run: checkin setup"
        )


def environment() -> dict[str, str]:
    """A copy of this process's environment, with what `checkin up` wrote down for the practice network."""
    return fill_in(dict(os.environ))


def set_environment(environ: Mapping[str, str]) -> None:
    """From now on this process, and whatever it starts, has this environment: a fork begins with its parent's."""
    os.environ.clear()
    os.environ.update(environ)
