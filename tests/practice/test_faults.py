"""What goes wrong on purpose: on the REST API, on receipts, on webhooks."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import requests
from flask import Response
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.cast import ANA, BEN, LINE, VEE
from tests.phones import CantDo, Network, Phone
from tests.practice.a_line import ALine


def send(twilio: Client, line: ALine, to: str = ANA) -> str:
    return str(twilio.messages.create(to=to, from_=LINE, body="Hello.", status_callback=f"{line.url}/receipts").sid)


@pytest.fixture(autouse=True)
def receipts(line: ALine) -> None:
    line.answers["/receipts"] = Response(status=204)


@pytest.mark.parametrize(
    ("what", "status", "code"), [("refuse", 400, 30007), ("busy", 429, 20429), ("error_before", 500, 20500)]
)
def test_refused_and_not_done(
    what: str, status: int, code: int, line: ALine, ana: Phone, network: Network, twilio: Client
) -> None:
    network.fails("messages.create", what, code=code)
    with pytest.raises(TwilioRestException) as refused:
        send(twilio, line)
    assert (refused.value.status, refused.value.code) == (status, code)
    assert twilio.messages.list() == []
    send(twilio, line)
    ana.reads("hello")
    assert network.refusals() == [], "a fault that was asked for is nobody's mistake"


def test_done_and_then_500(line: ALine, ana: Phone, network: Network, twilio: Client) -> None:
    network.fails("messages.create", "error_after")
    with pytest.raises(TwilioRestException) as refused:
        send(twilio, line)
    assert refused.value.status == 500
    ana.reads("hello")


@pytest.mark.parametrize(("what", "arrives"), [("drop_before", 0), ("drop_after", 1)])
def test_the_connection_is_cut(
    what: str, arrives: int, line: ALine, ana: Phone, network: Network, twilio: Client
) -> None:
    network.fails("messages.create", what)
    with pytest.raises(requests.ConnectionError):
        send(twilio, line)
    assert len(twilio.messages.list(to=ANA)) == arrives


def test_a_slow_answer(line: ALine, network: Network, twilio: Client) -> None:
    network.fails("messages.*", "slow", seconds=0.3)
    began = time.monotonic()
    send(twilio, line)
    assert time.monotonic() - began > 0.3


def test_an_answer_that_is_none(line: ALine, network: Network, twilio: Client) -> None:
    network.fails("messages.create", "garbage")
    with pytest.raises(ValueError, match="Expecting value"):
        send(twilio, line)


def test_a_fault_for_one_number_only_and_for_ever(line: ALine, network: Network, twilio: Client) -> None:
    network.fails("calls.create", "refuse", code=21215, to=VEE, times=-1)
    for _ in range(3):
        with pytest.raises(TwilioRestException):
            twilio.calls.create(to=VEE, from_=LINE, url=f"{line.url}/offer")
    twilio.calls.create(to=BEN, from_=LINE, url=f"{line.url}/offer")
    network.all_well()
    twilio.calls.create(to=VEE, from_=LINE, url=f"{line.url}/offer")


def test_a_receipt_is_lost(line: ALine, ana: Phone, network: Network, twilio: Client) -> None:
    network.loses("text", event="sent")
    send(twilio, line)
    ana.reads("hello")

    line.wait_for("/receipts")
    line.never_again("/receipts", 1)
    assert line.forms("/receipts")[0]["MessageStatus"] == "delivered"


@pytest.mark.parametrize(
    ("what", "order"),
    [
        ("twice", ["sent", "sent", "delivered"]),
        ("swap", ["delivered", "sent"]),
        ("late", ["delivered", "sent"]),
    ],
)
def test_receipts_twice_and_out_of_order(
    what: str, order: list[str], line: ALine, network: Network, twilio: Client
) -> None:
    network.fails("callback.text", what, event="sent", seconds=200)
    send(twilio, line)

    assert [item["MessageStatus"] for item in line.wait_for("/receipts", len(order))] == order


def test_a_receipt_before_the_answer(line: ALine, network: Network, twilio: Client) -> None:
    network.fails("messages.create", "early")
    send(twilio, line)
    assert line.forms("/receipts")[0]["MessageStatus"] == "sent", "it had come before create returned"

    network.fails("calls.create", "early")
    twilio.calls.create(
        to=VEE,
        from_=LINE,
        url=f"{line.url}/offer",
        status_callback=f"{line.url}/calls",
        status_callback_event=["initiated"],
    )
    assert [form["CallStatus"] for form in line.forms("/calls")] == ["initiated"]


def test_a_lost_answer_is_asked_for_again_where_the_address_says_so(
    line: ALine, ana: Phone, network: Network, twilio: Client
) -> None:
    (number,) = twilio.incoming_phone_numbers.list()
    number.update(sms_url=f"{line.url}/sms#rc=2&rp=rt,5xx")
    line.answers["/sms"] = "<Message>Here.</Message>"
    network.fails("webhook.text", "lose_answer")
    ana.texts("hi")

    ana.reads("here")
    form, two = line.forms("/sms")
    assert form == two
    tokens = [agent["I-Twilio-Idempotency-Token"] for agent in line.agents]
    assert tokens[0] == tokens[1]


def test_without_such_an_address_a_lost_answer_is_lost(line: ALine, ana: Phone, network: Network) -> None:
    line.answers["/sms"] = "<Message>Here.</Message>"
    network.fails("webhook.text", "lose_answer")
    ana.texts("hi")

    ana.reads_nothing()
    assert len(line.forms("/sms")) == 1
    assert [refusal["code"] for refusal in network.refusals()] == [11205]


def test_our_500_is_tried_again_where_the_address_says_so(line: ALine, ana: Phone, twilio: Client) -> None:
    (number,) = twilio.incoming_phone_numbers.list()
    number.update(sms_url=f"{line.url}/sms#rc=2&rp=5xx")
    answers: Iterator[str | Response] = iter(
        [Response(status=500), Response(status=503), "<Message>At last.</Message>"]
    )
    line.answers["/sms"] = lambda form: next(answers)
    ana.texts("hi")

    ana.reads("at last")


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ({"on": "callback.text", "what": "busy"}, "lose, twice, late, swap"),
        ({"on": "messages.create", "what": "explode"}, "can't be 'explode'"),
        ({"on": "messages.create", "what": "busy", "color": "red"}, "color"),
    ],
)
def test_a_fault_that_cannot_be_is_said(fault: dict[str, str], says: str, network: Network) -> None:
    with pytest.raises(CantDo, match=says):
        network.post("/faults", **fault)
