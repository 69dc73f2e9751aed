"""A Sentry is told of errors, and nothing of people: neither their words, nor numbers, nor what opens something."""

from __future__ import annotations

import gzip
import json
import logging
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from checkin.core import error_reports
from checkin.core.settings import Settings, SettingsError
from checkin.volunteers import shift_feeds
from tests import make
from tests.cast import LINE
from tests.conftest import Log
from tests.console.browser import Browser
from tests.the_line import TheLine

TOKEN = "Zk3vJ8sQ1rT5uWxYz_-AbC"
NUMBER = "+15555550111"
WORDS = "my brother Tomasz doesn't know"
CANARIES = (TOKEN, NUMBER, NUMBER[2:], "Tomasz", "brother", "oda@example.org")


@dataclass
class Sentry:
    """What it was told, as it came."""

    dsn: str = ""
    bodies: list[str] = field(default_factory=list)

    def events(self) -> list[dict[str, object]]:
        lines = [json.loads(line) for body in self.bodies for line in body.splitlines() if line.startswith("{")]
        return [line for line in lines if "level" in line]


@pytest.fixture
def sentry(log: Log) -> Iterator[Sentry]:
    """One that listens, and a process that tells it."""
    heard = Sentry()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.bodies.append(
                (gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body).decode()
            )
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    heard.dsn = f"http://{'a' * 32}@127.0.0.1:{server.server_port}/1"
    error_reports.begin(heard.dsn, "1.2.3")
    yield heard
    error_reports.end()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def database(sqlite_engine: Engine) -> Engine:
    """What is told asks nothing of a database in particular."""
    return sqlite_engine


def away(*_args: object, **_values: object) -> None:
    secret = WORDS  # what is in variables must not leave either
    raise OperationalError(f"SELECT '{TOKEN}'", {"who": secret}, Exception(f"the database is away for {NUMBER}"))


def test_what_fails_is_told_by_its_kind_and_place_alone(
    line: TheLine, rex: Browser, sentry: Sentry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shift_feeds, "of_token", away)
    assert rex.asks(f"/shifts/{TOKEN}.ics").status == 500
    error_reports.end()
    (told,) = sentry.events()
    assert told["message"] == "request_failed"
    assert told["tags"] == {"error": "OperationalError", "logger": told["tags"]["logger"]}  # type: ignore[index]
    assert any("away" in frame for frame in told["extra"]["at"])  # type: ignore[index]
    assert told["release"] == "1.2.3"
    assert_nobody_in(sentry)


def test_whatever_anybody_logs_nothing_personal_leaves(sentry: Sentry) -> None:
    try:
        away()
    except OperationalError:
        structlog.get_logger().exception("job_failed", body=WORDS, phone=NUMBER, note=WORDS, kind=WORDS, row="ab" * 16)
        logging.getLogger("some.library").exception("could not serve %s to %s", TOKEN, "oda@example.org")
        logging.getLogger("some.library").error(WORDS)
    structlog.get_logger().error("odd", error=WORDS, at=[WORDS, f"x.py:1 {TOKEN} {NUMBER}"], logger=NUMBER)
    structlog.get_logger().warning("only_a_warning")
    error_reports.end()
    assert {event["message"] for event in sentry.events()} == {"job_failed", "a library logged an error", "odd"}
    assert len(sentry.events()) == 4
    assert_nobody_in(sentry)


def assert_nobody_in(sentry: Sentry) -> None:
    sent = "\n".join(sentry.bodies)
    assert sent
    for canary in CANARIES:
        assert canary not in sent
    for event in sentry.events():
        assert not {"request", "user", "breadcrumbs", "exception", "modules"} & {
            key for key, value in event.items() if value
        }
        assert not event.get("server_name")


def test_without_an_address_nothing_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {
        "PUBLIC_URL": "https://line.example", "TWILIO_ACCOUNT_SID": make.SID, "TWILIO_AUTH_TOKEN": "t" * 32,
        "CHECKIN_LINE_NUMBER": LINE, "CHECKIN_SECRET": make.SECRET,
    }  # fmt: skip
    assert Settings.from_env(environ).sentry_dsn is None
    with pytest.raises(SettingsError, match="https://key@host/number"):
        Settings.from_env(environ | {"CHECKIN_SENTRY_DSN": "https://sentry.example.org/1"})
    with pytest.raises(SettingsError, match="starts with https://"):
        Settings.from_env(environ | {"CHECKIN_SENTRY_DSN": "http://key@sentry.example.org/1"})
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(error_reports.NotInstalled, match=r"checkin-line\[sentry\]"):
        error_reports.begin("https://key@sentry.example.org/1", "1.2.3")
