"""The line's own use cases, each at its door."""

from __future__ import annotations

from checkin.conversations import abandoned_call, inbound_call, inbound_text
from checkin.delivery import receipts
from checkin.followups import calling
from checkin.messages import pictures
from checkin.messages import service as messages
from checkin.relays import call_back_machines, call_backs, call_ending, call_limit, offers, wait_loop
from checkin.stories import listening, recordings
from webhooks.uses import Uses

OURS = Uses(
    receive_text=inbound_text.receive,
    text_late=messages.answer_by_worker,
    text_fared=receipts.answer_status,
    message_fared=receipts.status,
    begin_call=inbound_call.begin,
    answer_call=inbound_call.answer,
    call_fared=inbound_call.ended,
    recording_done=abandoned_call.recording_done,
    wait=wait_loop.wait,
    left_room=call_ending.left_room,
    room_event=call_ending.room_event,
    back_answered=call_backs.answered,
    back_pressed=call_backs.pressed,
    back_fared=call_backs.status,
    back_machine=call_back_machines.guessed,
    back_message=call_back_machines.message,
    warning=call_limit.warning,
    offer_machine=offers.guessed,
    offer_answered=offers.answered,
    offer_pressed=offers.pressed,
    offer_fared=offers.status,
    out_answered=calling.answered,
    out_fared=inbound_call.follow_up_call_ended,
    out_machine=calling.guessed,
    out_message=calling.onto_machine,
    volunteer_pressed=inbound_call.volunteer_pressed,
    volunteer_code=inbound_call.volunteer_code,
    story_sound=listening.sound,
    recording_sound=recordings.sound,
    picture=pictures.shown,
)
