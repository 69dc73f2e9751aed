"""Starting and stopping a practice network: in a process of its own, or on a thread for tests."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from checkin.practice.api import account, calls, conferences, messages, messaging, numbers, recordings, studio
from checkin.practice.api.routes import mount
from checkin.practice.control import browser, network, phones
from checkin.practice.control.acting import NotPossible
from checkin.practice.exchange import Exchange, PracticeSettings, build

NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


def blueprint(exchange: Exchange) -> Blueprint:
    """Everything under /practice, for this machine only and as JSON only, so that no web page can reach through it."""
    part = Blueprint("practice", __name__, url_prefix="/practice")

    @part.before_request
    def door() -> None:
        host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
        if not ip_address(request.remote_addr or "0.0.0.0").is_loopback or host not in NAMES:  # noqa: S104 - compared
            abort(403)
        if request.method == "POST" and not request.is_json:
            abort(415, "post JSON")

    @part.errorhandler(NotPossible)
    def cant(problem: NotPossible) -> tuple[Response, int]:
        return jsonify(error=str(problem)), 409

    @part.errorhandler(HTTPException)
    def wrong(problem: HTTPException) -> tuple[Response, int]:
        return jsonify(error=problem.description), problem.code or 500

    phones.add(part, exchange)
    network.add(part, exchange)
    browser.add(part, exchange)
    return part


LOOKS_UP = 0.05  # real seconds between two looks whether to stop
MOST_POSTED = 50 * 1024 * 1024  # audio for a Record comes this way


class _Quiet(WSGIRequestHandler):
    """Keeps connections open, and keeps what passes out of the terminal."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: addresses hold numbers."""


class Running:
    """A network that runs. `exchange` is its inside, for whoever runs it in the same process."""

    def __init__(self, exchange: Exchange, server: BaseWSGIServer) -> None:
        self.exchange = exchange
        self._server = server
        self.url = f"http://{server.host}:{server.server_port}"
        self._thread = threading.Thread(target=server.serve_forever, args=(LOOKS_UP,), name="practice", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.exchange.stop()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def make_app(exchange: Exchange) -> Flask:
    """Both APIs on one Flask app."""
    app = Flask("checkin.practice")
    app.config["MAX_CONTENT_LENGTH"] = MOST_POSTED
    for part in (messages, calls, recordings, conferences, numbers, account, messaging, studio):
        mount(app, exchange, part.routes(exchange))
    studio.serve(app, exchange)
    app.register_blueprint(blueprint(exchange))
    return app


ENDS = (signal.SIGTERM, signal.SIGINT)


def start(settings: PracticeSettings) -> Running:
    """Run a network on threads of this process; port 0 takes any free one. Raises ValueError, as `build` does."""
    exchange = build(settings)
    server = make_server(settings.host, settings.port, make_app(exchange), threaded=True, request_handler=_Quiet)
    return Running(exchange, server)


def serve(settings: PracticeSettings) -> None:
    """Run a network until SIGTERM or SIGINT."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)  # before there are threads: none of them is to take it
    running = start(settings)
    print(f"practice network on {running.url} for {', '.join(settings.numbers)}", flush=True)
    signal.sigwait(ENDS)
    running.stop()


def main(arguments: Sequence[str] | None = None) -> None:
    """python -m checkin.practice.server"""
    parser = argparse.ArgumentParser(prog="checkin.practice.server", description="A small Twilio-compatible carrier.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8010)
    parser.add_argument("--account", required=True, help="the account's SID, AC...")
    parser.add_argument("--token-file", type=Path, required=True, help="where its token stands; it signs webhooks")
    parser.add_argument("--number", action="append", required=True, help="a number of the line's; may be repeated")
    parser.add_argument("--sms-url", default="", help="where texts to the line are posted")
    parser.add_argument("--voice-url", default="", help="where calls to the line are posted")
    parser.add_argument("--status-url", default="", help="where the end of a call to the line is posted")
    parser.add_argument("--sms-fallback-url", default="")
    parser.add_argument("--voice-fallback-url", default="")
    parser.add_argument("--clock-file", type=Path, help="where the offset of the practice clock is written")
    parser.add_argument("--pace", type=float, default=1.0, help="simulated seconds in one real second")
    parser.add_argument("--looks", type=Path, help="the folder with the style sheets and icons of its page")
    parser.add_argument("--patient", action="store_true", help="nobody is hurried: see checkin.practice.clock.Pace")
    parser.add_argument("--keywords", choices=["default", "advanced", "off"], default="default")
    given = vars(parser.parse_args(arguments))
    numbers, token = tuple(given.pop("number")), given.pop("token_file").read_text().strip()
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    serve(PracticeSettings(numbers=numbers, token=token, **given))


if __name__ == "__main__":
    main()
