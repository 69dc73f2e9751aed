"""Phones in the browser: the page at /practice, its files, what a phone hears, and the way to the next promise."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urljoin

from flask import Blueprint, Response, abort, jsonify, request, send_from_directory

from checkin.practice.control import showing
from checkin.practice.control.acting import NotPossible
from checkin.practice.exchange import Exchange

FILES = Path(__file__).parents[1] / "browser"
SHARED = ("vendor/pico.jade.min.css", "css/line.css", "icons/line.svg")
"""What the page has in common with the line's own pages, from the folder that whoever starts the network names."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self' blob:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=(), usb=()",
    "Cache-Control": "no-store",
}
"""Run nothing that is not ours, keep nothing, be framed by nobody."""


def add(part: Blueprint, exchange: Exchange) -> None:
    """Put the page and what it needs beside the control API, which it speaks like anybody else."""
    shared = exchange.settings.looks

    @part.get("")
    def glance() -> Response:
        if request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html":
            return send_from_directory(FILES, "phones.html")
        return jsonify(showing.network(exchange))

    @part.get("/browser/<path:name>")
    def browser_file(name: str) -> Response:
        return send_from_directory(shared if shared and name in SHARED else FILES, name)

    @part.get("/heard/<int:n>")
    def heard(n: int) -> Response:
        return _sound(exchange, n)

    @part.post("/clock/next")
    def to_the_next_promise() -> Response:
        return jsonify(forward_to_the_next_promise(exchange))

    @part.after_request
    def safe(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def forward_to_the_next_promise(exchange: Exchange) -> dict[str, float | None]:
    """Move the clock on to when the line will send its next follow-up; by how many seconds, None: none is promised.

    Which hours it may write in is for the line to know, so it is asked. Raises CantDo when it does not say.
    """
    where = urljoin(next(iter(exchange.numbers.values())).sms_url, "/readyz")
    answer = exchange.webhooks.ask("next promise", "", where, {}, "GET")
    try:
        seconds = json.loads(answer.body)["next_follow_up_seconds"]
    except (ValueError, KeyError, TypeError):
        raise NotPossible("the line did not say when its next follow-up is due: is it running?") from None
    if seconds is None:
        return {"moved": None}
    moved = max(float(seconds), 0.0) + 2
    exchange.log.add("clock", offset=exchange.clock.forward(moved))
    return {"moved": moved}


def _sound(exchange: Exchange, n: int) -> Response:
    """The sound that a phone heard in event `n`: what was played once is fetched, never an address from outside."""
    event = next((passed for passed in exchange.log.since(n - 1) if passed.n == n), None)
    url = event.details.get("url") if event is not None else None
    if event is None or not url:
        abort(404, f"nothing was played in event {n}")
    answer = exchange.webhooks.ask("media", event.call or "", url, {}, "GET")
    if not answer.ok:
        abort(404, "the line has this sound no more")
    return Response(answer.body, content_type=answer.content_type)
