"""The circuit breaker: very many numbers that are new to the line, all at once, are answered briefly and once.

Strangers make money by having rented numbers text a line that answers each (artificially inflated traffic). While it
lasts each new number gets the crisis number and a way to a peer, and no more unless it asks for that; follow-ups wait;
the leads hear of it once. Signs of danger, HELP, STOP and calls are answered as ever, and whoever we know is too.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from checkin.contacts.models import Contact, StoredValue
from checkin.core.statements import insert_new
from checkin.core.unit_of_work import UnitOfWork

WINDOW = timedelta(minutes=10)
"""In this time the new numbers are counted, and for as long the circuit breaker holds after the last one too many."""

TOLD_AGAIN_AFTER = timedelta(hours=6)


def too_many(uow: UnitOfWork, contact: Contact, tell_leads: Callable[[UnitOfWork, str, int], None]) -> bool:
    """A number that is new texts: whether it is one too many. Then the breaker opens, and the leads are told once.

    tell_leads: is given the line and how many new numbers are answered in full.
    """
    most = uow.policy(contact.line).new_numbers
    with uow.session.no_autoflush:
        newest = select(Contact.id).where(
            Contact.line == contact.line, Contact.heard_at > uow.now - WINDOW, Contact.created_at > uow.now - WINDOW
        )
        count = uow.session.scalar(select(func.count()).select_from(newest.limit(most).subquery())) or 0
        if count < most:
            return False
        _put_on(uow, contact.line, most, tell_leads)
    return True


def holds_until(uow: UnitOfWork, line: str) -> datetime | None:
    """Until when the circuit breaker holds on this line; None: it does not."""
    row = uow.session.get(StoredValue, _name(line))
    until = datetime.fromisoformat(row.value["until"]) if row is not None else None
    return until if until is not None and until > uow.now else None


def _put_on(uow: UnitOfWork, line: str, most: int, tell_leads: Callable[[UnitOfWork, str, int], None]) -> None:
    until = (uow.now + WINDOW).isoformat()
    row = uow.session.get(StoredValue, _name(line))
    if row is None:
        value: dict[str, Any] = {"until": until, "told": uow.now.isoformat()}
        if insert_new(uow.session, StoredValue, [{"name": _name(line), "value": value, "updated_at": uow.now}]):
            tell_leads(uow, line, most)
        return
    told = datetime.fromisoformat(row.value["told"])
    again = uow.now - told >= TOLD_AGAIN_AFTER
    if row.value["until"] < (uow.now + WINDOW / 2).isoformat():  # written now and then, not for each of thousands
        row.value, row.updated_at = {"until": until, "told": (uow.now if again else told).isoformat()}, uow.now
        if again:
            tell_leads(uow, line, most)


def _name(line: str) -> str:
    return f"brake:{line}"
