"""No path, token or number reaches a log, whoever logs it; and one error is one line."""

from __future__ import annotations

import json
import logging

import pytest
import structlog
from gunicorn.config import Config
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from checkin.core import logs
from checkin.volunteers import shift_feeds
from checkin.web import auth_views
from checkin.web.access_log import AccessLog, path_of
from tests.conftest import Log
from tests.console.browser import BASE, Browser, application
from tests.console.matrix import MATRIX
from tests.the_line import TheLine

TOKEN = "Zk3vJ8sQ1rT5uWxYz_-AbC"
NUMBER = "+15555550111"


@pytest.fixture
def database(sqlite_engine: Engine) -> Engine:
    """What is logged asks nothing of a database in particular."""
    return sqlite_engine


def _away(*_args: object, **_values: object) -> None:
    raise OperationalError(f"SELECT '{TOKEN}'", {}, Exception(f"the database is away for {NUMBER}"))


@pytest.mark.parametrize("path", [f"/shifts/{TOKEN}.ics", f"/setup/{TOKEN}"])
def test_an_error_is_one_line_which_says_where_and_no_more(
    line: TheLine, rex: Browser, log: Log, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """A calendar that asks while the database is away; a one-time link that is opened then."""
    monkeypatch.setattr(shift_feeds, "of_token", _away)
    monkeypatch.setattr(auth_views, "_invited", _away)
    shown = rex.asks(path)
    assert shown.status == 500
    (told,) = log.lines()
    assert (told["event"], told["error"]) == ("request_failed", "OperationalError")
    assert str(told["at"]).count(" _away") == 1
    assert TOKEN not in log.getvalue() + shown.html
    assert NUMBER not in log.getvalue() + shown.html


def test_every_address_that_opens_something_is_cut_in_every_logger(log: Log) -> None:
    """Built from the routes: a new one with a token of its own must be cut, too."""
    opens = [route.split()[1] for route in MATRIX if "<token>" in route]
    opens += ["/media/stories/<token>?s=1.<token>", "/media/pictures/<token>?s=1.<token>"]
    assert len(opens) >= 6
    for number, rule in enumerate(opens):
        path = rule.replace("<token>", TOKEN)
        name = ("flask.app", "werkzeug", "gunicorn.error", "urllib3", "some.library")[number % 5]
        logging.getLogger(name).error("GET %s failed", path)
        structlog.get_logger("web").error("odd", path=path, seen=[{"at": f"https://line.example{path}"}])
        try:
            raise ValueError(f"no answer to {path}")
        except ValueError:
            logging.getLogger(name).exception("Exception on %s [GET]", path)
    assert TOKEN not in log.getvalue()
    assert json.dumps(log.lines(), ensure_ascii=False).count("/volunteer/in/…") >= 4
    assert "test_logs.py" in log.getvalue(), "where it was stays"


@pytest.mark.parametrize(
    "said",
    [
        ("Error handling request %s %s", "GET", f"/volunteer/in/{TOKEN}?next=/{TOKEN}"),
        ("Error handling request %s", f"/anything/{TOKEN}"),
        (f"Invalid request from ip=203.0.113.9: Invalid HTTP request line: 'GIVE ME {TOKEN} {NUMBER} \\n'",),
        (f"Invalid request from ip=203.0.113.9: Invalid HTTP Header: 'Cookie: __Host-line={TOKEN}'",),
    ],
)
def test_what_gunicorn_says_of_a_request_holds_nothing_of_it(log: Log, said: tuple[str, ...]) -> None:
    AccessLog(Config())
    logs.set_up(log)
    logging.getLogger("gunicorn.error").warning(*said)
    assert TOKEN not in log.getvalue()
    assert "203.0.113.9" not in log.getvalue()
    assert NUMBER[2:] not in log.getvalue()
    logging.getLogger("gunicorn.error").info("Listening at: %s (%s)", "http://127.0.0.1:8000", 77)
    assert "http://127.0.0.1:8000 (77)" in log.getvalue(), "the rest it says as ever"


def test_the_access_log_cuts_every_token() -> None:
    assert path_of(f"/volunteer/in/{TOKEN}?x={TOKEN}") == "/volunteer/in/Zk3v…"


def test_a_refused_form_leaves_nothing_of_it_in_the_log(line: TheLine, rex: Browser, log: Log) -> None:
    rex.asks("/signin")
    rex.client.post("/signin", base_url=BASE, data={"csrf": "é", "email": "oda@example.org", "password": TOKEN})
    rex.sends("/signin", email="oda@example.org", password=TOKEN)
    assert "oda@example.org" not in log.getvalue()
    assert TOKEN not in log.getvalue()
    assert application(line).logger.name == "checkin"
