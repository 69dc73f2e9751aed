"""The web application: the only place that knows which parts there are."""

from __future__ import annotations

import hmac
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import BoundedSemaphore

from flask import Flask, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

import webhooks
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch import dispatcher
from checkin.runtime import Runtime
from checkin.web import auth_views, console, site, volunteer
from checkin.web.front import AT_HOME, Front
from checkin.web.metrics import Meters
from checkin.web.reads.health import health
from checkin.web.reads.metrics import Gauge, gauges
from checkin.web.reads.now import count_on_duty
from checkin.web.registry import pages_in
from checkin.web.served import Served
from checkin.web.volunteer import feed
from webhooks.refusals import RefusedInARow

AT_ONCE = 4
"""How many phones the web process rings at once when no worker does."""

PAGES_AT_ONCE = 8
"""Half of the threads of a web process (Procfile): while a database hangs, so do pages; who calls has the rest."""

ALWAYS = ("webhooks.twilio", "webhooks.media", "static_files")
"""Blueprints that always have room: each is answered within its deadline, or touches no database."""


FULL = "Too busy just now. Please try again in a moment.\nAhora hay demasiada gente. Pruebe en un momento.\n"


def create_app(runtime: Runtime) -> Served:
    """The application of this runtime: Twilio's door, audio by signed address, calendars, pages, and its health.

    What must not wait for a worker is carried out in the web process after the commit, beside the answer: a slow
    network must not use up the time that the caller's own request has.
    """
    app = Served()
    app.wsgi_app = Front(app.wsgi_app, runtime.settings.proxies, runtime.settings.public_url)  # type: ignore[method-assign]
    at_once = ThreadPoolExecutor(AT_ONCE, "at-once")

    def carry_out(uow: UnitOfWork) -> None:
        for row_id in uow.inline:
            at_once.submit(dispatcher.dispatch, runtime, row_id)

    runtime.transactions.after_commit.append(carry_out)
    meters = Meters()
    meters.install(app)
    _leave_room(app)
    app.register_blueprint(webhooks.make(runtime, refused=RefusedInARow(runtime.do)))
    app.register_blueprint(feed.make(runtime))
    site.install(app, runtime).mount(app, [auth_views.pages, *pages_in(console), *pages_in(volunteer)])
    app.add_url_rule("/healthz", "healthz", _alive)
    app.add_url_rule("/readyz", "readyz", lambda: _ready(runtime))
    app.add_url_rule("/metrics", "metrics", lambda: _measured(runtime, meters))
    return app


def _leave_room(app: Flask) -> None:
    """Let so many pages in at a time and no more, so that there is always a thread for who calls and texts."""
    seats = BoundedSemaphore(PAGES_AT_ONCE)

    def enter() -> ResponseReturnValue | None:
        if request.blueprint in ALWAYS or request.endpoint in (None, "healthz"):
            return None
        if not seats.acquire(blocking=False):
            return Response(FULL, 503, {"Retry-After": "5"}, "text/plain")
        g.seated = True
        return None

    def leave(_error: BaseException | None) -> None:
        if g.pop("seated", False):
            seats.release()

    app.before_request(enter)
    app.teardown_request(leave)


def _alive() -> ResponseReturnValue:
    """The process lives."""
    return jsonify(status="ok")


def _ready(runtime: Runtime) -> ResponseReturnValue:
    """Database, Redis, workers and due rows. Degraded is said with 200: texts and calls are still answered.

    A stranger hears one word. What is wrong, and since when, is for whoever asks on this machine or shows the token:
    beside somebody's phone it would tell when the line writes to it.
    """
    close = _may_look_closely(runtime.settings.health_token)
    try:
        found = runtime.read(lambda session: health(session, runtime.clock()))
    except SQLAlchemyError as error:
        why = [f"the database does not answer ({type(error).__name__})"]
        return jsonify({"status": "down", **({"troubles": why} if close else {})}), 503
    troubles = [str(trouble) for trouble in found.troubles()]
    if not runtime.outbox.queue.reachable():
        troubles.append("Redis does not answer: what is due is found by the clock once it is back")
    status = "degraded" if troubles else "ok"
    if not close:
        return jsonify(status=status)
    told: dict[str, object] = {
        "status": status,
        "troubles": troubles,
        "heartbeats": {name: _roughly(age) for name, age in sorted(found.beats.items())},
        "oldest_due_seconds": _roughly(found.oldest_due),
    }
    if runtime.settings.practice and found.next_follow_up is not None:
        told["next_follow_up_seconds"] = round(found.next_follow_up.total_seconds(), 1)  # to move the clock on to it
    return jsonify(told)


def _measured(runtime: Runtime, meters: Meters) -> ResponseReturnValue:
    """What Prometheus reads, for who asks on this machine or shows the token. The database away: what we counted."""
    if not _may_look_closely(runtime.settings.metrics_token):
        return Response("Nothing for you here.\n", 404, mimetype="text/plain")

    def look(uow: UnitOfWork) -> list[Gauge]:
        on_duty = sum(count_on_duty(uow, line) for line in runtime.library.lines)
        return gauges(uow.session, uow.now, on_duty, redis=runtime.outbox.queue.reachable())

    try:
        found, answers = runtime.look(look), 1.0
    except SQLAlchemyError:
        found, answers = [], 0.0
    return meters.page([Gauge("checkin_database_up", "1: the database answers.", {(): answers}), *found])


def _may_look_closely(token: str | None) -> bool:
    """Whether whoever asks is on this machine, or has the token."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(request.environ.get(AT_HOME)) or (
        token is not None and hmac.compare_digest(token.encode(), given.encode())
    )


def _roughly(length: timedelta) -> int:
    """To the nearest ten seconds."""
    return round(length.total_seconds() / 10) * 10
