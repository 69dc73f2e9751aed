"""Asking our own address: every way in which it can go wrong has its word, and none is an exception."""

from __future__ import annotations

import pytest

from checkin.telephony import round_trip
from checkin.telephony.signature import Signatures
from tests.gateway.conftest import ACCOUNT, TOKEN, Act, Wire, resets, says

NONCE = "0" * 32


class Form(dict[str, list[str]]):
    def getlist(self, name: str) -> list[str]:
        return self[name]


def test_it_is_signed_as_twilio_signs(wire: Wire) -> None:
    wire.does(says(200, {"proof": "p", "forwarded": True, "trusted": False}))
    found = round_trip.ask(wire.url, ACCOUNT, TOKEN, NONCE)
    assert (found.trouble, found.status, found.proof, found.forwarded, found.trusted) == ("", 200, "p", True, False)
    (asked,) = wire.asked
    signature = asked.headers["x-twilio-signature"]
    assert Signatures(wire.url, [TOKEN]).allow(asked.path, "", Form(asked.form), signature)
    assert not Signatures(wire.url, ["another"]).allow(asked.path, "", Form(asked.form), signature)
    assert TOKEN not in str(asked)


@pytest.mark.parametrize(
    ("act", "trouble", "status"),
    [
        (says(403, b""), "", 403),
        (says(200, b"<html>"), "", 200),
        (says(200, ["no object"]), "", 200),
        (says(301, b"", {"Location": "https://www.example.net/"}), "redirect", 301),
        (resets, "no connection", 0),
    ],
)
def test_what_comes_back_is_told(wire: Wire, act: Act, trouble: str, status: int) -> None:
    wire.does(act)
    found = round_trip.ask(wire.url, ACCOUNT, TOKEN, NONCE)
    assert (found.trouble, found.status, found.proof) == (trouble, status, "")


def test_nobody_there_and_no_such_host_are_told_apart() -> None:
    assert round_trip.ask("http://127.0.0.1:9", ACCOUNT, TOKEN, NONCE).trouble == "no connection"
    assert round_trip.ask("https://nowhere.invalid", ACCOUNT, TOKEN, NONCE).trouble == "no such host"


def test_a_server_without_tls_has_no_good_certificate(wire: Wire) -> None:
    wire.does(says(200, {}))
    assert round_trip.ask(wire.url.replace("http:", "https:"), ACCOUNT, TOKEN, NONCE).trouble == "certificate"


def test_the_networks_time_is_read_off_its_answer(wire: Wire) -> None:
    assert round_trip.network_time("http://127.0.0.1:9") is None
