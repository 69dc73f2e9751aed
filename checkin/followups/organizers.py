"""What an organizer does about follow-ups: asks why, skips one, and tries one again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select

from checkin.contacts.hours import zones_of
from checkin.contacts.models import Contact
from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.translatable import N_, Translatable
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import send_policy, series
from checkin.followups import service as follow_ups
from checkin.followups.rules import GatePassed, when
from checkin.followups.send_policy import window_of
from checkin.messages.models import FollowUp
from checkin.outbox import outbox
from checkin.outbox.models import Outbox

STATES = {
    "planned": Translatable("planned"), "sending": Translatable("sending"), "calling": Translatable("calling"),
    "sent": Translatable("sent"),
    "unanswered": Translatable("unanswered"), "failed": Translatable("failed"), "skipped": Translatable("skipped"),
    "unknown": Translatable("unknown"), "replaced": Translatable("replaced"), "cancelled": Translatable("canceled"),
}  # fmt: skip
"""How a follow-up stands, to be said of it: it is ..."""


@dataclass(frozen=True)
class Why:
    """One follow-up and everything that decides on it. gates: as they would say now, for one that is still planned."""

    row: FollowUp
    alias: str
    gates: list[GatePassed]
    window: str
    zones: tuple[str, ...]
    unanswered: int


def why(uow: UnitOfWork, row: FollowUp) -> Why:
    """Why it went, or did not, or what stands in its way. Changes nothing."""
    contact = uow.session.get_one(Contact, row.contact_id)
    gates = send_policy.judge(uow, row, contact)[1] if row.state == "planned" else []
    window = window_of(uow, row, contact)
    return Why(row, contact.alias, gates, str(window), zones_of(uow, contact), contact.unanswered)


def skip(uow: UnitOfWork, row: FollowUp, reason: str, by: str) -> None:
    """Do not send this one; the next of its plan is promised all the same. Raises UserError."""
    if row.state != "planned":
        raise UserError("it's already %(state)s: only planned follow-ups can be skipped", state=STATES[row.state])
    if not reason.strip():
        raise UserError("give a reason")
    follow_ups.skip(uow, row, f"skipped by the team: {reason.strip()}")
    outbox.drop(uow, row.id, "follow_up")
    series.go_on(uow, row, uow.session.get_one(Contact, row.contact_id))
    audit.write(uow, by, AuditAction.SKIPPED_FOLLOWUP, row.id, before="planned", after=reason.strip())


def again(uow: UnitOfWork, row: FollowUp, by: str) -> None:
    """Try once more one that surely did not arrive: every gate judges it again when its time comes. Raises UserError.

    What may have left is never sent again: silence is better than the same text twice.
    """
    if row.state == "unknown":
        raise UserError("we don't know whether it was sent, so it won't be sent again")
    if row.state != "failed":
        raise UserError("it's %(state)s: only failed follow-ups can be retried", state=STATES[row.state])
    if row.message_id is not None and _tried_by_itself(uow, row.message_id):
        raise UserError("it'll be retried automatically in a while")
    contact = uow.session.get_one(Contact, row.contact_id)
    row.due_at = when(uow.now, window_of(uow, row, contact), zones_of(uow, contact), uow.now, row.id)
    row.state, row.reason, row.message_id = "planned", N_("retried by the team"), None
    row.finished_at = row.slot_at = None
    outbox.later(uow, "follow_up", row.id, row.due_at, unique_key=f"follow_up:{row.id}")
    audit.write(uow, by, AuditAction.TRIED_FOLLOWUP_AGAIN, row.id, before="failed", after="planned")


def _tried_by_itself(uow: UnitOfWork, message_id: str) -> bool:
    pending = exists().where(Outbox.about_id == message_id, Outbox.kind == "send_again", Outbox.done_at.is_(None))
    return bool(uow.session.scalar(select(pending)))
