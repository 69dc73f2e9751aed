"""The line's own use cases, each at its door."""

from __future__ import annotations

from checkin.services import broken_off, calls, messages, pictures, texts
from checkin.services.following import calling
from checkin.services.relaying import call_backs, offers, relays_ending, relays_limit, relays_waiting
from checkin.services.storytelling import listening, recordings
from webhooks.uses import Uses

OURS = Uses(
    receive_text=texts.receive,
    text_late=messages.answer_by_worker,
    text_fared=messages.answer_status,
    message_fared=messages.status,
    begin_call=calls.begin,
    answer_call=calls.answer,
    call_fared=calls.ended,
    recording_done=broken_off.recording_done,
    wait=relays_waiting.wait,
    left_room=relays_ending.left_room,
    room_event=relays_ending.room_event,
    back_answered=call_backs.answered,
    back_pressed=call_backs.pressed,
    back_fared=call_backs.status,
    back_machine=call_backs.guessed,
    back_message=call_backs.on_machine,
    warning=relays_limit.warning,
    offer_machine=offers.guessed,
    offer_answered=offers.answered,
    offer_pressed=offers.pressed,
    offer_fared=offers.status,
    out_answered=calling.answered,
    out_fared=calling.ended,
    out_machine=calling.guessed,
    out_message=calling.onto_machine,
    volunteer_pressed=calls.volunteer_pressed,
    volunteer_code=calls.volunteer_code,
    story_sound=listening.sound,
    recording_sound=recordings.sound,
    picture=pictures.shown,
)
