"""What arrives from the telephone network, read once at the edge: plain values that every use case takes.

Names and meanings are Twilio's request parameters; nothing here shows a number or a body when it is printed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from checkin.core.rules.phone import PhoneNumber, Withheld

OptOutType = Literal["STOP", "START", "HELP"]


LONGEST_TEXT = 4096
"""Letters of a text. Twilio brings 1,600 by SMS, and 4,096 by whatever brings most; more is nobody's words."""


@dataclass(frozen=True)
class IncomingText:
    """A text that came. `sid` is the network's id: the same one twice is a repeat.

    body: as it was written, without characters that no database or document can hold. opt_out_type: the network
    has read the text as this and has answered it already (Advanced Opt-Out). to: Withheld when it is an address of ours
    without a number; service: the messaging service that it came by. media_count: pictures and the like;
    pictures: the network's ids of those that are pictures; unreadable: of pictures in a format that cannot be shown
    (HEIC); voice_note: of the first that is a sound.
    """

    sid: str
    from_: PhoneNumber | Withheld
    to: PhoneNumber | Withheld
    body: str = field(repr=False)
    opt_out_type: OptOutType | None = None
    media_count: int = 0
    pictures: tuple[str, ...] = ()
    voice_note: str | None = None
    service: str | None = None
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True)
class IncomingCall:
    """A call that came. to: as in IncomingText. attested: the caller's own network has signed that they may use the
    number which the call shows; of any other call the number proves nothing.
    """

    sid: str
    from_: PhoneNumber | Withheld
    to: PhoneNumber | Withheld
    attested: bool = False


@dataclass(frozen=True)
class CallStatus:
    """How a call stands. They arrive in any order; `sequence` (from 0) tells which is newer, when it is given.

    status: queued, initiated, ringing, in-progress, completed, busy, failed, no-answer, canceled, or one that
    the network has added since. seconds: how long it lasted, only once it is over. answered_by: human, machine_start,
    fax, ..., only when the network was asked to find out.
    """

    sid: str
    status: str
    sequence: int | None = None
    seconds: int | None = None
    answered_by: str | None = None


@dataclass(frozen=True)
class MessageStatus:
    """How a text of ours stands: queued, sending, sent, delivered, undelivered, failed, read, canceled, or a new one.

    They carry no order. error_code: see checkin.telephony.rules.error_codes.
    """

    sid: str
    status: str
    error_code: int | None = None


@dataclass(frozen=True)
class RecordingDone:
    """A recording is ready at the network (`completed`), or never will be (`absent`, `failed`)."""

    sid: str
    call_sid: str
    seconds: int
    status: str


@dataclass(frozen=True)
class RoomEvent:
    """Something happened in a relay's room.

    event: participant-join, participant-leave, conference-start, conference-end, announcement-end, announcement-fail,
    or a new one. call_sid: whose leg, for the first two. sequence: from 1, in no promised order of arrival. reason:
    why someone left or the room closed.
    """

    event: str
    call_sid: str | None = None
    sequence: int | None = None
    reason: str | None = None
