"""Errors told to a Sentry, where the line has an address of one: what the log says of them, as far as it can be
nobody's. Sentry's own client finds out nothing here: no request, no variables, no name of this machine.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, MutableMapping
from typing import Any

OURS = re.compile(r"[a-z][a-z0-9_]{2,60}")
"""How our own events are called; what a library says is in its own words, and stays here."""

KINDS = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,80}")
FRAMES = re.compile(r"[\w.-]{1,80}:\d{1,6} [\w<>.]{1,80}", re.ASCII)
SEVERE = ("error", "critical")

_told: Callable[[dict[str, Any]], None] | None = None


class NotInstalled(Exception):
    """There's an address, and nothing here that speaks to it."""


def begin(dsn: str, release: str) -> None:
    """From now on this process tells its errors there. Raises NotInstalled."""
    global _told  # noqa: PLW0603 - one process, one log, one place where it's told
    if _told is not None:
        return
    try:
        sentry = importlib.import_module("sentry_sdk")
    except ImportError as error:
        raise NotInstalled("CHECKIN_SENTRY_DSN is set: install what speaks to it, checkin-line[sentry]") from error
    client = sentry.Client(
        dsn=dsn, release=release, default_integrations=False, auto_enabling_integrations=False, integrations=[],
        include_local_variables=False, include_source_context=False, max_breadcrumbs=0,
        server_name="", traces_sample_rate=None, auto_session_tracking=False, send_client_reports=False,
    )  # fmt: skip
    _told = client.capture_event


def end(within: float = 2.0) -> None:
    """Tell what is still to be told, and nothing more."""
    global _told  # noqa: PLW0603
    client, _told = getattr(_told, "__self__", None), None
    if client is not None:
        client.close(timeout=within)


def tell(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor of logs that stands behind all others: what it's handed has been cleaned already."""
    if _told is not None and event.get("level") in SEVERE:
        _told(report_of(event))
    return event


def report_of(event: MutableMapping[str, Any]) -> dict[str, Any]:
    """What leaves of a line of the log: our name for it, what kind of error, and where in the code."""
    said = str(event.get("event", ""))
    name = said if OURS.fullmatch(said) else "a library logged an error"
    tags = {
        key: str(event[key]) for key in ("error", "kind", "logger") if KINDS.fullmatch(str(event.get(key, "")) or " ")
    }
    frames = [str(frame) for frame in event.get("at") or () if FRAMES.fullmatch(str(frame))]
    return {
        "level": "error", "message": name, "tags": tags, "extra": {"at": frames},
        "fingerprint": [name, tags.get("error", ""), frames[-1] if frames else tags.get("logger", "")],
    }  # fmt: skip
