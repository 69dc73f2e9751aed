"""Phones ring for one caller so many times; then the flow goes on as when everybody is busy, and the leads hear of it.

What the flow says then names the crisis number and offers a story, or a message that the leads are told of at once. It
is what anybody hears while the team is busy, so that a forged number does not tell how often its owner has called.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import case, func, select

from checkin.cases import rules as case_rules
from checkin.contacts.models import Contact
from checkin.core.rules import call_budget
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say
from checkin.messages import service as messages
from checkin.messages.models import Conversation
from checkin.relays.models import Relay
from checkin.volunteers import alerts
from checkin.volunteers.alerts import OFTEN
from checkin.volunteers.queries import leads

RECENTLY, TODAY = timedelta(minutes=10), timedelta(days=1)

WITHHELD = "withheld callers"
"""What the alert is about that all callers without a number have together."""


def is_spent(uow: UnitOfWork, contact: Contact, conversation: Conversation) -> bool:
    """Whether nobody is rung for this caller now. The leads are told once, until one of them has looked.

    Calls that we placed, and texts, are none of this. What an attested caller waited and what was only claimed in their
    name are counted apart, so that nobody uses up the budget of somebody else's own phone.
    """
    if conversation.channel != "voice" or conversation.by_us:
        return False
    withheld = contact.number_key is None and contact.shown_key is None
    recent, today = _waits(uow, contact)
    danger = conversation.crisis or case_rules.in_danger(contact.crisis_at, uow.now)
    why = call_budget.over(uow.policy(contact.line).calls, recent, today, withheld=withheld, danger=danger)
    if why is not None:
        _tell(uow, contact, why, conversation.id, withheld=withheld)
    return why is not None


def _waits(uow: UnitOfWork, contact: Contact) -> tuple[int, int]:
    """How often they have waited for a volunteer by call: in the last ten minutes, and in the last day."""
    recent = func.count(case((Relay.opened_at > uow.now - RECENTLY, 1)))
    waited = (
        select(recent, func.count())
        .select_from(Relay)
        .where(Relay.line == contact.line, Relay.channel == "voice", Relay.case_id.is_(None))
        .where(Relay.opened_at > uow.now - TODAY, Relay.state.not_in(("busy", "closed")))
    )
    if contact.number_key is not None:
        waited = waited.where(Relay.contact_id == contact.id)
    else:
        waited = waited.join(Contact, Contact.id == Relay.contact_id).where(
            Contact.number_key.is_(None), Contact.shown_key.is_not_distinct_from(contact.shown_key)
        )
    soon, all_day = uow.session.execute(waited).one()
    return int(soon), int(all_day)


def _tell(uow: UnitOfWork, contact: Contact, why: str, conversation_id: str, *, withheld: bool) -> None:
    alert = alerts.put_up(
        uow, contact.line, OFTEN, why, about=WITHHELD if withheld else alerts.about(contact, OFTEN),
        telling="at first", contact=None if withheld else contact, conversation_id=conversation_id,
    )  # fmt: skip
    if alert.count > 1:
        return
    for lead in leads(uow.session, contact.line):
        words = say(uow, lead, "alerts.call_budget_withheld") if withheld else ""
        words = words or alerts.text_of_contact(uow, lead, contact, OFTEN)
        messages.send(uow, line=contact.line, volunteer=lead, body=words, kind="alert", waits=True)
