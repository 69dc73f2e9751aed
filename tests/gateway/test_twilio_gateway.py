"""What we ask of the network, as it arrives on the wire, and how its refusals come back to us."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from checkin.telephony import twilio as twilio_gateway
from checkin.telephony.port import Accepted, OutgoingCall, OutgoingText, Refused, TryLater
from checkin.telephony.twilio import TwilioGateway
from tests.gateway.asked import BASE, BEN, BODY, CA, CALL, LINE, RE, SM, TEXT, text_row
from tests.gateway.conftest import ACCOUNT, TOKEN, Act, Wire, refuses, says

ME = "ME" + "7" * 32


def test_a_text_leaves_with_its_receipts_address_and_its_validity(wire: Wire, gateway: TwilioGateway) -> None:
    wire.does(says(201, text_row()))

    assert gateway.send_text(TEXT) == Accepted(SM, "queued")

    (asked,) = wire.asked
    assert (asked.method, asked.path) == ("POST", f"{BASE}/Messages.json")
    assert wire.forms == [
        {
            "To": BEN, "From": LINE, "Body": BODY, "ValidityPeriod": "5400",
            "StatusCallback": "https://line.example.org/webhooks/messages/0e",
        }
    ]  # fmt: skip
    assert asked.authorization == "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


@pytest.mark.parametrize(("valid", "seconds"), [(timedelta(0), "1"), (timedelta(days=2), "36000")])
def test_validity_is_kept_within_what_twilio_takes(
    wire: Wire, gateway: TwilioGateway, valid: timedelta, seconds: str
) -> None:
    wire.does(says(201, text_row()))

    gateway.send_text(OutgoingText(BEN, LINE, BODY, "https://line.example.org/x", valid))

    assert wire.forms[0]["ValidityPeriod"] == seconds


def test_a_call_is_placed_with_every_step_told(wire: Wire, gateway: TwilioGateway) -> None:
    wire.does(says(201, {"sid": CA, "status": "queued"}))

    assert gateway.place_call(CALL) == Accepted(CA, "queued")

    (asked,) = wire.asked
    assert asked.path == f"{BASE}/Calls.json"
    assert asked.form == {
        "To": [BEN], "From": [LINE], "Url": [CALL.url], "Method": ["POST"], "Timeout": ["25"],
        "StatusCallback": [CALL.status_url], "StatusCallbackMethod": ["POST"],
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
    }  # fmt: skip


@pytest.mark.parametrize(("after_beep", "how"), [(False, "Enable"), (True, "DetectMessageEnd")])
def test_a_machine_is_listened_for_while_the_call_goes_on(
    wire: Wire, gateway: TwilioGateway, after_beep: bool, how: str
) -> None:
    wire.does(says(201, {"sid": CA, "status": "queued"}))
    where = "https://line.example.org/webhooks/offers/0f/machine"

    gateway.place_call(
        OutgoingCall(BEN, LINE, CALL.url, CALL.status_url, timedelta(seconds=2), where, after_beep=after_beep)
    )

    asked = wire.forms[0]
    assert (asked["MachineDetection"], asked["AsyncAmd"], asked["AsyncAmdStatusCallback"]) == (how, "true", where)
    assert asked["Timeout"] == "5"


def test_no_machine_is_listened_for_unless_asked(wire: Wire, gateway: TwilioGateway) -> None:
    wire.does(says(201, {"sid": CA, "status": "queued"}))

    gateway.place_call(CALL)

    assert "MachineDetection" not in wire.forms[0]


def test_a_room_is_found_by_its_name_and_spoken_into(wire: Wire, gateway: TwilioGateway) -> None:
    cf = "CF" + "6" * 32
    wire.does(
        says(200, {"conferences": [{"sid": cf, "friendly_name": "f00d"}], "page": 0, "page_size": 1}),
        says(200, {"sid": cf}),
    )

    gateway.announce("f00d", "https://line.example.org/webhooks/relays/0a/warning")

    assert wire.asked[0].path == f"{BASE}/Conferences.json"
    assert wire.asked[0].query | {"FriendlyName": ["f00d"], "Status": ["in-progress"]} == wire.asked[0].query
    assert wire.asked[1].path == f"{BASE}/Conferences/{cf}.json"
    assert wire.forms[-1] == {
        "AnnounceUrl": "https://line.example.org/webhooks/relays/0a/warning",
        "AnnounceMethod": "POST",
    }


def test_a_room_that_is_not_listed_yet_is_looked_for_later(wire: Wire, gateway: TwilioGateway) -> None:
    wire.does(says(200, {"conferences": [], "page": 0, "page_size": 1}))

    with pytest.raises(TryLater):
        gateway.announce("f00d", "https://line.example.org/x")


def test_a_picture_comes_from_an_address_of_our_own_making(wire: Wire, gateway: TwilioGateway) -> None:
    wire.does(says(200, b"picture"), says(204))

    assert gateway.fetch_picture(SM, ME) == b"picture"
    gateway.delete_picture(SM, ME)

    assert [item.path for item in wire.asked] == [
        f"{BASE}/Messages/{SM}/Media/{ME}",
        f"{BASE}/Messages/{SM}/Media/{ME}.json",
    ]


@pytest.mark.parametrize(("text", "picture"), [("SM1", ME), (SM, "ME1"), (SM, "../" + ME), ("http://x/", ME)])
def test_only_ids_of_twilios_are_asked_for(wire: Wire, gateway: TwilioGateway, text: str, picture: str) -> None:
    with pytest.raises(Refused):
        gateway.fetch_picture(text, picture)
    assert wire.asked == []


def test_a_live_call_is_moved(wire: Wire, gateway: TwilioGateway) -> None:
    wire.does(says(200, {"sid": CA, "status": "in-progress"}))

    gateway.move_call(CA, "https://line.example.org/webhooks/voice/wait/c0/1")

    assert wire.asked[0].path == f"{BASE}/Calls/{CA}.json"
    assert wire.forms == [{"Url": "https://line.example.org/webhooks/voice/wait/c0/1", "Method": "POST"}]


def test_a_call_that_is_over_cannot_be_moved(wire: Wire, gateway: TwilioGateway) -> None:
    wire.does(refuses(400, 21220, "Call is not in-progress. Cannot redirect."))

    with pytest.raises(Refused) as refused:
        gateway.move_call(CA, "https://line.example.org/x")

    assert refused.value.code == 21220


def test_a_ringing_call_is_canceled_and_an_answered_one_hung_up(wire: Wire, gateway: TwilioGateway) -> None:
    wire.does(says(200, {"sid": CA, "status": "canceled"}))

    gateway.end_call(CA, answered=False)
    gateway.end_call(CA, answered=True)

    assert wire.forms == [{"Status": "canceled"}, {"Status": "completed"}]


def test_a_call_of_ours_has_something_to_say_when_we_do_not_answer(wire: Wire) -> None:
    wire.does(says(201, {"sid": CA, "status": "queued"}))
    bin_at_twilio = "https://handler.twilio.com/twiml/EH0123456789abcdef0123456789abcdef"

    TwilioGateway(ACCOUNT, TOKEN, wire.url, timeout=(5, 5), fallback_url=bin_at_twilio).place_call(CALL)

    assert wire.forms[0]["FallbackUrl"] == bin_at_twilio
    assert wire.forms[0]["FallbackMethod"] == "POST"


def test_a_log_that_never_ends_is_not_followed_for_ever(
    wire: Wire, gateway: TwilioGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_gateway, "MOST_LOGGED", 3000)
    page = {"messages": [text_row()], "next_page_uri": f"{BASE}/Messages.json?Page=1&PageToken=again"}
    wire.does(says(200, page))

    gateway.texts_since(datetime(2026, 3, 4, tzinfo=UTC))

    assert len(wire.asked) == 4  # three pages are read, and Twilio's client asks for one more than it gives


@pytest.mark.parametrize(
    "answered",
    [says(200, {"sid": CA, "status": "in-progress"}), refuses(400, 21220, "Call is in-progress.")],
    ids=["as Twilio says it", "as others may"],
)
def test_a_call_that_was_picked_up_while_we_canceled_it_is_hung_up(
    wire: Wire, gateway: TwilioGateway, answered: Act
) -> None:
    wire.does(answered, says(200, {"sid": CA, "status": "completed"}))

    gateway.end_call(CA, answered=False)

    assert wire.forms == [{"Status": "canceled"}, {"Status": "completed"}]


@pytest.mark.parametrize(("status", "code"), [(400, 21220), (404, 20404)])
def test_ending_what_has_ended_is_no_error(wire: Wire, gateway: TwilioGateway, status: int, code: int) -> None:
    wire.does(refuses(status, code, "over"))

    gateway.end_call(CA, answered=True)
    gateway.end_call(CA, answered=False)


def test_a_text_is_blanked(wire: Wire, gateway: TwilioGateway) -> None:
    wire.does(says(200, text_row(body="")))

    gateway.redact_text(SM)

    assert (wire.asked[0].path, wire.forms) == (f"{BASE}/Messages/{SM}.json", [{"Body": ""}])


def test_an_unknown_text_is_looked_for_among_those_between_the_two_numbers(wire: Wire, gateway: TwilioGateway) -> None:
    noon = datetime(2026, 3, 4, 12, 0, 0, 250_000, tzinfo=UTC)
    sent = text_row(status="undelivered", error_code=30005, date_sent="Wed, 04 Mar 2026 12:00:02 +0000")
    before = text_row(sid="SM" + "9" * 32, date_created="Wed, 04 Mar 2026 11:59:59 +0000")
    wire.does(says(200, {"messages": [sent, before], "next_page_uri": None, "page_size": 50}))

    (found,) = gateway.find_texts(BEN, LINE, noon)

    assert (found.sid, found.status, found.error_code, found.body) == (SM, "undelivered", 30005, BODY)
    assert found.sent_at == datetime(2026, 3, 4, 12, 0, 2, tzinfo=UTC)
    assert wire.asked[0].query == {"To": [BEN], "From": [LINE], "PageSize": ["50"]}


def test_a_recording_is_destroyed_and_gone_already_is_no_error(wire: Wire, gateway: TwilioGateway) -> None:
    wire.does(says(204), refuses(404, 20404, "not found"))

    gateway.delete_recording(RE)
    gateway.delete_recording(RE)

    assert [(asked.method, asked.path) for asked in wire.asked] == [("DELETE", f"{BASE}/Recordings/{RE}.json")] * 2


def test_a_recording_that_may_not_be_destroyed_is_said(wire: Wire, gateway: TwilioGateway) -> None:
    wire.does(refuses(401, 20003, "Authenticate"))

    with pytest.raises(Refused):
        gateway.delete_recording(RE)


def test_each_thread_gets_its_own_answer(wire: Wire, gateway: TwilioGateway) -> None:
    def echo(handler: Any) -> None:
        to = handler.asked.form["To"][0]
        says(201, text_row(sid="SM" + to[-4:].zfill(32)))(handler)

    wire.does(echo)
    numbers = [f"+1555555{number:04}" for number in range(80)]

    def send(number: str) -> str:
        return gateway.send_text(OutgoingText(number, LINE, BODY, "https://line.example.org/x")).sid

    with ThreadPoolExecutor(8) as threads:
        sids = list(threads.map(send, numbers))

    assert sids == ["SM" + number[-4:].zfill(32) for number in numbers]


def test_twilio_itself_is_asked_when_no_other_carrier_is_named() -> None:
    gateway = TwilioGateway(ACCOUNT, TOKEN)

    assert gateway._http.here("https://api.twilio.com/2010-04-01/x.json?To=1") == (
        "https://api.twilio.com/2010-04-01/x.json?To=1"
    )
    assert gateway._http.here("https://api.dublin.ie1.twilio.com/x") == "https://api.twilio.com/x"


def test_the_environment_does_not_lead_requests_elsewhere(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    wire.does(says(201, text_row()))

    assert TwilioGateway(ACCOUNT, TOKEN, wire.url).send_text(TEXT).sid == SM
