"""Which line a number is."""

from __future__ import annotations

from checkin.rules.phone import PhoneNumber
from checkin.work import Work
from flows.lines import Line


class NoSuchLine(LookupError):
    """A text or call reached us for a number that is no line of ours: check lines.yaml and CHECKIN_LINE_NUMBER."""


def of_number(work: Work, number: PhoneNumber) -> str:
    """The key of the line with this number. Raises NoSuchLine."""
    for key, line in work.library.lines.items():
        if line.number == number.e164:
            return key
    raise NoSuchLine("the number that was reached is no line of ours: check lines.yaml and CHECKIN_LINE_NUMBER")


def number_of(work: Work, key: str) -> str:
    """The number of this line, E.164. Raises NoSuchLine when it has none: set CHECKIN_LINE_NUMBER, or `number`."""
    number = get(work, key).number
    if number is None:
        raise NoSuchLine(f"the line {key!r} has no number: set CHECKIN_LINE_NUMBER, or `number` in lines.yaml")
    return number


def first(work: Work) -> str:
    """The line whose organizers see to what is of no line: the first of lines.yaml."""
    return next(iter(work.library.lines))


def get(work: Work, key: str) -> Line:
    """The line with this key. Raises NoSuchLine."""
    try:
        return work.library.lines[key]
    except KeyError:
        raise NoSuchLine(f"there is no line {key!r} in lines.yaml: it has {', '.join(work.library.lines)}") from None
