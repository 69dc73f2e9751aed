"""Who texts or calls, and where we stand with them: one statement each, and another for what came before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

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
    told = _told(number_keys, aliases, line=line, sid=sid)
    row = session.execute(_text_statement(len(number_keys), len(aliases)), told).one()
    volunteer, contact, conversation, relay, seen, answer_id, namesakes, asked = row
    answer = session.get(Message, answer_id) if answer_id is not None else None
    return TextArrival(volunteer, contact, conversation, relay, seen is not None, answer, namesakes, asked)


@cache
def _text_statement(keys: int, names: int) -> Select[Volunteer, Contact, Conversation, Relay, str, str, int, str]:
    """Made once: putting it together takes longer than asking the database.

    Each column costs, also where nothing is found: the answer to a repeat is found by its id, and read then.
    """
    found = select(literal(1).label("one")).subquery()
    seen, answer, asked = aliased(Message), aliased(Message), aliased(Contact)
    return (
        select(Volunteer, Contact, Conversation, Relay, seen.id, answer.id, _namesakes(names), asked.id)
        .select_from(found)
        .outerjoin(Volunteer, _this_volunteer(keys, "active", "invited"))
        .outerjoin(Contact, _this_contact(keys))
        .outerjoin(Conversation, and_(Conversation.contact_id == Contact.id, is_open_text()))
        .outerjoin(Relay, and_(Relay.contact_id == Contact.id, _live_text_relay()))
        .outerjoin(seen, seen.sid == bindparam("sid"))
        .outerjoin(answer, answer.reply_to == bindparam("sid"))
        .outerjoin(asked, _asked(asked, keys))
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
    told = _told(number_keys, aliases, line=line, call_sid=call_sid)
    row = session.execute(_call_statement(len(number_keys), len(aliases)), told).one()
    volunteer, contact, conversation_id, namesakes = row
    conversation = session.get(Conversation, conversation_id) if conversation_id is not None else None
    return CallArrival(volunteer, contact, conversation, namesakes)


@cache
def _call_statement(keys: int, names: int) -> Select[Volunteer, Contact, str, int]:
    found = select(literal(1).label("one")).subquery()
    return (
        select(Volunteer, Contact, Conversation.id, _namesakes(names))
        .select_from(found)
        .outerjoin(Volunteer, _this_volunteer(keys, "active"))
        .outerjoin(Contact, _this_contact(keys))
        .outerjoin(Conversation, Conversation.call_sid == bindparam("call_sid"))
        .limit(1)
    )


def _told(number_keys: Sequence[bytes], aliases: Sequence[str], **told: str) -> dict[str, bytes | str]:
    keys = {f"number_key_{place}": key for place, key in enumerate(number_keys)}
    return {**told, **keys, **{f"alias_{place}": alias for place, alias in enumerate(aliases)}}


def _is_one_of(column: InstrumentedAttribute[Any], name: str, many: int) -> ColumnElement[bool]:
    """Each with a parameter of its own: a list is put into the statement anew each time."""
    return column.in_([bindparam(f"{name}_{place}", type_=column.type) for place in range(many)])


def _namesakes(names: int) -> ScalarSelect[int]:
    named = aliased(Contact)
    same = and_(named.line == bindparam("line"), _is_one_of(named.alias, "alias", names))
    return select(func.count()).select_from(named).where(same).scalar_subquery()


def _this_volunteer(keys: int, *states: str) -> ColumnElement[bool]:
    mine = and_(Volunteer.line == bindparam("line"), _is_one_of(Volunteer.number_key, "number_key", keys))
    return and_(mine, or_(*(Volunteer.state == state for state in states)))


def _this_contact(keys: int) -> ColumnElement[bool]:
    return and_(Contact.line == bindparam("line"), _is_one_of(Contact.number_key, "number_key", keys))


def _asked(call: type[Contact], keys: int) -> ColumnElement[bool]:
    return and_(
        call.line == bindparam("line"), _is_one_of(call.shown_key, "number_key", keys), call.asked_at.is_not(None)
    )


def _live_text_relay() -> ColumnElement[bool]:
    return and_(Relay.channel == "sms", or_(Relay.state == "open", Relay.state == "joined"))
