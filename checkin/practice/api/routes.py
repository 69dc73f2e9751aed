"""One REST resource's address and action, and the wrapper that every one goes through: who asks, what goes wrong."""

from __future__ import annotations

import hmac
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, g, jsonify, request

from checkin.practice.api.errors import RestError, as_response, not_found
from checkin.practice.exchange import Exchange
from checkin.practice.faults import NetworkFault

ROOT = "/2010-04-01/Accounts/<account>"
NOBODYS_MISTAKE = frozenset({20404, 21220})  # a call that has just ended, a thing that is gone: told, not held against
View = Callable[..., Response | tuple[Response, int]]


@dataclass(frozen=True)
class ApiRoute:
    """action is the name that faults use: messages.create. path comes behind `root`: the account's, or, where an API
    has a host of its own at Twilio, nothing."""

    action: str
    method: str
    path: str
    view: View
    root: str = ROOT


def mount(app: Flask, exchange: Exchange, routes: list[ApiRoute]) -> None:
    """Put them on the app."""
    for route in routes:
        app.add_url_rule(
            route.root + route.path,
            endpoint=route.action,
            methods=[route.method],
            view_func=_guarded(exchange, route.action, route.view),
        )


def _guarded(exchange: Exchange, action: str, view: View) -> View:
    def run(account: str | None = None, **ids: str) -> Response | tuple[Response, int]:
        fault = None
        try:
            _authorize(exchange, account or exchange.settings.account)
            _keep(exchange, action)
            fault = exchange.faults.strike(action, to=request.form.get("To"))
            _before(fault)
            answer = view(**ids)
        except RestError as error:
            if error.code not in NOBODYS_MISTAKE and fault is None:
                exchange.refusals.add(error.code, error.what, "", action)
            return as_response(error)
        except _Cut:
            return _cut()
        return _after(fault, answer)

    return run


def _authorize(exchange: Exchange, account: str) -> None:
    given = request.authorization
    known = exchange.settings
    secrets = {known.account: known.token, **exchange.account.keys}
    secret = secrets.get(given.username or "", "") if given is not None and given.type == "basic" else ""
    if given is None or not secret or not hmac.compare_digest(given.password or "", secret):
        raise RestError(401, 20003, "Authenticate: the account or its token is not right")
    if account != known.account:
        raise not_found(request.path)


def _keep(exchange: Exchange, action: str) -> None:
    """Whoever looks for what the line gives away finds all that it asked for."""
    exchange.rest.append(
        {
            "action": action,
            "path": request.path,
            "query": request.query_string.decode(errors="replace"),
            "form": request.form.to_dict(flat=False),
        }
    )


class _Cut(Exception):
    """The connection is cut, unanswered."""


def _before(fault: NetworkFault | None) -> None:
    g.early = fault is not None and fault.what == "early"
    match fault.what if fault else "":
        case "refuse" if fault is not None:
            raise RestError(fault.status, fault.code, "refused by a fault that was asked for")
        case "busy":
            raise RestError(429, 20429, "too many requests")
        case "error_before":
            raise RestError(500, 20500, "an internal error, by a fault that was asked for")
        case "drop_before":
            raise _Cut
        case "slow" if fault is not None:
            time.sleep(fault.seconds)
        case _:
            pass


def _after(fault: NetworkFault | None, answer: Response | tuple[Response, int]) -> Response | tuple[Response, int]:
    match fault.what if fault else "":
        case "error_after":
            return as_response(RestError(500, 20500, "an internal error, by a fault that was asked for"))
        case "drop_after":
            return _cut()
        case "garbage":
            return Response("<html>not what you asked for</html>", 200, mimetype="text/html")
        case _:
            return answer


def _cut() -> Response:
    """Close the socket under the answer: the other side sees a reset, as when the network goes."""
    connection = request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)
    return Response("")


def made(body: dict[str, object]) -> tuple[Response, int]:
    """201, with what was made."""
    return jsonify(body), 201


def gone() -> Response:
    """204: it was deleted."""
    return Response(status=204)
