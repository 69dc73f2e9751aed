"""How fast texts leave a number: each takes its segments' time, and whoever can wait takes the next free place.

A US long code sends about one segment a second (Twilio queues what is too much, and an urgent answer would wait behind
it: twilio.com/docs/api/errors/21611). So what can wait waits with us, where what cannot may go first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SOON = timedelta(seconds=2)
"""A place this near is as good as now."""

BACK_OFF = timedelta(minutes=1)
"""How long what can wait leaves a number alone that the network says is too busy."""


@dataclass(frozen=True)
class QueuePlace:
    """When a text may leave, and up to when the number is busy then. Aware UTC."""

    at: datetime
    busy_until: datetime

    def waits(self, now: datetime) -> bool:
        """Whether it is to be put off until then."""
        return self.at - now > SOON


def take(busy_until: datetime | None, now: datetime, segments: int, per_second: float) -> QueuePlace:
    """The next free place of a number that sends `per_second` segments. Raises ValueError for a rate of nothing."""
    if per_second <= 0:
        raise ValueError("a number that sends nothing has no place: write a rate above zero")
    at = max(busy_until or now, now)
    return QueuePlace(at, at + timedelta(seconds=max(1, segments) / per_second))


def as_number(moment: datetime) -> int:
    """Milliseconds since 1970, as they are stored."""
    return int(moment.timestamp() * 1000)


def as_moment(number: int) -> datetime:
    """The same back."""
    return datetime.fromtimestamp(number / 1000, UTC)
