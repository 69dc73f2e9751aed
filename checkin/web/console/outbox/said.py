"""States and gates, in the reader's words."""

from __future__ import annotations

from checkin.core.translatable import N_

SHOWN = {
    "due": (N_("due now"), "warn"), "planned": (N_("planned"), "info"), "under_way": (N_("on their way"), "info"),
    "sent": (N_("sent"), "good"), "unanswered": (N_("nobody picked up"), "quiet"), "skipped": (N_("skipped"), "quiet"),
    "unknown": (N_("may have been sent"), "warn"), "failed": (N_("failed"), "bad"),
}  # fmt: skip
"""The headings, in their order, with their colors."""

STATES = {
    "planned": (N_("planned"), "info"), "sending": (N_("is being sent"), "info"),
    "calling": (N_("is being called"), "info"), "sent": (N_("sent"), "good"),
    "unanswered": (N_("nobody picked up"), "quiet"), "failed": (N_("failed"), "bad"),
    "skipped": (N_("skipped"), "quiet"), "unknown": (N_("delivery unknown"), "warn"),
    "replaced": (N_("replaced by another"), "quiet"), "cancelled": (N_("canceled"), "quiet"),
}  # fmt: skip

GATES = {
    "flow": N_("Does its flow still exist?"), "stop": N_("Did they text STOP?"),
    "number": N_("Can we text their number?"), "blocked": N_("Are they blocked?"),
    "consent": N_("Did they agree to it?"), "reason": N_("Is there still a reason for it?"),
    "silence": N_("Too many unanswered in a row?"), "pause": N_("Did they ask for a pause?"),
    "talking": N_("Are they talking with us right now?"),
    "danger": N_("A sign of danger that nobody has reviewed?"), "late": N_("Too late in the day?"),
    "hours": N_("Is it within their hours?"), "one a day": N_("Did they get one today?"),
    "turn": N_("Is the line's number free?"),
}  # fmt: skip
"""What each gate asks: checkin.followups.send_policy."""

GATE_SAYS = {
    "open": (N_("OK"), "good"), "move": (N_("not now"), "warn"),
    "skip": (N_("skip"), "quiet"), "end": (N_("never"), "bad"),
}  # fmt: skip
