"""Twilio's parameters, read into values. What cannot be read is a BadForm, which names the parameter and no more.

Parameters that we do not know are ignored: Twilio adds new ones without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from werkzeug.datastructures import MultiDict

from checkin.core.rules import phone
from checkin.core.rules.phone import PhoneNumber, Withheld
from checkin.telephony.plain import fit
from checkin.telephony.rules.arrivals import (
    LONGEST_TEXT,
    CallStatus,
    IncomingCall,
    IncomingText,
    MessageStatus,
    OptOutType,
    RecordingDone,
    RoomEvent,
)
from flows.engine.inputs import Input, Pressed, Recorded, Silent, Spoke

Form = MultiDict[str, str]

_TEXT_SID = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
_CALL_SID = re.compile(r"CA[0-9a-f]{32}")
_RECORDING_SID = re.compile(r"RE[0-9a-f]{32}")
_RECORDING_URL = re.compile(r".*/Recordings/(RE[0-9a-f]{32})(?:\.[a-z0-9]+)?")
_MEDIA_URL = re.compile(r".*/Media/(ME[0-9a-f]{32})")
_MOST_MEDIA = 10
_PICTURES = ("image/jpeg", "image/jpg", "image/png", "image/gif", "image/webp")
"""What checkin.telephony.pictures can open. Of anything else (HEIC, as phones take them) it is said at once that we
cannot, instead of a link to nothing."""
_STATUS = re.compile(r"[a-z][a-z_-]{0,19}")
_EVENT = re.compile(r"[a-z][a-z_-]{0,39}")
_KEYS = re.compile(r"[0-9*#]{1,64}")
_LONGEST_SPEECH = 1600
_ATTESTED = "TN-Validation-Passed-A"
"""The one verdict (StirVerstat) that says a caller may use the number they show: their own network knows them and it,
and has signed so. B knows the caller and not the number, C neither; it is missing from calls that began outside the US
and Canada, or came through an old exchange; of a forwarded call (..-Diverted) it says who passed it on."""


class BadForm(ValueError):
    """A signed request without a parameter that Twilio always sends, or with one that is not of its shape."""


def incoming_text(form: Form) -> IncomingText:
    """A text that came."""
    return IncomingText(
        sid=_sid(form, "MessageSid", _TEXT_SID),
        from_=phone.parse(form.get("From", "")),
        to=_our_number(form),
        body=fit(form.get("Body", ""))[:LONGEST_TEXT],
        opt_out_type=_opt_out_type(form),
        media_count=_whole(form, "NumMedia") or 0,
        pictures=tuple(_media(form, *_PICTURES)),
        voice_note=next(_media(form, "audio/"), None),
        service=form.get("MessagingServiceSid") or None,
        unreadable=tuple(sid for sid in _media(form, "image/") if sid not in set(_media(form, *_PICTURES))),
    )


def _media(form: Form, *kinds: str) -> Iterator[str]:
    """The network's ids of the pictures or sounds. Of their addresses nothing else is used: we make those ourselves."""
    for place in range(min(_whole(form, "NumMedia") or 0, _MOST_MEDIA)):
        found = _MEDIA_URL.fullmatch(form.get(f"MediaUrl{place}", ""))
        if found is not None and form.get(f"MediaContentType{place}", "").lower().startswith(kinds):
            yield found[1]


def incoming_call(form: Form) -> IncomingCall:
    """A call that came."""
    attested = form.get("StirVerstat") == _ATTESTED
    return IncomingCall(call_sid(form), phone.parse(form.get("From", "")), _our_number(form), attested)


def call_sid(form: Form) -> str:
    """Whose call it is."""
    return _sid(form, "CallSid", _CALL_SID)


def text_sid(form: Form) -> str:
    """Which text it is about."""
    return _sid(form, "MessageSid", _TEXT_SID)


def call_status(form: Form) -> CallStatus:
    """How a call stands."""
    return CallStatus(
        sid=call_sid(form),
        status=_status(form, "CallStatus"),
        sequence=_whole(form, "SequenceNumber"),
        seconds=_whole(form, "CallDuration"),
        answered_by=answered_by(form),
    )


