"""The account's own things stand at several hosts of Twilio's: the token goes to these and to no other."""

from __future__ import annotations

import pytest

from checkin.telephony.account import TwilioAccount
from checkin.telephony.account_http import TwilioHosts
from checkin.telephony.port import MaybeDone, Refused
from checkin.telephony.twilio import TIMEOUT, TWILIO
from tests.gateway.conftest import ACCOUNT, TOKEN, Wire, refuses, says

HOSTS = ("studio", "messaging", "voice", "pricing", "trusthub", "api")


@pytest.mark.parametrize("host", HOSTS)
def test_each_request_goes_to_its_own_host_of_twilios(host: str) -> None:
    url = f"https://{host}.twilio.com/v1/Things?PageSize=1"
    assert TwilioHosts(TWILIO, TIMEOUT).here(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example.net/v1/Things", "https://twilio.com.example.net/v1/Things",
        "https://eviltwilio.com/v1/Things", "http://studio.twilio.com/v1/Things",
    ],
)  # fmt: skip
def test_whatever_else_an_answer_names_is_asked_at_our_origin(url: str) -> None:
    assert TwilioHosts(TWILIO, TIMEOUT).here(url) == f"{TWILIO}/v1/Things"


@pytest.mark.parametrize("host", HOSTS)
def test_another_carrier_gets_everything_itself(host: str) -> None:
    here = TwilioHosts("https://carrier.example.net", TIMEOUT).here(f"https://{host}.twilio.com/v2/Flows")
    assert here == "https://carrier.example.net/v2/Flows"


def test_what_is_refused_is_said_without_what_was_in_it(wire: Wire) -> None:
    wire.does(refuses(400, 21502, "VoiceUrl https://secret.example.net for +15555550111 is not valid"))
    with pytest.raises(Refused) as said:
        TwilioAccount(ACCOUNT, TOKEN, wire.url).change_number("PN1", {"voice_url": "https://secret.example.net"})
    assert said.value.code == 21502
    assert "secret" not in str(said.value)
    assert said.value.__context__ is None


def test_an_answer_that_is_none_is_no_crash(wire: Wire) -> None:
    wire.does(says(200, b"<html>"))
    with pytest.raises(MaybeDone):
        TwilioAccount(ACCOUNT, TOKEN, wire.url).state()


def test_a_number_is_changed_by_post_alone(wire: Wire) -> None:
    wire.does(says(200, {"sid": "PN1"}))
    TwilioAccount(ACCOUNT, TOKEN, wire.url).change_number("PN1", {"sms_url": "https://a.example.net", "voice_url": ""})
    (form,) = wire.forms
    assert form == {"SmsUrl": "https://a.example.net", "VoiceUrl": "", "SmsMethod": "POST", "VoiceMethod": "POST"}
