"""What may stand in a document: our table against Twilio's own library, and what is objected to."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping

import pytest
from twilio.twiml import lower_camel, messaging_response, voice_response

from checkin.practice.twiml.document import NotTwiML, read
from checkin.practice.twiml.grammar import MESSAGING, NOT_PLAYED, SSML, VOICE, Element, problems
from tests.phones import Network, Phone
from tests.practice.a_line import ALine, twiml

LIBRARY = {"Response": "VoiceResponse"}
OWN_WORDS = frozenset({  # parameters of the library that become the element's words
    ("Say", "message"), ("Play", "url"), ("Dial", "number"), ("Number", "phoneNumber"), ("Conference", "name"),
    ("Redirect", "url"), ("Message", "body"), ("Body", "message"), ("Media", "url"),
})  # fmt: skip
OF_TWILIO = frozenset({"append", "nest", "to_xml", "xml", "add_child"})
AT_HOME = {"WhatsApp": "whats_app"}


def methods(kind: type) -> dict[str, inspect.Signature]:
    """The elements that the library lets stand in this one, by the method that adds them."""
    found = inspect.getmembers(kind, inspect.isfunction)
    return {name: inspect.signature(made) for name, made in found if name not in OF_TWILIO and name[0] != "_"}


def snake(name: str) -> str:
    return AT_HOME.get(name, re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower())


@pytest.mark.parametrize("parent", ["Response", "Gather", "Dial"])
def test_the_same_children_as_in_the_library(parent: str) -> None:
    known = set(methods(getattr(voice_response, LIBRARY.get(parent, parent))))
    assert {snake(child) for child in VOICE[parent].children} == known


@pytest.mark.parametrize(
    ("parent", "child", "grammar", "library"),
    [
        *(("VoiceResponse", name, VOICE, voice_response) for name in sorted(VOICE["Response"].children - NOT_PLAYED)),
        *(("Gather", name, VOICE, voice_response) for name in sorted(VOICE["Gather"].children)),
        *(("Dial", name, VOICE, voice_response) for name in ("Number", "Conference")),
        *(("MessagingResponse", name, MESSAGING, messaging_response) for name in ("Message", "Redirect")),
        *(("Message", name, MESSAGING, messaging_response) for name in ("Body", "Media")),
    ],
)
def test_the_same_attributes_as_in_the_library(
    parent: str, child: str, grammar: Mapping[str, Element], library: object
) -> None:
    signature = methods(getattr(library, parent))[snake(child)]
    theirs = {lower_camel(name.rstrip("_")) for name in signature.parameters if name not in ("self", "kwargs")}
    assert set(grammar[child].attributes) == {name for name in theirs if (child, name) not in OWN_WORDS}


def test_speech_marks_are_those_of_the_library() -> None:
    theirs = {name for name in methods(voice_response.Say) if not name.startswith("ssml_")}
    assert {snake(name).replace("-", "_").replace("break", "break_") for name in SSML} == theirs


@pytest.mark.parametrize(
    ("verbs", "wrong"),
    [
        ("<Gather><Gather/></Gather>", "<Gather> may not stand in <Gather>"),
        ("<Gather><Record/></Gather>", "<Record> may not stand in <Gather>"),
        ("<Conference>x</Conference>", "<Conference> may not stand in <Response>"),
        ("<Speak>hi</Speak>", "<Speak> may not stand in <Response>"),
        ("<Say><Play>/x</Play></Say>", "<Play> may not stand in <Say>"),
        ('<Say tone="warm">hi</Say>', "<Say> has no attribute 'tone'"),
        ('<Gather numdigits="1"/>', "<Gather> has no attribute 'numdigits'"),
        ('<Gather numDigits="one"/>', "'one' is not a whole number"),
        ('<Gather input="voice"/>', "is not one of dtmf, speech"),
        ('<Gather finishOnKey="##"/>', "is not one key, or empty"),
        ('<Gather action="tel:+1555"/>', "is not an http(s) URL"),
        ('<Gather action="/a b"/>', "is not an http(s) URL"),
        ('<Dial timeout="2">+15555550101</Dial>', "from 5 to 600"),
        ('<Dial><Conference beep="no">x</Conference></Dial>', "is not one of true, false, onEnter, onExit"),
        ('<Dial><Conference statusCallbackEvent="join hangup">x</Conference></Dial>', "must name one or more of"),
        ("<Dial><Conference></Conference></Dial>", "<Conference> is empty"),
        ('<Record maxLength="0"/>', "from 1 to 86400"),
        ('<Pause length="-1"/>', "from 1 to 600"),
        ('<Reject reason="late"/>', "is not one of rejected, busy"),
        ("<Say></Say>", "<Say> is empty"),
        ("loose words", "may hold no words of its own"),
        (f"<Say>{'x' * 4097}</Say>", "at most 4096 are said"),
        ('<Say language="English">hi</Say>', "is not a language tag"),
    ],
)
def test_what_is_objected_to(verbs: str, wrong: str) -> None:
    (found,) = problems(read(twiml(verbs)), VOICE)
    assert wrong in found


@pytest.mark.parametrize(
    "verbs",
    [
        '<Say language="es-MX" voice="Polly.Mia">Hola <break time="1s"/> y adiós</Say>',
        '<Gather input="dtmf speech" speechTimeout="auto" finishOnKey="" hints="a, b"><Say>x</Say></Gather>',
        '<Dial><Conference waitUrl="" beep="false" maxParticipants="2">f00d</Conference></Dial>',
        "<Redirect method='POST'>/x?y=1&amp;z=2</Redirect>",
        "<Dial>+15555550101</Dial>",
        "",
    ],
)
def test_what_is_right_is_not(verbs: str) -> None:
    assert problems(read(twiml(verbs)), VOICE) == []


def test_voice_verbs_are_nothing_for_texts() -> None:
    assert problems(read(twiml("<Say>hi</Say>")), MESSAGING) == ["<Say> may not stand in <Response>"]


@pytest.mark.parametrize(
    "body", ["", "hello", "<Response>", "<Reply/>", "<Response>\0</Response>", " <?xml version='1.0'?><Response/>"]
)
def test_what_is_no_document(body: str) -> None:
    with pytest.raises(NotTwiML):
        read(body)


def test_objections_are_kept_and_the_call_goes_on(line: ALine, ben: Phone, network: Network) -> None:
    line.answers["/voice"] = '<Say tone="warm">Still here.</Say><Enqueue>support</Enqueue><Say>And here.</Say>'
    sid = ben.calls()

    ben.hears("still here")
    ben.hears("and here")
    refusal, two = network.refusals()
    assert (refusal["code"], refusal["about"], refusal["where"]) == (12200, sid, f"{line.url}/voice")
    assert two["what"] == "<Enqueue> is not played here"


def test_objections_to_texts_are_kept_too(line: ALine, ana: Phone, network: Network) -> None:
    line.answers["/sms"] = f"<Message>{'x' * 1601}</Message><Message to='+15555550100'>Me</Message><Say>hi</Say>"
    ana.texts("hi")

    assert [refusal["code"] for refusal in network.refusals()] == [12200, 21617, 21266]
    ana.reads_nothing()
    network.forget_refusals()
    assert network.refusals() == []
