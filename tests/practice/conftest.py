"""A practice network over loopback, a line that does as it is told, Twilio's own client, and the cast's phones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from checkin.practice.exchange import PracticeSettings
from checkin.practice.server import Running, start
from checkin.web import templates
from tests.cast import ANA, BEN, LINE, VAL, VEE
from tests.phones import Network, Phone
from tests.practice.a_line import ALine

ACCOUNT = "AC" + "5" * 32
TOKEN = "a token for tests"


class OnPractice(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's client, sent to the practice network instead."""

    def __init__(self, url: str, timeout: float = 5.0) -> None:
        super().__init__(timeout=timeout)
        self._url = url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return super().request(method, url.replace("https://api.twilio.com", self._url), *args, **kwargs)


@pytest.fixture
def line() -> Iterator[ALine]:
    """The line. At the end of every test all that it was asked must have been signed."""
    with ALine(TOKEN) as line:
        yield line
    assert line.unsigned == []


@pytest.fixture
def carrier(line: ALine, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts practice networks for the line, and stops them."""
    started: list[Running] = []

    def run(**changed: Any) -> Running:
        settings: dict[str, Any] = {
            "account": ACCOUNT,
            "token": TOKEN,
            "numbers": (LINE,),
            "sms_url": f"{line.url}/sms",
            "voice_url": f"{line.url}/voice",
            "status_url": f"{line.url}/status",
            "clock_file": tmp_path / "clock",
            "pace": 1000.0,
            "patient": True,
            "port": 0,
            "looks": templates.STATIC,
        }
        started.append(start(PracticeSettings(**(settings | changed))))
        return started[-1]

    yield run
    for running in started:
        running.stop()


@pytest.fixture
def running(carrier: Callable[..., Running]) -> Running:
    """A patient network, quick otherwise."""
    return carrier()


@pytest.fixture
def network(running: Running) -> Iterator[Network]:
    """It, from outside."""
    network = Network(running.url)
    yield network
    network.close()


@pytest.fixture
def twilio(running: Running) -> Iterator[Client]:
    """Twilio's own client for it."""
    http = OnPractice(running.url)
    yield Client(ACCOUNT, TOKEN, http_client=http)
    assert http.session is not None
    http.session.close()


@pytest.fixture
def ana(network: Network) -> Phone:
    return network.phone(ANA, "Ana")


@pytest.fixture
def ben(network: Network) -> Phone:
    return network.phone(BEN, "Ben")


@pytest.fixture
def vee(network: Network) -> Phone:
    return network.phone(VEE, "Vee")


@pytest.fixture
def val(network: Network) -> Phone:
    return network.phone(VAL, "Val")
