"""Nobody but Twilio comes in. Every route is tried: a new one that is not guarded fails here."""

from __future__ import annotations

import io
import json
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from werkzeug.routing import Rule

from checkin.conversations import abandoned_call, inbound_call, inbound_text
from checkin.core.encryption import Keys
from checkin.core.reply import CalledBack, NextTurn, OfferKeys, RoomLeft, VolunteerCode, VolunteerMenu, WaitTick
from checkin.delivery import receipts
from checkin.followups import calling
from checkin.relays import call_backs, call_ending, call_limit, offers, wait_loop
from checkin.telephony import round_trip
from checkin.telephony.addresses import Addresses, signed_picture
from tests.webhooks.conftest import (
    ACCOUNT,
    EVERYTHING,
    NOON,
    PUBLIC_URL,
    SECOND_TOKEN,
    SM,
    Behind,
    Twilio,
    sign,
    verbs,
)

ROUTES = {
    "/webhooks/sms": inbound_text.receive,
    f"/webhooks/sms/{SM}/status": receipts.on_answer_receipt,
    "/webhooks/messages/0e": receipts.on_receipt,
    "/webhooks/voice": inbound_call.begin,
    "/webhooks/voice/turn/3": inbound_call.answer,
    "/webhooks/voice/status": inbound_call.on_ended,
    "/webhooks/recordings": abandoned_call.recording_done,
    "/webhooks/voice/wait/c0de/3": wait_loop.wait,
    "/webhooks/offers/0ffe": offers.answered,
    "/webhooks/offers/0ffe/keys/1": offers.pressed,
    "/webhooks/offers/0ffe/status": offers.status,
    "/webhooks/relays/c0de/left/contact": call_ending.left_room,
    "/webhooks/relays/c0de/left/volunteer": call_ending.left_room,
    "/webhooks/relays/c0de/room": call_ending.room_event,
    "/webhooks/relays/c0de/back": call_backs.answered,
    "/webhooks/relays/c0de/back/keys/0": call_backs.pressed,
    "/webhooks/relays/c0de/back/status": call_backs.status,
    "/webhooks/relays/c0de/back/machine": call_backs.guessed,
    "/webhooks/relays/c0de/back/message": call_backs.on_machine,
    "/webhooks/relays/c0de/warning": call_limit.warning,
    "/webhooks/offers/0ffe/machine": offers.guessed,
    "/webhooks/volunteer/0": inbound_call.on_volunteer_keys,
    "/webhooks/volunteer/code/0": inbound_call.volunteer_code,
    "/webhooks/out/f0110": calling.on_answered,
    "/webhooks/out/f0110/status": calling.on_ended,
    "/webhooks/out/f0110/machine": calling.on_machine_guess,
    "/webhooks/out/f0110/message": calling.onto_machine,
}
EVERY_ROUTE = pytest.mark.parametrize("path", ROUTES)


def rule_of(app: Flask, path: str) -> Rule:
    rule, _ = app.url_map.bind("line.example.org").match(path, method="POST", return_rule=True)
    return rule


def assert_refused(behind: Behind, response: object, status: int = 403) -> None:
    assert response.status_code == status  # type: ignore[attr-defined]
    assert verbs(response) == []  # type: ignore[arg-type]
    assert behind.transactions == 0
    assert behind.came == []


def test_the_routes_tried_here_are_all_there_are(app: Flask) -> None:
    tried = {rule_of(app, path).rule for path in (*ROUTES, round_trip.PATH)}  # that one: test_proof.py
    there = {rule.rule for rule in app.url_map.iter_rules() if not rule.rule.startswith("/media/")}

    assert tried == there
    assert all(rule.methods == {"POST", "OPTIONS"} for rule in app.url_map.iter_rules() if rule.rule in tried)


@EVERY_ROUTE
def test_twilio_itself_comes_in(twilio: Twilio, behind: Behind, path: str) -> None:
    response = twilio.post(path, EVERYTHING)

    assert response.status_code == 200
    verbs(response)
    assert [came[0] for came in behind.came] == [ROUTES[path]]


@EVERY_ROUTE
def test_the_second_token_is_good_too(twilio: Twilio, behind: Behind, path: str) -> None:
    response = twilio.send(path, EVERYTHING, sign(PUBLIC_URL + path, EVERYTHING, SECOND_TOKEN))

    assert response.status_code == 200
    assert len(behind.came) == 1


