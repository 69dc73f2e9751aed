"""A call to be placed, as plain data that outlives its transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True)
class Ring:
    """A phone to be rung: E.164 numbers, our own token for its addresses, and for how long."""

    to: str = field(repr=False)
    from_: str = field(repr=False)
    token: str
    ring_for: timedelta


@dataclass(frozen=True)
class LetGo:
    """A phone that rings for nobody: its call."""

    call_sid: str
