"""An outbox row that this process has taken, as plain data that outlives its transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checkin.runtime import Runtime


@dataclass(frozen=True)
class Claimed:
    """`attempts` counts this try too: more than one means that an earlier worker may have acted and died."""

    id: str
    kind: str
    about_id: str
    turn: int | None
    attempts: int


Handler = Callable[[Runtime, Claimed], str]
"""Carries one row out and says how it went ("done", "skipped: opted out", ...). Raises GatewayError."""
