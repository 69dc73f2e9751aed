"""Entries of the network's log about somebody who was forgotten: they are not brought in, and deleted there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from checkin.models.sending import Erasure
from checkin.rules import delivery_state
from checkin.rules.network_log import LoggedCall, LoggedText
from checkin.rules.phone import Withheld
from checkin.services import contacts, lines
from checkin.services.lines import NoSuchLine
from checkin.services.reconciling import away
from checkin.services.reconciling.receipts import NEAR
from checkin.work import Work

NEVER_OVER = timedelta(hours=6)
"""Some carriers say nothing after `sent`: an entry so old is deleted all the same."""


def among(work: Work, entries: Sequence[LoggedText | LoggedCall], since: datetime) -> list[LoggedText | LoggedCall]:
    """Those of these entries, none of which we have a row for, that are from before their person was forgotten.

    The answer to FORGET itself is made a moment after it; it counts too, unless they are somebody whom we know again.
    """
    erased = {
        (row.line, row.number_key): row.at for row in work.session.scalars(select(Erasure).where(Erasure.at >= since))
    }
    return [one for one in entries if _is_theirs(work, one, erased)] if erased else []


def may_go(one: LoggedText | LoggedCall, now: datetime) -> bool:
    """Whether the network lets go of it by now."""
    return delivery_state.is_over(one.status) or one.at < now - NEVER_OVER


def _is_theirs(work: Work, one: LoggedText | LoggedCall, erased: dict[tuple[str, bytes], datetime]) -> bool:
    ours, person = (one.to, one.from_) if one.inbound else (one.from_, one.to)
    if isinstance(ours, Withheld) or (isinstance(person, Withheld) and not person.sender):
        return False  # two of whom nothing is known are never one person
    try:
        line = lines.of_number(work, ours)
    except NoSuchLine:
        return False
    at = max((erased[line, key] for key in contacts.keys_of(work, line, person) if (line, key) in erased), default=None)
    if at is None:
        return False
    return one.at <= at or (not one.inbound and one.at <= at + NEAR and away.contact_of(work, line, person) is None)
