"""The web application: the only place that knows which parts there are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flask import jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

import webhooks
from checkin import console, delivery
from checkin.pages import entrance, site
from checkin.pages.served import Served
from checkin.queries.health import health
from checkin.runtime import Runtime
from checkin.volunteers import feed
from checkin.volunteers.parts import PARTS as VOLUNTEERS

AT_ONCE = 4
"""How many phones the web process rings at once when no worker does."""


def create_app(runtime: Runtime) -> Served:
    """The application of this runtime: Twilio's door, audio by signed address, calendars, pages, and its health.

    What must not wait for a worker is carried out in the web process after the commit, beside the answer: a slow
    network must not use up the time that the caller's own request has.
    """
    app = Served()
    at_once = ThreadPoolExecutor(AT_ONCE, "at-once")
    runtime.inline = lambda row_id: at_once.submit(delivery.perform, runtime, row_id)
    app.register_blueprint(webhooks.make(runtime))
    app.register_blueprint(feed.make(runtime))
    site.install(app, runtime).mount(app, (entrance.pages, *console.PARTS, *VOLUNTEERS))
    app.add_url_rule("/healthz", "healthz", _alive)
    app.add_url_rule("/readyz", "readyz", lambda: _ready(runtime))
    return app


def _alive() -> ResponseReturnValue:
    """The process lives."""
    return jsonify(status="ok")


def _ready(runtime: Runtime) -> ResponseReturnValue:
    """Database, Redis, workers and due rows. Degraded is said with 200: texts and calls are still answered."""
    try:
        found = runtime.read(lambda session: health(session, runtime.clock()))
    except SQLAlchemyError as error:
        return jsonify(status="down", troubles=[f"the database does not answer ({type(error).__name__})"]), 503
    troubles = found.troubles()
    if not runtime.queue.reachable():
        troubles.append("Redis does not answer: what is due is found by the clock once it is back")
    beats = {name: round(age.total_seconds(), 1) for name, age in sorted(found.beats.items())}
    return jsonify(
        status="degraded" if troubles else "ok",
        troubles=troubles,
        heartbeats=beats,
        oldest_due_seconds=round(found.oldest_due.total_seconds(), 1),
        next_follow_up_seconds=found.next_follow_up and round(found.next_follow_up.total_seconds(), 1),
    )
