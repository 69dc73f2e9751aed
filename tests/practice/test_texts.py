"""Texts, both ways: what the line is told, what the phone reads, what becomes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Response
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from checkin.practice.server import Running
from checkin.practice.texts.sending import segments
from tests.cast import ANA, LINE
from tests.phones import Network, NeverCame, Phone
from tests.practice.a_line import ALine, Form


def test_ana_texts_and_reads_the_answer(line: ALine, ana: Phone) -> None:
    line.answers["/sms"] = lambda form: f"<Message>You said\n{form['Body']}</Message>"
    sid = ana.texts("hi there")

    assert ana.reads("you said") == "You said\nhi there"
    (told,) = line.forms("/sms")
    assert (told["From"], told["To"], told["Body"], told["MessageSid"]) == (ANA, LINE, "hi there", sid)
    assert told["NumMedia"] == "0"
    assert told["AccountSid"].startswith("AC")


def test_the_answer_gets_its_receipts_in_order(line: ALine, ana: Phone) -> None:
    line.answers["/sms"] = '<Message action="/receipts">Hello.</Message>'
    line.answers["/receipts"] = Response(status=204)
    ana.texts("hi")

    receipts = line.wait_for("/receipts", times=2)
    assert [receipt["MessageStatus"] for receipt in receipts] == ["sent", "delivered"]
    assert {receipt["MessageSid"] for receipt in receipts} != {line.forms("/sms")[0]["MessageSid"]}


def test_a_document_may_hold_several_texts_and_send_on(line: ALine, ana: Phone) -> None:
    line.answers["/sms"] = "<Message><Body>One.</Body></Message><Redirect>/more</Redirect>"
    line.answers["/more"] = "<Message>Two.</Message>"
    ana.texts("hi")

    ana.reads("one")
    ana.reads("two")
    assert line.forms("/more")[0]["Body"] == "hi"


def test_a_text_by_rest_is_delivered_with_receipts(line: ALine, ana: Phone, twilio: Client) -> None:
    line.answers["/receipts"] = Response(status=204)
    sent = twilio.messages.create(to=ANA, from_=LINE, body="How are you?", status_callback=f"{line.url}/receipts?m=7")

    assert sent.status == "queued"
    ana.reads("how are you")
    assert [item["MessageStatus"] for item in line.wait_for("/receipts", 2)] == ["sent", "delivered"]
    fetched = twilio.messages(str(sent.sid)).fetch()
    assert (fetched.status, fetched.direction, fetched.body) == ("delivered", "outbound-api", "How are you?")
    assert fetched.date_sent is not None


def test_a_phone_that_is_switched_off_leaves_the_text_undelivered(line: ALine, ana: Phone, twilio: Client) -> None:
    ana.behaves(text_error=30003)
    line.answers["/receipts"] = Response(status=204)
    twilio.messages.create(to=ANA, from_=LINE, body="Hello?", status_callback=f"{line.url}/receipts")

    receipts = line.wait_for("/receipts", 2)
    assert [(receipt["MessageStatus"], receipt.get("ErrorCode")) for receipt in receipts] == [
        ("sent", None),
        ("undelivered", "30003"),
    ]
    assert ana.inbox == []


def test_stop_closes_the_pair_until_start(line: ALine, ana: Phone, network: Network, twilio: Client) -> None:
    line.answers["/sms"] = lambda form: "<Message>As you wish.</Message>" if form["Body"] == "stop" else ""
    ana.texts("stop")

    assert line.forms("/sms")[0]["Body"] == "stop", "the line hears of it all the same"
    ana.reads("[carrier]")
    with pytest.raises(TwilioRestException) as refused:
        twilio.messages.create(to=ANA, from_=LINE, body="Come back")
    assert refused.value.code == 21610
    assert {refusal["code"] for refusal in network.refusals()} == {21610}

    ana.texts("START")
    ana.reads("again")
    twilio.messages.create(to=ANA, from_=LINE, body="Welcome back")
    ana.reads("welcome back")


@pytest.mark.parametrize("word", ["STOP PLEASE", "stopp", "yes", "hello"])
def test_other_words_close_nothing(word: str, line: ALine, ana: Phone, network: Network) -> None:
    line.answers["/sms"] = "<Message>Here.</Message>"
    ana.texts(word)

    assert ana.reads() == "Here."
    assert network.refusals() == []


def test_with_advanced_opt_out_the_line_is_told_which(carrier: Callable[..., Running], line: ALine) -> None:
    network = Network(carrier(keywords="advanced").url)
    ana = network.phone(ANA, "Ana")
    ana.texts("Unsubscribe")
    ana.texts("hello")
    network.close()

    assert [form.get("OptOutType") for form in line.forms("/sms")] == ["STOP", None]


def test_help_is_answered_by_both_when_the_carrier_says_that_it_was_one(
    carrier: Callable[..., Running], line: ALine
) -> None:
    network = Network(carrier(keywords="advanced").url)
    ana = network.phone(ANA, "Ana")
    line.answers["/sms"] = "<Message>In a crisis call 988.</Message>"
    ana.texts("HELP")

    ana.reads("[carrier]")
    ana.reads("call 988")
    assert [form.get("OptOutType") for form in line.forms("/sms")] == ["HELP"]
    network.close()


@pytest.mark.parametrize("code", [30004, 30006, 30022, 30032, 30410, 39999])
def test_whatever_error_is_asked_for_is_found_out_on_the_way(
    line: ALine, ana: Phone, twilio: Client, code: int
) -> None:
    ana.behaves(text_error=code)
    line.answers["/receipts"] = Response(status=204)
    twilio.messages.create(to=ANA, from_=LINE, body="Hello?", status_callback=f"{line.url}/receipts")

    receipts = line.wait_for("/receipts", 2)
    assert [(receipt["MessageStatus"], receipt.get("ErrorCode")) for receipt in receipts][1] == (
        "undelivered",
        str(code),
    )


@pytest.mark.parametrize(
    ("app", "from_", "to"),
    [("rcs", f"rcs:{ANA}", "rcs:practice_agent"), ("whatsapp", f"whatsapp:{ANA}", f"whatsapp:{LINE}")],
)
def test_a_text_by_an_app_shows_both_sides_as_twilio_does(
    line: ALine, ana: Phone, twilio: Client, app: str, from_: str, to: str
) -> None:
    line.answers["/sms"] = '<Message action="/receipts">Here.</Message>'
    line.answers["/receipts"] = Response(status=204)
    sid = ana.texts("hi", app=app)

    (told,) = line.forms("/sms")
    assert (told["From"], told["To"]) == (from_, to)
    assert ana.reads() == "Here."
    assert line.wait_for("/receipts", 2)[1]["To"] == from_
    assert twilio.messages(sid).fetch().from_ == from_


@pytest.mark.parametrize("sender", ["72345", "FEDEX"])
def test_machines_text_from_short_codes_and_names(line: ALine, network: Network, sender: str) -> None:
    network.phone(sender, "A machine").texts("your code is 1234")

    assert line.forms("/sms")[0]["From"] == sender


def test_a_short_code_may_be_a_number_of_the_lines(carrier: Callable[..., Running], line: ALine) -> None:
    network = Network(carrier(numbers=("72345",)).url)
    ana = network.phone(ANA, "Ana")
    line.answers["/sms"] = "<Message>Here.</Message>"
    ana.texts("hi")
    assert ana.reads() == "Here."
    with pytest.raises(NeverCame, match="nobody can call it"):
        ana.calls()
    network.close()


def test_with_keywords_off_the_line_is_alone(carrier: Callable[..., Running], line: ALine) -> None:
    network = Network(carrier(keywords="off").url)
    ana = network.phone(ANA, "Ana")
    line.answers["/sms"] = "<Message>You are out.</Message>"
    ana.texts("STOP")

    assert ana.reads() == "You are out."
    network.close()


def test_texts_at_once_all_arrive(line: ALine, ana: Phone) -> None:
    line.answers["/sms"] = lambda form: f"<Message>{form['Body']}</Message>"
    ana.texts_at_once(*(f"number {n}" for n in range(8)))

    line.wait_for("/sms", 8)
    assert len({form["MessageSid"] for form in line.forms("/sms")}) == 8
    assert sorted(ana.reads() for _ in range(8)) == [f"number {n}" for n in range(8)]


def test_a_broken_answer_goes_to_the_fallback(carrier: Callable[..., Running], line: ALine) -> None:
    network = Network(carrier(sms_fallback_url=f"{line.url}/fallback").url)
    line.answers["/sms"] = Response("no", status=500)
    line.answers["/fallback"] = "<Message>Call us.</Message>"
    ana = network.phone(ANA, "Ana")
    ana.texts("hi")

    ana.reads("call us")
    (told,) = line.forms("/fallback")
    assert told["ErrorCode"] == "11200"
    assert told["Body"] == "hi"
    assert [refusal["code"] for refusal in network.refusals()] == [11200]
    network.close()


def test_reading_on_skips_what_was_read_before(line: ALine, ana: Phone) -> None:
    line.answers["/sms"] = lambda form: f"<Message>{form['Body']}</Message>"
    ana.texts("first")
    ana.texts("second")

    ana.reads("second")
    with pytest.raises(NeverCame) as came:
        ana.reads("first", within=0.1)
    assert "reads: second" in str(came.value), "the failure tells what came instead"
    assert "/sms -> 200" in str(came.value)


def test_an_old_request_can_be_repeated_byte_for_byte(line: ALine, ana: Phone, network: Network) -> None:
    answers = iter(["<Message>first</Message>", "<Message>again</Message>"])
    line.answers["/sms"] = lambda form: next(answers)
    ana.texts("hi")
    (asked,) = [item for item in network.trace() if item["why"] == "text"]

    again = network.repeat(asked["n"])

    assert "again" in again["body"]
    found, two = line.forms("/sms")
    assert found == two
    ana.reads("first")
    ana.reads_nothing()


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("ñ" * 70, 1),
        ("☎" * 70, 1),
        ("☎" * 71, 2),
        ("[" * 80, 1),
        ("[" * 81, 2),
        ("", 1),
    ],
)
def test_segments_are_counted_as_the_network_does(body: str, parts: int) -> None:
    assert segments(body) == parts


def test_a_text_keeps_its_lines_and_signs(line: ALine, ana: Phone) -> None:
    got: list[Form] = []
    line.answers["/sms"] = lambda form: got.append(form) or ""  # type: ignore[func-returns-value]
    ana.texts("a & b < c\n¿qué?  ☎")

    assert got[0]["Body"] == "a & b < c\n¿qué?  ☎"
