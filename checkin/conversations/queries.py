"""Who texts or calls, and where we stand with them: one statement each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, func, literal, select
from sqlalchemy.orm import Session, aliased

from checkin.contacts.models import Contact
from checkin.messages.models import Conversation, Message
from checkin.messages.queries import is_open_text
from checkin.relays.models import Relay
from checkin.volunteers.models import Volunteer


@dataclass(frozen=True)
class TextArrival:
    """volunteer: or somebody who is invited to be one. seen: this very text came before; answer: what it was
    answered with (None: nothing). namesakes: how many on this line have one of the aliases of a new contact. asked: the
    id of the call after which the number was asked whether it was them (checkin.conversations.unproved).
    """

    volunteer: Volunteer | None
    contact: Contact | None
    conversation: Conversation | None
    relay: Relay | None
    seen: bool
    answer: Message | None
    namesakes: int
    asked: str | None = None


def of_text(session: Session, line: str, number_keys: Sequence[bytes], sid: str, aliases: Sequence[str]) -> TextArrival:
    """Everything that decides what a text means: who sent it, their open conversation and relay, and if it is new."""
    told = {"line": line, "number_keys": list(number_keys), "sid": sid, "aliases": list(aliases)}
    row = session.execute(_text_statement(), told).one()
    return TextArrival(row[0], row[1], row[2], row[3], row[4] is not None, row[5], row[6], row[7])


@cache
def _text_statement() -> Select[Volunteer, Contact, Conversation, Relay, str, Message, int, str]:
    """Made once: putting it together takes longer than asking the database."""
    found = select(literal(1).label("one")).subquery()
    seen, answer, asked = aliased(Message), aliased(Message), aliased(Contact)
    return (
        select(Volunteer, Contact, Conversation, Relay, seen.id, answer, _namesakes(), asked.id)
        .select_from(found)
        .outerjoin(Volunteer, _this_volunteer("active", "invited"))
        .outerjoin(Contact, _this_contact())
        .outerjoin(Conversation, and_(Conversation.contact_id == Contact.id, is_open_text()))
        .outerjoin(Relay, and_(Relay.contact_id == Contact.id, _live_text_relay()))
        .outerjoin(seen, seen.sid == bindparam("sid"))
        .outerjoin(answer, answer.reply_to == bindparam("sid"))
        .outerjoin(asked, _asked(asked))
        .limit(1)
    )


@dataclass(frozen=True)
class CallArrival:
    """conversation: this call's own, when its first webhook is repeated."""

    volunteer: Volunteer | None
    contact: Contact | None
    conversation: Conversation | None
    namesakes: int


def of_call(
    session: Session, line: str, number_keys: Sequence[bytes], call_sid: str, aliases: Sequence[str] = ()
) -> CallArrival:
    """Who calls. A withheld caller is nobody that we know."""
    told = {"line": line, "number_keys": list(number_keys), "call_sid": call_sid, "aliases": list(aliases)}
    row = session.execute(_call_statement(), told).one()
    return CallArrival(row[0], row[1], row[2], row[3])


@cache
def _call_statement() -> Select[Volunteer, Contact, Conversation, int]:
    found = select(literal(1).label("one")).subquery()
    return (
        select(Volunteer, Contact, Conversation, _namesakes())
        .select_from(found)
        .outerjoin(Volunteer, _this_volunteer("active"))
        .outerjoin(Contact, _this_contact())
        .outerjoin(Conversation, Conversation.call_sid == bindparam("call_sid"))
        .limit(1)
    )


def _namesakes() -> ScalarSelect[int]:
    named = aliased(Contact)
    same = and_(named.line == bindparam("line"), named.alias.in_(bindparam("aliases", expanding=True)))
    return select(func.count()).select_from(named).where(same).scalar_subquery()


def _this_volunteer(*states: str) -> ColumnElement[bool]:
    mine = and_(Volunteer.line == bindparam("line"), Volunteer.number_key.in_(bindparam("number_keys", expanding=True)))
    return and_(mine, Volunteer.state.in_(states))


def _this_contact() -> ColumnElement[bool]:
    return and_(Contact.line == bindparam("line"), Contact.number_key.in_(bindparam("number_keys", expanding=True)))


def _asked(call: type[Contact]) -> ColumnElement[bool]:
    mine = and_(call.line == bindparam("line"), call.shown_key.in_(bindparam("number_keys", expanding=True)))
    return and_(mine, call.asked_at.is_not(None))


def _live_text_relay() -> ColumnElement[bool]:
    return and_(Relay.channel == "sms", Relay.state.in_(("open", "joined")))
