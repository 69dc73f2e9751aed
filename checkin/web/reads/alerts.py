"""The alerts that are open, as the page Now shows them: every cry, danger first and the newest first; then the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, null, select
from sqlalchemy.orm import InstrumentedAttribute

from checkin.cases.models import Case
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Message
from checkin.relays.models import Relay
from checkin.volunteers.models import Alert

DANGER = "crisis"
CRIES = (DANGER, "help")
MOST_OTHERS = 100
"""So many that are no cry for help are shown; the page says how many more there are."""

MOST_LETTERS = 400
"""So many letters of a text stand on the page; all of it is read where it is answered."""


@dataclass(frozen=True)
class AlertText:
    """What they wrote, and when. private: it went to the peer who talks with them, and is shown to nobody else."""

    said: str
    at: datetime
    private: bool = False


@dataclass(frozen=True)
class Open:
    """An alert that nobody closed yet. words: the newest text that it is about; None: none, or it may not be read."""

    row: Alert
    words: AlertText | None

    @property
    def danger(self) -> bool:
        return self.row.kind == DANGER


@dataclass(frozen=True)
class About:
    """All that is open about one contact, or one thing that is about none. case: of theirs, one that is not closed."""

    contact: Contact | None
    case: int | None
    blocked: bool
    alerts: Sequence[Open]

    @property
    def danger(self) -> bool:
        return any(alert.danger for alert in self.alerts)


@dataclass(frozen=True)
class Alerts:
    """abouts: by whom they are about, in the order in which they want somebody. more: open ones that are not shown."""

    abouts: Sequence[About]
    more: int

    @property
    def shown(self) -> Sequence[Open]:
        """Every alert that is on the page."""
        return [alert for about in self.abouts for alert in about.alerts]

    @property
    def total(self) -> int:
        return len(self.shown) + self.more


def open_alerts(uow: UnitOfWork, line: str, *, words: bool) -> Alerts:
    """The open alerts of the line: two statements. words: whether whoever looks may read what contacts wrote.

    No cry is ever cut off, however many there are; of the rest those that have waited longest are shown.
    """
    mine = _rows(words=words).where(Alert.line == line, Alert.closed_at.is_(None))
    cries = uow.session.execute(
        mine.where(Alert.kind.in_(CRIES)).order_by(Alert.kind != DANGER, Alert.last_at.desc(), Alert.id)
    ).all()
    others = uow.session.execute(
        mine.where(Alert.kind.not_in(CRIES)).order_by(Alert.raised_at, Alert.id).limit(MOST_OTHERS)
    ).all()
    found: dict[str, About] = {}
    for alert, contact, case, text, joined, _all in (*cries, *others):
        chosen = _open(uow, alert, text, joined)
        key = contact.id if contact is not None else alert.id
        before = found[key].alerts if key in found else ()
        blocked = contact is not None and contact.blocked_until is not None and contact.blocked_until > uow.now
        found[key] = About(contact, case, blocked, (*before, chosen))
    return Alerts(list(found.values()), others[0][-1] - len(others) if others else 0)


def open_case(contact_id: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]) -> ScalarSelect[int]:
    """The number of the newest case of this contact that is not closed, as a part of another statement."""
    newest = select(func.max(Case.number)).where(Case.contact_id == contact_id, Case.state != "closed")
    return newest.scalar_subquery()


def _rows(*, words: bool) -> Select[Any]:
    """Alert, contact, case; the text, when a peer joined whoever wrote it; and how many."""
    text = (Message, Relay.joined_at) if words else (null(), null())
    columns: tuple[Any, ...] = (Alert, Contact, open_case(Alert.contact_id), *text, func.count().over())
    rows: Select[Any] = select(*columns).outerjoin(Contact, Contact.id == Alert.contact_id)
    if not words:
        return rows
    return rows.outerjoin(Message, Message.id == Alert.message_id).outerjoin(Relay, Relay.id == Message.relay_id)


def _open(uow: UnitOfWork, alert: Alert, text: Message | None, joined: datetime | None) -> Open:
    words = None
    if text is not None and joined is not None:
        words = AlertText("", text.created_at, private=True)
    elif text is not None and text.body_encrypted is not None:
        said = uow.vault.decrypt(text, Message.body_encrypted)
        words = AlertText(said if len(said) <= MOST_LETTERS else said[:MOST_LETTERS].rstrip() + "…", text.created_at)
    return Open(alert, words)
