"""Plans at work: begun by what happens, one promise after another, slower when it stays silent, and over one day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from checkin.contacts.hours import home_of
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import service as follow_ups
from checkin.followups.rules import next_promise, pace, promised
from checkin.followups.service import Promise
from checkin.messages.models import FollowUp
from flows.model.plans import Event, Plan

CLOSED_STATES = ("sent", "unknown", "unanswered")
"""States in which one of a plan has come, as far as "at most every" is concerned."""


def begin(uow: UnitOfWork, contact: Contact, name: str, *, about: str | None = None) -> FollowUp | None:
    """Begin a plan anew; one of it that is pending gives way. None: it may not begin, since there is no yes to it.

    about: the id of the case that it is about. Raises KeyError for a plan that plans.yaml does not have.
    """
    plan = uow.library.plans[name]
    if not _agreed(uow, contact, plan):
        return None
    after = plan.offset(0) or timedelta()
    if plan.every is not None:
        after = _pace(plan, contact)
    at = promised(uow.now, after, home_of(uow, contact))
    if plan.at_most_every is not None:
        at = max(at, _not_before(uow, contact, name, plan.at_most_every) or at)
    return _promise(uow, contact, name, 0, at, begun_at=uow.now, about=about)


def on_event(
    uow: UnitOfWork, contact: Contact, event: Event, *, mood: int | None = None, about: str | None = None
) -> None:
    """Something happened that plans begin with. A plan whose consent was not given does not begin."""
    for name, plan in uow.library.plans.items():
        if plan.begins == event and (not plan.mood or mood in plan.mood):
            begin(uow, contact, name, about=about)


def go_on(uow: UnitOfWork, row: FollowUp, contact: Contact) -> FollowUp | None:
    """Plan the next of this row's plan, now that this one is done with. None: there is none."""
    plan = uow.library.plans.get(row.plan or "")
    if plan is None or row.plan is None or not _agreed(uow, contact, plan):
        return None
    home, begun = home_of(uow, contact), row.begun_at or row.created_at
    if plan.every is not None:
        at = next_promise(row.planned_for, _pace(plan, contact), uow.now, home)
        return _promise(uow, contact, row.plan, row.number + 1, at, begun_at=begun, about=row.about_id)
    late = uow.policy(contact.line).too_late
    for number in range(row.number + 1, len(plan.at)):
        at = promised(begun, plan.at[number], home)
        if at + late > uow.now:
            return _promise(uow, contact, row.plan, number, at, begun_at=begun, about=row.about_id)
    return None


def sped_up(uow: UnitOfWork, contact: Contact) -> None:
    """They answered after a silence that had slowed things down: what comes too late for that is put nearer again."""
    rows = uow.session.scalars(
        select(FollowUp).where(
            FollowUp.contact_id == contact.id, FollowUp.state == "planned", FollowUp.plan.is_not(None)
        )
    )
    for row in list(rows):
        plan = uow.library.plans.get(row.plan or "")
        if plan is None or plan.every is None or row.plan is None:
            continue
        at = promised(uow.now, plan.every, home_of(uow, contact))
        if at < row.planned_for:
            _promise(uow, contact, row.plan, row.number, at, begun_at=row.begun_at or row.created_at, about=None)


def _promise(
    uow: UnitOfWork, contact: Contact, name: str, number: int, at: datetime, *, begun_at: datetime, about: str | None
) -> FollowUp:
    plan = uow.library.plans[name]
    wanted = Promise(plan.flow_of(number), name, at, plan.between, name, number, begun_at, about)
    return follow_ups.promise(uow, contact, wanted)


def _agreed(uow: UnitOfWork, contact: Contact, plan: Plan) -> bool:
    """Whether they have said yes to every flow of the plan, and not STOP since, and texts reach them."""
    if contact.opted_out_at is not None or contact.number_encrypted is None or contact.unreachable_at is not None:
        return False
    flows = [uow.library.flows.get(name) for name in plan.all_flows]
    needs = [flow.needs_consent for flow in flows if flow is not None]
    return bool(needs) and all(need is not None and need in contact.consents for need in needs)


def _pace(plan: Plan, contact: Contact) -> timedelta:
    every = plan.every or timedelta()
    if not plan.asks:
        return every
    return pace(every, contact.unanswered, plan.slower.after, plan.slower.times)


def _not_before(uow: UnitOfWork, contact: Contact, name: str, length: timedelta) -> datetime | None:
    last = uow.session.scalar(
        select(func.max(FollowUp.acted_at)).where(
            FollowUp.contact_id == contact.id, FollowUp.plan == name, FollowUp.state.in_(CLOSED_STATES)
        )
    )
    return last + length if last is not None else None
