"""One leg of a call: what is known of it, how it waits, and how it is interrupted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from checkin.practice.callbacks import Callback
from checkin.practice.calls.asking import Asking

if TYPE_CHECKING:
    from checkin.practice.calls.rooms import Room
    from checkin.practice.clock import Pace
    from checkin.practice.parts import Phone

ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
Direction = Literal["inbound", "outbound-api", "outbound-dial"]


class Over(Exception):
    """The leg ends now: somebody hung up, or it was ended from outside."""


class Moved(Exception):
    """The leg leaves what it does and goes on with something else."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.url or "a document")
        self.target = target


@dataclass(frozen=True)
class Target:
    """Where a leg goes on: an absolute URL to ask with these extra parameters, or a document as it stands."""

    url: str = ""
    method: str = "POST"
    params: dict[str, str] = field(default_factory=dict)
    twiml: str | None = None


@dataclass(eq=False)
class Call:
    """One leg. Times are practice times; `began` counts simulated seconds. All of it is guarded by the exchange's lock.

    woken wakes whoever runs the leg; stirred whoever waits for any leg, such as a phone's owner.
    over: why it must end, once it must. choice: what the called phone did with the ringing.
    """

    sid: str
    from_: str
    to: str
    direction: Direction
    phone: Phone
    line: str
    made_at: datetime
    woken: threading.Condition
    stirred: threading.Condition
    pace: Pace
    callback: Callback | None = None
    parent_sid: str | None = None
    status: str = "queued"
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    began: float | None = None
    seconds: int = 0
    answered_by: str | None = None
    machine: bool = False
    sequence: int = 0
    over: str | None = None
    moved: Target | None = None
    choice: Literal["answered", "declined", "ignored"] | None = None
    asking: Asking | None = None
    room: Room | None = None

    @property
    def ended(self) -> bool:
        """Whether its status is final."""
        return self.status in ENDED

    @property
    def patient(self) -> bool:
        """Whether nobody hurries this phone. Machines, and numbers that nobody holds, are always hurried."""
        if self.machine or not self.phone.claimed:
            return False
        return self.pace.patient if self.phone.patient is None else self.phone.patient

    def end(self, why: str) -> None:
        """Have it end as soon as it looks up."""
        with self.woken:
            self.over = self.over or why
            self.woken.notify_all()

    def move(self, target: Target) -> None:
        """Have it go on elsewhere as soon as it looks up."""
        with self.woken:
            self.moved = target
            self.woken.notify_all()

    def wake(self) -> None:
        """Have whoever waits on it look again."""
        with self.woken:
            self.woken.notify_all()

    def look_up(self) -> None:
        """Raises Over or Moved if something came between."""
        with self.woken:
            if self.over is not None:
                raise Over(self.over)
            if self.moved is not None:
                target, self.moved = self.moved, None
                raise Moved(target)

    def wait(self, seconds: float | None, until: Callable[[], bool] = lambda: False) -> bool:
        """Let simulated seconds pass (None: no end) or `until` come true; say whether it did.

        Raises Over and Moved.
        """
        ends = None if seconds is None else time.monotonic() + self.pace.real(seconds)
        with self.woken:
            while True:
                self.look_up()
                if until():
                    return True
                left = None if ends is None else ends - time.monotonic()
                if left is not None and left <= 0:
                    return False
                self.woken.wait(left)

    def ask(self, asking: Asking | None) -> None:
        """What the leg listens for from now on; None: nothing."""
        with self.woken:
            self.asking = asking
            self.woken.notify_all()
            self.stirred.notify_all()
