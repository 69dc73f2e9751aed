"""Entries of the network's log about somebody who was forgotten: they are not brought in, and deleted there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from checkin.compliance.models import Erasure
from checkin.contacts import service as contacts
from checkin.core import lines
from checkin.core.lines import NoSuchLine
from checkin.core.rules.phone import Withheld
from checkin.core.unit_of_work import UnitOfWork
from checkin.reconciliation import away
from checkin.reconciliation.receipts import NEAR
from checkin.telephony.rules import delivery_state
from checkin.telephony.rules.network_log import LoggedCall, LoggedText

NEVER_OVER = timedelta(hours=6)
"""Some carriers say nothing after `sent`: an entry so old is deleted all the same."""


def among(
    uow: UnitOfWork, entries: Sequence[LoggedText | LoggedCall], since: datetime
) -> list[LoggedText | LoggedCall]:
    """Those of these entries, none of which we have a row for, that are from before their person was forgotten.

    The answer to FORGET itself is made a moment after it; it counts too, unless they are somebody whom we know again.
    """
    erased = {
        (row.line, row.number_key): row.at for row in uow.session.scalars(select(Erasure).where(Erasure.at >= since))
    }
    return [entry for entry in entries if _is_theirs(uow, entry, erased)] if erased else []


def may_go(logged_text: LoggedText | LoggedCall, now: datetime) -> bool:
    """Whether the network lets go of it by now."""
    return delivery_state.is_over(logged_text.status) or logged_text.at < now - NEVER_OVER


def _is_theirs(
    uow: UnitOfWork, logged_text: LoggedText | LoggedCall, erased: dict[tuple[str, bytes], datetime]
) -> bool:
    ours, person = (logged_text.to, logged_text.from_) if logged_text.inbound else (logged_text.from_, logged_text.to)
    if isinstance(ours, Withheld) or (isinstance(person, Withheld) and not person.sender):
        return False  # two of whom nothing is known are never one person
    try:
        line = lines.of_number(uow, ours)
    except NoSuchLine:
        return False
    at = max((erased[line, key] for key in contacts.keys_of(uow, line, person) if (line, key) in erased), default=None)
    if at is None:
        return False
    return logged_text.at <= at or (
        not logged_text.inbound and logged_text.at <= at + NEAR and away.contact_of(uow, line, person) is None
    )
