"""A leg comes out of a relay's room, and the network tells of comings and goings there.

Each of these may be lost, late or repeated: the first that arrives ends the relay, the others find it ended.
"""

from __future__ import annotations

from sqlalchemy import update

from checkin.contacts import blocked
from checkin.core.reply import Reply
from checkin.core.statements import changed
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import aloud, language_of, to_contact
from checkin.relays import call_limit, contact_side, leads, states, wait_loop
from checkin.relays import queries as relay_rows
from checkin.relays.models import Relay
from checkin.relays.queries import WaitingRelay
from checkin.telephony.rules.arrivals import RoomEvent
from checkin.volunteers.models import Volunteer
from flows.engine.effects import HangUp
from flows.engine.inputs import PeerLeft


def left_room(uow: UnitOfWork, token: str, side: str, call_sid: str) -> Reply:
    """This leg came out of the room. The contact goes on in their flow; the volunteer is thanked.

    A contact who lost the volunteer within seconds is offered to be joined again.
    """
    found = relay_rows.waiting(uow.session, token)
    if found is None:
        return Reply((HangUp(),))
    relay = found.relay
    if side == "contact":
        return _contact_out(uow, found)
    if side == "lead":
        leads.leave_call(uow, call_sid)
        return _thanks(uow, None, relay)
    volunteer = relay_rows.volunteer_of(uow.session, relay)
    states.finish(uow, "volunteer", Relay.id == relay.id)
    return _thanks(uow, volunteer, relay)


def room_event(uow: UnitOfWork, token: str, event: RoomEvent) -> None:
    """Somebody came, went, or the room closed. Nothing depends on hearing of it; what is heard only helps sooner."""
    relay = relay_rows.of_token(uow.session, token)
    if relay is None or relay.state != "joined":
        return
    theirs = event.call_sid is not None and event.call_sid == relay.call_sid
    match event.event:
        case "participant-join" if theirs and relay.in_room_at is None:
            _note_in_room(uow, relay)
        case "participant-leave" if theirs or relay_rows.is_leg_of(uow.session, relay, event.call_sid):
            states.finish(uow, "contact" if _hung_up(event, theirs) else "room", Relay.id == relay.id)
        case "conference-end":
            states.finish(uow, "room", Relay.id == relay.id)
        case "announcement-fail":
            call_limit.not_enqueued(uow, relay)


def _contact_out(uow: UnitOfWork, found: WaitingRelay) -> Reply:
    relay = found.relay
    ended = states.finish(uow, "room", Relay.id == relay.id) or relay_rows.of_id(uow.session, relay.id)
    assert ended is not None, "a relay is never deleted while its call lives"
    if blocked.is_blocked(uow, found.contact):
        return blocked.on_call(uow, found.contact)
    if ended.case_id is not None:
        return Reply((to_contact(uow, ended.line, "voice", ended.speaks, "goodbye"), HangUp()))
    if ended.state != "ended":
        return contact_side.go_on(uow, ended, PeerLeft(0))
    if states.dropped_early(uow, ended):
        return wait_loop.lost(uow, ended)
    return contact_side.go_on(uow, ended, PeerLeft(states.seconds_joined(ended)))


def _thanks(uow: UnitOfWork, volunteer: Volunteer | None, relay: Relay) -> Reply:
    to = volunteer or language_of(uow, None, uow.policy(relay.line).languages)
    return Reply((aloud(uow, to, "ringing.after"), HangUp()))


def _note_in_room(uow: UnitOfWork, relay: Relay) -> None:
    changed(
        uow.session,
        update(Relay)
        .where(Relay.id == relay.id, Relay.state == "joined", Relay.in_room_at.is_(None))
        .values(in_room_at=uow.now, told_at=uow.now),
    )


def _hung_up(event: RoomEvent, theirs: bool) -> bool:
    """Whether the contact left by themselves, not because the room closed on them."""
    return theirs and event.reason == "participant_hung_up"
