"""Twilio's REST API as its own client meets it: who may ask, what is refused, lists and pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from checkin.practice.server import Running
from tests.cast import ANA, BEN, LINE, REX
from tests.phones import Network, Phone
from tests.practice.a_line import ALine
from tests.practice.conftest import ACCOUNT, OnPractice


def refused(code: int, status: int = 400) -> Any:
    """Twilio's error with this code."""
    return pytest.raises(TwilioRestException, check=lambda error: (error.code, error.status) == (code, status))


@pytest.mark.parametrize(
    ("to", "from_", "body", "code"),
    [
        ("+15", LINE, "hi", 21211),
        ("", LINE, "hi", 21604),
        (ANA, "Peers", "hi", 21212),
        (ANA, REX, "hi", 21606),
        (LINE, LINE, "hi", 21266),
        (ANA, LINE, "", 21602),
        (ANA, LINE, "x" * 1601, 21617),
    ],
)
def test_texts_that_are_refused(to: str, from_: str, body: str, code: int, twilio: Client, network: Network) -> None:
    with refused(code):
        twilio.messages.create(to=to, from_=from_, body=body)
    assert [refusal["code"] for refusal in network.refusals()] == [code]
    assert twilio.messages.list() == []


def test_a_text_needs_a_sender(twilio: Client) -> None:
    with refused(21603):
        twilio.messages.create(to=ANA, body="hi")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"to": "nobody"}, 21211),
        ({"to": ""}, 21201),
        ({"from_": ""}, 21213),
        ({"from_": "nobody"}, 21212),
        ({"from_": REX}, 21210),
        ({"url": "ftp://here"}, 21205),
        ({"url": None}, 21205),
        ({"url": None, "twiml": "x" * 4001}, 32018),
        ({"timeout": 4}, 20001),
        ({"status_callback": "http://under_score.example/"}, 21609),
        ({"machine_detection": "Perhaps"}, 21458),
    ],
)
def test_calls_that_are_refused(changed: dict[str, Any], code: int, twilio: Client) -> None:
    order: dict[str, Any] = {"to": BEN, "from_": LINE, "url": "http://localhost/x"} | changed
    with refused(code):
        twilio.calls.create(**order)
    assert twilio.calls.list() == []


def test_nobody_asks_without_the_token(running: Running) -> None:
    http = OnPractice(running.url)
    with refused(20003, 401):
        Client(ACCOUNT, "wrong", http_client=http).api.v2010.accounts(ACCOUNT).fetch()
    assert http.session is not None
    http.session.close()


def test_another_account_is_not_found(running: Running, twilio: Client) -> None:
    with refused(20404, 404):
        twilio.api.v2010.accounts("AC" + "9" * 32).fetch()


@pytest.mark.parametrize("what", ["messages", "calls", "recordings", "conferences", "incoming_phone_numbers"])
def test_what_is_not_there_is_not_found(what: str, twilio: Client) -> None:
    with refused(20404, 404):
        getattr(twilio, what)("XX" + "0" * 32).fetch()


def test_texts_are_listed_newest_first_and_in_pages(ana: Phone, twilio: Client) -> None:
    for n in range(7):
        twilio.messages.create(to=ANA, from_=LINE, body=f"number {n}")

    assert [message.body for message in twilio.messages.list(page_size=3)] == [f"number {n}" for n in range(6, -1, -1)]
    assert [message.body for message in twilio.messages.list(limit=2)] == ["number 6", "number 5"]


def test_texts_are_found_by_their_ends_and_day(line: ALine, ana: Phone, twilio: Client, network: Network) -> None:
    twilio.messages.create(to=BEN, from_=LINE, body="to ben")
    ana.texts("from ana")
    today = twilio.messages.list()[0].date_sent
    assert today is not None
    network.forward(days=3)
    twilio.messages.create(to=BEN, from_=LINE, body="later")

    assert [message.body for message in twilio.messages.list(from_=ANA)] == ["from ana"]
    assert [message.body for message in twilio.messages.list(to=BEN)] == ["later", "to ben"]
    assert [message.body for message in twilio.messages.list(to=BEN, date_sent=today.date())] == ["to ben"]
    assert [message.body for message in twilio.messages.list(date_sent_after=today + timedelta(days=2))] == ["later"]
    before = twilio.messages.list(to=BEN, date_sent_before=today + timedelta(days=2))
    assert [message.body for message in before] == ["to ben"]


def test_a_date_that_is_none_is_refused(twilio: Client) -> None:
    with pytest.raises(TwilioException) as wrong:
        twilio.messages.list(date_sent="yesterday")
    assert "'yesterday' is no date" in wrong.value.args[1].text


def test_a_text_is_blanked_then_deleted(ana: Phone, twilio: Client) -> None:
    sent = twilio.messages.create(to=ANA, from_=LINE, body="something private")
    ana.reads("private")
    assert sent.update(body="").body == ""
    assert twilio.messages(str(sent.sid)).fetch().body == ""
    with refused(20001):
        sent.update(body="something else")
    assert sent.delete()
    with refused(20404, 404):
        sent.fetch()


def test_calls_are_found_by_their_state(line: ALine, ben: Phone, ana: Phone, twilio: Client) -> None:
    line.answers["/voice"] = "<Gather><Say>Hello.</Say></Gather>"
    sid = ben.calls()
    ben.hears("hello")
    ana.calls()
    ana.hears("hello")
    ana.hangs_up()

    assert [entry.sid for entry in twilio.calls.list(status="in-progress")] == [sid]
    assert [item.status for item in twilio.calls.list(from_=ANA)] == ["completed"]
    assert len(twilio.calls.list(start_time=date.today() + timedelta(days=9))) == 0  # noqa: DTZ011, TID251


def test_a_call_is_deleted_once_it_is_over(line: ALine, ben: Phone, twilio: Client) -> None:
    line.answers["/voice"] = "<Gather><Say>Hello.</Say></Gather>"
    sid = ben.calls()
    ben.hears("hello")
    with refused(20009, 409):
        twilio.calls(sid).delete()
    ben.hangs_up()
    assert twilio.calls(sid).delete()
    assert twilio.calls.list() == []
    with refused(20404, 404):
        twilio.calls(sid).delete()


def test_a_number_is_pointed_elsewhere(line: ALine, ana: Phone, twilio: Client) -> None:
    (number,) = twilio.incoming_phone_numbers.list(phone_number=LINE)
    assert number.sms_url == f"{line.url}/sms"
    line.answers["/elsewhere"] = "<Message>Elsewhere.</Message>"
    assert number.update(sms_url=f"{line.url}/elsewhere").sms_url == f"{line.url}/elsewhere"
    ana.texts("hi")

    ana.reads("elsewhere")


def test_a_second_number_is_a_second_line(line: ALine, ana: Phone, twilio: Client) -> None:
    second = "+15555550109"
    twilio.incoming_phone_numbers.create(phone_number=second, sms_url=f"{line.url}/second")
    line.answers["/second"] = lambda form: f"<Message>This is {form['To']}.</Message>"
    with refused(21422):
        twilio.incoming_phone_numbers.create(phone_number=second)
    ana.texts("hi", to=second)

    ana.reads(second)


def test_the_account_is_there(twilio: Client) -> None:
    assert twilio.api.v2010.accounts(ACCOUNT).fetch().status == "active"
