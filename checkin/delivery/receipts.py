"""How our texts fared: receipts, errors of the network, and what each means for the one we wrote to."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from checkin.contacts.models import Contact
from checkin.core import rate_limits
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import network_opt_outs
from checkin.messages.models import FollowUp, Message
from checkin.outbox import outbox
from checkin.telephony.rules import delivery_state, error_codes
from checkin.telephony.rules.arrivals import MessageStatus
from checkin.volunteers import reach
from checkin.volunteers.models import Volunteer

STRAY = "receipts that match nothing"
"""Under this name they are counted, for the page Health."""


UNSAID = 0
"""The error of a text that was refused without a code."""


def on_receipt(uow: UnitOfWork, message_id: str, arrived: MessageStatus) -> None:
    """A receipt. Status only moves forward; an unknown one changes nothing, one for an unknown message is counted."""
    _receipt(uow, Message.id == message_id, arrived)


def on_answer_receipt(uow: UnitOfWork, sid: str, arrived: MessageStatus) -> None:
    """A receipt for our answer to the text `sid`, which had no address of its own when it left."""
    _receipt(uow, Message.reply_to == sid, arrived)


def _receipt(uow: UnitOfWork, which: ColumnElement[bool], arrived: MessageStatus) -> None:
    row = network_opt_outs.message(uow, which, arrived.status)
    if row is None:
        rate_limits.count(uow, STRAY, "texts", rate_limits.LONG)
    elif not row.inbound:
        update_status(uow, row, arrived)


def update_status(uow: UnitOfWork, row: Message, arrived: MessageStatus) -> None:
    """How a text of ours stands, from a receipt or from the network's log."""
    before, row.status = row.status, delivery_state.forward(row.status, arrived.status)
    if arrived.status == "sent" and (row.status != before or row.sent_at is None):
        row.sent_at = uow.now  # from here on the wait for an answer counts
    row.sid = row.sid or arrived.sid
    arrives = row.status in delivery_state.ARRIVED and before not in delivery_state.ARRIVED
    if arrives and row.volunteer_id is not None and row.kind == "alert":
        reach.on_delivered(uow, row.volunteer_id)
    if row.kind == "follow_up" and row.status != before:
        follow_up_resolved(uow, row, left=True)
    if arrived.error_code is not None:
        on_failed(uow, row, arrived.error_code)
    if row.status != before and row.status in delivery_state.LOST:
        on_lost(uow, row)


def on_failed(uow: UnitOfWork, row: Message, code: int) -> None:
    """What an error of the network means for the one we wrote to. The same one told again means nothing new."""
    if row.error_code == code:
        return
    row.error_code = code
    if row.volunteer_id is not None:
        _failed_for_volunteer(uow, uow.session.get_one(Volunteer, row.volunteer_id), code)
    contact = uow.session.get(Contact, row.contact_id) if row.contact_id else None
    if contact is not None and error_codes.is_opt_out(code):
        network_opt_outs.opted_out(uow, contact)  # before anything else; the rest follows (services.text_failures)
    outbox.later(uow, "text_failed", row.id, uow.now, unique_key=f"text_failed:{row.id}:{code}")


def _failed_for_volunteer(uow: UnitOfWork, volunteer: Volunteer, code: int) -> None:
    """Whoever opted out at the network gets no texts; a phone for texts alone that takes none is counted."""
    found = error_codes.meaning(code)
    reach.on_text_failed(uow, volunteer, code)
    if error_codes.is_opt_out(code):
        network_opt_outs.stopped(uow, volunteer)
    elif found is not None and found.kind == "bad_number" and "voice" not in volunteer.channels:
        reach.on_number_failed(uow, volunteer)


def on_lost(uow: UnitOfWork, row: Message) -> None:
    """A text of ours did not arrive, or nobody knows that it did. Somebody may wait for an answer to it."""
    if row.kind == "relay":
        outbox.later(uow, "relay_lost", row.id, uow.now)


NOT_AGAIN = "we don't know whether it was sent, so it won't be sent again"


def follow_up_resolved(uow: UnitOfWork, message: Message, *, left: bool) -> None:
    """It had left after all; or nobody can say so, and then it is not sent again: silence is better than twice."""
    row = uow.session.scalars(
        select(FollowUp).where(FollowUp.contact_id == message.contact_id, FollowUp.message_id == message.id)
    ).first()
    if row is None or row.state not in ("sending", "unknown"):
        return
    row.finished_at = uow.now
    row.state, row.reason = ("sent", None) if left else ("skipped", NOT_AGAIN)
