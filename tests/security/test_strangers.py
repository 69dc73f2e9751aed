"""What somebody who only knows the address can learn, turn or bend: nothing that leads anywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from gunicorn.app.wsgiapp import WSGIApplication
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from checkin.cli.up import HERE, surroundings
from checkin.core.processes import procfile
from checkin.core.rules.proxies import Proxies
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import FollowUp
from checkin.outbox.models import Heartbeat
from checkin.web import csv_export
from tests import make
from tests.cast import ANA
from tests.console.browser import Browser, own_application
from tests.the_line import TheLine

ROOT = Path(__file__).parents[2]
TOKEN = "k" * 48
LOCAL = "http://127.0.0.1:8000"
FAR = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def database(sqlite_engine: Engine) -> Engine:
    """What is told asks nothing of a database in particular."""
    return sqlite_engine


@pytest.fixture
def promised(line: TheLine) -> TheLine:
    """Ana is promised a text in a week; a worker lives."""
    line.answers(ANA, "hello")

    def promise(uow: UnitOfWork) -> None:
        uow.session.add(Heartbeat(name="worker-1", at=uow.now))
        uow.session.add(
            FollowUp(
                id=uow.new_id(), line="default", contact_id=line.contact(ANA).id, flow="check_in", key="k",
                planned_for=uow.now, due_at=uow.now, state="planned", created_at=uow.now,
            )
        )  # fmt: skip

    line.runtime.do(promise)
    return line


def ready(line: TheLine, base_url: str = "https://line.example", environ: dict[str, str] | None = None,
          **headers: str) -> TestResponse:  # fmt: skip
    client = own_application(line).test_client()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/readyz", base_url=base_url, headers=named, environ_overrides=environ or {})


@pytest.mark.parametrize(
    ("base_url", "environ", "headers"),
    [
        ("https://line.example", FAR, {}),
        (LOCAL, FAR, {}),
        ("https://line.example", {}, {}),
        (LOCAL, {}, {"X_Forwarded_For": "203.0.113.9"}),
        (LOCAL, {}, {"Forwarded": "for=203.0.113.9"}),
        (LOCAL, {}, {"X_Real_IP": "203.0.113.9"}),
        (LOCAL, {}, {"Via": "1.1 proxy"}),
        (LOCAL, FAR, {"X_Forwarded_For": "127.0.0.1"}),
        ("https://line.example", FAR, {"Authorization": f"Bearer {TOKEN}x"}),
        ("https://line.example", FAR, {"Authorization": "Bearer "}),
        ("https://line.example", FAR, {"Authorization": "Bearer é"}),
    ],
)
def test_a_stranger_hears_one_word_of_how_the_line_is(
    promised: TheLine, base_url: str, environ: dict[str, str], headers: dict[str, str]
) -> None:
    make.put(promised.runtime, settings=promised.runtime.settings.model_copy(update={"health_token": TOKEN}))
    told = ready(promised, base_url, environ, **headers)
    assert told.json == {"status": "degraded"}


@pytest.mark.parametrize("base_url", [LOCAL, "http://localhost:8000", "http://[::1]:8000"])
def test_who_is_at_home_hears_more_and_never_when_somebody_is_written_to(promised: TheLine, base_url: str) -> None:
    promised.clock.forward(seconds=33)
    told = ready(promised, base_url).json
    assert told is not None
    assert told["heartbeats"] == {"worker-1": 30}
    assert told["troubles"] == ["clock isn't responding"]
    assert "next_follow_up_seconds" not in told
    assert set(told) == {"status", "troubles", "heartbeats", "oldest_due_seconds"}


def test_who_has_the_token_hears_it_anywhere(promised: TheLine) -> None:
    make.put(promised.runtime, settings=promised.runtime.settings.model_copy(update={"health_token": TOKEN}))
    told = ready(promised, "https://line.example", FAR, Authorization=f"Bearer {TOKEN}")
    assert told.json is not None
    assert "troubles" in told.json


def test_a_proxy_that_we_trust_is_not_at_home(promised: TheLine) -> None:
    make.put(promised.runtime, settings=promised.runtime.settings.model_copy(update={"proxies": Proxies(count=1)}))
    assert ready(promised, LOCAL, {}, X_Forwarded_For="203.0.113.9").json == {"status": "degraded"}


# Who we are


@pytest.mark.parametrize(
    "environ",
    [
        {"SCRIPT_NAME": "//evil.test"},
        {"HTTP_HOST": "evil.test"},
        {
            "HTTP_X_FORWARDED_HOST": "evil.test",
            "HTTP_X_FORWARDED_PREFIX": "//evil.test",
            "HTTP_FORWARDED": "host=evil.test",
        },
        {"SCRIPT_NAME": "//evil.test", "HTTP_HOST": "evil.test", "wsgi.url_scheme": "http"},
    ],
)
@pytest.mark.parametrize("path", ["/console/", "/console/inbox/?x=1", "/", "/volunteer/shifts/", "/nowhere"])
def test_no_header_makes_us_lead_elsewhere(line: TheLine, environ: dict[str, str], path: str) -> None:
    client = own_application(line).test_client()
    answered = client.get(path, base_url="https://line.example", environ_overrides=environ)
    assert (answered.headers.get("Location") or "/").startswith("/")
    assert not (answered.headers.get("Location") or "/").startswith("//")
    assert "evil.test" not in answered.get_data(as_text=True)


def test_the_web_server_takes_no_path_from_a_header(monkeypatch: pytest.MonkeyPatch) -> None:
    """gunicorn answers 500 to a SCRIPT_NAME that it does not like, also one that a proxy passes on for a stranger."""
    command = procfile()["web"].replace("${WEB_CONCURRENCY:-2}", "2").replace("${PORT:-8000}", "8000")
    bound = command.replace("${CHECKIN_BIND:-${CHECKIN_HOST:-127.0.0.1}:8000}", f"{HERE}:8000")
    words = bound.replace('""', "").split(" ")
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("sys.argv", words)
    config = WSGIApplication().cfg
    assert config.forwarder_headers == []
    assert config.bind == [f"{HERE}:8000"]


def test_the_line_listens_on_this_machine_alone_unless_it_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in list(os.environ):
        if name.startswith(("CHECKIN_", "TWILIO_", "PUBLIC_", "DATABASE_", "REDIS_", "PORT")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CHECKIN_STATE", str(tmp_path))
    monkeypatch.setenv("PORT", "18999")
    assert surroundings(18998)[1].host == HERE
    monkeypatch.setenv("CHECKIN_HOST", "0.0.0.0")
    assert surroundings(18998)[1].host == "0.0.0.0"


def test_no_secret_stands_in_a_command() -> None:
    """A list of processes is read by everybody on the machine."""
    from checkin.cli.up import carrier

    settings = make.make_settings(Path("/nowhere")).model_copy(update={"practice_clock": Path("/nowhere/clock")})
    command = " ".join(carrier(settings, 8010, 1.0))
    for secret in (settings.twilio_auth_token, *settings.secrets):
        assert secret not in command


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o640, True), (0o604, True), (0o644, True)])
def test_an_env_file_that_others_read_is_told(tmp_path: Path, mode: int, warned: bool) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / ".venv").mkdir()
    shutil.copy(ROOT / "bin" / "checkin", tmp_path / "bin" / "checkin")
    uv = tmp_path / "path" / "uv"
    uv.parent.mkdir()
    uv.write_text("#!/bin/sh\nexit 0\n")
    uv.chmod(0o755)
    env = tmp_path / ".env"
    env.write_text("CHECKIN_SECRET=a secret\n")
    env.chmod(mode)
    path = f"{uv.parent}:{os.environ['PATH']}"
    ran = subprocess.run(
        ["sh", tmp_path / "bin" / "checkin", "up"], env={"PATH": path, "HOME": str(tmp_path)}, capture_output=True,
        text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert ("chmod 600" in ran.stderr) == warned
    assert "a secret" not in ran.stderr


# Tables to take away

HIDDEN = [
    "",
    " ",
    "\u00a0",
    "\u200b",
    "\u2060",
    "\ufeff",
    "\u202e",
    "\u2003",
    "\u061c",
    "\u180e",
    "\u0301",
    "\x0b",
    "\u2028",
]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "|calc", "%0", "\t=1", "\r=1", "＝1", "＠x"])
def test_whatever_stands_before_it_a_formula_is_words(formula: str) -> None:
    for before in (*HIDDEN, "\u2060\u200b \u2060", "\u202a\u2066"):
        assert csv_export.cell(f"{before}{formula}").startswith("'"), repr(before)


@pytest.mark.parametrize("words", ["hello", " 1 + 1", "a=1", "\u2060hello", "¿Qué?", "é=", "", "\u200b", 12, 1.5, True])
def test_what_is_no_formula_is_as_it_was(words: object) -> None:
    assert csv_export.cell(words) == str(words)


def test_nobody_is_asked_back_to_another_site(line: TheLine) -> None:
    browser = Browser(line, own_application(line))
    browser.opens("/signin")
    sent = browser.sends("/look", follow=False, theme="dark", back="//evil.test")
    assert sent.response.location == "/console"
