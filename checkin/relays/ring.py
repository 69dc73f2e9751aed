"""A call to be placed, as plain data that outlives its transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal


@dataclass(frozen=True)
class Ring:
    """A phone to be rung: E.164 numbers, our own token for its addresses, and for how long.

    listen: the network tells whether a machine picked up, as soon as it guesses or when its greeting is over; while it
    listens the call goes on. None: it does not listen.
    """

    to: str = field(repr=False)
    from_: str = field(repr=False)
    token: str
    ring_for: timedelta
    listen: Literal["machine", "after beep"] | None = None


@dataclass(frozen=True)
class LetGo:
    """A phone that rings for nobody: its call."""

    call_sid: str
