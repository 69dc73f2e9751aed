"""The account's own things at the practice carrier, as Twilio's own client meets them: what is there, and refused."""

from __future__ import annotations

from typing import Any

import pytest
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from checkin.practice.server import Running
from checkin.telephony.account_http import TwilioHosts
from tests.cast import LINE
from tests.practice.conftest import ACCOUNT, TOKEN
from tests.practice.test_rest import refused

DEFINITION: dict[str, Any] = {
    "description": "d",
    "states": [
        {"name": "Trigger", "type": "trigger", "transitions": [], "properties": {"offset": {"x": 0, "y": 0}}},
    ],
    "initial_state": "Trigger",
    "flags": {"allow_concurrent_calls": True},
}


@pytest.fixture
def client(running: Running) -> Client:
    """Twilio's client, whose every host is the carrier."""
    return Client(ACCOUNT, TOKEN, http_client=TwilioHosts(running.url, (5.0, 5.0)))


def test_numbers_for_sale_by_area_code_and_what_they_cost(client: Client) -> None:
    found = client.available_phone_numbers("US").local.list(area_code=415, limit=5)
    assert {offer.phone_number[:5] for offer in found} == {"+1415"}
    assert found[0].locality == "San Francisco"
    assert [offer.phone_number[:5] for offer in client.available_phone_numbers("US").toll_free.list()] == [
        "+1833", "+1888",
    ]  # fmt: skip
    prices = client.pricing.v1.phone_numbers.countries("US").fetch()
    assert {entry["number_type"] for entry in prices.phone_number_prices} == {"local", "toll free"}
    with pytest.raises(TwilioException, match="20404"):
        client.available_phone_numbers("XX").local.list()


def test_what_was_bought_is_for_sale_no_more_and_given_back_it_is_again(client: Client) -> None:
    offer = client.available_phone_numbers("US").local.list(limit=1)[0].phone_number
    bought = client.incoming_phone_numbers.create(phone_number=offer)
    assert offer not in [left.phone_number for left in client.available_phone_numbers("US").local.list()]
    bought.delete()
    assert offer in [left.phone_number for left in client.available_phone_numbers("US").local.list()]


def test_a_number_is_a_sender_of_one_service_alone(client: Client, running: Running) -> None:
    sid = running.exchange.numbers[LINE].sid
    first, second = (client.messaging.v1.services.create(friendly_name=name) for name in ("one", "two"))
    client.messaging.v1.services(first.sid).phone_numbers.create(phone_number_sid=sid)
    assert [sender.phone_number for sender in client.messaging.v1.services(first.sid).phone_numbers.list()] == [LINE]
    with refused(21710, 409):
        client.messaging.v1.services(first.sid).phone_numbers.create(phone_number_sid=sid)
    with refused(21712, 409):
        client.messaging.v1.services(second.sid).phone_numbers.create(phone_number_sid=sid)
    with refused(21703, 404):
        client.messaging.v1.services(second.sid).phone_numbers.create(phone_number_sid="PN" + "0" * 32)


def test_registrations_are_as_a_test_says(client: Client, running: Running) -> None:
    account, sid = running.exchange.account, running.exchange.numbers[LINE].sid
    service = client.messaging.v1.services.create(friendly_name="peers")
    account.services[service.sid].campaigns = ["IN_PROGRESS", "VERIFIED"]
    account.brands, account.toll_free = ["APPROVED"], {sid: "IN_REVIEW"}
    found = client.messaging.v1.services(service.sid).us_app_to_person.list()
    assert [campaign.campaign_status for campaign in found] == ["IN_PROGRESS", "VERIFIED"]
    assert [brand.status for brand in client.messaging.v1.brand_registrations.list()] == ["APPROVED"]
    asked = client.messaging.v1.tollfree_verifications.list(tollfree_phone_number_sid=sid)
    assert [verification.status for verification in asked] == ["IN_REVIEW"]


def test_a_flow_is_validated_published_and_deleted(client: Client) -> None:
    flows = client.studio.v2.flows
    assert client.studio.v2.flow_validate.update(friendly_name="f", status="draft", definition=DEFINITION).valid
    with refused(81022, 422):
        flows.create(friendly_name="f", status="published", definition=DEFINITION | {"initial_state": "nowhere"})
    with refused(20001):
        flows.create(friendly_name="f", status="live", definition=DEFINITION)
    made = flows.create(friendly_name="f", status="published", definition=DEFINITION)
    assert made.webhook_url.endswith(f"/v1/Accounts/{ACCOUNT}/Flows/{made.sid}")
    assert [flow.definition for flow in flows.list()] == [None]
    assert flows(made.sid).fetch().definition == DEFINITION
    assert flows(made.sid).update(status="published", definition=DEFINITION).revision == 2
    flows(made.sid).delete()
    with refused(20404, 404):
        flows(made.sid).fetch()


def test_a_key_signs_in_with_its_secret_and_nobody_else_does(client: Client, running: Running) -> None:
    running.exchange.account.keys["SK1"] = "secret"
    http = TwilioHosts(running.url, (5.0, 5.0))
    assert Client("SK1", "secret", ACCOUNT, http_client=http).api.v2010.account.balance.fetch().currency == "USD"
    for user, password in (("SK1", "another"), ("SK2", "secret"), ("SK1", "")):
        with refused(20003, 401):
            Client(user, password or "-", ACCOUNT, http_client=http).api.v2010.account.balance.fetch()
    assert client.voice.v1.dialing_permissions.countries("US").fetch().low_risk_numbers_enabled


def test_lists_come_in_pages(client: Client) -> None:
    for nth in range(5):
        client.messaging.v1.services.create(friendly_name=f"service {nth}")
    assert len(client.messaging.v1.services.list(page_size=2)) == 5
