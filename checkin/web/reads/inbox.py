"""What the inbox shows: cases, the talks of the last days, low answers. Crisis first, then the urgent, the oldest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import lazyload

from checkin.accounts.models import Organizer
from checkin.cases import rules as case_rules
from checkin.cases.models import Case
from checkin.cases.queries import FIRST
from checkin.contacts.models import CheckIn, Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation, Recording
from checkin.volunteers.models import Volunteer
from checkin.web.reads.paging import paged

PAGE = 40
BEGINNING = 140
"""So many letters of what was written stand in the list."""

LATELY = timedelta(days=7)
CRISIS_FOR = case_rules.FRESH

LOW = 2
"""A mood of 1 or 2 of 5 is low: the check-in flow says so, too."""

MOST_LOWS = 500


@dataclass(frozen=True)
class Whose:
    """What is marked about a contact wherever they stand in a list. by_network: they did not opt out by a word."""

    id: str | None
    alias: str
    crisis: bool
    opted_out: bool
    by_network: bool
    blocked: bool
    tags: Sequence[str] = ()


@dataclass(frozen=True)
class InboxRow:
    """One case in the list. begins: how what they wrote begins. seconds: of a recording; 0 for none."""

    case: Case
    whose: Whose
    begins: str
    seconds: int
    holder: str
    mine: bool


@dataclass(frozen=True)
class InboxConversation:
    """One talk of the last days."""

    whose: Whose
    channel: str
    flow: str
    outcome: str | None
    ended: bool
    at: datetime


@dataclass(frozen=True)
class Low:
    """One low answer to a check-in."""

    whose: Whose
    value: int
    at: datetime


def cases(uow: UnitOfWork, line: str, box: str, me: str, page: int = 0) -> list[InboxRow]:
    """The cases of a box (todo, mine, closed): three statements. One more than PAGE says that there are more."""
    wanted = (
        select(Case, Contact, Recording.seconds)
        .outerjoin(Contact, Contact.id == Case.contact_id)
        .outerjoin(Recording, Recording.id == Case.recording_id)
        .where(Case.line == line, _in(box, me))
        .order_by(*_order(box, uow.now))
    )
    rows = uow.session.execute(paged(wanted, page, PAGE)).all()
    named = names(uow, {row.claimed_by for row, _contact, _seconds in rows if row.claimed_by}, line)
    return [
        InboxRow(
            row, whose(contact, uow.now), _begins(uow, row), seconds or 0, mine=row.claimed_by == me,
            holder=row.claimed_name or named.get(row.claimed_by or "", ""),
        )
        for row, contact, seconds in rows
    ]  # fmt: skip


def talks(uow: UnitOfWork, line: str, page: int = 0) -> list[InboxConversation]:
    """The talks of the last week, the newest first; on each page those in crisis before the others: one statement."""
    wanted = (
        select(Conversation, Contact)
        .options(lazyload(Contact.key))  # nothing of theirs is decrypted here
        .join(Contact, Contact.id == Conversation.contact_id)
        .where(Conversation.line == line, Conversation.updated_at >= uow.now - LATELY)
        .order_by(Conversation.updated_at.desc(), Conversation.id)
    )
    found = [
        InboxConversation(
            whose(contact, uow.now), talk.channel, talk.flow, talk.outcome, talk.ended_at is not None, talk.updated_at
        )
        for talk, contact in uow.session.execute(paged(wanted, page, PAGE))
    ]
    return sorted(found[:PAGE], key=lambda talk: not talk.whose.crisis) + found[PAGE:]


def low_answers(uow: UnitOfWork, line: str, page: int = 0) -> list[Low]:
    """The low moods of the last week, the newest first: two statements, and each answer opened. As `cases`, one more
    than PAGE says that there are more; of a week with very many answers the newest MOST_LOWS are looked at."""
    rows = uow.session.execute(
        select(CheckIn.id, CheckIn.contact_id, CheckIn.value_encrypted, CheckIn.at)
        .where(CheckIn.line == line, CheckIn.at >= uow.now - LATELY, CheckIn.name == "mood")
        .order_by(CheckIn.at.desc(), CheckIn.id)
        .limit(MOST_LOWS)
    ).all()
    uow.vault.look_ahead(row.value_encrypted for row in rows)
    decrypted = uow.vault.decrypted
    opened = (
        (contact, json.loads(decrypted(CheckIn.value_encrypted, answer_id, value) or "null"), at)
        for answer_id, contact, value, at in rows
    )
    low = ((contact, value, at) for contact, value, at in opened if isinstance(value, int) and value <= LOW)
    shown = list(islice(low, page * PAGE, (page + 1) * PAGE + 1))
    wanted = {contact for contact, _value, _at in shown}
    found = {contact.id: contact for contact in uow.session.scalars(select(Contact).where(Contact.id.in_(wanted)))}
    return [Low(whose(found.get(contact), uow.now), value, at) for contact, value, at in shown]


def names(uow: UnitOfWork, ids: Iterable[str], line: str) -> dict[str, str]:
    """The names of organizers and volunteers of this line by id: two statements."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    found: dict[str, str] = {}
    for table in (Organizer, Volunteer):
        theirs = select(table.id, table.name_encrypted).where(table.id.in_(wanted), table.line == line)
        for person_id, name in uow.session.execute(theirs):
            found[person_id] = uow.vault.decrypted(table.name_encrypted, person_id, name)
    return found


def whose(contact: Contact | None, now: datetime) -> Whose:
    """What is marked about this contact."""
    if contact is None:
        return Whose(None, "", False, False, False, False)
    return Whose(
        id=contact.id,
        alias=contact.alias,
        crisis=contact.crisis_at is not None and contact.crisis_at > now - CRISIS_FOR,
        opted_out=contact.opted_out_at is not None,
        by_network=contact.opted_out_by is not None,
        blocked=contact.blocked_until is not None and contact.blocked_until > now,
        tags=tuple(contact.tags),
    )


def _in(box: str, me: str) -> ColumnElement[bool]:
    if box == "closed":
        return Case.closed_at.is_not(None)
    return Case.claimed_by == me if box == "mine" else Case.closed_at.is_(None)


def _order(box: str, now: datetime) -> tuple[Any, ...]:
    if box == "closed":
        return (Case.closed_at.desc(), Case.number.desc())
    first = case(FIRST, value=Case.priority, else_=2)
    return (Case.state == "closed", _calm(now), Case.state == "claimed", first, Case.created_at, Case.number)


def _calm(now: datetime) -> ColumnElement[int]:
    """0 for whoever showed a sign of crisis lately: they stand first."""
    return case((Contact.crisis_at > now - CRISIS_FOR, 0), else_=1)


def _begins(uow: UnitOfWork, row: Case) -> str:
    words = uow.vault.decrypt(row, Case.words_encrypted)
    return words if len(words) <= BEGINNING else words[:BEGINNING].rstrip() + "…"
