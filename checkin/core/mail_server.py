"""A mail server that takes our mail, as one address: smtps://name:password@smtp.example.org?from=line@example.org"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

ADDRESS = re.compile(r"[^@\s<>]{1,64}@[^@\s<>]{1,180}")
PORTS = {"smtps": 465, "smtp": 587}
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class MailServer:
    """at_once: encrypted from the first byte (smtps), else once connected (STARTTLS). plain: not at all, which only a
    server on this machine may be. sender: the address that our mail comes from.
    """

    host: str
    port: int
    sender: str
    at_once: bool = False
    plain: bool = False
    name: str = ""
    password: str = field(default="", repr=False)


def parse(written: str) -> MailServer:
    """Read the setting. What it raises is the rest of a sentence, and never echoes the password."""
    try:
        parts = urlsplit(written)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("isn't an address") from None
    if parts.scheme not in PORTS or not host or parts.path not in ("", "/") or re.search(r"\s", written):
        raise ValueError("isn't smtps://name:password@host?from=line@example.org, nor smtp:// for STARTTLS")
    name, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(name) is not bool(password):
        raise ValueError("has a name without a password, or the other way round")
    sender = (parse_qs(parts.query).get("from") or [name])[-1]
    if not ADDRESS.fullmatch(sender):
        raise ValueError("doesn't say whom mail is from: end it with ?from=line@example.org")
    at_once = parts.scheme == "smtps"
    return MailServer(
        host, port or PORTS[parts.scheme], sender, at_once, not at_once and host in HERE and not name, name, password
    )
