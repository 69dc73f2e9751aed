"""States, gates and kinds of things to do, in the reader's words."""

from __future__ import annotations

from checkin.core.translatable import N_

SHOWN = {
    "due": (N_("due now"), "warn"), "planned": (N_("planned"), "info"), "under_way": (N_("on their way"), "info"),
    "sent": (N_("sent"), "good"), "unanswered": (N_("nobody picked up"), "quiet"), "skipped": (N_("skipped"), "quiet"),
    "unknown": (N_("may have left"), "warn"), "failed": (N_("failed"), "bad"),
}  # fmt: skip
"""The headings, in their order, with their colours."""

STATES = {
    "planned": (N_("planned"), "info"), "sending": (N_("is being sent"), "info"),
    "calling": (N_("is being called"), "info"), "sent": (N_("sent"), "good"),
    "unanswered": (N_("nobody picked up"), "quiet"), "failed": (N_("failed"), "bad"),
    "skipped": (N_("skipped"), "quiet"), "unknown": (N_("nobody knows if it left"), "warn"),
    "replaced": (N_("replaced by another"), "quiet"), "cancelled": (N_("canceled"), "quiet"),
}  # fmt: skip

GATES = {
    "flow": N_("Is its flow still there?"), "stop": N_("Did they text STOP?"),
    "number": N_("Can their number be written to?"), "blocked": N_("Are they blocked?"),
    "consent": N_("Did they say yes to it?"), "reason": N_("Is there still a reason for it?"),
    "silence": N_("Were too many met with silence?"), "pause": N_("Did they ask for a pause?"),
    "talking": N_("Are they talking with us just now?"),
    "danger": N_("Was danger read, and nobody has looked?"), "late": N_("Is it too late to be welcome?"),
    "hours": N_("Is it within their hours?"), "one a day": N_("Did they get one today?"),
    "turn": N_("Is the line's number free?"),
}  # fmt: skip
"""What each gate asks: checkin.services.following.judging."""

GATE_SAYS = {
    "open": (N_("nothing against it"), "good"), "move": (N_("not now"), "warn"),
    "skip": (N_("not this one"), "quiet"), "end": (N_("never"), "bad"),
}  # fmt: skip

KINDS = {
    "ring_offer": N_("ring a volunteer"), "cancel_offer": N_("stop ringing a volunteer"),
    "move_caller": N_("move a caller on"), "call_contact": N_("call somebody back"),
    "leave_message": N_("leave a message"), "next_wave": N_("ring the next volunteers"),
    "give_up": N_("end a wait"), "talk_warning": N_("warn that a call ends soon"),
    "send_message": N_("send a text"), "tell_later": N_("tell the leads once more"),
    "send_again": N_("send a text once more"),
    "follow_up": N_("send a follow-up"), "text_failed": N_("see to a text that failed"),
    "relay_lost": N_("tell who wrote that it did not arrive"),
    "shift_reminder": N_("remind of a shift"), "shift_gap": N_("tell the leads of a gap"),
    "plan_shifts": N_("plan the next shifts"), "bad_number": N_("tell of a bad number"),
    "case_watch": N_("watch over a case"), "close_call": N_("close a call"),
    "fetch_recording": N_("fetch a recording"), "delete_recording": N_("delete a recording"),
    "redact_message": N_("blank a text at the network"), "resolve_message": N_("find out if a text left"),
    "reconcile": N_("compare with the network's log"), "retention": N_("delete what has ended"),
    "transcribe_story": N_("write down a story"), "tell_teller": N_("write to a teller"),
}  # fmt: skip
"""The commonest things to do; the others are shown by their own name."""
