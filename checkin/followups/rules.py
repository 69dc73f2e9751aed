"""When a promised text goes out (moved into the hours in which it is welcome, never dropped), and what each gate said
about it, kept so that anyone can see why it went or did not. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from checkin.core.errors import UserError
from checkin.core.rules.quiet_hours import Window, may_send, openings
from checkin.core.rules.zones import fraction, latest, zone
from checkin.core.translatable import Translatable

Said = Literal["open", "move", "skip", "end"]

REMEMBERED = 12
"""Earlier judgements that are kept with a follow-up: it may be moved many times."""

SPREAD = timedelta(hours=1)

_AHEAD = (2, 9, 40)


@dataclass(frozen=True)
class GatePassed:
    """One gate: what it is called, what it said, and why in words (nothing personal), which may be Translatable."""

    gate: str
    said: Said
    why: str = ""


def remember(before: Mapping[str, Any] | None, at: datetime, passed: Sequence[GatePassed]) -> dict[str, Any]:
    """The judgement as it is stored: the newest whole, of those before it only what stopped them."""
    earlier = list((before or {}).get("earlier", []))
    if before and before.get("gates"):
        last = before["gates"][-1]
        earlier.append({"at": before["at"], "gate": last[0], "said": last[1], "why": last[2]})
    return {
        "at": at.isoformat(),
        "gates": [[judged.gate, judged.said, judged.why, *_parts(judged.why)] for judged in passed],
        "earlier": earlier[-REMEMBERED:],
    }


def read_judgement(judged: Mapping[str, Any] | None) -> tuple[datetime | None, list[GatePassed]]:
    """(when, gates) of the newest judgement."""
    if not judged or not judged.get("gates"):
        return None, []
    return datetime.fromisoformat(judged["at"]), [_passed(*gate) for gate in judged["gates"]]


def _parts(why: str) -> list[Any]:
    """What its sentence is made of: pages say it in other languages."""
    if not isinstance(why, Translatable):
        return []
    return [
        why.words,
        {name: [value, *_parts(value)] if isinstance(value, str) else value for name, value in why.values.items()},
    ]


def _passed(gate: str, said: Said, why: str, words: str = "", values: Mapping[str, Any] | None = None) -> GatePassed:
    return GatePassed(gate, said, _made(why, words, values))


def _made(why: str, words: str = "", values: Mapping[str, Any] | None = None) -> str:
    if not words:
        return why
    return Translatable.marked(
        words, **{name: _made(*value) if isinstance(value, list) else value for name, value in (values or {}).items()}
    )


# Looked ahead in days, nearer first: nearly every promise is kept within a day, a line may be closed for weeks.


class NoSafeHour(UserError):
    """No hour is inside the window in every zone: ask the contact for their time zone."""


def when(planned: datetime, window: Window, zones: Sequence[str], now: datetime, seed: str) -> datetime:
    """When to send what was promised for `planned`: then, if it is allowed, else early in the next opening.

    Never before `now` or `planned`. Moved ones are spread over the first hour (at most half) of the opening, each by
    its `seed` (its id, say), so that a night's worth does not go out in one minute. Aware UTC in and out.
    Raises NoSafeHour when the window is never open in all of `zones` at once, or closed for forty days.
    """
    target = max(planned, now)
    if may_send(target, window, zones).open:
        return target
    for days in _AHEAD:
        for opening in openings(window, zones, target, days):
            room = min(SPREAD, (opening.end - opening.start) / 2)
            moved = opening.start + timedelta(seconds=int(room.total_seconds() * fraction(seed)))
            if may_send(moved, window, zones).open:
                return moved
    raise NoSafeHour(
        "no hour is within %(window)s in all of %(zones)s: ask for the time zone",
        window=window,
        zones=", ".join(zones) or Translatable("no zone"),
    )


def same_day(moment: datetime, other: datetime, zones: Sequence[str]) -> bool:
    """Whether both fall on one date in any of `zones`: then the second follow-up waits for the next day."""
    return any(moment.astimezone(zone(name)).date() == other.astimezone(zone(name)).date() for name in zones)


def pace(every: timedelta, unanswered: int, slower_after: int = 2, times: int = 2) -> timedelta:
    """How long until the next of a series, when the last `unanswered` were met with silence.

    `times` as long from `slower_after` on; an answer of any kind sets `unanswered` to zero.
    """
    return every * times if unanswered >= slower_after else every


def promised(begun: datetime, after: timedelta, where: str) -> datetime:
    """`after` the beginning, aware UTC. Whole days are days of the calendar: ten in the morning stays ten there."""
    if after % timedelta(days=1):
        return begun.astimezone(UTC) + after
    there = begun.astimezone(zone(where))
    day = (there + after).date()
    return latest(day, there.time(), zone(where))


def next_promise(last: datetime, every: timedelta, now: datetime, where: str) -> datetime:
    """The next of a series after the one of `last`. Those that a dead clock slept through are let go, not made up."""
    found = promised(last, every, where)
    if found <= now:
        missed = (now - found) // every + 1
        found = promised(found, every * missed, where)
    return found
