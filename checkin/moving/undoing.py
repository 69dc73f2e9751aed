"""Undoing an import: what it brought in goes, where nobody has used it since. A STOP and a block never go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from checkin.compliance import consent
from checkin.compliance.models import MovedRow, MoveIn
from checkin.compliance.retention import expiry
from checkin.contacts.models import Consent, Contact
from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.models import Base
from checkin.core.unit_of_work import UnitOfWork
from checkin.moving.moving_in import SOME
from checkin.relays import service as relays
from checkin.runtime import Runtime
from checkin.stories.models import Story, StoryInReview, StoryReview
from checkin.volunteers import invitations, schedule
from checkin.volunteers.models import Shift, ShiftOccurrence, Volunteer


@dataclass(frozen=True)
class UndoneImport:
    """How many things went, and how many stay: used since, or a STOP or a block."""

    gone: int
    kept: int


def undo(runtime: Runtime, move_in_id: str, by: str) -> UndoneImport:
    """Undo it, some rows at a time, the last that came first. Raises UserError."""
    runtime.do(lambda uow: _check(uow.session.get_one(MoveIn, move_in_id)))
    gone = kept = 0
    for what in ("story", "shift", "consent", "volunteer", "contact", "stop", "block"):
        ids = runtime.read(lambda session, what=what: _of_kind(session, move_in_id, what))  # type: ignore[misc]
        for at in range(0, len(ids), SOME):
            some = ids[at : at + SOME]
            went = runtime.do(lambda uow, some=some: sum(_undo(uow, row_id, by) for row_id in some))  # type: ignore[misc]
            gone, kept = gone + went, kept + len(some) - went
    undone = UndoneImport(gone, kept)
    runtime.do(lambda uow: _finish(uow, move_in_id, by, undone))
    return undone


def _check(move_in: MoveIn) -> None:
    if move_in.state != "done":
        raise UserError("only a finished import can be undone, and only once")


def _of_kind(session: Session, move_in_id: str, what: str) -> list[str]:
    return list(session.scalars(select(MovedRow.id).where(MovedRow.move_in_id == move_in_id, MovedRow.what == what)))


def _finish(uow: UnitOfWork, move_in_id: str, by: str, undone: UndoneImport) -> None:
    move_in = uow.session.get_one(MoveIn, move_in_id)
    _check(move_in)
    move_in.state = "undone"
    uow.asking = move_in.line
    audit.write(uow, by, AuditAction.UNDID_MOVE_IN, move_in.id, after=f"gone {undone.gone}, kept {undone.kept}")


def _undo(uow: UnitOfWork, row_id: str, by: str) -> bool:
    """Whether it went."""
    row = uow.session.get_one(MovedRow, row_id)
    move_in = uow.session.get_one(MoveIn, row.move_in_id)
    uow.asking = move_in.line
    return _HOW[row.what](uow, row, by) if row.what in _HOW else False


def _contact(uow: UnitOfWork, row: MovedRow, _by: str) -> bool:
    contact = uow.session.get(Contact, row.about)
    if contact is None:
        return True
    spoke = contact.heard_at is not None or contact.opted_out_at is not None or contact.blocked_until is not None
    if spoke or _is_used(uow.session, contact):
        return False
    uow.session.execute(update(Consent).where(Consent.contact_id == contact.id).values(contact_id=None))
    uow.vault.destroy(contact)
    uow.session.delete(contact)
    return True


def _consent(uow: UnitOfWork, row: MovedRow, _by: str) -> bool:
    """The ledger is never shortened: a no is added to it, unless they have said it themselves since."""
    contact = uow.session.get(Contact, row.about)
    if contact is None or row.name is None:
        return True
    last = select(Consent).where(Consent.contact_id == contact.id, Consent.name == row.name)
    newest = uow.session.scalars(last.order_by(Consent.at.desc(), Consent.id)).all()
    if any(said.channel != consent.MOVED_IN for said in newest):
        return False
    if row.name in contact.consents:
        consent.taken_back_elsewhere(
            uow,
            contact,
            row.name,
            wording="The import that it came with was undone.",
            source=f"move-in {row.move_in_id}",
        )
    return True


def _volunteer(uow: UnitOfWork, row: MovedRow, by: str) -> bool:
    volunteer = uow.session.get(Volunteer, row.about)
    if volunteer is None or volunteer.state == "removed":
        return True
    if volunteer.stopped_at is not None or volunteer.on_duty is not None or volunteer.last_relay_at is not None:
        return False
    if _is_used(uow.session, volunteer) or _answered(uow, volunteer):
        return False
    try:
        relays.remove_volunteer(uow, volunteer, by)
    except UserError:
        return False  # their phone is ringing
    return True


def _answered(uow: UnitOfWork, volunteer: Volunteer) -> bool:
    """Whether they have said yes or no themselves since."""
    said = Consent.number_key == volunteer.number_key, Consent.name == invitations.VOLUNTEERING
    return bool(uow.session.scalar(select(exists().where(*said, Consent.channel != "paper"))))


def _shift(uow: UnitOfWork, row: MovedRow, by: str) -> bool:
    shift = uow.session.get(Shift, row.about)
    if shift is None:
        return True
    touched = (
        (ShiftOccurrence.state != "planned")
        | ShiftOccurrence.day_reminded_at.is_not(None)
        | (ShiftOccurrence.starts_at <= uow.now)
    )
    if uow.session.scalar(select(exists().where(ShiftOccurrence.shift_id == shift.id, touched))):
        return False
    schedule.remove(uow, shift, by)
    return True


def _story(uow: UnitOfWork, row: MovedRow, _by: str) -> bool:
    story = uow.session.get(Story, row.about)
    if story is None:
        return True
    desk = uow.session.get(StoryInReview, story.id)
    reviewed = uow.session.scalar(select(exists().where(StoryReview.story_id == story.id)))
    edited = desk is not None and desk.edited_at is not None
    if story.state != "waiting_review" or reviewed or edited or story.media_key is not None:
        return False
    if desk is not None:
        uow.session.delete(desk)
        uow.session.flush()
    uow.session.delete(story)
    return True


_HOW: dict[str, Callable[[UnitOfWork, MovedRow, str], bool]] = {
    "contact": _contact, "consent": _consent, "volunteer": _volunteer, "shift": _shift, "story": _story,
}  # fmt: skip
"""A STOP and a block are not in it: they stay."""


def _is_used(session: Session, row: Contact | Volunteer) -> bool:
    """Whether any other row is about them."""
    session.flush()
    table = Base.metadata.tables[row.__tablename__]
    return any(session.scalar(select(exists().where(key.parent == row.id))) for _, key in expiry.references(table))
