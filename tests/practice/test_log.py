"""The network's log of texts and calls, as our gateway reads it: page by page, oldest first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from checkin.core.rules.phone import PhoneNumber, Withheld
from checkin.practice.server import Running
from checkin.telephony.rules.delivery_state import is_over
from checkin.telephony.twilio import TwilioGateway
from tests.cast import ANA, LINE
from tests.phones import Network, Phone
from tests.practice.conftest import ACCOUNT, TOKEN


def gateway(running: Running) -> TwilioGateway:
    return TwilioGateway(ACCOUNT, TOKEN, running.url, page=2)


def test_texts_come_page_by_page_in_both_directions(running: Running, network: Network, ana: Phone) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)  # noqa: TID251 - the network runs on real time
    for n in range(5):
        ana.texts(f"hi {n}")
    network.quiet()
    found = gateway(running).texts_since(since)
    came = [message for message in found if message.inbound]
    assert [message.body for message in came] == [f"hi {n}" for n in range(5)]
    assert {(item.from_, item.to) for item in came} == {(PhoneNumber(ANA), PhoneNumber(LINE))}
    assert gateway(running).texts_since(since + timedelta(hours=1)) == []


def test_calls_with_how_they_ended(running: Running, network: Network, ana: Phone) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)  # noqa: TID251 - the network runs on real time
    nobody = network.phone(None, "Nobody")
    ana.calls()
    ana.is_off_the_phone()
    nobody.calls()
    nobody.is_off_the_phone()
    network.quiet()
    first, second = gateway(running).calls_since(since)
    assert (first.from_, first.to, first.inbound) == (PhoneNumber(ANA), PhoneNumber(LINE), True)
    assert is_over(first.status)
    assert isinstance(second.from_, Withheld)
