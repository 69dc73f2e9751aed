"""Browsers that somebody has signed in with: others may lock an address or a place, never these.

A browser keeps what we signed for each person who signed in there; we keep nothing of it. (OWASP, "Device cookies".)
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from checkin.core.unit_of_work import UnitOfWork

KNOWN_FOR = timedelta(days=180)
MOST = 4
"""People whom one browser is known for: a desk that several share."""

_BETWEEN = "~"
_NONCE = 16
_MARK = 32


def remember(uow: UnitOfWork, held: str, person_id: str) -> str:
    """What the browser is to hold from now on. held: what it held, of others too."""
    made = f"{int(uow.now.timestamp()):x}-{secrets.token_urlsafe(_NONCE)[:_NONCE]}"
    others = [part for part in held.split(_BETWEEN) if part and not _is(uow, part, person_id)]
    return _BETWEEN.join([f"{made}.{uow.vault.sign(_said(made, person_id))}", *others][:MOST])


def known(uow: UnitOfWork, held: str, person_id: str) -> str | None:
    """By what tries of this person in this browser are counted; None when they have not signed in there."""
    return next((part.partition(".")[0] for part in held.split(_BETWEEN)[:MOST] if _is(uow, part, person_id)), None)


def _is(uow: UnitOfWork, part: str, person_id: str) -> bool:
    made, _dot, mark = part.partition(".")
    since = made.partition("-")[0]
    if len(mark) != _MARK or not part.isascii() or not 1 <= len(since) <= 9 or not since.isalnum():
        return False
    if not uow.vault.signed(_said(made, person_id), mark):
        return False
    return datetime.fromtimestamp(int(since, 16), UTC) > uow.now - KNOWN_FOR


def _said(made: str, person_id: str) -> str:
    return f"device {person_id} {made}"
