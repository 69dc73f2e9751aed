"""Lengths of time as authors write them: `8s`, `40m`, `20h`, `3d`, `2w`, `1h30m`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
LONGEST = timedelta(days=400)
_WHOLE = re.compile(r"(?:[0-9]{1,6}[smhdw]){1,5}")
_PART = re.compile(r"([0-9]{1,6})([smhdw])")


def parse_duration(value: object) -> timedelta:
    """The length that `value` names. Raises ValueError for anything else than 1 second to 400 days."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or not _WHOLE.fullmatch(value):
        raise ValueError(f"{value!r} isn't a length of time: write a number and s, m, h, d or w, like 8s, 20h or 3d")
    length = sum((timedelta(**{UNITS[unit]: int(number)}) for number, unit in _PART.findall(value)), timedelta())
    if not timedelta(seconds=1) <= length <= LONGEST:
        raise ValueError(f"{value!r} is out of range: from 1s to 400d")
    return length


def write_duration(length: timedelta) -> str:
    """The shortest way to write `length`, to the second; `parse_duration` reads it back."""
    rest = int(length.total_seconds())
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(write_duration)]
