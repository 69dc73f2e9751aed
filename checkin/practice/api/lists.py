"""Lists: filters by date, newest first, in pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Response, jsonify, request

from checkin.practice.api.errors import RestError

Item = TypeVar("Item")
MOST = 1000


def rfc2822(moment: datetime | None) -> str | None:
    """A moment as the 2010 API writes it."""
    return None if moment is None else format_datetime(moment)


def between(items: list[Item], name: str, moment: Callable[[Item], datetime | None]) -> list[Item]:
    """Those whose moment fits `Name=`, `Name>=` and `Name<=` of the query; a bare date means the whole day."""
    day, since, until = (request.args.get(name + sign) for sign in ("", ">", "<"))
    ends: list[tuple[datetime, datetime]] = []
    if day:
        ends.append((_moment(day), _moment(day) + timedelta(days=1)))
    if since:
        ends.append((_moment(since), datetime.max.replace(tzinfo=UTC)))
    if until:
        last = _moment(until) + (timedelta(days=1) if len(until) == 10 else timedelta(seconds=1))
        ends.append((datetime.min.replace(tzinfo=UTC), last))

    def fits(entry: Item) -> bool:
        at = moment(entry)
        return all(at is not None and first <= at < last for first, last in ends)

    return [entry for entry in items if fits(entry)]


def equal(items: list[Item], **wanted: Callable[[Item], str | None]) -> list[Item]:
    """Those that are equal to what the query asks for under each name."""
    asked = {name: request.args[name] for name in wanted if request.args.get(name)}
    return [entry for entry in items if all(wanted[name](entry) == value for name, value in asked.items())]


def page(key: str, items: Sequence[Item], write: Callable[[Item], dict[str, Any]]) -> Response:
    """One page, with the addresses of its neighbors."""
    number, size, shown = _asked(items)
    first = number * size
    more = first + size < len(items)
    return jsonify(
        {
            key: [write(entry) for entry in shown],
            "page": number,
            "page_size": size,
            "start": first,
            "end": max(first, first + len(shown) - 1),
            "uri": _address(number, size),
            "first_page_uri": _address(0, size),
            "next_page_uri": _address(number + 1, size) if more else None,
            "previous_page_uri": _address(number - 1, size) if number else None,
        }
    )


def _asked(items: Sequence[Item]) -> tuple[int, int, Sequence[Item]]:
    """The page that the query asks for: its number, its size, and what is on it."""
    size = min(MOST, max(1, request.args.get("PageSize", 50, type=int)))
    number = max(0, request.args.get("Page", 0, type=int))
    return number, size, items[number * size : (number + 1) * size]


def _address(number: int, size: int) -> str:
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in ("Page", "PageSize")]
    return f"{request.path}?{urlencode([*kept, ('PageSize', size), ('Page', number)])}"


def _moment(words: str) -> datetime:
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        raise RestError(400, 20001, f"{words!r} is no date: write YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def meta_page(key: str, items: Sequence[Item], write: Callable[[Item], dict[str, Any]]) -> Response:
    """One page as the APIs beside the 2010 one write it: everything about the page stands under `meta`."""
    number, size, shown = _asked(items)

    def address(page_number: int) -> str:
        return f"{request.host_url.rstrip('/')}{_address(page_number, size)}"

    meta = {
        "page": number,
        "page_size": size,
        "first_page_url": address(0),
        "previous_page_url": address(number - 1) if number else None,
        "next_page_url": address(number + 1) if (number + 1) * size < len(items) else None,
        "url": address(number),
        "key": key,
    }
    return jsonify({"meta": meta, key: [write(item) for item in shown]})