def message_status(form: Form) -> MessageStatus:
    """How a text of ours stands."""
    name = "SmsStatus" if "MessageStatus" not in form and "SmsStatus" in form else "MessageStatus"
    return MessageStatus(text_sid(form), _status(form, name), _whole(form, "ErrorCode") or None)


def recording_done(form: Form) -> RecordingDone:
    """A recording is ready, or never will be."""
    return RecordingDone(
        sid=_sid(form, "RecordingSid", _RECORDING_SID),
        call_sid=call_sid(form),
        seconds=_whole(form, "RecordingDuration") or 0,
        status=_status(form, "RecordingStatus"),
    )


def room_event(form: Form) -> RoomEvent:
    """Something happened in a room."""
    sid = form.get("CallSid", "")
    reason = form.get("ReasonParticipantLeft") or form.get("ReasonConferenceEnded") or ""
    return RoomEvent(
        event=_word(form, "StatusCallbackEvent", _EVENT),
        call_sid=sid if _CALL_SID.fullmatch(sid) else None,
        sequence=_whole(form, "SequenceNumber"),
        reason=reason if _EVENT.fullmatch(reason) else None,
    )


def answered_by(form: Form) -> str | None:
    """Who picked up: human, machine_start, fax, ...; None when nobody was asked to find out."""
    said = form.get("AnsweredBy", "").lower()
    return said if _STATUS.fullmatch(said) else None


def keys(form: Form, *, silent: bool) -> str | None:
    """The keys that were pressed; None when there were none."""
    pressed = form.get("Digits", "")
    return pressed if not silent and _KEYS.fullmatch(pressed) else None


def heard(form: Form, *, silent: bool) -> Input:
    """What somebody on a call did: recorded, pressed, spoke, or nothing. `silent`: the document ran on without them.

    Recorded carries the network's id of the recording; the use case puts our own in its place.
    """
    if silent:
        return Silent()
    recording = _recording(form)
    if recording:
        seconds = _whole(form, "RecordingDuration") or 0
        return Recorded(recording, seconds, hung_up=form.get("Digits") == "hangup")
    pressed = keys(form, silent=False)
    if pressed:
        return Pressed(pressed)
    spoken = " ".join(fit(form.get("SpeechResult", "")).split())[:_LONGEST_SPEECH]
    return Spoke(spoken) if spoken else Silent()


def _recording(form: Form) -> str | None:
    sid = form.get("RecordingSid", "")
    if _RECORDING_SID.fullmatch(sid):
        return sid
    # Only the id at the end is read: nobody ever asks the posted address for anything.
    found = _RECORDING_URL.fullmatch(form.get("RecordingUrl", ""))
    return found[1] if found else None


def _sid(form: Form, name: str, shape: re.Pattern[str]) -> str:
    value = form.get(name, "")
    if not shape.fullmatch(value):
        raise BadForm(f"{name} is missing or isn't one of Twilio's ids")
    return value


def _our_number(form: Form) -> PhoneNumber | Withheld:
    """Where they reached us: a number, or an address of ours in another network (RCS, SIP), which is Withheld."""
    number = phone.ours(form.get("To", ""))
    if isinstance(number, Withheld) and number.reason != "not a phone":
        raise BadForm("To is missing or isn't one of our addresses")
    return number


def _status(form: Form, name: str) -> str:
    return _word(form, name, _STATUS)


def _word(form: Form, name: str, shape: re.Pattern[str]) -> str:
    value = form.get(name, "").lower()
    if not shape.fullmatch(value):
        raise BadForm(f"{name} is missing or isn't one of Twilio's words")
    return value


def _opt_out_type(form: Form) -> OptOutType | None:
    said = form.get("OptOutType", "").upper()
    return cast(OptOutType, said) if said in ("STOP", "START", "HELP") else None


def _whole(form: Form, name: str) -> int | None:
    value = form.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else None
