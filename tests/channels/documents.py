"""Reads what we render, and holds it against our own table of verbs and against Twilio's grammar."""

from __future__ import annotations

from xml.etree import ElementTree

from checkin.core.reply import Reply
from checkin.practice.twiml import document, grammar
from checkin.telephony.addresses import Addresses
from checkin.telephony.voice import render

# All that we ever ask of Twilio's interpreter; a verb or attribute that is not here was not thought about.
OURS = {
    "Response": set(),
    "Say": {"voice", "language"},
    "Play": set(),
    "Pause": {"length"},
    "Gather": {
        "input", "action", "method", "timeout", "numDigits", "finishOnKey", "language", "speechTimeout",
        "profanityFilter", "hints",
    },
    "Record": {
        "action", "method", "maxLength", "timeout", "finishOnKey", "playBeep", "recordingStatusCallback",
        "recordingStatusCallbackMethod", "recordingStatusCallbackEvent",
    },
    "Dial": {"action", "method", "timeLimit"},
    "Conference": {
        "beep", "startConferenceOnEnter", "endConferenceOnExit", "maxParticipants", "waitUrl", "record",
        "statusCallback", "statusCallbackEvent", "statusCallbackMethod",
    },
    "Redirect": {"method"},
    "Hangup": set(),
}  # fmt: skip


def read(reply: Reply, addresses: Addresses) -> ElementTree.Element:
    """The document, held against our own table and against Twilio's grammar."""
    twiml = render(reply, addresses)
    assert grammar.problems(document.read(twiml), grammar.VOICE) == []
    root = ElementTree.fromstring(twiml)
    for element in root.iter():
        assert set(element.attrib) <= OURS[element.tag]
    return root


def verbs(root: ElementTree.Element) -> list[str]:
    return [child.tag for child in root]


def the_element(root: ElementTree.Element, path: str) -> ElementTree.Element:
    found = root.find(path)
    assert found is not None, f"no {path} in {ElementTree.tostring(root)!r}"
    return found
