"""What the pages of people show: aliases and facts. Never a number."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, lazyload

from checkin.cases.models import Block, Case
from checkin.contacts.models import CheckIn, Consent, Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import rules
from checkin.messages.models import Conversation, FollowUp
from checkin.relays.models import Relay
from checkin.web.reads.inbox import CRISIS_FOR, Whose, whose
from checkin.web.reads.paging import paged

PAGE = 50
SHOWN = 30
"""So many rows of each kind stand on the page of one person, the newest."""


@dataclass(frozen=True)
class PersonRow:
    """One person in the list. shown: their number is what one call showed, and nobody vouched for it."""

    whose: Whose
    language: str | None
    withheld: bool
    shown: bool
    heard_at: datetime | None


@dataclass(frozen=True)
class PersonPromise:
    """A follow-up and why it stands as it does. gates: what each said when its time had come."""

    row: FollowUp
    gates: Sequence[rules.GatePassed]


@dataclass(frozen=True)
class CheckInAnswer:
    """One answer to a check-in."""

    name: str
    value: object
    at: datetime


@dataclass(frozen=True)
class PeoplePage:
    """The page of one person. talks, relays: how many by channel."""

    contact: Contact
    whose: Whose
    ledger: Sequence[Consent]
    promises: Sequence[PersonPromise]
    answers: Sequence[CheckInAnswer]
    cases: Sequence[Case]
    blocks: Sequence[Block]
    talks: dict[str, int]
    relays: dict[str, int]


def people(uow: UnitOfWork, line: str, show: str, alias: str, page: int = 0) -> list[PersonRow]:
    """The contacts of the line, the last who was in touch first: one statement. alias: how it begins."""
    wanted = (
        select(Contact)
        .options(lazyload(Contact.key))  # nothing of theirs is decrypted here
        .where(Contact.line == line, Contact.alias != "Forgotten", *_which(uow, show, alias))
        .order_by(Contact.heard_at.desc(), Contact.id)
    )
    return [
        PersonRow(
            whose(row, uow.now), row.language, row.number_encrypted is None, row.shown_key is not None, row.heard_at
        )
        for row in uow.session.scalars(paged(wanted, page, PAGE))
    ]


def person(uow: UnitOfWork, line: str, contact_id: str) -> PeoplePage | None:
    """The contact with this id: eight statements."""
    session = uow.session
    contact = session.scalars(select(Contact).where(Contact.id == contact_id, Contact.line == line)).one_or_none()
    if contact is None:
        return None
    mine = contact.id
    return PeoplePage(
        contact=contact,
        whose=whose(contact, uow.now),
        ledger=session.scalars(
            select(Consent).where(Consent.contact_id == mine).order_by(Consent.at.desc(), Consent.id).limit(SHOWN)
        ).all(),
        promises=_promises(uow, mine),
        answers=_answers(uow, mine),
        cases=session.scalars(
            select(Case).where(Case.contact_id == mine).order_by(Case.number.desc()).limit(SHOWN)
        ).all(),
        blocks=session.scalars(
            select(Block).where(Block.contact_id == mine).order_by(Block.created_at.desc()).limit(SHOWN)
        ).all(),
        talks=_counted(uow, Conversation.channel, Conversation.contact_id == mine),
        relays=_counted(uow, Relay.channel, Relay.contact_id == mine, Relay.joined_at.is_not(None)),
    )


def _which(uow: UnitOfWork, show: str, alias: str) -> list[ColumnElement[bool]]:
    marks: dict[str, ColumnElement[bool]] = {
        "crisis": Contact.crisis_at > uow.now - CRISIS_FOR,
        "stopped": Contact.opted_out_at.is_not(None),
        "blocked": Contact.blocked_until > uow.now,
    }
    which = [marks[show]] if show in marks else []
    beginning = " ".join(alias.split()).title()
    return [
        *which,
        Contact.alias.startswith(beginning, autoescape=True) if beginning else Contact.heard_at.is_not(None),
    ]


def _promises(uow: UnitOfWork, contact_id: str) -> list[PersonPromise]:
    rows = uow.session.scalars(
        select(FollowUp)
        .where(FollowUp.contact_id == contact_id)
        .order_by(FollowUp.due_at.desc(), FollowUp.id)
        .limit(SHOWN)
    )
    return [PersonPromise(row, rules.read_judgement(row.judged)[1]) for row in rows]


def _answers(uow: UnitOfWork, contact_id: str) -> list[CheckInAnswer]:
    rows = uow.session.scalars(
        select(CheckIn).where(CheckIn.contact_id == contact_id).order_by(CheckIn.at.desc(), CheckIn.id).limit(SHOWN)
    )
    return [
        CheckInAnswer(row.name, json.loads(uow.vault.decrypt(row, CheckIn.value_encrypted) or "null"), row.at)
        for row in rows
    ]


def _counted(uow: UnitOfWork, by: InstrumentedAttribute[str], *which: ColumnElement[bool]) -> dict[str, int]:
    return {row[0]: row[1] for row in uow.session.execute(select(by, func.count()).where(*which).group_by(by))}
