"""Callers for whose number nobody vouches: each of their calls is a stranger's, and the number only where to answer.

A caller id is made up for cents. Unless the network attests that the caller may use it, nothing that is known of the
number's owner may be heard on the call, and nothing that is said on it is the owner's. So the call gets a contact of
its own, as a withheld one does, with the number beside it. What it agrees to holds once the owner has answered YES to
one text; then the call was theirs, with all that was said on it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, select, update

from checkin.cases.models import Case
from checkin.contacts import preferences
from checkin.contacts import service as contacts
from checkin.contacts.models import CheckIn, Consent, Contact
from checkin.contacts.shown_numbers import has_left, no_texts
from checkin.conversations.queries import TextArrival
from checkin.core import rate_limits
from checkin.core.statements import changed
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import service as follow_ups
from checkin.i18n.say import to_contact
from checkin.messages import service as messages
from checkin.messages.models import Conversation, FollowUp, Recording
from checkin.stories.models import Story
from checkin.volunteers import queries
from checkin.volunteers.invitations import NO, YES
from flows.engine import effects
from flows.engine.effects import Effect, Say
from flows.words.folding import clean, fold

if TYPE_CHECKING:
    from checkin.messages.active_conversation import ActiveConversation

ANSWERED_WITHIN = timedelta(days=3)
"""Later a YES is no answer to what was asked."""

UNANSWERED = 2
"""So many questions that nobody answers go to a number in rate_limits.LONG (30 days), and one a day: whoever forges a
caller id cannot make us text its owner more."""

FROM_FLOWS = 2
"""Texts a day to a number that calls only showed, of those that a flow sends during a call (`via: sms`)."""

MOST_A_DAY = 60
"""Texts a day in all, of both kinds, to numbers that calls only showed: a new number for each call costs no more."""

TODAY, LATELY = "asked today whether they called", "asked whether they called"
WRITTEN, WRITTEN_IN_ALL = "written to a shown number", "written to shown numbers"


def explain(uow: UnitOfWork, talk: ActiveConversation, effect: Effect) -> Say | None:
    """What such a caller is told before `effect` is done: how it comes to hold. All of them hear the same."""
    contact = talk.contact
    if contact.shown_key is None or not contacts.number_takes_texts(uow, contact):
        return None
    match effect:
        case effects.SaveConsent(name=name, given=True) if _lasts(uow, name):
            words = None if any(_lasts(uow, given) for given in contact.consents) else "unproved_yes"
        case effects.OptOut():
            words = "unproved_stop"
        case effects.Forget():
            words = "unproved_forget"
        case effects.PauseFollowUps():
            words = "unproved_pause"
        case _:
            words = None
    return _say(uow, contact, "voice", words, talk.position.language) if words else None


def ask(uow: UnitOfWork, contact: Contact) -> None:
    """The call is over: its number is asked once whether what was said is to hold, if it may be asked."""
    if contact.shown_key is None or contact.asked_at is not None or contact.opted_out_at is not None:
        return
    yes = [name for name in contact.consents if _lasts(uow, name)]
    words = "unproved_ask" if yes else "unproved_no" if _took_back(uow, contact) else None
    if words is None or not _may_be_written_to(uow, contact):
        return
    if queries.with_number(uow.session, contact.line, [contact.shown_key]) is not None:
        return  # what they text is a volunteer's
    number = contact.shown_key.hex()
    today, lately, in_all = rate_limits.so_far(uow, (TODAY, number), (LATELY, number), (WRITTEN_IN_ALL, contact.line))
    if today or lately >= UNANSWERED or in_all >= MOST_A_DAY:
        return
    rate_limits.count(uow, WRITTEN_IN_ALL, contact.line, rate_limits.DAY)
    rate_limits.count(uow, TODAY, number, rate_limits.DAY)
    rate_limits.count(uow, LATELY, number, rate_limits.LONG)
    same = (Contact.line == contact.line) & (Contact.shown_key == contact.shown_key)
    uow.session.execute(update(Contact).where(same, Contact.asked_at.is_not(None)).values(asked_at=None))
    contact.asked_at = uow.now if yes else None
    said = _say(uow, contact, "sms", words, contact.language or "")
    messages.send(uow, line=contact.line, contact=contact, body=said.text, kind="reply")


def may_be_texted_now(uow: UnitOfWork, contact: Contact) -> bool:
    """Whether a flow may text the number during such a call: what was asked for on it, twice a day."""
    if contact.opted_out_at is not None or not _may_be_written_to(uow, contact):
        return False
    assert contact.shown_key is not None
    if rate_limits.count(uow, WRITTEN, contact.shown_key.hex(), rate_limits.DAY) > FROM_FLOWS:
        return False
    return rate_limits.count(uow, WRITTEN_IN_ALL, contact.line, rate_limits.DAY) <= MOST_A_DAY


def take_answer(uow: UnitOfWork, owner: Contact, arrival: TextArrival, body: str, sid: str) -> Say | None:
    """YES, or NO, to what was asked after a call from this number. None: it is no answer to that.

    Where a conversation by text has asked something since, the answer belongs there.
    """
    folded = fold(clean(body))
    if folded not in YES | NO or owner.number_key is None:
        return None
    asked = uow.session.get(Contact, arrival.asked) if arrival.asked is not None else None
    if asked is None or asked.asked_at is None or uow.now - asked.asked_at > ANSWERED_WITHIN:
        return None
    if arrival.conversation is not None and arrival.conversation.updated_at > asked.asked_at:
        return None
    asked.asked_at, number = None, owner.number_key.hex()
    if folded in YES:
        rate_limits.clear(uow, TODAY, number)
        rate_limits.clear(uow, LATELY, number)
        _was_theirs(uow, owner, asked, sid)
    else:
        for _ in range(UNANSWERED):  # it was not them: they are not asked again for a while
            rate_limits.count(uow, LATELY, number, rate_limits.LONG)
    words = "unproved_kept" if folded in YES else "unproved_dropped"
    return _say(uow, owner, "sms", words, owner.language or asked.language or "")


def _may_be_written_to(uow: UnitOfWork, contact: Contact) -> bool:
    if no_texts(uow, contact) is not None or has_left(uow, contact):
        return False
    owner = contacts.owner_of(uow, contact)
    return owner is None or not preferences.of(uow, owner).no_texts


def _lasts(uow: UnitOfWork, name: str) -> bool:
    """Whether this is a yes to something that comes to the number later, and not to what is done on the call itself."""
    return name in preferences.ALL or any(flow.needs_consent == name for flow in uow.library.flows.values())


def _took_back(uow: UnitOfWork, contact: Contact) -> bool:
    """Whether something was refused on the call that the owner has said yes to."""
    owner = contacts.owner_of(uow, contact)
    if owner is None or not owner.consents:
        return False
    refused = exists().where(
        Consent.contact_id == contact.id, Consent.given.is_(False), Consent.name.in_(owner.consents)
    )
    return bool(uow.session.scalar(select(refused)))


def _was_theirs(uow: UnitOfWork, owner: Contact, call: Contact, sid: str) -> None:
    """The owner of the number was the caller: what they agreed to holds, and what they said is theirs."""
    ledger = select(Consent).where(Consent.contact_id == call.id, Consent.given, Consent.name.in_(call.consents))
    said = {row.name: row for row in uow.session.scalars(ledger.order_by(Consent.at))}
    for name, row in said.items():
        contacts.record_consent(
            uow, owner, name, given=True, wording=row.wording, version=row.wording_version, channel="voice", source=sid
        )
    contacts.take_over(uow, owner, call)
    planned = select(FollowUp).where(FollowUp.contact_id == call.id, FollowUp.state == "planned")
    for promise in list(uow.session.scalars(planned)):
        follow_ups.cancel(uow, owner, "replaced by a newer one", key=promise.key, state="replaced")
        promise.contact_id = owner.id
    uow.vault.hand_over(call, owner)
    uow.session.flush()
    for column in (
        CheckIn.contact_id, Case.contact_id, Conversation.contact_id, Recording.contact_id, Story.teller_id
    ):  # fmt: skip
        changed(uow.session, update(column.class_).where(column == call.id).values({column.key: owner.id}))


def _say(uow: UnitOfWork, contact: Contact, channel: str, words: str, language: str) -> Say:
    return to_contact(uow, contact.line, "voice" if channel == "voice" else "sms", language, words)
