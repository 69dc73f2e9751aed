"""<Redirect>, <Hangup>, <Reject>: going on elsewhere, or not at all."""

from __future__ import annotations

from checkin.practice.calls.script import LegHungUp, Rejected, Script
from checkin.practice.state import Target
from checkin.practice.twiml.document import Verb


def redirect(script: Script, verb: Verb) -> Target:
    """Go on elsewhere; an empty address is this document's own."""
    return script.follow(verb.text or script.base, verb.get("method", "POST"), {})


def hangup(script: Script, verb: Verb) -> None:
    """End the call."""
    raise LegHungUp


def reject(script: Script, verb: Verb) -> None:
    """Don't take the call; only as the first thing of an incoming one. Otherwise it is a hang-up (assumed)."""
    if script.call.direction != "inbound" or script.call.answered_at is not None:
        raise LegHungUp
    raise Rejected("busy" if verb.get("reason") == "busy" else "no-answer")
