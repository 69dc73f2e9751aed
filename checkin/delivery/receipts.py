"""How our texts fared: receipts, errors of the network, and what each means for the one we wrote to."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from checkin.contacts.models import Contact
from checkin.core import rate_limits
from checkin.core.unit_of_work import Work
from checkin.delivery import follow_up_fates, network_opt_outs
from checkin.messages.models import Message
from checkin.outbox import outbox
from checkin.telephony.rules import delivery_state, error_codes
from checkin.telephony.rules.arrivals import MessageStatus
from checkin.volunteers import bad_numbers, reach
from checkin.volunteers.models import Volunteer

STRAY = "receipts that match nothing"
"""Under this name they are counted, for the page Health."""


UNSAID = 0
"""The error of a text that was refused without a code."""


def status(work: Work, message_id: str, arrived: MessageStatus) -> None:
    """A receipt. Status only moves forward; an unknown one changes nothing, one for an unknown message is counted."""
    _receipt(work, Message.id == message_id, arrived)


def answer_status(work: Work, sid: str, arrived: MessageStatus) -> None:
    """A receipt for our answer to the text `sid`, which had no address of its own when it left."""
    _receipt(work, Message.reply_to == sid, arrived)


def _receipt(work: Work, which: ColumnElement[bool], arrived: MessageStatus) -> None:
    row = network_opt_outs.message(work, which, arrived.status)
    if row is None:
        rate_limits.count(work, STRAY, "texts", rate_limits.LONG)
    elif not row.inbound:
        fared(work, row, arrived)


def fared(work: Work, row: Message, arrived: MessageStatus) -> None:
    """How a text of ours stands, from a receipt or from the network's log."""
    before, row.status = row.status, delivery_state.forward(row.status, arrived.status)
    if arrived.status == "sent" and (row.status != before or row.sent_at is None):
        row.sent_at = work.now  # from here on the wait for an answer counts
    row.sid = row.sid or arrived.sid
    arrives = row.status in delivery_state.ARRIVED and before not in delivery_state.ARRIVED
    if arrives and row.volunteer_id is not None and row.kind == "alert":
        reach.delivered(work, row.volunteer_id)
    if row.kind == "follow_up" and row.status != before:
        follow_up_fates.resolved(work, row, left=True)
    if arrived.error_code is not None:
        failed(work, row, arrived.error_code)
    if row.status != before and row.status in delivery_state.LOST:
        lost(work, row)


def failed(work: Work, row: Message, code: int) -> None:
    """What an error of the network means for the one we wrote to. The same one told again means nothing new."""
    if row.error_code == code:
        return
    row.error_code = code
    if row.volunteer_id is not None:
        _failed_for_volunteer(work, work.session.get_one(Volunteer, row.volunteer_id), code)
    contact = work.session.get(Contact, row.contact_id) if row.contact_id else None
    if contact is not None and error_codes.is_opt_out(code):
        network_opt_outs.opted_out(work, contact)  # before anything else; the rest follows (services.text_failures)
    outbox.later(work, "text_failed", row.id, work.now, unique_key=f"text_failed:{row.id}:{code}")


def _failed_for_volunteer(work: Work, volunteer: Volunteer, code: int) -> None:
    """Whoever opted out at the network gets no texts; a phone for texts alone that takes none is counted."""
    found = error_codes.meaning(code)
    reach.text_failed(work, volunteer, code)
    if error_codes.is_opt_out(code):
        network_opt_outs.stopped(work, volunteer)
    elif found is not None and found.kind == "bad_number" and "voice" not in volunteer.channels:
        bad_numbers.failed(work, volunteer)


def lost(work: Work, row: Message) -> None:
    """A text of ours did not arrive, or nobody knows that it did. Somebody may wait for an answer to it."""
    if row.kind == "relay":
        outbox.later(work, "relay_lost", row.id, work.now)