@EVERY_ROUTE
@pytest.mark.parametrize("signature", [None, "", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
def test_nobody_comes_in_without_a_signature(twilio: Twilio, behind: Behind, path: str, signature: str | None) -> None:
    assert_refused(behind, twilio.send(path, EVERYTHING, signature))


@EVERY_ROUTE
def test_another_token_does_not_open(twilio: Twilio, behind: Behind, path: str) -> None:
    assert_refused(behind, twilio.send(path, EVERYTHING, sign(PUBLIC_URL + path, EVERYTHING, "a-token")))
    assert_refused(behind, twilio.send(path, EVERYTHING, sign(PUBLIC_URL + path, EVERYTHING, "")))


@EVERY_ROUTE
@pytest.mark.parametrize(
    "changed", [{"Body": "other"}, {"CallStatus": "busy"}, {"Added": "1"}, {"From": "+15555550112"}]
)
def test_what_was_changed_on_the_way_stays_out(
    twilio: Twilio, behind: Behind, path: str, changed: dict[str, str]
) -> None:
    assert_refused(behind, twilio.send(path, {**EVERYTHING, **changed}, sign(PUBLIC_URL + path, EVERYTHING)))


@EVERY_ROUTE
@pytest.mark.parametrize(
    "url",
    [
        "http://line.example.org{path}",
        "https://line.example.org:8443{path}",
        "https://line.example.org{path}/",
        "https://line.example.org{path}?silent=1",
        "https://line.example.org{path}x",
        "https://evil.test{path}",
        "http://localhost{path}",
    ],
)
def test_a_signature_for_another_address_does_not_open(twilio: Twilio, behind: Behind, path: str, url: str) -> None:
    assert_refused(behind, twilio.send(path, EVERYTHING, sign(url.format(path=path), EVERYTHING)))


@EVERY_ROUTE
@pytest.mark.parametrize("host", ["evil.test", "evil.test:99999", "line.example.org:8443"])
def test_a_host_that_a_stranger_writes_changes_nothing(twilio: Twilio, behind: Behind, path: str, host: str) -> None:
    headers = {"Host": host, "X-Forwarded-Host": host, "X-Forwarded-Proto": "http", "X-Original-URL": "/"}

    assert_refused(behind, twilio.send(path, EVERYTHING, sign(f"https://{host}{path}", EVERYTHING), headers=headers))

    response = twilio.send(path, EVERYTHING, sign(PUBLIC_URL + path, EVERYTHING), headers=headers)
    assert response.status_code == 200


@EVERY_ROUTE
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_only_a_form_comes_in(twilio: Twilio, behind: Behind, path: str, content_type: str) -> None:
    body = json.dumps(EVERYTHING)

    response = twilio.send(path, {}, sign(PUBLIC_URL + path, {}), data=body, content_type=content_type)

    assert_refused(behind, response)


@EVERY_ROUTE
def test_a_form_of_another_kind_stays_out_even_when_it_is_signed(twilio: Twilio, behind: Behind, path: str) -> None:
    response = twilio.send(
        path, {}, sign(PUBLIC_URL + path, EVERYTHING), data=EVERYTHING, content_type="multipart/form-data"
    )

    assert_refused(behind, response)


@EVERY_ROUTE
@pytest.mark.parametrize("account", ["", "AC" + "b" * 32, ACCOUNT.lower(), ACCOUNT + " "])
def test_another_account_stays_out(twilio: Twilio, behind: Behind, path: str, account: str) -> None:
    form = {**EVERYTHING, "AccountSid": account}

    assert_refused(behind, twilio.send(path, form, sign(PUBLIC_URL + path, form)))


@EVERY_ROUTE
def test_a_parameter_that_is_given_twice_stays_out(twilio: Twilio, behind: Behind, path: str) -> None:
    """Twilio signs each value once, so that a second one is not covered by the signature."""
    body = urlencode(EVERYTHING) + "&" + urlencode({"Body": EVERYTHING["Body"]})

    response = twilio.send(path, {}, sign(PUBLIC_URL + path, EVERYTHING), data=body)

    assert_refused(behind, response)


@EVERY_ROUTE
def test_a_body_that_is_too_large_stays_out(twilio: Twilio, behind: Behind, path: str) -> None:
    form = {**EVERYTHING, "Body": "x" * 270_000}

    assert_refused(behind, twilio.send(path, form, sign(PUBLIC_URL + path, form)), 413)


class Unread(io.BytesIO):
    """A body that nobody may read."""

    read = readline = readinto = read1 = None  # type: ignore[assignment]


@EVERY_ROUTE
@pytest.mark.parametrize(
    ("signature", "length", "status"),
    [(None, 60_000, 403), ("", 60_000, 403), ("not a signature", 60_000, 403), ("A" * 27 + "=", 300_000, 413)],
)
def test_what_is_refused_for_its_head_is_not_read(
    twilio: Twilio, behind: Behind, path: str, signature: str | None, length: int, status: int
) -> None:
    assert_refused(behind, twilio.send(path, {}, signature, data=None, input_stream=Unread(b"x" * length)), status)


@EVERY_ROUTE
def test_what_twilios_add_ons_tell_of_a_number_comes_in(twilio: Twilio, behind: Behind, path: str) -> None:
    assert twilio.post(path, {**EVERYTHING, "AddOns": "x" * 70_000}).status_code == 200


def test_very_many_parameters_stay_out_whoever_signed_them(twilio: Twilio, behind: Behind) -> None:
    form = {**EVERYTHING, **{f"a{nth}": "" for nth in range(2000)}}

    assert_refused(behind, twilio.send("/webhooks/sms", form, sign(PUBLIC_URL + "/webhooks/sms", form)))


@EVERY_ROUTE
def test_a_request_that_names_no_account_is_proved_by_its_signature(twilio: Twilio, behind: Behind, path: str) -> None:
    """Twilio says of some requests (what is spoken into a room) nowhere that they name it."""
    form = {name: value for name, value in EVERYTHING.items() if name != "AccountSid"}

    assert twilio.send(path, form, sign(PUBLIC_URL + path, form)).status_code == 200
    assert [came[0] for came in behind.came] == [ROUTES[path]]


@EVERY_ROUTE
def test_a_body_of_no_stated_length_is_not_read_without_end(twilio: Twilio, behind: Behind, path: str) -> None:
    body = io.BytesIO(urlencode({**EVERYTHING, "Body": "x" * 270_000}).encode())

    response = twilio.send(
        path, {}, sign(PUBLIC_URL + path, EVERYTHING), data=None, input_stream=body,
        environ_overrides={"wsgi.input_terminated": True},
    )  # fmt: skip

    assert_refused(behind, response, 413)


@EVERY_ROUTE
def test_bytes_that_are_no_letters_do_not_come_in(twilio: Twilio, behind: Behind, path: str) -> None:
    assert_refused(behind, twilio.send(path, {}, sign(PUBLIC_URL + path, EVERYTHING), data=b"\xff\xfe=\x80&Body"))


@EVERY_ROUTE
def test_nothing_is_to_be_got(app: Flask, behind: Behind, path: str) -> None:
    query = urlencode(EVERYTHING)

    response = app.test_client().get(
        f"{path}?{query}", headers={"X-Twilio-Signature": sign(f"{PUBLIC_URL}{path}?{query}", {})}
    )

    assert response.status_code == 405
    assert behind.transactions == 0


def test_an_empty_form_with_a_good_signature_is_answered_and_changes_nothing(twilio: Twilio, behind: Behind) -> None:
    response = twilio.send("/webhooks/sms", {}, sign(PUBLIC_URL + "/webhooks/sms", {}))

    assert verbs(response) == ["Message"]  # the apology
    assert behind.transactions == 0


def test_what_is_in_the_query_is_no_parameter(twilio: Twilio, behind: Behind) -> None:
    path = f"/webhooks/sms?MessageSid={SM}&From=%2B15555550111&To=%2B15555550100"

    assert verbs(twilio.send(path, {"Body": "x"}, sign(PUBLIC_URL + path, {"Body": "x"}))) == ["Message"]
    assert behind.transactions == 0


def test_every_address_that_we_hand_out_leads_to_a_route(app: Flask) -> None:
    addresses = Addresses(PUBLIC_URL, lambda path: f"{path}?s=2")
    thens = (
        NextTurn(1), WaitTick("c0de", 0), OfferKeys("0ffe", 2), RoomLeft("c0de", "contact"),
        RoomLeft("c0de", "volunteer"), RoomLeft("c0de", "lead"), VolunteerMenu(1), VolunteerCode(1),
        CalledBack("c0de", 1),
    )  # fmt: skip
    posted = [
        *(addresses.of(then) for then in thens), *(addresses.silence(then) for then in thens),
        addresses.room("c0de"), addresses.recordings(), addresses.answered_text(SM), addresses.message_status("0e"),
        addresses.offer("0ffe"), addresses.offer_status("0ffe"), addresses.back("c0de"), addresses.back_status("c0de"),
        addresses.offer_machine("0ffe"), addresses.back_machine("c0de"), addresses.left_message("c0de"),
        addresses.warning("c0de"), addresses.out("f0110"), addresses.out_status("f0110"),
        addresses.out_machine("f0110"), addresses.onto_machine("f0110"), PUBLIC_URL + round_trip.PATH,
    ]  # fmt: skip
    got = [
        addresses.story("f00d"),
        addresses.story("f00d", 30),
        addresses.recording("beef"),
        addresses.clip("clips/a b.mp3"),
    ]
    got.append(PUBLIC_URL + signed_picture(Keys(("s" * 40,)), "p1c", NOON))
    routes = app.url_map.bind("line.example.org")

    reached = {routes.match(urlsplit(url).path, method="POST")[0] for url in posted}
    heard = {routes.match(urlsplit(url).path.replace("%20", " "), method="GET")[0] for url in got}

    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    first = {
        "webhooks.twilio.text",
        "webhooks.twilio.call",
        "webhooks.twilio.call_status",
    }  # those stand in Twilio's console
    assert reached | heard | first == known
