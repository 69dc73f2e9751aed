"""Follow-ups: planned when promised, judged again at the moment of sending, never sent twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from checkin.contacts.hours import zones_of
from checkin.contacts.models import Contact
from checkin.core.rules.quiet_hours import Window
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import rules, send_policy
from checkin.followups.rules import GatePassed, NoSafeHour, when
from checkin.followups.send_policy import Goodbye, JudgedFollowUp, Move, Skip, Verdict, window_of
from checkin.messages.models import FollowUp
from checkin.outbox import outbox
from flows.engine.effects import ScheduleFollowUp


@dataclass(frozen=True)
class Promise:
    """What is to be planned. key: a pending one with the same key gives way to it. The rest: see FollowUp."""

    flow: str
    key: str
    at: datetime
    between: str | None = None
    plan: str | None = None
    number: int = 0
    begun_at: datetime | None = None
    about_id: str | None = None


def schedule(uow: UnitOfWork, contact: Contact, action: ScheduleFollowUp) -> FollowUp:
    """Plan a follow-up, in place of a pending one with the same key, in the contact's own hours."""
    at = action.at or uow.now + (action.after or timedelta())
    return promise(uow, contact, Promise(action.flow, action.key, at, action.between))


def promise(uow: UnitOfWork, contact: Contact, wanted: Promise) -> FollowUp:
    """Plan what is promised, in place of a pending one with the same key, in the contact's own hours."""
    cancel(uow, contact, "replaced by a newer one", key=wanted.key, state="replaced")
    row = FollowUp(
        id=uow.new_id(),
        line=contact.line,
        contact_id=contact.id,
        flow=wanted.flow,
        key=wanted.key[:60],
        between=wanted.between,
        planned_for=wanted.at,
        due_at=wanted.at,
        state="planned",
        plan=wanted.plan,
        number=wanted.number,
        begun_at=wanted.begun_at,
        about_id=wanted.about_id,
        tries=0,
        created_at=uow.now,
    )
    try:
        row.due_at = when(wanted.at, window_of(uow, row, contact), zones_of(uow, contact), uow.now, row.id)
    except NoSafeHour as none:
        row.state, row.reason, row.finished_at = "skipped", str(none)[:120], uow.now
    uow.session.add(row)
    if row.state == "planned":
        outbox.later(uow, "follow_up", row.id, row.due_at, unique_key=f"follow_up:{row.id}")
    return row


def cancel(uow: UnitOfWork, contact: Contact, reason: str, *, key: str | None = None, state: str = "cancelled") -> None:
    """Drop what is planned for this contact (with this key, or all), with the reason."""
    statement = update(FollowUp).where(FollowUp.contact_id == contact.id, FollowUp.state == "planned")
    if key is not None:
        statement = statement.where(FollowUp.key == key[:60])
    uow.session.execute(statement.values(state=state, reason=reason, finished_at=uow.now))


def cancel_without_consent(uow: UnitOfWork, contact: Contact) -> None:
    """Drop what was planned on a consent that is no longer given."""
    planned = uow.session.scalars(
        select(FollowUp).where(FollowUp.contact_id == contact.id, FollowUp.state == "planned")
    )
    for row in planned:
        flow = uow.library.flows.get(row.flow)
        if flow is not None and flow.needs_consent and flow.needs_consent not in contact.consents:
            row.state, row.reason, row.finished_at = "cancelled", N_("consent withdrawn"), uow.now


def judge(uow: UnitOfWork, row: FollowUp, contact: Contact) -> Verdict:
    """Every gate, in order, at the moment of sending; what each said is kept with the row. None: it may go."""
    verdict, passed = send_policy.judge(uow, row, contact)
    said(uow, row, passed)
    return verdict


def said(uow: UnitOfWork, row: FollowUp, passed: list[GatePassed]) -> None:
    """Keep what the gates said."""
    row.judged = rules.remember(row.judged, uow.now, passed)


def gates(uow: UnitOfWork, contact: Contact, window: Window, needs: str | None) -> Skip | Move | None:
    """Whether a text that nobody asked for just now may go to this contact, within `window`. None: it may.

    needs: the consent that it rests on.
    """
    verdict, _ = send_policy.decide(uow, JudgedFollowUp(contact, window, needs))
    return Skip(verdict.reason) if isinstance(verdict, Goodbye) else verdict


def move(uow: UnitOfWork, row: FollowUp, contact: Contact, verdict: Move) -> None:
    """Plan it again for the next time that is allowed; moved, not dropped."""
    after = uow.now + (verdict.by or timedelta(minutes=1))
    try:
        row.due_at = when(after, window_of(uow, row, contact), zones_of(uow, contact), uow.now, row.id)
    except NoSafeHour as none:
        skip(uow, row, str(none))
        return
    row.reason = verdict.reason[:120]


def skip(uow: UnitOfWork, row: FollowUp, reason: str) -> None:
    """Not sent; the reason is kept and shown."""
    row.state, row.reason, row.finished_at = "skipped", reason[:120], uow.now
