"""How the text of a setting is read. Each reader raises Wrong: the rest of a sentence, which never echoes a secret."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
import tempfile
from ipaddress import IPv4Address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from checkin.core.rules.proxies import Proxies

SHORTEST_SECRET = 32
LONGEST_SOCKET = 100  # the kernel takes 107 bytes; Redis clients add a little
STATE = Path(__file__).parents[2] / "var"  # beside the code, wherever it is called from
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Wrong(ValueError):
    """What is wrong with a value, to be read after the name of its setting."""


def text(written: str) -> str:
    """Any text of one word."""
    if re.search(r"\s", written):
        raise Wrong("has a space inside; it was probably pasted with something else")
    return written


def origin(written: str) -> str:
    """scheme://host[:port], without a slash at the end; https, unless the host is this machine."""
    try:
        parts = urlsplit(written)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise Wrong("is not an address") from None
    if parts.scheme not in ("http", "https") or not host:
        raise Wrong("is not an address that starts with https://")
    if parts.username or parts.password:
        raise Wrong("has a name or password in it")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise Wrong("has something after the host; only the address itself belongs here")
    if parts.scheme == "http" and host not in LOCAL:
        raise Wrong("starts with http://, and what people tell us must not travel in the open; use https://")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def public(written: str) -> str:
    """An origin that Twilio calls back at: it takes no host with an underscore (error 21609)."""
    found = origin(written)
    if "_" in (urlsplit(found).hostname or ""):
        raise Wrong("has an underscore in the host, which Twilio calls at no address: use a name without one")
    return found


def reachable(public_url: str) -> bool:
    """Whether others than this machine could reach this address."""
    host = urlsplit(public_url).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_private
    except ValueError:
        return host not in LOCAL


def address(written: str) -> str:
    """An https:// address, with whatever comes after the host."""
    try:
        parts = urlsplit(written)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise Wrong("is not an address") from None
    if parts.scheme != "https" or not host or re.search(r"\s", written):
        raise Wrong("is not an address that starts with https://")
    if parts.username or parts.password:
        raise Wrong("has a name or password in it")
    return written


def number(written: str) -> str:
    """A telephone number in E.164, or a short code."""
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}|[1-9][0-9]{4,5}", written):
        raise Wrong("is neither a number with + and its country code, without spaces, nor a short code")
    return written


def secrets(written: str) -> tuple[str, ...]:
    """One or more secrets with commas or spaces between them, newest first."""
    found = tuple(part for part in re.split(r"[\s,]+", written) if part)
    short = [place for place, part in enumerate(found, start=1) if len(part) < SHORTEST_SECRET]
    if short or not found:
        raise Wrong(f"number {short[0] if short else 1} is shorter than {SHORTEST_SECRET} characters")
    if len(set(found)) < len(found):
        raise Wrong("has the same secret twice")
    return found


def account_sid(written: str) -> str:
    """A Twilio account's id."""
    if not re.fullmatch(r"AC[0-9a-fA-F]{32}", written):
        raise Wrong("is not an account id: AC and 32 hexadecimal digits")
    return written


def database_url(written: str) -> str:
    """An address that SQLAlchemy takes, with the driver that we ship."""
    scheme, colon, rest = written.partition("://")
    if scheme in ("postgres", "postgresql", "postgresql+psycopg") and colon:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and colon:
        if rest in ("", "/", "/:memory:"):
            raise Wrong("is a database in memory, which every process would have one of; name a file")
        return written
    raise Wrong("is neither a postgresql:// nor a sqlite:/// address")


def redis_url(written: str) -> str:
    """An address of Redis or Valkey; that of a Unix socket is absolute."""
    scheme, _, rest = written.partition("://")
    if scheme not in ("redis", "rediss", "unix") or not rest:
        raise Wrong("is not a redis://, rediss:// or unix:// address")
    if scheme == "unix" and not rest.startswith("/"):
        raise Wrong("has a socket path that is not absolute (unix:///path)")
    return written


def bucket(written: str) -> tuple[str, str]:
    """The name of a bucket, and the folder in it ("" for none)."""
    found = re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9._/-]*))?", written)
    if not found or ".." in written:
        raise Wrong("is not s3://bucket or s3://bucket/folder, in letters, digits, dots and dashes")
    return found.group(1), (found.group(2) or "").strip("/")


def path(written: str) -> Path:
    """A file or folder, made absolute."""
    return Path(written).expanduser().absolute()


def folder(written: str) -> Path:
    """A folder that is there."""
    found = path(written)
    if not found.is_dir():
        raise Wrong(f"names {found}, which is not a folder")
    return found


def host(written: str) -> str:
    """An address of this machine to listen on."""
    try:
        return str(IPv4Address(written))
    except ValueError:
        raise Wrong("is no address of this machine, such as 127.0.0.1 or 0.0.0.0") from None


def token(written: str) -> str:
    """A word that nobody guesses."""
    if len(text(written)) < SHORTEST_SECRET or not written.isascii():
        raise Wrong(f"is shorter than {SHORTEST_SECRET} characters")
    return written


def yes(written: str) -> bool:
    """yes or no."""
    if written.lower() not in ("yes", "no"):
        raise Wrong("is neither yes nor no")
    return written.lower() == "yes"


def proxies(written: str) -> Proxies:
    """Addresses and networks with commas or spaces between, or how many proxies there are (1 to 5)."""
    parts = [part for part in re.split(r"[\s,]+", written) if part]
    if len(parts) == 1 and _is_whole(parts[0]):
        if not 1 <= int(parts[0]) <= 5:
            raise Wrong("is not the number of proxies: 1 to 5, or their addresses")
        return Proxies(count=int(parts[0]))
    try:
        return Proxies(networks=tuple(ip_network(part) for part in parts))
    except ValueError:
        raise Wrong("is neither a number of proxies nor addresses and networks with commas between") from None


def port(written: str) -> int:
    """A TCP port."""
    if not _is_whole(written) or not 1 <= int(written) <= 65535:
        raise Wrong("is not a port: a whole number from 1 to 65535")
    return int(written)


def count(written: str) -> int:
    """How many processes: 1 to 64."""
    if not _is_whole(written) or not 1 <= int(written) <= 64:
        raise Wrong("is not a whole number from 1 to 64")
    return int(written)


def _is_whole(written: str) -> bool:
    return written.isascii() and written.isdigit() and len(written) < 10


def default_database_url(state: Path) -> str:
    """The SQLite file of a line that names no database."""
    return f"sqlite:///{state / 'line.db'}"


def default_redis_url(state: Path) -> str:
    """The private socket of the Redis that `checkin up` starts; in the temporary folder when `state` is too deep."""
    socket = state / "redis.sock"
    if len(os.fsencode(socket)) > LONGEST_SOCKET:
        name = hashlib.sha256(os.fsencode(state)).hexdigest()[:16]
        socket = Path(tempfile.gettempdir()) / f"checkin-{name}" / "redis.sock"
    return f"unix://{socket}"
