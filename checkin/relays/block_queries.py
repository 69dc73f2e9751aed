"""Blocks with their contacts, one statement each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.contacts.models import Contact
from checkin.relays.models import Block

STANDING = ("proposed", "active")


@dataclass(frozen=True)
class Listed:
    """A block and whom it is about."""

    block: Block
    contact: Contact


def of_line(session: Session, line: str, *, every: bool) -> list[Listed]:
    """The blocks of a line, those that wait for a decision first, then the newest. every: also what is decided."""
    wanted = select(Block, Contact).join(Contact, Contact.id == Block.contact_id).where(Block.line == line)
    if not every:
        wanted = wanted.where(Block.state.in_(STANDING))
    rows = session.execute(wanted.order_by(Block.state.desc(), Block.created_at.desc(), Block.id))
    return [Listed(*row) for row in rows]


def standing(session: Session, contact_id: str) -> Block | None:
    """The block of this contact that is proposed or holds (its time may be over); there is at most one."""
    wanted = select(Block).where(Block.contact_id == contact_id, Block.state.in_(STANDING))
    return session.scalars(wanted.order_by(Block.created_at.desc()).limit(1)).first()


def named(session: Session, line: str, alias: str) -> list[Contact]:
    """The contacts of this line with this alias, whatever its case."""
    wanted = select(Contact).where(Contact.line == line, Contact.alias.ilike(alias.replace("%", "").replace("_", "")))
    return list(session.scalars(wanted.order_by(Contact.created_at)))
