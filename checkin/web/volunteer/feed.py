"""GET /shifts/<token>.ics: a volunteer's own shifts, for the calendar on their phone."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, Response

from checkin.runtime import Runtime
from checkin.volunteers import shift_feeds
from checkin.volunteers.shift_feeds import Feed

REFRESH = timedelta(hours=6)


def make(runtime: Runtime) -> Blueprint:
    """The one route. A token that opens nothing is 404, whatever the reason."""
    routes = Blueprint("calendars", __name__)

    def calendar(token: str) -> Response:
        feed = runtime.do(lambda uow: shift_feeds.of_token(uow, token))
        response = Response(status=404) if feed is None else Response(written(feed, runtime.clock()))
        response.headers["Content-Type"] = "text/calendar; charset=utf-8"
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    routes.add_url_rule("/shifts/<token>.ics", "calendar", calendar)
    return routes


def written(feed: Feed, now: datetime) -> bytes:
    """The feed as RFC 5545 has it, times in UTC. Calendars ask for it again after six hours (RFC 7986, section 5.7)."""
    from icalendar import Calendar  # eighty modules, for a page that calendars ask for every few hours
    from icalendar import Event as Entry

    calendar = Calendar()
    calendar.add("PRODID", "-//The Check-in Line//shifts//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("NAME", feed.line)
    calendar.add("X-WR-CALNAME", feed.line)
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    for event in feed.events:
        entry = Entry()
        entry.add("UID", event.uid)
        entry.add("DTSTAMP", now)
        entry.add("DTSTART", event.times.start)
        entry.add("DTEND", event.times.end)
        entry.add("SUMMARY", f"{feed.line}: on shift")
        calendar.add_component(entry)
    return bytes(calendar.to_ical())
