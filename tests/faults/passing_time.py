"""How time passes on the practice network while a run is waited for: quickly where the line has nothing in hand.

What is due hours from now (people who sleep) is not gone to. While something is in hand, or waits for a process that
died, time goes on in small steps: nobody is overtaken by it, and what is stuck is found.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from checkin.outbox.models import Outbox
from tests.faults.lab import Lab

STEP_SECONDS, STEP_EVERY = 20.0, 0.5
"""While something is in hand, the practice clock moves on by so much every so often (in real seconds)."""

LOOK_EVERY = 0.05

SENDING = ("follow_up", "send_message", "tell_later", "resolve_message", "text_failed", "send_again")
BRINGING_IN = (*SENDING, "reconcile")
"""Rows that have to do with what somebody gets; others (chores, timers of talks) wait their turn."""

SOON = timedelta(hours=1)

AFTERWARDS = timedelta(minutes=6)
"""Time in which a second copy would leave: whatever is stuck is given back by then, and the network's log was read."""


@dataclass(frozen=True)
class Time:
    """Time for one run. kinds: of rows that it waits for. every: real seconds between two small steps."""

    lab: Lab
    kinds: tuple[str, ...] = SENDING
    every: float = STEP_EVERY

    def until(self, done: Callable[[], bool], seconds: float) -> str:
        """Let time pass until it is so, and then long enough for a second copy. Answers what was wrong if anything."""
        ends = time.monotonic() + seconds
        while not done():
            if time.monotonic() > ends:
                return f"not settled after {seconds:.0f} s"
            if self._rests():
                self._go_on()
        self.lab.network.forward(seconds=AFTERWARDS.total_seconds())
        while not self._rests():
            if time.monotonic() > ends:
                return f"still at work after {seconds:.0f} s"
        return ""

    def _rests(self) -> bool:
        """Wait until nothing is in hand; False when it still is after a while, and a small step of time has passed."""
        time.sleep(LOOK_EVERY)
        ends = time.monotonic() + self.every
        while self._in_hand():
            if time.monotonic() > ends:
                self.lab.network.forward(seconds=STEP_SECONDS)
                return False
            time.sleep(LOOK_EVERY)
        return True

    def _go_on(self) -> None:
        """Go to what is due next, or a small step where that is not soon."""
        now, due = self.lab.runtime.clock(), self._next_due()
        soon = due is not None and due - now <= SOON
        self.lab.network.forward(seconds=(due - now).total_seconds() + 0.5 if due and soon else STEP_SECONDS)

    def _in_hand(self) -> bool:
        """Whether a process has claimed something, or should; or a receipt of the network is on its way."""
        if self.lab.carrier.exchange.later.pending:
            return True
        due = Outbox.kind.in_(self.kinds) & (Outbox.run_after <= self.lab.runtime.clock())
        found = select(func.count()).where(Outbox.done_at.is_(None), or_(Outbox.claimed_at.is_not(None), due))
        return bool(self.lab.runtime.read(lambda session: session.scalar(found)))

    def _next_due(self) -> datetime | None:
        mine = Outbox.done_at.is_(None), Outbox.claimed_at.is_(None), Outbox.kind.in_(self.kinds)
        return self.lab.runtime.read(lambda session: session.scalar(select(func.min(Outbox.run_after)).where(*mine)))
