"""Follow-ups: planned when promised, judged again at the moment of sending, never sent twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from checkin.models.contacts import Contact
from checkin.models.conversations import Message
from checkin.models.outbox import FollowUp
from checkin.rules import phone
from checkin.rules.follow_up_times import NoSafeHour, same_day, when
from checkin.rules.quiet_hours import BadWindow, Window, may_send
from checkin.services import contacts, outbox
from checkin.work import Work
from flows.effects import ScheduleFollowUp

TALKING_NOW = timedelta(minutes=30)
"""A contact who texted this lately is in a talk with us: their follow-up waits until it is over."""


@dataclass(frozen=True)
class Skip:
    """Not sent, for good."""

    reason: str


@dataclass(frozen=True)
class Move:
    """Not now: tried again `by` later (None: at the next hour that is allowed)."""

    reason: str
    by: timedelta | None = None


def schedule(work: Work, contact: Contact, deed: ScheduleFollowUp) -> FollowUp:
    """Plan a follow-up, in place of a pending one with the same key, in the contact's own hours."""
    cancel(work, contact, "replaced by a newer one", key=deed.key, state="replaced")
    planned_for = deed.at or work.now + (deed.after or timedelta())
    identity = work.new_id()
    row = FollowUp(
        id=identity,
        line=contact.line,
        contact_id=contact.id,
        flow=deed.flow,
        key=deed.key[:60],
        between=deed.between,
        planned_for=planned_for,
        due_at=planned_for,
        state="planned",
        created_at=work.now,
    )
    try:
        row.due_at = when(planned_for, _window(work, row), zones_of(work, contact), work.now, identity)
    except NoSafeHour as none:
        row.state, row.reason, row.finished_at = "skipped", str(none)[:120], work.now
    work.session.add(row)
    if row.state == "planned":
        outbox.later(work, "follow_up", row.id, row.due_at, unique_key=f"follow_up:{row.id}")
    return row


def cancel(work: Work, contact: Contact, reason: str, *, key: str | None = None, state: str = "cancelled") -> None:
    """Drop what is planned for this contact (with this key, or all), with the reason."""
    statement = update(FollowUp).where(FollowUp.contact_id == contact.id, FollowUp.state == "planned")
    if key is not None:
        statement = statement.where(FollowUp.key == key[:60])
    work.session.execute(statement.values(state=state, reason=reason, finished_at=work.now))


def cancel_without_consent(work: Work, contact: Contact) -> None:
    """Drop what was planned on a consent that is no longer given."""
    planned = work.session.scalars(
        select(FollowUp).where(FollowUp.contact_id == contact.id, FollowUp.state == "planned")
    )
    for row in planned:
        flow = work.library.flows.get(row.flow)
        if flow is not None and flow.needs_consent and flow.needs_consent not in contact.consents:
            row.state, row.reason, row.finished_at = "cancelled", "consent taken back", work.now


def judge(work: Work, row: FollowUp, contact: Contact) -> Skip | Move | None:
    """Every gate, in order, at the moment of sending. None: it may go."""
    flow = work.library.flows.get(row.flow)
    if flow is None:
        return Skip(f"there is no flow {row.flow!r} any more")
    late = work.now - row.due_at > work.policy(contact.line).too_late
    return gates(work, contact, _window(work, row), flow.needs_consent, late=late, but=row.message_id)


def gates(
    work: Work, contact: Contact, window: Window, needs: str | None, *, late: bool = False, but: str | None = None
) -> Skip | Move | None:
    """Whether a text that nobody asked for just now may go to this contact, within `window`. None: it may.

    needs: the consent that it rests on. late: it comes too late to be welcome. but: a message that does not count
    among those of today.
    """
    refused = _refused(work, contact, needs)
    if refused is not None:
        return refused
    if contact.paused_until is not None and contact.paused_until > work.now:
        return Move("paused by the contact", contact.paused_until - work.now)
    if contact.heard_at is not None and work.now - contact.heard_at < TALKING_NOW:
        return Move("they are talking with us", TALKING_NOW)
    if late:
        return Skip("too late to be welcome")
    gate = may_send(work.now, window, zones_of(work, contact))
    if not gate.open:
        return Move(gate.reason)
    if _sent_today(work, contact, but) >= work.policy(contact.line).follow_ups_a_day:
        return Move("one a day is enough", timedelta(days=1))
    return None


def move(work: Work, row: FollowUp, contact: Contact, verdict: Move) -> None:
    """Plan it again for the next time that is allowed; moved, not dropped."""
    after = work.now + (verdict.by or timedelta(minutes=1))
    try:
        row.due_at = when(after, _window(work, row), zones_of(work, contact), work.now, row.id)
    except NoSafeHour as none:
        skip(work, row, str(none))
        return
    row.reason = verdict.reason[:120]


def skip(work: Work, row: FollowUp, reason: str) -> None:
    """Not sent; the reason is kept and shown."""
    row.state, row.reason, row.finished_at = "skipped", reason[:120], work.now


def zones_of(work: Work, contact: Contact) -> tuple[str, ...]:
    """Every time zone that the contact could be in: their own when they told us."""
    if contact.time_zone:
        return (contact.time_zone,)
    number = contacts.number_of(work, contact)
    return (phone.zones(number) if number else ()) or (work.policy(contact.line).time_zone,)


def _refused(work: Work, contact: Contact, needs: str | None) -> Skip | None:
    if contact.opted_out_at is not None:
        return Skip("opted out")
    if contact.number_sealed is None:
        return Skip("no number to write to")
    if contact.blocked_until is not None and contact.blocked_until > work.now:
        return Skip("blocked")
    if needs and needs not in contact.consents:
        return Skip(f"no consent to {needs}")
    policy = work.policy(contact.line)
    if contact.unanswered >= policy.end_after:
        return Skip(f"{contact.unanswered} in a row were not answered")
    return None


def _sent_today(work: Work, contact: Contact, but: str | None) -> int:
    """How many follow-ups went to them on this date of theirs, beside the one in hand."""
    zones = zones_of(work, contact)
    lately = work.session.scalars(
        select(Message.created_at).where(
            Message.contact_id == contact.id,
            Message.kind == "follow_up",
            Message.created_at >= work.now - timedelta(days=2),
            Message.created_at <= work.now,
            Message.status.not_in(("failed", "skipped")),
            Message.id != (but or ""),
        )
    )
    return sum(same_day(sent, work.now, zones) for sent in lately)


def _window(work: Work, row: FollowUp) -> Window:
    """The follow-up's own hours if they can be read, else the line's; a flow's checker refuses ones that can't."""
    try:
        return Window.read(row.between) if row.between else work.policy(row.line).window
    except BadWindow:
        return work.policy(row.line).window


__all__ = ["Move", "Skip", "cancel", "cancel_without_consent", "gates", "judge", "move", "schedule", "skip", "zones_of"]
