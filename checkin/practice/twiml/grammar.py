"""What Twilio's documentation allows in a document: elements, their children, their attributes and values.

From twilio.com/docs/voice/twiml and twilio.com/docs/messaging/twiml. A test compares the names with those of Twilio's
own library. Verbs that the line does not use are known here and not played (PLAYED).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from checkin.practice.twiml.document import Verb

Check = Callable[[str], str | None]


def anything(value: str) -> str | None:
    """Any words."""
    return None


def url(value: str) -> str | None:
    """An http(s) URL, absolute or relative; empty is left to the verb."""
    scheme = urlsplit(value).scheme
    if re.search(r"\s", value) or scheme not in ("", "http", "https"):
        return f"{value!r} is not an http(s) URL"
    return None


def yes_no(value: str) -> str | None:
    """true or false."""
    return None if value in ("true", "false") else f"{value!r} is not true or false"


def whole(least: int, most: int) -> Check:
    """A whole number within these ends."""

    def check(value: str) -> str | None:
        if re.fullmatch(r"\d+", value) and least <= int(value) <= most:
            return None
        return f"{value!r} is not a whole number from {least} to {most}"

    return check


def one_of(*allowed: str) -> Check:
    """Exactly one of these."""

    def check(value: str) -> str | None:
        return None if value in allowed else f"{value!r} is not one of {', '.join(allowed)}"

    return check


def some_of(*allowed: str) -> Check:
    """One or more of these, parted by spaces."""

    def check(value: str) -> str | None:
        strange = [word for word in value.split() if word not in allowed]
        if not value.split() or strange:
            return f"{value!r} must name one or more of {', '.join(allowed)}, parted by spaces"
        return None

    return check


def matching(pattern: str, what: str) -> Check:
    """Something of this shape."""

    def check(value: str) -> str | None:
        return None if re.fullmatch(pattern, value) else f"{value!r} is not {what}"

    return check


method = one_of("GET", "POST")
language = matching(r"[a-z]{2,3}(-[A-Za-z]{2,4}){0,2}(-[A-Z]{2})?", "a language tag such as en-US")
keys = matching(r"[0-9#*]*", "made of the keys 0-9, # and *")
one_key = matching(r"[0-9#*]?", "one key, or empty")
phone = matching(r"\+?[0-9().\- ]{3,25}", "a phone number")


MOST_WORDS = 4096  # in one <Say>

SSML = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})
PLAYED = frozenset({"Say", "Play", "Pause", "Gather", "Record", "Dial", "Redirect", "Hangup", "Reject"})
NOT_PLAYED = frozenset(
    {
        "Connect",
        "Echo",
        "Enqueue",
        "Leave",
        "Pay",
        "Prompt",
        "Queue",
        "Refer",
        "Sms",
        "Start",
        "Stop",
        "Application",
        "Client",
        "Sim",
        "Sip",
        "WhatsApp",
    }
)
PROGRESS = some_of("initiated", "ringing", "answered", "completed")
RECORDING_EVENTS = some_of("in-progress", "completed", "absent")
MACHINE = one_of("Enable", "DetectMessageEnd")


@dataclass(frozen=True)
class Element:
    """One element: what may stand in it. text: whether words may (and, if `required`, must)."""

    attributes: Mapping[str, Check] = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    text: bool = False
    required: bool = False


VOICE: Mapping[str, Element] = {
    "Response": Element(children=PLAYED | (NOT_PLAYED - {"Application", "Client", "Sim", "Sip", "WhatsApp"})),
    "Say": Element({"voice": anything, "loop": whole(0, 1000), "language": language}, SSML, text=True, required=True),
    "Play": Element({"loop": whole(0, 1000), "digits": anything}, text=True),
    "Pause": Element({"length": whole(1, 600)}),
    "Gather": Element(
        {
            "action": url,
            "method": method,
            "input": one_of("dtmf", "speech", "dtmf speech", "speech dtmf"),
            "timeout": anything,
            "speechTimeout": anything,
            "maxSpeechTime": whole(1, 600),
            "profanityFilter": yes_no,
            "finishOnKey": one_key,
            "numDigits": whole(1, 1000),
            "partialResultCallback": url,
            "partialResultCallbackMethod": method,
            "language": language,
            "hints": anything,
            "bargeIn": yes_no,
            "debug": yes_no,
            "actionOnEmptyResult": yes_no,
            "speechModel": anything,
            "enhanced": yes_no,
        },
        frozenset({"Say", "Play", "Pause"}),
    ),
    "Record": Element(
        {
            "action": url,
            "method": method,
            "timeout": whole(0, 600),
            "finishOnKey": keys,
            "maxLength": whole(1, 86_400),
            "playBeep": yes_no,
            "trim": one_of("trim-silence", "do-not-trim"),
            "recordingStatusCallback": url,
            "recordingStatusCallbackMethod": method,
            "recordingStatusCallbackEvent": RECORDING_EVENTS,
            "transcribe": yes_no,
            "transcribeCallback": url,
            "recordingConfigurationId": anything,
        }
    ),
    "Dial": Element(
        {
            "action": url,
            "method": method,
            "timeout": whole(5, 600),
            "hangupOnStar": yes_no,
            "timeLimit": whole(1, 86_400),
            "callerId": phone,
            "record": anything,
            "trim": anything,
            "recordingStatusCallback": url,
            "recordingConfigurationId": anything,
            "recordingStatusCallbackMethod": method,
            "recordingStatusCallbackEvent": RECORDING_EVENTS,
            "answerOnBridge": yes_no,
            "ringTone": anything,
            "recordingTrack": one_of("inbound", "outbound", "both"),
            "sequential": yes_no,
            "referUrl": url,
            "referMethod": method,
            "events": anything,
            "passports": anything,
        },
        frozenset({"Number", "Conference", "Queue", "Application", "Client", "Sim", "Sip", "WhatsApp"}),
        text=True,
    ),
    "Number": Element(
        {
            "sendDigits": anything,
            "url": url,
            "method": method,
            "statusCallbackEvent": PROGRESS,
            "statusCallback": url,
            "statusCallbackMethod": method,
            "byoc": anything,
            "machineDetection": MACHINE,
            "amdStatusCallbackMethod": method,
            "amdStatusCallback": url,
            "machineDetectionTimeout": whole(3, 59),
            "machineDetectionSpeechThreshold": whole(1000, 6000),
            "machineDetectionSpeechEndThreshold": whole(500, 5000),
            "machineDetectionSilenceTimeout": whole(2000, 10_000),
        },
        text=True,
        required=True,
    ),
    "Conference": Element(
        {
            "muted": yes_no,
            "beep": one_of("true", "false", "onEnter", "onExit"),
            "startConferenceOnEnter": yes_no,
            "endConferenceOnExit": yes_no,
            "waitUrl": url,
            "waitMethod": method,
            "maxParticipants": whole(2, 250),
            "record": one_of("do-not-record", "record-from-start"),
            "recordingConfigurationId": anything,
            "region": anything,
            "coach": anything,
            "trim": one_of("trim-silence", "do-not-trim"),
            "statusCallbackEvent": some_of(
                "start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"
            ),
            "statusCallback": url,
            "statusCallbackMethod": method,
            "recordingStatusCallback": url,
            "recordingStatusCallbackMethod": method,
            "recordingStatusCallbackEvent": RECORDING_EVENTS,
            "eventCallbackUrl": url,
            "jitterBufferSize": one_of("small", "medium", "large", "off"),
            "participantLabel": anything,
        },
        text=True,
        required=True,
    ),
    "Redirect": Element({"method": method}, text=True, required=True),
    "Hangup": Element(),
    "Reject": Element({"reason": one_of("rejected", "busy")}),
}

MESSAGING: Mapping[str, Element] = {
    "Response": Element(children=frozenset({"Message", "Redirect"})),
    "Message": Element(
        {"to": phone, "from": phone, "action": url, "method": method, "statusCallback": url},
        frozenset({"Body", "Media"}),
        text=True,
    ),
    "Body": Element(text=True),
    "Media": Element(text=True, required=True),
    "Redirect": Element({"method": method}, text=True, required=True),
}

WAITING = frozenset({"Play", "Say", "Pause", "Redirect"})  # what a conference's waitUrl may answer with
WHISPER = frozenset({"Play", "Say", "Gather", "Pause", "Redirect", "Hangup"})  # what a <Number url> may answer with


def problems(response: Verb, grammar: Mapping[str, Element], only: frozenset[str] | None = None) -> list[str]:
    """Everything in a document that Twilio would warn of, in its order. `only`: the verbs allowed in this place."""
    found = list(_inside(response, grammar))
    if only is not None:
        found += [f"<{verb.name}> can't be used here" for verb in response.children if verb.name not in only]
    return found


def _inside(verb: Verb, grammar: Mapping[str, Element]) -> list[str]:
    element = grammar.get(verb.name)
    if element is None:
        return []
    found = _attributes(verb, element)
    if verb.text and not element.text:
        found.append(f"<{verb.name}> may hold no words of its own, but holds {verb.text[:40]!r}")
    if element.required and not (verb.text or verb.children):
        found.append(f"<{verb.name}> is empty")
    if verb.name == "Say" and len(verb.spoken) > MOST_WORDS:
        found.append(f"<Say> holds {len(verb.spoken)} characters; at most {MOST_WORDS} are said")
    for child in verb.children:
        if child.name not in element.children:
            found.append(f"<{child.name}> may not stand in <{verb.name}>")
        found += _inside(child, grammar)
    return found


def _attributes(verb: Verb, element: Element) -> list[str]:
    found = []
    for name, value in verb.attributes.items():
        check = element.attributes.get(name)
        if check is None:
            found.append(f"<{verb.name}> has no attribute {name!r}")
        elif wrong := check(value):
            found.append(f"<{verb.name} {name}>: {wrong}")
    return found
