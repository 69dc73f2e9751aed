"""Phones in the terminal: a script is typed, and what happens is printed."""

from __future__ import annotations

import io
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from rich.console import Console
from twilio.rest import Client

from checkin.practice.client import Network
from checkin.practice.server import Running
from checkin.practice.terminal import run
from tests.cast import BEN, LINE, VEE
from tests.practice.a_line import ALine

Typing = Callable[..., str]


@pytest.fixture
def types(running: Running, monkeypatch: pytest.MonkeyPatch) -> Typing:
    """Types these lines, and answers with what was on the screen."""

    def do(*lines: str, as_phone: str | None = None, patience: float = 15.0) -> str:
        screen = Console(file=io.StringIO(), width=100, highlight=False)
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
        assert run(running.url, as_phone, screen, settle=0.2, patience=patience) == 0
        assert isinstance(screen.file, io.StringIO)
        return screen.file.getvalue()

    return do


def said(screen: str, who: str, what: str) -> bool:
    """Whether a line of this person's says so."""
    return re.search(rf"^{who} +.*{what}", screen, re.MULTILINE) is not None


def test_ana_texts_and_the_answer_appears(line: ALine, types: Typing) -> None:
    line.answers["/sms"] = lambda form: f"<Message>You said {form['Body']}.</Message>"
    screen = types("hello there")

    assert f"Practice phones on {LINE}" in screen
    assert "Ana> hello there" in screen
    assert said(screen, "Ana", "reads: You said hello there")


def test_ben_calls_and_presses_by_typing_a_key(line: ALine, types: Typing) -> None:
    line.answers["/voice"] = '<Gather numDigits="1" action="/menu"><Say>Press 1.</Say></Gather>'
    line.answers["/menu"] = '<Say>Tell us.</Say><Record action="/kept" finishOnKey="#"/>'
    line.answers["/kept"] = lambda form: f"<Say>{form['RecordingDuration']} seconds.</Say>"
    screen = types("/phone ben", "/call", "1", "/record 7", "/quit", "never typed")

    assert said(screen, "Ben", "hears: Press 1")
    assert said(screen, "Ben", "is recorded now")
    assert said(screen, "Ben", "hears: 7 seconds")
    assert said(screen, "Ben", "is off the phone")
    assert "never typed" not in screen


def test_calls_from_abroad_and_with_somebody_elses_number(line: ALine, types: Typing) -> None:
    types("/phone ben", "/call from abroad", "/wait 1", "/call as +15555550101")

    abroad, forged = line.forms("/voice")
    assert (abroad["From"], abroad.get("StirVerstat")) == (BEN, None)
    assert (forged["From"], forged["StirVerstat"]) == ("+15555550101", "TN-Validation-Failed-C")


def test_vee_is_rung_answers_and_talks_with_ben(line: ALine, types: Typing, twilio: Client) -> None:
    room = '<Dial><Conference beep="false" waitUrl="">f00d</Conference></Dial>'
    line.answers["/offer"] = room

    def call(form: dict[str, str]) -> str:
        twilio.calls.create(to=VEE, from_=LINE, url=f"{line.url}/offer")
        return room

    line.answers["/voice"] = call
    screen = types("/phone ben", "/call", "/phone vee", "/answer", "/say hi Ben", "/hangup")

    assert said(screen, "Vee", f"RINGS: a call from {re.escape(LINE)}")
    assert said(screen, "Vee", "is joined with Ben")
    assert said(screen, "Ben", "hears Vee: hi Ben")
    assert said(screen, "Ben", "is left by Vee")


def test_time_phones_and_the_trace(line: ALine, types: Typing, network: Network) -> None:
    screen = types(
        "/new kim +15555550140",
        "hi",
        "/new wren",
        "/phones",
        "/forward 1d 2h",
        "/trace",
        "/help",
        "/silence",
        patience=0.1,
    )

    assert "Kim> hi" in screen
    assert "withheld-wren" in screen
    assert said(screen, "carrier", "the practice clock is 93600 s ahead")
    assert f"POST {line.url}/sms" in screen
    assert "move the practice clock on" in screen
    assert "nobody listens on Wren's phone: it is on no call" in screen


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("/dance", "there is no /dance; /help lists"),
        ("/phone nobody", "nobody here is called 'nobody'"),
        ("/forward soon", "say how far"),
        ("/new", "needs a name"),
        ("/answer", "nobody calls on Ana's phone"),
        ("/wait long", "a number"),
    ],
)
def test_what_cannot_be_done_is_said(typed: str, answer: str, types: Typing) -> None:
    assert answer in types(typed, "/quit", patience=0.1)


def test_what_the_carrier_objects_to_is_shown(line: ALine, types: Typing) -> None:
    line.answers["/sms"] = '<Message color="red">Hello.</Message>'

    assert said(types("hi"), "carrier", "Twilio would object: <Message> has no attribute 'color'")


def test_somebody_else_may_begin(types: Typing) -> None:
    assert "Vee> " in types("/phones", as_phone="vee")


def test_by_hand_what_happens_appears_above_what_is_typed(line: ALine, running: Running) -> None:
    line.answers["/sms"] = "<Message>Hello by hand.</Message>"
    ours, theirs = pty.openpty()
    script = f"from checkin.practice.terminal import run; raise SystemExit(run({running.url!r}))"
    environ = os.environ | {"PROMPT_TOOLKIT_NO_CPR": "1", "TERM": "xterm"}
    process = subprocess.Popen([sys.executable, "-c", script], stdin=theirs, stdout=theirs, stderr=theirs, env=environ)
    os.close(theirs)
    try:
        until(ours, b"Ana>")
        os.write(ours, b"hi\r")
        until(ours, b"reads: Hello by hand")
        os.write(ours, b"/quit\r")
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def until(terminal: int, words: bytes, within: float = 20.0) -> None:
    """Read what is on the terminal until these words have come."""
    seen, ends = b"", time.monotonic() + within
    while words not in seen:
        ready, _, _ = select.select([terminal], [], [], max(0.0, ends - time.monotonic()))
        assert ready, f"{words!r} never came, but {seen[-500:]!r}"
        seen += os.read(terminal, 4096)


def test_without_a_network_it_says_what_to_do() -> None:
    screen = Console(file=io.StringIO(), width=100)
    assert run("http://127.0.0.1:9", None, screen) == 1
    assert isinstance(screen.file, io.StringIO)
    assert "start the line with `checkin up` first" in screen.file.getvalue()
