"""How the network's refusals and silences come back to us: in one of three ways, and with nothing personal in them."""

from __future__ import annotations

import logging
import socket
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from checkin.telephony.port import GatewayError, MaybeDone, Refused, TryLater
from checkin.telephony.twilio import TwilioGateway
from tests.gateway.asked import BEN, BODY, CA, CALL, LINE, RE, SM, TEXT, text_row
from tests.gateway.conftest import ACCOUNT, TOKEN, Wire, hangs, refuses, resets, says

EVERYTHING: list[Callable[[TwilioGateway], object]] = [
    lambda gateway: gateway.send_text(TEXT),
    lambda gateway: gateway.place_call(CALL),
    lambda gateway: gateway.move_call(CA, "https://line.example.org/x"),
    lambda gateway: gateway.end_call(CA, answered=True),
    lambda gateway: gateway.redact_text(SM),
    lambda gateway: gateway.find_texts(BEN, LINE, datetime(2026, 3, 4, tzinfo=UTC)),
    lambda gateway: gateway.fetch_recording(RE),
    lambda gateway: gateway.delete_recording(RE),
]


@pytest.mark.parametrize("ask", EVERYTHING)
@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, 20003, Refused),
        (403, 0, Refused),
        (429, 20429, TryLater),
        (500, 20500, MaybeDone),
        (503, 0, MaybeDone),
        (408, 0, MaybeDone),
    ],
)
def test_every_request_fails_in_one_of_three_ways(
    wire: Wire, gateway: TwilioGateway, ask: Callable[[TwilioGateway], object], status: int, code: int, kind: type
) -> None:
    wire.does(refuses(status, code, f"The number {BEN} said {BODY}"))

    with pytest.raises(GatewayError) as failed:
        ask(gateway)

    assert type(failed.value) is kind
    assert len(wire.asked) == 1


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, 21211, Refused),
        (400, 21610, Refused),
        (400, 21614, Refused),
        (429, 21611, TryLater),
        (400, 21611, TryLater),
    ],
)
def test_the_code_of_a_refusal_is_kept(wire: Wire, gateway: TwilioGateway, status: int, code: int, kind: type) -> None:
    wire.does(refuses(status, code, f"The 'To' number {BEN} is not valid"))

    with pytest.raises(kind) as failed:
        gateway.send_text(TEXT)

    assert failed.value.code == code


@pytest.mark.parametrize("ask", EVERYTHING)
def test_nothing_personal_is_in_an_error_or_behind_it(
    wire: Wire, gateway: TwilioGateway, ask: Callable[[TwilioGateway], object]
) -> None:
    wire.does(refuses(400, 21211, f"The 'To' number {BEN} with {BODY} and {TOKEN} is not valid"))

    with pytest.raises(GatewayError) as failed:
        ask(gateway)

    told = "".join(traceback.format_exception(failed.value))
    assert failed.value.__context__ is None
    assert not any(secret in told + repr(failed.value) for secret in (BEN, BODY, TOKEN, BEN[2:]))


@pytest.mark.parametrize("ask", EVERYTHING)
def test_nothing_personal_is_in_the_logs(
    wire: Wire, gateway: TwilioGateway, ask: Callable[[TwilioGateway], object], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    wire.does(refuses(400, 21211, f"The 'To' number {BEN} is not valid"))

    with pytest.raises(GatewayError):
        ask(gateway)

    assert not any(secret in caplog.text for secret in (BEN, BEN[2:], BODY, TOKEN))


@pytest.mark.parametrize("ask", EVERYTHING)
def test_a_network_that_is_not_there_can_be_asked_again(ask: Callable[[TwilioGateway], object]) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        nobody = TwilioGateway(ACCOUNT, TOKEN, f"http://127.0.0.1:{held.getsockname()[1]}", timeout=(0.3, 0.3))

        with pytest.raises(TryLater):
            ask(nobody)


def test_a_name_that_leads_nowhere_can_be_asked_again() -> None:
    with pytest.raises(TryLater):
        TwilioGateway(ACCOUNT, TOKEN, "http://nowhere.invalid", timeout=(0.3, 0.3)).send_text(TEXT)


def test_a_connection_that_breaks_after_we_asked_leaves_it_open(wire: Wire, gateway: TwilioGateway) -> None:
    wire.does(resets)

    with pytest.raises(MaybeDone):
        gateway.send_text(TEXT)

    assert len(wire.asked) == 1


def test_no_answer_in_time_leaves_it_open_and_is_not_asked_twice(wire: Wire) -> None:
    gateway = TwilioGateway(ACCOUNT, TOKEN, wire.url, timeout=(5, 0.2))
    done = threading.Event()
    wire.does(hangs(done))

    with pytest.raises(MaybeDone):
        gateway.send_text(TEXT)

    done.set()
    assert len(wire.asked) == 1


@pytest.mark.parametrize("body", [b"<html>captive portal</html>", b"", b"{}", b"[]", b"null"])
def test_an_answer_that_makes_no_sense_leaves_it_open(wire: Wire, gateway: TwilioGateway, body: bytes) -> None:
    wire.does(says(201, body))

    with pytest.raises(MaybeDone):
        gateway.send_text(TEXT)


def test_a_redirect_is_not_followed_with_our_token(wire: Wire, elsewhere: Wire, gateway: TwilioGateway) -> None:
    elsewhere.does(says(201, text_row()))
    wire.does(says(307, {}, {"Location": elsewhere.url + "/steal"}))

    with pytest.raises(GatewayError):
        gateway.send_text(TEXT)

    assert elsewhere.asked == []
