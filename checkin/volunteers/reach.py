"""Whether calls and texts reach a volunteer: a phone that cannot be reached time and again is left out.

The other leads hear once of a lead whom texts do not reach, until they do again.
"""

from __future__ import annotations

from sqlalchemy import update

from checkin.core.statements import changed_row, returned
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox import outbox
from checkin.telephony.rules import error_codes
from checkin.telephony.rules.error_codes import Kind
from checkin.volunteers import alerts
from checkin.volunteers.models import Volunteer
from checkin.volunteers.rules import reach

LEAD_AWAY = "lead_away"

OURS: frozenset[Kind] = frozenset(
    {"account", "content", "queue", "rate", "ambiguous", "over", "loop", "pace", "unfinished"}
)
"""Errors that say nothing of the phone that a text was for."""

FOR_GOOD: frozenset[Kind] = frozenset({"bad_number", "opted_out"})


def why_unreached(uow: UnitOfWork, volunteer: Volunteer) -> reach.Unreached | None:
    """Why they cannot be reached; None: they can, as far as is known."""
    return reach.why_unreached(
        stopped=volunteer.stopped_at is not None, by_network=volunteer.stopped_by is not None,
        texts_failed=volunteer.texts_failed,
        calls_failed=volunteer.failures, bad_after=uow.policy(volunteer.line).bad_number_after,
    )  # fmt: skip


def on_text_failed(uow: UnitOfWork, volunteer: Volunteer, code: int) -> None:
    """One more text that did not reach them; an error that we do not know counts, too."""
    found = error_codes.meaning(code)
    if found is not None and found.kind in OURS:
        return
    step = reach.FAIL if found is not None and found.kind in FOR_GOOD else 1
    count = returned(
        uow.session,
        update(Volunteer)
        .where(Volunteer.id == volunteer.id)
        .values(texts_failed=Volunteer.texts_failed + step)
        .returning(Volunteer.texts_failed),
    ).scalar()
    uow.session.refresh(volunteer, ["texts_failed"])
    if (count or 0) - step < reach.FAIL <= (count or 0):
        on_lost(uow, volunteer)


def on_lost(uow: UnitOfWork, volunteer: Volunteer) -> None:
    """From now on nothing reaches them: the other leads hear of it, if they are one."""
    if volunteer.lead:
        outbox.later(uow, "bad_number", volunteer.id, uow.now)


def on_back(uow: UnitOfWork, volunteer: Volunteer) -> None:
    """Texts reach them again; the alert of a lead is closed, unless they texted STOP."""
    volunteer.texts_failed = 0
    if volunteer.lead and volunteer.stopped_at is None:
        alerts.close_about(uow, volunteer.line, LEAD_AWAY, volunteer.id, "the line")


def on_delivered(uow: UnitOfWork, volunteer_id: str) -> None:
    """A text has reached them."""
    found = changed_row(
        uow.session,
        update(Volunteer).where(Volunteer.id == volunteer_id, Volunteer.texts_failed > 0).values(texts_failed=0),
        Volunteer,
    )
    if found is not None:
        on_back(uow, found)


def on_number_failed(uow: UnitOfWork, volunteer: Volunteer) -> None:
    """Count one more call or text that their number could not take. Matching leaves out whoever reaches the limit."""
    count = returned(
        uow.session,
        update(Volunteer)
        .where(Volunteer.id == volunteer.id)
        .values(failures=Volunteer.failures + 1)
        .returning(Volunteer.failures),
    ).scalar()
    uow.session.refresh(volunteer, ["failures"])
    if count == uow.policy(volunteer.line).bad_number_after:
        outbox.later(uow, "bad_number", volunteer.id, uow.now)


def on_reached(volunteer: Volunteer) -> None:
    """They were reached after all: the count begins anew."""
    if volunteer.failures:
        volunteer.failures = 0
