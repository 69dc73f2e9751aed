"""The use cases that the door calls, by name, so that a test can stand in for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checkin.reply import Reply
from checkin.rules.arrivals import (
    CallStatus,
    IncomingCall,
    IncomingText,
    MessageStatus,
    RecordingDone,
    RoomEvent,
)
from checkin.rules.sounds import Sound
from checkin.services.pictures import Shown
from checkin.work import Work
from flows.engine.inputs import Input


@dataclass(frozen=True)
class Uses:
    """One callable a webhook, each run inside a transaction.

    text_late: our answer to the incoming text with this SID came too late for the response. text_fared: how it fares.
    answer_call: turn, and what happened.
    wait: the relay's token, tick, keys (None: silence), call SID. left_room: relay's token, side, call SID.
    back_answered: the relay's token, call SID of the contact whom we called back, who answered. back_pressed: token,
    tries, keys, call SID. back_fared: token, how that call stands. back_machine, offer_machine: token, call SID, and
    who the network guesses picked up. back_message: what is left on a machine; warning: what is said in a room (token).
    offer_answered: offer's token, call SID, who answered. offer_pressed: offer's token, tries, keys (None: silence).
    out_answered, out_fared, out_machine, out_message: the follow-up that is a call, then its SID (and who picked up).
    volunteer_pressed, volunteer_code: the call, tries, keys. story_sound, recording_sound, picture: our id; None when
    there is nothing to be heard or seen (any more).
    """

    receive_text: Callable[[Work, IncomingText], Reply]
    text_late: Callable[[Work, str], object]
    text_fared: Callable[[Work, str, MessageStatus], None]
    message_fared: Callable[[Work, str, MessageStatus], None]
    begin_call: Callable[[Work, IncomingCall], Reply]
    answer_call: Callable[[Work, str, int, Input], Reply]
    call_fared: Callable[[Work, CallStatus], None]
    recording_done: Callable[[Work, RecordingDone], None]
    wait: Callable[[Work, str, int, str | None, str], Reply]
    left_room: Callable[[Work, str, str, str], Reply]
    room_event: Callable[[Work, str, RoomEvent], None]
    back_answered: Callable[[Work, str, str, str | None], Reply]
    back_pressed: Callable[[Work, str, int, str | None, str], Reply]
    back_fared: Callable[[Work, str, CallStatus], None]
    back_machine: Callable[[Work, str, str, str | None], None]
    back_message: Callable[[Work, str], Reply]
    warning: Callable[[Work, str], Reply]
    offer_answered: Callable[[Work, str, str, str | None], Reply]
    offer_machine: Callable[[Work, str, str, str | None], None]
    offer_pressed: Callable[[Work, str, int, str | None], Reply]
    offer_fared: Callable[[Work, str, CallStatus], None]
    out_answered: Callable[[Work, str, str], Reply]
    out_fared: Callable[[Work, str, CallStatus], None]
    out_machine: Callable[[Work, str, str, str | None], None]
    out_message: Callable[[Work, str, str], Reply]
    volunteer_pressed: Callable[[Work, IncomingCall, int, str | None], Reply]
    volunteer_code: Callable[[Work, IncomingCall, int, str | None], Reply]
    story_sound: Callable[[Work, str], Sound | None]
    recording_sound: Callable[[Work, str], Sound | None]
    picture: Callable[[Work, str], Shown | None]
