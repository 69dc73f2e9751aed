"""Opening hours: named weeks with their time zone, days off and extra days. Pure: the moment is an argument."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from flows.model.step import Flag, Window
from flows.model.text import Shape

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOK_AHEAD = 62


def known_zone(name: str) -> str:
    """`name` if it is a time zone of the IANA database. Raises ValueError."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} isn't a time zone: write one like America/Chicago") from None
    return name


Zone = Annotated[str, AfterValidator(known_zone)]


class Schedule(Shape):
    """A week of opening hours.

    `open` maps days (`mon`, `mon-fri`, `every`) to windows; one that ends before it begins runs past midnight.
    `closed` lists days off (YYYY-MM-DD, or MM-DD for every year); `extra` gives the windows of single days.
    """

    time_zone: Zone | None = None
    always: Flag = False
    open: Mapping[str, tuple[Window, ...]] = {}
    closed: tuple[Annotated[str, Field(pattern=r"^([0-9]{4}-)?[0-9]{2}-[0-9]{2}$")], ...] = ()
    extra: Mapping[Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")], tuple[Window, ...]] = {}

    @model_validator(mode="before")
    @classmethod
    def _spread(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        spread = dict(value)
        for key in ("open", "extra"):
            if isinstance(spread.get(key), Mapping):
                spread[key] = {day: [part] if isinstance(part, str) else part for day, part in spread[key].items()}
        if isinstance(spread.get("open"), Mapping):
            spread["open"] = {day: part for days, part in spread["open"].items() for day in days_of(days)}
        return spread

    def is_open(self, now: datetime, zone: str) -> bool:
        """Whether it is open at `now`; `zone` is used if the schedule names none."""
        moment = now.astimezone(UTC)
        return self.always or any(begins <= moment < ends for begins, ends in self._spans(moment, zone, 1))

    def next_open(self, now: datetime, zone: str) -> datetime | None:
        """`now` if open, else the next opening within two months, in the schedule's zone; None if there is none."""
        if self.is_open(now, zone):
            return now.astimezone(self._zone(zone))
        moment = now.astimezone(UTC)
        return min((begins for begins, _ in self._spans(moment, zone, LOOK_AHEAD) if begins > moment), default=None)

    def _zone(self, zone: str) -> ZoneInfo:
        return ZoneInfo(self.time_zone or zone)

    def _spans(self, now: datetime, zone: str, days: int) -> Iterator[tuple[datetime, datetime]]:
        """The windows that begin from yesterday on, as moments. Wall-clock times stay wall-clock times."""
        tz = self._zone(zone)
        first = now.astimezone(tz).date() - timedelta(days=1)
        for ahead in range(days + 1):
            day = first + timedelta(days=ahead)
            for window in self._windows(day):
                begin, end = (time.fromisoformat(part) for part in window.split("-"))
                last = day if end > begin else day + timedelta(days=1)
                begins, ends = datetime.combine(day, begin, tz), datetime.combine(last, end, tz)
                # `now` is in UTC here: moments of one and the same zone would be compared by the wall clock.
                if ends > now:
                    yield begins, ends

    def _windows(self, day: date) -> tuple[str, ...]:
        iso = day.isoformat()
        if iso in self.extra:
            return self.extra[iso]
        if iso in self.closed or iso[5:] in self.closed:
            return ()
        return self.open.get(DAYS[day.weekday()], ())


def _weekdays(value: Any) -> tuple[str, ...]:
    parts = value if isinstance(value, list | tuple) else [value]
    return tuple(day for part in parts for day in days_of(str(part)))


Days = Annotated[tuple[str, ...], BeforeValidator(_weekdays)]
"""Weekdays: one or several, each a day or a range of them."""


def days_of(written: str) -> list[str]:
    """`mon-fri`, `sat` or `every` as days. Raises ValueError."""
    if written == "every":
        return list(DAYS)
    first, _, last = str(written).partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        raise ValueError(f"{written!r} isn't a day: write {', '.join(DAYS)}, a range like mon-fri, or every")
    begin, end = DAYS.index(first), DAYS.index(last or first)
    return [DAYS[number % 7] for number in range(begin, end + 1 + (7 if end < begin else 0))]
