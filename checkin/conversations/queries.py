"""Who texts or calls, and where we stand with them: one statement each, and one more where a volunteer calls.

Every column that is asked for costs, also where nothing is found: what few have is only looked for by its id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
)  # fmt: skip
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from checkin.contacts.models import Contact
from checkin.core.models import Base
from checkin.core.reading import Reading
from checkin.core.vault import ContactKey
from checkin.messages.models import Conversation, Message
from checkin.messages.queries import is_open_text
from checkin.relays.models import Relay
from checkin.volunteers.models import Volunteer

Row = TypeVar("Row", bound=Base)


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
    told = {"line": line, "sid": sid, **_told(number_keys, aliases)}
    row = _text(len(number_keys), len(aliases)).first(session, told)
    assert row is not None
    volunteer, contact, _key, conversation, relay, seen, answer, namesakes, asked = row
    return TextArrival(
        volunteer=volunteer,
        contact=contact,
        conversation=conversation,
        relay=relay,
        seen=seen is not None,
        answer=_get(session, Message, answer),
        namesakes=namesakes,
        asked=asked,
    )


def _get(session: Session, model: type[Row], row_id: str | None) -> Row | None:
    return session.get(model, row_id) if row_id is not None else None


@cache
def _text(keys: int, names: int) -> Reading:
    seen, answer, asked = aliased(Message), aliased(Message), aliased(Contact)
    others = (Relay, seen.id, answer.id, _namesakes(names), asked.id)
    parts = (Volunteer, Contact, ContactKey, Conversation, *others)

    def where(these: Select[Any]) -> Select[Any]:
        return (
            these.select_from(_anyhow())
            .outerjoin(Volunteer, _this_volunteer(keys, "active", "invited"))
            .outerjoin(Contact, _this_contact(keys))
            .outerjoin(ContactKey, ContactKey.id == Contact.key_id)
            .outerjoin(Conversation, and_(Conversation.contact_id == Contact.id, is_open_text()))
            .outerjoin(Relay, and_(Relay.contact_id == Contact.id, _live_text_relay()))
            .outerjoin(seen, seen.sid == bindparam("sid"))
            .outerjoin(answer, answer.reply_to == bindparam("sid"))
            .outerjoin(asked, _asked(asked, keys))
            .limit(1)
        )

    return Reading(parts, where)


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
    told = {"line": line, "call_sid": call_sid, **_told(number_keys, aliases)}
    row = _call(len(number_keys), len(aliases)).first(session, told)
    assert row is not None
    volunteer, contact, _key, conversation, namesakes = row
    return CallArrival(_get(session, Volunteer, volunteer), contact, conversation, namesakes)


@cache
def _call(keys: int, names: int) -> Reading:
    parts = (Volunteer.id, Contact, ContactKey, Conversation, _namesakes(names))

    def where(these: Select[Any]) -> Select[Any]:
        return (
            these.select_from(_anyhow())
            .outerjoin(Volunteer, _this_volunteer(keys, "active"))
            .outerjoin(Contact, _this_contact(keys))
            .outerjoin(ContactKey, ContactKey.id == Contact.key_id)
            .outerjoin(Conversation, Conversation.call_sid == bindparam("call_sid"))
            .limit(1)
        )

    return Reading(parts, where)


def _anyhow() -> Subquery:
    """One row, whoever is found beside it."""
    return select(literal(1).label("one")).subquery()


def _told(number_keys: Sequence[bytes], aliases: Sequence[str]) -> dict[str, bytes | str]:
    keys = {f"number_key_{place}": key for place, key in enumerate(number_keys)}
    return {**keys, **{f"alias_{place}": alias for place, alias in enumerate(aliases)}}


def _is_one_of(column: InstrumentedAttribute[Any], name: str, many: int) -> ColumnElement[bool]:
    """Each with a name of its own: a list would be written into the statement anew each time."""
    return or_(false(), *(column == bindparam(f"{name}_{place}") for place in range(many)))


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
    mine = and_(call.line == bindparam("line"), _is_one_of(call.shown_key, "number_key", keys))
    return and_(mine, call.asked_at.is_not(None))


def _live_text_relay() -> ColumnElement[bool]:
    return and_(Relay.channel == "sms", or_(Relay.state == "open", Relay.state == "joined"))
