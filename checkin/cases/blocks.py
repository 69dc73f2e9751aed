"""Blocking a contact: exactly this one, with a reason, until a time, and looked at again before that.

A volunteer's BLOCK only proposes it: it keeps the two apart at once, and an organizer decides about the rest. Whoever
is blocked still hears and reads the crisis number (checkin.contacts.blocked). A caller who withholds their number
has a row for that call alone, so that blocking them is about that call and touches nobody else; since there is no
later, a volunteer's BLOCK holds for it at once. So it does for a number that a call only showed: for some hours nobody
is rung for calls that show it, and nobody vouches for.
"""

from __future__ import annotations

from datetime import timedelta

from checkin.cases import alarms
from checkin.cases import queries as rows
from checkin.cases.models import Block
from checkin.contacts.models import Contact
from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox import outbox
from checkin.outbox.outcomes import Done, Outcome, Skipped
from checkin.volunteers.models import Volunteer

USUAL = timedelta(days=30)
LONGEST = timedelta(days=365)
LOOK_AGAIN = timedelta(days=14)
ONE_CALL = timedelta(hours=5)
"""Longer than any call."""


def propose(uow: UnitOfWork, volunteer: Volunteer, contact: Contact) -> Block:
    """A volunteer said BLOCK. An organizer is to look at it; one that stands already is not proposed twice."""
    standing = rows.standing_block(uow.session, contact.id)
    if standing is not None and (standing.state == "proposed" or standing.until > uow.now):
        return standing
    at_once, length = contact.number_key is None, USUAL if contact.shown_key is None else ONE_CALL
    block = _new(uow, contact, "a volunteer asked for it", f"volunteer {volunteer.id}", length, timedelta())
    block.state = "active" if at_once else "proposed"
    if at_once:
        contact.blocked_until, contact.blocked_reason = block.until, block.reason
    alarms.raise_alert(uow, contact, "block_proposed", "asked for by a volunteer")
    return block


def add(
    uow: UnitOfWork, contact: Contact, reason: str, by: str, length: timedelta = USUAL, review: timedelta = LOOK_AGAIN
) -> Block:
    """Block this contact from now on: relaying.blocking does, which sets free whoever is with them, too. Raises
    UserError: no reason, too long, blocked already.
    """
    reason = _reason(reason)
    standing = rows.standing_block(uow.session, contact.id)
    if standing is not None and standing.state == "active" and standing.until > uow.now:
        raise UserError(
            "%(alias)s is already blocked until %(until)s UTC: unblock them first",
            alias=contact.alias,
            until=f"{standing.until:%Y-%m-%d %H:%M}",
        )
    if standing is not None and standing.state == "proposed":
        return confirm(uow, contact, by, length, review, reason)
    block = _new(uow, contact, reason, by, length, review)
    block.state, block.decided_by, block.decided_at = "active", by[:80], uow.now
    _hold(uow, contact, block)
    audit.write(uow, by, AuditAction.BLOCKED_CONTACT, block.id, None, reason)
    return block


def confirm(
    uow: UnitOfWork,
    contact: Contact,
    by: str,
    length: timedelta = USUAL,
    review: timedelta = LOOK_AGAIN,
    reason: str | None = None,
) -> Block:
    """An organizer agrees with a proposed block, or lets one that holds go on for `length` from now."""
    block = _standing(uow, contact)
    before = block.state
    _check_length(length)
    block.state, block.decided_by, block.decided_at = "active", by[:80], uow.now
    block.reason = _reason(reason) if reason is not None else block.reason
    block.until, block.review_at, block.reminded_at = uow.now + length, uow.now + min(review, length), None
    outbox.later(uow, "block_review", block.id, block.review_at)
    _hold(uow, contact, block)
    audit.write(uow, by, AuditAction.CONFIRMED_BLOCK, block.id, before, block.reason)
    return block


def dismiss(uow: UnitOfWork, contact: Contact, by: str) -> Block:
    """An organizer does not agree with a proposed block. Whoever asked for it stays apart. Raises UserError."""
    block = _standing(uow, contact)
    if block.state != "proposed":
        raise UserError("%(alias)s is already blocked", code="blocked", alias=contact.alias)
    return _end(uow, contact, block, by, "dismissed", AuditAction.DISMISSED_BLOCK)


def lift(uow: UnitOfWork, contact: Contact, by: str) -> Block:
    """End a block before its time. Raises UserError when there is none."""
    return _end(uow, contact, _standing(uow, contact), by, "lifted", AuditAction.LIFTED_BLOCK)


def review_due(uow: UnitOfWork, block_id: str) -> Outcome:
    """Somebody is to look at this block again: the leads are told, once for each date."""
    block = uow.session.get(Block, block_id)
    if block is None or block.state not in rows.STANDING or block.reminded_at is not None:
        return Skipped("decided, or they know")
    if block.state == "active" and block.until <= uow.now:
        return Skipped("it has ended by itself")
    if block.review_at > uow.now:
        return Skipped("it was put off")
    block.reminded_at = uow.now
    contact = uow.session.get_one(Contact, block.contact_id)
    alarms.raise_alert(uow, contact, "block_review", "it is time to look again")
    return Done()


def state_of(block: Block, uow: UnitOfWork) -> str:
    """proposed, active, over (its time has passed), dismissed, lifted."""
    return "over" if block.state == "active" and block.until <= uow.now else block.state


def _new(uow: UnitOfWork, contact: Contact, reason: str, by: str, length: timedelta, review: timedelta) -> Block:
    _check_length(length)
    once = contact.number_key is None and contact.shown_key is None
    until = uow.now + (min(length, ONE_CALL) if once else length)
    block = Block(
        id=uow.new_id(), line=contact.line, contact_id=contact.id, state="proposed", reason=reason, one_call=once,
        by=by[:80], until=until, review_at=min(uow.now + review, until), created_at=uow.now,
    )  # fmt: skip
    uow.session.add(block)
    if review and not once:
        outbox.later(uow, "block_review", block.id, block.review_at)
    return block


def _hold(uow: UnitOfWork, contact: Contact, block: Block) -> None:
    """From now on they are turned away."""
    contact.blocked_until, contact.blocked_reason = block.until, block.reason


def _end(uow: UnitOfWork, contact: Contact, block: Block, by: str, state: str, what: AuditAction) -> Block:
    before, block.state = block.state, state
    block.decided_by, block.decided_at = by[:80], uow.now
    contact.blocked_until = contact.blocked_reason = None
    audit.write(uow, by, what, block.id, before, state)
    return block


def _standing(uow: UnitOfWork, contact: Contact) -> Block:
    block = rows.standing_block(uow.session, contact.id)
    if block is None or state_of(block, uow) == "over":
        raise UserError("%(alias)s isn't blocked, and nobody has asked for it", alias=contact.alias)
    return block


def _reason(written: str) -> str:
    reason = " ".join(written.split())
    if not 3 <= len(reason) <= 200:
        raise UserError("give a reason of 3 to 200 characters that will make sense to someone who reads it later")
    return reason


def _check_length(length: timedelta) -> None:
    if not timedelta(minutes=1) <= length <= LONGEST:
        raise UserError("a block lasts from a minute to a year: enter 12h, 30d or 26w")
