"""A text relay comes to its end: DONE by either side, silence, or it is handed on to others."""

from __future__ import annotations

from checkin.cases import blocks
from checkin.contacts.models import Contact
from checkin.core.reply import Reply
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say, to_contact
from checkin.outbox import outbox
from checkin.outbox.outcomes import Done, Outcome, Retry, Skipped
from checkin.relays import aftercare, call_backs, contact_side, leads, states, waves, write_backs
from checkin.relays import queries as relay_rows
from checkin.relays.models import Relay
from checkin.relays.queries import TextThread
from checkin.volunteers.models import Volunteer
from flows.engine.inputs import PeerLeft


def done(uow: UnitOfWork, volunteer: Volunteer, thread: TextThread) -> str:
    """The volunteer says that it is finished: the contact goes on in their flow. A lead only leaves."""
    if thread.leads:
        return leads.leave_by_text(uow, volunteer, thread)
    ended = states.finish(uow, "volunteer", Relay.id == thread.relay.id)
    if ended is not None:
        contact_side.write_on(uow, ended, PeerLeft(states.seconds_joined(ended)))
        aftercare.over_for_lead(uow, ended, thread.contact)
    return say(uow, volunteer, "relays.done", alias=thread.contact.alias)


def contact_done(uow: UnitOfWork, relay: Relay, contact: Contact) -> Reply:
    """The contact says so: the volunteer is told, and the flow goes on in the answer."""
    ended = states.finish(uow, "contact", Relay.id == relay.id)
    if ended is None:
        return Reply()
    aftercare.contact_left(uow, ended, contact)
    return contact_side.go_on(uow, ended, PeerLeft(states.seconds_joined(ended)))


def hand_on(uow: UnitOfWork, volunteer: Volunteer, thread: TextThread) -> str:
    """PASS: the relay is open again, for others, with a new limit; the contact hears that we look on."""
    if thread.leads:
        return leads.leave_by_text(uow, volunteer, thread)
    aftercare.over_for_lead(uow, thread.relay, thread.contact)
    if thread.relay.case_id is not None:
        return _give_back(uow, volunteer, thread)
    relay = states.reopen(uow, volunteer.line, thread.relay.id, volunteer.id)
    if relay is not None:
        still = to_contact(uow, relay.line, "sms", relay.speaks, "relay_passed")
        contact_side.write(uow, relay, thread.contact, still.text, kind="relay")
        outbox.later(uow, "give_up", relay.id, relay.limit_at)
        waves.go_on(uow, relay)
    return say(uow, volunteer, "relays.passed")


def _give_back(uow: UnitOfWork, volunteer: Volunteer, thread: TextThread) -> str:
    """PASS of somebody who answered a case by text: the talk ends, and the case waits for the others."""
    ended = states.finish(uow, "volunteer", Relay.id == thread.relay.id)
    if ended is not None:
        contact_side.write_on(uow, ended, PeerLeft(states.seconds_joined(ended)))
        write_backs.give_back(uow, ended, volunteer)
    return say(uow, volunteer, "relays.passed")


def quiet(uow: UnitOfWork, relay_id: str) -> Outcome:
    """Nobody wrote for a while: the relay is closed kindly; if someone did write, it is looked at again.

    A call has its limit at the network; one that is still joined well after it is closed here.
    """
    relay = relay_rows.locked(uow.session, relay_id)
    if relay is None or relay.state != "joined":
        return Skipped("over already")
    if relay.channel == "voice":
        return _call_limit(uow, relay)
    again = (relay.active_at or relay.opened_at) + uow.policy(relay.line).relay_idle
    if again > uow.now:
        return Retry(again, "somebody wrote")
    ended = states.finish(uow, "idle", Relay.id == relay.id)
    assert ended is not None, "the row is locked"
    contact = uow.session.get_one(Contact, relay.contact_id)
    closed = to_contact(uow, relay.line, "sms", relay.speaks, "relay_idle")
    contact_side.write_on(uow, ended, PeerLeft(states.seconds_joined(ended)), before=closed.text)
    volunteer = relay_rows.volunteer_of(uow.session, ended)
    if volunteer is not None:
        aftercare.tell(uow, ended, volunteer, "relays.idle", alias=contact.alias)
    aftercare.over_for_lead(uow, ended, contact)
    return Done()


def _call_limit(uow: UnitOfWork, relay: Relay) -> Outcome:
    if relay.case_id is not None and relay.in_room_at is None:
        call_backs.over(uow, relay)
        return Done("the contact was never joined")
    assert relay.joined_at is not None, "it is joined"
    ends = relay.joined_at + uow.policy(relay.line).longest_talk + states.NEWS_MAY_TAKE
    if uow.now < ends:
        return Retry(ends, "its limit has not passed")
    states.finish(uow, "limit", Relay.id == relay.id)
    return Done("nobody had told us that the call was over")


def block(uow: UnitOfWork, volunteer: Volunteer, thread: TextThread) -> str:
    """BLOCK: the contact is handed on, this volunteer is not asked for them again, and an organizer looks at it."""
    leads.keep_apart(uow, volunteer, thread.contact)
    blocks.propose(uow, volunteer, thread.contact)
    hand_on(uow, volunteer, thread)
    return say(uow, volunteer, "relays.blocked_handed", alias=thread.contact.alias)
