"""Receipts of the newest text to somebody, and what they lead to."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import select

from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import receipts
from checkin.messages.models import Message
from checkin.telephony.rules.arrivals import MessageStatus
from checkin.volunteers.models import Alert, Volunteer
from tests import make
from tests.cast import ODA
from tests.the_line import TheLine

Row = TypeVar("Row")


def rows(line: TheLine, table: type[Row]) -> list[Row]:
    return line.runtime.read(lambda session: list(session.scalars(select(table))))


def alerts(line: TheLine) -> list[str]:
    return [row.kind for row in rows(line, Alert)]


def newest_to(line: TheLine, e164: str) -> Message:
    """The newest text of ours to this number."""

    def find(uow: UnitOfWork) -> Message:
        key = uow.vault.blind_index("number:default", e164)
        whose = (Contact.number_key == key) | (Volunteer.number_key == key)
        asked = (
            select(Message)
            .outerjoin(Contact, Contact.id == Message.contact_id)
            .outerjoin(Volunteer, Volunteer.id == Message.volunteer_id)
            .where(whose, Message.inbound.is_(False))
            .order_by(Message.created_at.desc(), Message.id.desc())
        )
        return uow.session.scalars(asked).first()  # type: ignore[return-value]

    return line.runtime.do(find)


def receipt(line: TheLine, e164: str, status: str, code: int | None = None) -> None:
    """The network tells how the newest text to this number fared, and what follows is done."""
    row = newest_to(line, e164)
    told = MessageStatus(row.sid or make.sid("SM"), status, code)
    if row.reply_to:
        sid = row.reply_to
        line.runtime.do(lambda uow: receipts.on_answer_receipt(uow, sid, told))
    else:
        line.runtime.do(lambda uow: receipts.on_receipt(uow, row.id, told))
    line.carries_out()


def fails_for_good(line: TheLine, e164: str, code: int) -> None:
    """The same error, for the text and for every other try at it."""
    receipt(line, e164, "undelivered", code)
    for _ in range(3):
        line.clock.forward(minutes=31)
        line.carries_out()
        receipt(line, e164, "undelivered", code)


def oda_leads(line: TheLine) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, ODA, "Oda", lead=True, always=False))


def volunteer(line: TheLine, e164: str) -> Volunteer:
    key = make.keys().blind_index("number:default", e164)
    return next(row for row in rows(line, Volunteer) if row.number_key == key)
