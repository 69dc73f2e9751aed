"""Which line a number is."""

from __future__ import annotations

from checkin.core.rules.phone import PhoneNumber, Withheld
from checkin.core.rules.typed_numbers import find_numbers
from checkin.core.unit_of_work import UnitOfWork
from flows.model.lines import Line


class NoSuchLine(LookupError):
    """A text or call reached us for a number that is no line of ours: check lines.yaml and CHECKIN_LINE_NUMBER."""


def of_number(uow: UnitOfWork, number: PhoneNumber | Withheld, service: str | None = None) -> str:
    """The key of the line with this number. Raises NoSuchLine.

    An address of ours without a number (an RCS agent, a SIP domain) is the line's whose messaging service it came by,
    else the first one's: whoever writes or calls there has reached us.
    """
    if isinstance(number, Withheld):
        named = (key for key, line in uow.library.lines.items() if service and line.sending.service == service)
        return next(named, next(iter(uow.library.lines)))
    for key, line in uow.library.lines.items():
        if number.e164 in line.numbers:
            return key
    raise NoSuchLine("the number that was reached is no line of ours: check lines.yaml and CHECKIN_LINE_NUMBER")


def number_of(uow: UnitOfWork, key: str) -> str:
    """The number of this line, E.164. Raises NoSuchLine when it has none: set CHECKIN_LINE_NUMBER, or `number`."""
    number = get(uow, key).number
    if number is None:
        raise NoSuchLine(f"the line {key!r} has no number: set CHECKIN_LINE_NUMBER, or `number` in lines.yaml")
    return number


def calls_from(uow: UnitOfWork, key: str) -> str | None:
    """The number that calls of this line leave from; None: it has a short code alone, which calls nobody."""
    return get(uow, key).calls_by


def strange_numbers(uow: UnitOfWork, key: str, words: str) -> bool:
    """Whether a telephone number stands in these words that is neither the line's own nor a help line's."""
    return bool(find_numbers(words, may_be_named(get(uow, key))))


def may_be_named(line: Line) -> list[str]:
    """The numbers that anybody may be told: the line's own, the crisis line's and the emergency number."""
    return [number for number in (*line.numbers, line.crisis_number, line.emergency_number) if number]


def first(uow: UnitOfWork) -> str:
    """The line whose organizers see to what is of no line: the first of lines.yaml."""
    return next(iter(uow.library.lines))


def get(uow: UnitOfWork, key: str) -> Line:
    """The line with this key. Raises NoSuchLine."""
    try:
        return uow.library.lines[key]
    except KeyError:
        raise NoSuchLine(f"there's no line {key!r} in lines.yaml: it has {', '.join(uow.library.lines)}") from None
