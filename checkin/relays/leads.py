"""LEAD: a volunteer asks that a lead joins them as a third, on a call or by text; and BLOCK: not with them again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import exists, update

from checkin.cases import blocks
from checkin.contacts.models import Contact
from checkin.core import lines
from checkin.core.statements import changed, changed_row, insert_new, returned
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say, to_contact
from checkin.messages import service as messages
from checkin.outbox import outbox
from checkin.relays import aftercare, contact_side, states
from checkin.relays import queries as relay_rows
from checkin.relays.models import Offer, Relay, VolunteerBlock
from checkin.relays.queries import TextThread
from checkin.volunteers import alerts
from checkin.volunteers.models import Volunteer
from checkin.volunteers.queries import leads

REMEMBERED = timedelta(hours=24)
"""BLOCK after a relay means the contact of the last one, if it was this recently."""


def ask_for_one(uow: UnitOfWork, volunteer: Volunteer, relay: Relay, contact: Contact) -> str:
    """Ask the leads to join: by text for a text relay, by ringing for a call. Answers what the volunteer is told."""
    others = [lead for lead in leads(uow.session, relay.line) if lead.id not in (volunteer.id, relay.lead_id)]
    if relay.channel == "voice":
        others = [other for other in others if "voice" in other.channels and not _said_off(uow, other)]
    if not others:
        line = lines.get(uow, relay.line)
        return say(uow, volunteer, "relays.no_lead", emergency=line.emergency_number, crisis=line.crisis_number)
    alerts.put_up(
        uow, relay.line, "lead_wanted", "asked for by a volunteer", contact=contact,
        conversation_id=relay.conversation_id,
    )  # fmt: skip
    if relay.channel == "voice":
        _ring(uow, relay, others)
    else:
        _write(uow, volunteer, relay, contact, others)
    return say(uow, volunteer, "relays.lead_asked", alias=contact.alias)


def _said_off(uow: UnitOfWork, volunteer: Volunteer) -> bool:
    """Whether they said OFF, and it holds: then their phone is not rung, and whoever asks is told so at once."""
    return volunteer.on_duty is False and (volunteer.duty_until is None or uow.now < volunteer.duty_until)


def join_by_text(uow: UnitOfWork, lead: Volunteer, number: int) -> str:
    """LEAD 42 by a lead: they read along and write too. Answers what they are told."""
    relay = changed_row(
        uow.session,
        update(Relay)
        .where(
            Relay.line == lead.line,
            Relay.number == number,
            Relay.channel == "sms",
            Relay.state == "joined",
            Relay.lead_id.is_(None),
            Relay.volunteer_id != lead.id,
        )
        .values(lead_id=lead.id),
        Relay,
    )
    if relay is None:
        return say(uow, lead, "relays.lead_taken", number=number)
    contact = uow.session.get_one(Contact, relay.contact_id)
    volunteer = relay_rows.volunteer_of(uow.session, relay)
    here = to_contact(uow, relay.line, "sms", relay.speaks, "relay_lead")
    contact_side.write(uow, relay, contact, here.text, kind="relay")
    name = ""
    if volunteer is not None:
        name, theirs = (uow.vault.decrypt(row, Volunteer.name_encrypted) for row in (volunteer, lead))
        aftercare.tell(uow, relay, volunteer, "relays.lead_there", name=theirs, alias=contact.alias)
    return say(uow, lead, "relays.lead_joined", alias=contact.alias, name=name, number=number)


def leave_by_text(uow: UnitOfWork, lead: Volunteer, thread: TextThread) -> str:
    """DONE by a lead: the volunteer goes on alone."""
    relay, contact = thread.relay, thread.contact
    relay.lead_id = None
    volunteer = relay_rows.volunteer_of(uow.session, relay)
    if volunteer is not None:
        name = uow.vault.decrypt(lead, Volunteer.name_encrypted)
        aftercare.tell(uow, relay, volunteer, "relays.lead_left", name=name, alias=contact.alias)
    return say(uow, lead, "relays.lead_gone", alias=contact.alias, number=relay.number)


def take_call(uow: UnitOfWork, relay_id: str, offer: Offer) -> Relay | None:
    """The first lead who presses 1 joins the call; the others are let go. None: one has, or the call is over."""
    stands = exists().where(Offer.id == offer.id, Offer.live, Offer.role == "lead")
    relay = changed_row(
        uow.session,
        update(Relay)
        .where(Relay.id == relay_id, Relay.state == "joined", Relay.lead_id.is_(None), stands)
        .values(lead_id=offer.volunteer_id),
        Relay,
    )
    if relay is None:
        return None
    states.accept(uow, relay_id, offer, Offer.role == "lead")
    return relay


def leave_call(uow: UnitOfWork, call_sid: str) -> None:
    """A lead's leg came out of the room; the other two talk on."""
    ended = (
        returned(
            uow.session,
            update(Offer)
            .where(Offer.call_sid == call_sid, Offer.role == "lead", Offer.live)
            .values(live=False, ended_at=uow.now)
            .returning(Offer.relay_id),
        )
        .scalars()
        .one_or_none()
    )
    if ended is not None:
        changed(uow.session, update(Relay).where(Relay.id == ended).values(lead_id=None))


def keep_apart(uow: UnitOfWork, volunteer: Volunteer, contact: Contact) -> None:
    """This volunteer is not asked for this contact again."""
    row = {"volunteer_id": volunteer.id, "contact_id": contact.id, "since": uow.now}
    insert_new(uow.session, VolunteerBlock, [row])


def block_last(uow: UnitOfWork, volunteer: Volunteer) -> str:
    """BLOCK outside of a text relay: the contact of their last one is meant."""
    found = relay_rows.last_of(uow.session, volunteer.id, uow.now - REMEMBERED)
    if found is None:
        return say(uow, volunteer, "relays.nobody")
    contact = found[1]
    keep_apart(uow, volunteer, contact)
    blocks.propose(uow, volunteer, contact)
    return say(uow, volunteer, "relays.blocked", alias=contact.alias)


def _ring(uow: UnitOfWork, relay: Relay, others: Sequence[Volunteer]) -> None:
    """Ring every lead who is not on a call already."""
    lead_ids = sorted(lead.id for lead in others)
    rows = [states.offer_row(uow, relay, lead_id, wave=relay.wave, role="lead") for lead_id in lead_ids]
    for offer in insert_new(uow.session, Offer, rows):
        outbox.later(uow, "ring_offer", offer.id, uow.now)


def _write(uow: UnitOfWork, volunteer: Volunteer, relay: Relay, contact: Contact, others: Sequence[Volunteer]) -> None:
    name = uow.vault.decrypt(volunteer, Volunteer.name_encrypted)
    for other in others:
        words = say(uow, other, "relays.lead", name=name, alias=contact.alias, number=relay.number)
        messages.send(uow, line=relay.line, volunteer=other, body=words, kind="alert", relay_id=relay.id)
