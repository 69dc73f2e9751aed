"""What `checkin doctor` asks of our own address: only this line can answer it, and only Twilio's token asks."""

from __future__ import annotations

import pytest

from checkin.core.encryption import Keys
from checkin.telephony import round_trip
from tests.webhooks.conftest import ACCOUNT, PUBLIC_URL, Behind, Twilio, sign, verbs

NONCE = "0123456789abcdef" * 2
FORM = {"AccountSid": ACCOUNT, "Nonce": NONCE}


def test_the_answer_is_one_that_only_this_line_gives(twilio: Twilio, behind: Behind) -> None:
    told = twilio.post(round_trip.PATH, Nonce=NONCE).get_json()
    assert told["proof"] == behind.keys.sign(round_trip.message(NONCE))
    assert told["proof"] != Keys(("another" * 8,)).sign(round_trip.message(NONCE))
    assert behind.transactions == 0


@pytest.mark.parametrize("nonce", ["", "x" * 32, NONCE + "0", "proof of"])
def test_nothing_else_is_signed(twilio: Twilio, nonce: str) -> None:
    assert twilio.post(round_trip.PATH, Nonce=nonce).status_code == 400


@pytest.mark.parametrize("signature", [None, "x", sign(PUBLIC_URL + round_trip.PATH, FORM, "another token")])
def test_nobody_asks_it_without_the_token(twilio: Twilio, signature: str | None) -> None:
    refused = twilio.send(round_trip.PATH, FORM, signature)
    assert refused.status_code == 403
    assert verbs(refused) == []


@pytest.mark.parametrize("forwarded", [True, False])
def test_it_says_whether_a_proxy_handed_it_on(twilio: Twilio, forwarded: bool) -> None:
    headers = {"X-Forwarded-For": "192.0.2.1"} if forwarded else {}
    told = twilio.send(round_trip.PATH, FORM, sign(PUBLIC_URL + round_trip.PATH, FORM), headers=headers).get_json()
    assert (told["forwarded"], told["trusted"]) == (forwarded, False)
