"""A machine picks up the phone of a contact whom we call back: nothing is left on it, unless they agreed to that.

The network listens for machines while the call goes on, so that a person never waits for its guess. Where words may be
left it tells us once the machine's own greeting is over; where they may not, as soon as it guesses, and we hang up.
"""

from __future__ import annotations

from checkin.models.contacts import Contact
from checkin.queries import relays as relay_rows
from checkin.reply import Reply
from checkin.services import outbox, preferences
from checkin.services.casework import call_backs
from checkin.work import Work
from flows.engine.effects import HangUp


def guessed(work: Work, token: str, call_sid: str, answered_by: str | None) -> None:
    """The network guesses who picked up. Whoever has pressed 1 is no machine, whatever it guesses."""
    relay = relay_rows.of_token(work.session, token)
    if relay is None or relay.state != "joined" or relay.in_room_at is not None:
        return
    if not (answered_by or "").startswith(("machine", "fax")):
        return
    call_backs.calling(work, relay.id, call_sid)
    contact = work.session.get_one(Contact, relay.contact_id)
    leaves = preferences.of(work, contact).message and (answered_by or "").startswith("machine")
    ended = call_backs.over(work, relay, "machine" if leaves else "contact")
    if ended is not None and leaves:
        outbox.later(work, "leave_message", relay.id, work.now)


def to_leave(work: Work, relay_id: str) -> tuple[str, str] | str:
    """The call (SID) that has reached a machine, and the token of its relay; or why nothing is left there."""
    relay = relay_rows.of_id(work.session, relay_id)
    if relay is None or relay.left_by != "machine" or relay.call_sid is None:
        return "skipped: no machine"
    return relay.call_sid, relay.token


def message(work: Work, token: str) -> Reply:
    """What is said onto the machine: that it was us, by name only if they agreed to that, and nothing of why."""
    relay = relay_rows.of_token(work.session, token)
    if relay is None or relay.left_by != "machine":
        return Reply((HangUp(),))
    return Reply((call_backs.named(work, relay, "machine_message"), HangUp()))
