"""What Twilio brings is refused, and the setting that is probably wrong is named. Strangers are not counted."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from checkin.web.front import CALLED as SET_BY_FRONT
from tests.webhooks.conftest import EVERYTHING, PUBLIC_URL, TOKEN, Behind, Twilio, door_of, sign
from webhooks import signature

PATH = "/webhooks/sms"


@dataclass
class Noted:
    causes: list[str] = field(default_factory=list)
    good_ones: int = 0

    def refused(self, cause: str) -> None:
        self.causes.append(cause)

    def good(self) -> None:
        self.good_ones += 1


@pytest.fixture
def noted() -> Noted:
    return Noted()


@pytest.fixture
def door(behind: Behind, noted: Noted) -> Twilio:
    return Twilio(door_of(behind, refused=noted))


def test_a_wrong_token_is_named(door: Twilio, noted: Noted) -> None:
    door.send(PATH, EVERYTHING, sign(PUBLIC_URL + PATH, EVERYTHING, "another"))
    assert noted.causes == ["TWILIO_AUTH_TOKEN isn't the account's, or a proxy changes requests"]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("how", ["host", "forwarded"])
def test_another_address_than_public_url_is_named(door: Twilio, noted: Noted, scheme: str, how: str) -> None:
    signed = sign(f"{scheme}://old.example.net{PATH}", EVERYTHING)
    told = {"headers": {"X-Forwarded-Host": "old.example.net"}} if how == "forwarded" else {}
    called = {signature.CALLED: "old.example.net"} if how == "host" else {}
    assert door.send(PATH, EVERYTHING, signed, environ_overrides=called, **told).status_code == 403
    assert noted.causes == [f"Twilio asks {scheme}://old.example.net, and PUBLIC_URL says otherwise"]


def test_another_account_is_named(door: Twilio, noted: Noted) -> None:
    other = EVERYTHING | {"AccountSid": "AC" + "b" * 32}
    door.send(PATH, other, sign(PUBLIC_URL + PATH, other, TOKEN))
    assert noted.causes == ["TWILIO_ACCOUNT_SID is another account than the one that signs"]


@pytest.mark.parametrize("form", [{}, {"AccountSid": "AC" + "b" * 32}])
def test_a_stranger_who_does_not_know_our_account_counts_for_nothing(
    door: Twilio, noted: Noted, form: dict[str, str]
) -> None:
    assert door.send(PATH, form, "A" * 27 + "=").status_code == 403
    assert noted.causes == []


def test_what_is_twilios_is_told_too(door: Twilio, noted: Noted) -> None:
    door.post(PATH, EVERYTHING)
    assert (noted.good_ones, noted.causes) == (1, [])


def test_the_front_says_by_which_host_we_were_called() -> None:
    assert SET_BY_FRONT == signature.CALLED
