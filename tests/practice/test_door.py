"""The door of the control API, and the network as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from checkin.practice.exchange import PracticeSettings
from checkin.practice.server import Running, start
from tests.cast import ANA, LINE
from tests.phones import CantDo, Network, Phone
from tests.practice.a_line import ALine
from tests.practice.conftest import ACCOUNT, TOKEN


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:8010", "192.0.2.1"])
def test_no_web_page_reaches_the_phones(host: str, running: Running) -> None:
    answer = requests.get(f"{running.url}/practice", headers={"Host": host}, timeout=5)
    assert answer.status_code == 403


def test_forms_of_web_pages_are_not_taken(running: Running) -> None:
    answer = requests.post(f"{running.url}/practice/clock", data={"forward": "60"}, timeout=5)
    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("phone", "says"),
    [
        ({"number": "5550101"}, "is no phone number"),
        ({}, "needs a name"),
        ({"number": ANA, "when_called": "explode"}, "when_called can be ring, answer"),
    ],
)
def test_a_phone_that_cannot_be_is_said(phone: dict[str, str], says: str, network: Network) -> None:
    with pytest.raises(CantDo, match=says):
        network.post("/phones", **phone)


def test_what_a_phone_cannot_do_is_said(ana: Phone, network: Network) -> None:
    with pytest.raises(CantDo, match="a phone can't 'fly'; it can text, call"):
        network.post(f"/phones/{ana.id}/fly")
    with pytest.raises(CantDo, match="there is no phone"):
        network.post("/phones/+15555550188/call")
    with pytest.raises(CantDo, match="no number of this network's line"):
        network.post(f"/phones/{ana.id}/call", to="+15555550188")
    with pytest.raises(CantDo, match="there is no key 'x'"):
        network.post(f"/phones/{ana.id}/press", keys="x")


def test_the_network_at_a_glance(ana: Phone, network: Network, line: ALine) -> None:
    glance = network.get("")
    assert glance["numbers"] == [LINE]
    assert [phone["name"] for phone in glance["phones"]] == ["Ana"]
    line.answers["/sms"] = "<Message>Hello.</Message>"
    ana.texts("hi")
    ana.reads("hello")
    texts = network.get(f"/phones/{ana.id}/texts")["texts"]
    assert [(text["incoming"], text["body"]) for text in texts] == [(False, "hi"), (True, "Hello.")]


@pytest.mark.parametrize("missing", ["account", "token"])
def test_nothing_is_signed_with_nothing(missing: str) -> None:
    settings = {"account": ACCOUNT, "token": TOKEN, "numbers": (LINE,), "port": 0} | {missing: ""}
    with pytest.raises(ValueError, match="needs an account and a token"):
        start(PracticeSettings(**settings))  # type: ignore[arg-type]


@pytest.fixture
def process(line: ALine, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The network as `checkin up` starts it."""
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n")
    command = [
        sys.executable, "-m", "checkin.practice.server", "--port", "0", "--account", ACCOUNT,
        "--token-file", str(token), "--number", LINE, "--sms-url", f"{line.url}/sms",
        "--clock-file", str(tmp_path / "clock"), "--pace", "500",
    ]  # fmt: skip
    started = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    yield started
    if started.poll() is None:
        started.kill()
    started.wait()
    assert started.stdout is not None
    started.stdout.close()


def test_as_a_process_it_says_where_it_is_works_and_goes_when_asked(
    process: subprocess.Popen[str], line: ALine
) -> None:
    assert process.stdout is not None
    said = process.stdout.readline()
    network = Network(said.split()[3])
    line.answers["/sms"] = "<Message>Hello.</Message>"
    ana = network.phone(ANA, "Ana")
    ana.texts("hi")
    ana.reads("hello")
    network.close()

    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
