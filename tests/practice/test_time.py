"""Time: the patient and the hurried, the pace, and the practice clock that the line reads."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from twilio.rest import Client

from checkin.practice.server import Running
from checkin.practice.webhooks import Overrides, split_overrides
from tests.cast import ANA, BEN, LINE
from tests.phones import CantDo, Network, Phone
from tests.practice.a_line import ALine

WAITING = (
    '<Gather numDigits="1" timeout="3" action="/menu"><Say>We are looking.</Say></Gather><Redirect>/voice</Redirect>'
)


def test_the_patient_are_not_timed(line: ALine, ben: Phone) -> None:
    line.answers["/voice"] = WAITING
    ben.calls()
    ben.hears("we are looking")

    line.never_again("/voice", 1)


def test_for_the_hurried_a_wait_loop_turns(line: ALine, ben: Phone) -> None:
    line.answers["/voice"] = WAITING
    ben.calls()
    ben.hears("we are looking")
    ben.takes_time()

    line.wait_for("/voice", 3)
    ben.takes_no_time()
    ben.hangs_up()


def test_a_phone_rings_out_for_the_hurried(line: ALine, ben: Phone, twilio: Client) -> None:
    ben.takes_time()
    twilio.calls.create(to=BEN, from_=LINE, url=f"{line.url}/voice", timeout=20)
    ben.rings()

    ben.stops_ringing()
    ben.is_off_the_phone()


def test_at_a_slower_pace_a_timeout_takes_its_time(line: ALine, ben: Phone, network: Network) -> None:
    line.answers["/voice"] = '<Gather timeout="10"/><Say>Over.</Say>'
    network.pace(50, patient=False)
    began = time.monotonic()
    ben.calls()
    ben.hears("over")

    assert time.monotonic() - began > 0.15


def test_lengths_are_in_simulated_seconds(line: ALine, ben: Phone, network: Network) -> None:
    line.answers["/voice"] = '<Pause length="30"/>'
    network.pace(200)
    ben.calls()

    assert 28 <= int(line.wait_for("/status")[0]["CallDuration"]) < 2000


def test_the_clock_moves_on_for_everyone(
    network: Network, running: Running, tmp_path: Path, ana: Phone, twilio: Client
) -> None:
    assert network.forward(days=1, hours=2) == 26 * 3600
    assert network.forward(minutes=1) == 26 * 3600 + 60

    assert float((tmp_path / "clock").read_text()) == 26 * 3600 + 60
    ahead = running.exchange.clock.now() - datetime.fromtimestamp(time.time(), UTC)
    assert abs(ahead - timedelta(hours=26, minutes=1)) < timedelta(seconds=5)
    sent = twilio.messages.create(to=ANA, from_=LINE, body="later")
    assert sent.date_created is not None
    assert sent.date_created - datetime.fromtimestamp(time.time(), UTC) > timedelta(hours=26)


def test_the_clock_stays_moved_over_a_restart(carrier: Callable[..., Running], network: Network) -> None:
    network.forward(hours=5)

    assert carrier().exchange.clock.offset == 5 * 3600


@pytest.mark.parametrize("wrong", [-1, "tomorrow", None])
def test_the_clock_moves_forward_only(wrong: object, network: Network) -> None:
    with pytest.raises(CantDo, match="number of seconds"):
        network.post("/clock", forward=wrong)


@pytest.mark.parametrize(
    ("fragment", "limits"),
    [
        ("", Overrides()),
        ("#rc=2&rp=5xx,ct,rt", Overrides(retries=2, policy=frozenset({"5xx", "ct", "rt"}))),
        ("#rc=9&rp=all", Overrides(retries=5, policy=frozenset({"all"}))),
        ("#ct=2000&rt=5000&tt=99999", Overrides(connect=2.0, read=5.0, total=15.0)),
        ("#ct=1&rc=many", Overrides(connect=0.1)),
    ],
)
def test_connection_overrides(fragment: str, limits: Overrides) -> None:
    assert split_overrides(f"https://line.example/sms?x=1{fragment}") == ("https://line.example/sms?x=1", limits)
