"""Every kind of job, once: the queue it waits in, what it is called on pages, and the steps that carry it out.

A new kind is one row here. Steps are named, and imported when the first of them is dispatched, so that whoever writes
a row loads nothing of what will happen to it; a test proves that each name resolves, and that each kind that is
written anywhere stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from checkin.core.translatable import Translatable

Queue = Literal["ring", "text", "bulk", "upkeep"]

QUEUES: Final[tuple[Queue, ...]] = get_args(Queue)
"""Ringing first, live texts before those that can wait (bulk), upkeep last. One worker process each: a worker of two
queues can lose a job for good (rq/rq issues 1716 and 2079).

Whoever asks for what is due says in which queues: only then is it found in the index of the outbox, without reading
what is due later or elsewhere.
"""


@dataclass(frozen=True)
class Job:
    """A kind of job. module: where its Steps (checkin.dispatch.steps) stand, under the name of the kind in capitals."""

    queue: Queue
    label: Translatable
    module: str


JOBS: Final[Mapping[str, Job]] = {
    "ring_offer": Job("ring", Translatable("ring a volunteer"), "checkin.relays.jobs"),
    "cancel_offer": Job("ring", Translatable("stop ringing a volunteer"), "checkin.relays.jobs"),
    "move_caller": Job("ring", Translatable("move a caller along"), "checkin.relays.jobs"),
    "call_contact": Job("ring", Translatable("call someone back"), "checkin.relays.jobs"),
    "leave_message": Job("ring", Translatable("leave a message"), "checkin.relays.jobs"),
    "next_wave": Job("ring", Translatable("ring more volunteers"), "checkin.relays.jobs"),
    "give_up": Job("ring", Translatable("end a wait"), "checkin.relays.jobs"),
    "talk_warning": Job("ring", Translatable("warn that a call ends soon"), "checkin.relays.jobs"),
    "relay_idle": Job("text", Translatable("check whether a conversation has gone quiet"), "checkin.relays.jobs"),
    "relay_lost": Job("text", Translatable("tell the sender it wasn't delivered"), "checkin.relays.jobs"),
    "send_message": Job("text", Translatable("send a text"), "checkin.delivery.jobs"),
    "tell_later": Job("bulk", Translatable("remind the leads"), "checkin.delivery.jobs"),
    "send_again": Job("bulk", Translatable("resend a text"), "checkin.conversations.jobs"),
    "text_failed": Job("text", Translatable("handle a failed text"), "checkin.conversations.jobs"),
    "resolve_message": Job("upkeep", Translatable("find out whether a text was sent"), "checkin.delivery.jobs"),
    "redact_message": Job("upkeep", Translatable("erase a text at the network"), "checkin.delivery.jobs"),
    "text_timeout": Job("text", Translatable("continue without an answer"), "checkin.conversations.jobs"),
    "text_reminder": Job("text", Translatable("repeat a question"), "checkin.conversations.jobs"),
    "close_call": Job("upkeep", Translatable("close a call"), "checkin.conversations.jobs"),
    "follow_up": Job("bulk", Translatable("send a follow-up"), "checkin.followups.jobs"),
    "call_out_machine": Job("ring", Translatable("handle a call that voicemail answered"), "checkin.followups.jobs"),
    "call_out_watch": Job("upkeep", Translatable("find out how a call ended"), "checkin.followups.jobs"),
    "case_watch": Job("text", Translatable("watch a case"), "checkin.relays.jobs"),
    "settle_waiting": Job("text", Translatable("settle what was left for the next shift"), "checkin.relays.jobs"),
    "block_review": Job("upkeep", Translatable("review a block"), "checkin.relays.jobs"),
    "shift_reminder": Job("text", Translatable("send a shift reminder"), "checkin.relays.jobs"),
    "shift_gap": Job("text", Translatable("tell the leads about a gap"), "checkin.volunteers.jobs"),
    "plan_shifts": Job("upkeep", Translatable("plan the next shifts"), "checkin.volunteers.jobs"),
    "bad_number": Job("upkeep", Translatable("report a bad number"), "checkin.volunteers.jobs"),
    "fetch_recording": Job("upkeep", Translatable("fetch a recording"), "checkin.stories.recording_jobs"),
    "delete_recording": Job("upkeep", Translatable("delete a recording"), "checkin.stories.recording_jobs"),
    "forget_recording": Job("upkeep", Translatable("destroy a recording"), "checkin.stories.recording_jobs"),
    "destroy_media": Job("upkeep", Translatable("destroy an audio file"), "checkin.stories.recording_jobs"),
    "count_listen": Job("upkeep", Translatable("count a listen"), "checkin.stories.recording_jobs"),
    "count_thanks": Job("upkeep", Translatable("count a listener's thanks"), "checkin.stories.jobs"),
    "count_report": Job("upkeep", Translatable("count a listener's report"), "checkin.stories.jobs"),
    "draw_story": Job("upkeep", Translatable("draw a story's waveform"), "checkin.stories.jobs"),
    "transcribe_story": Job("upkeep", Translatable("transcribe a story"), "checkin.stories.jobs"),
    "forget_story": Job("upkeep", Translatable("erase an expired story"), "checkin.stories.jobs"),
    "story_consent": Job("upkeep", Translatable("ask a storyteller again"), "checkin.stories.jobs"),
    "story_waits": Job("upkeep", Translatable("watch a waiting story"), "checkin.stories.jobs"),
    "review_watch": Job("upkeep", Translatable("tell the leads about waiting stories"), "checkin.stories.jobs"),
    "tell_thanks": Job("upkeep", Translatable("tell a storyteller about thanks"), "checkin.stories.jobs"),
    "tell_teller": Job("text", Translatable("text a storyteller"), "checkin.stories.jobs"),
    "fetch_picture": Job("text", Translatable("fetch a picture"), "checkin.relays.picture_jobs"),
    "delete_picture": Job("upkeep", Translatable("delete a picture at the network"), "checkin.relays.picture_jobs"),
    "forget_picture": Job("upkeep", Translatable("destroy a picture"), "checkin.relays.picture_jobs"),
    "reconcile": Job("upkeep", Translatable("compare with the network's log"), "checkin.reconciliation.jobs"),
    "retention": Job("upkeep", Translatable("delete expired data"), "checkin.compliance.jobs"),
    "clear_network": Job("upkeep", Translatable("plan deletions at the network"), "checkin.compliance.jobs"),
    "email_organizers": Job("text", Translatable("tell organizers by e-mail"), "checkin.accounts.email_jobs"),
    "back_up": Job("upkeep", Translatable("begin the day's backup"), "checkin.backups.jobs"),
    "keep_erasures": Job("upkeep", Translatable("save who was forgotten beside the backups"), "checkin.backups.jobs"),
    "erase_at_network": Job(
        "upkeep",
        Translatable("delete someone's texts and calls at the network"),
        "checkin.compliance.jobs",
    ),
}
