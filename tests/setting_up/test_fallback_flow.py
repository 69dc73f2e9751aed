"""What answers at the network while we are down: the crisis number by text and call, and a number that is dialed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checkin.practice import studio_flows
from checkin.practice.twiml.document import read
from checkin.setup.looking import fallback_definition
from tests import make
from tests.cast import ANA, LINE, VAL

CALL = {"CallSid": "CA1", "From": ANA, "To": LINE, "Direction": "inbound"}
OURS = {"CallSid": "CA1", "From": LINE, "To": ANA, "Direction": "outbound-api"}


@pytest.fixture
def flow() -> Any:
    """With a number that is dialed; as it comes back from JSON."""
    return json.loads(json.dumps(fallback_definition(make.library(), "default", VAL)))


def test_its_definition_is_one_that_studio_takes(flow: Any) -> None:
    assert studio_flows.complaints(flow) == []
    assert studio_flows.complaints(json.loads(json.dumps(fallback_definition(make.library(), "default", None)))) == []


def test_a_text_is_told_who_we_are_and_the_crisis_number_in_each_language(flow: Any) -> None:
    (message,) = read(studio_flows.answer(flow, {"MessageSid": "SM1", "From": ANA, "To": LINE, "Body": "hi"})).children
    assert message.name == "Message"
    assert message.text.startswith("Harbor Line: ")
    assert message.text.count("988") == 2


def test_a_caller_hears_it_and_is_joined_with_the_number_that_stands_by(flow: Any) -> None:
    *said, dial = read(studio_flows.answer(flow, CALL)).children
    assert [verb.get("language") for verb in said] == ["en-US", "es-MX"]
    assert all(verb.text.startswith("Harbor Line. ") for verb in said)
    assert dial.get("callerId") == LINE
    assert dial.children[0].text == VAL
    assert ANA not in studio_flows.answer(flow, CALL)


def test_whoever_we_called_hears_it_and_nobody_is_dialed(flow: Any) -> None:
    assert [verb.name for verb in read(studio_flows.answer(flow, OURS)).children] == ["Say", "Say"]


def test_without_such_a_number_the_call_ends() -> None:
    flow = json.loads(json.dumps(fallback_definition(make.library(), "default", None)))
    assert [verb.name for verb in read(studio_flows.answer(flow, CALL)).children] == ["Say", "Say"]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda flow: flow.pop("initial_state"), "initial_state"),
        (lambda flow: flow["flags"].clear(), "allow_concurrent_calls"),
        (lambda flow: flow["states"].append(flow["states"][0]), "unique"),
        (lambda flow: flow["states"][1]["properties"].pop("body"), "body is missing"),
        (lambda flow: flow["states"][1]["properties"].update(colour="red"), "not allowed"),
        (lambda flow: flow["states"][0]["transitions"][0].update(next="nowhere"), "no widget"),
        (lambda flow: flow["states"][0]["transitions"][0].update(event="never"), "no event"),
        (lambda flow: flow["states"][1].update(type="magic"), "no widget of type"),
    ],
)
def test_the_practice_carrier_refuses_what_the_schema_does(flow: Any, spoil: Any, why: str) -> None:
    spoil(flow)
    assert why in "; ".join(studio_flows.complaints(flow))
