"""What the page of one case shows: whose it is, what they wrote, and what was done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from checkin.accounts.models import Organizer
from checkin.cases.models import Case, CaseNote
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Message, Recording
from checkin.volunteers.models import Volunteer
from checkin.web.reads.inbox import Whose, names, whose

SHOWN = 40
"""So many texts of the talk are shown, the newest."""


@dataclass(frozen=True)
class CaseText:
    """One text of the talk, in the order of time. by: the organizer who wrote it; empty for the flow's own words."""

    row: Message
    words: str
    by: str


@dataclass(frozen=True)
class Noted:
    """One thing that was done. by: empty for whoever left the team, None for the line itself."""

    kind: str
    by: str | None
    words: str
    at: datetime


@dataclass(frozen=True)
class CasePage:
    """The page. relayed: how many texts went through a relay, which only the two of them read."""

    case: Case
    contact: Contact | None
    whose: Whose
    words: str
    recording: Recording | None
    holder: str
    said: Sequence[CaseText]
    noted: Sequence[Noted]
    relayed: int
    team: Sequence[tuple[str, str]]


def page(uow: UnitOfWork, line: str, number: int) -> CasePage | None:
    """The case with this number; None when there is none. Eight statements at most."""
    row = uow.session.execute(
        select(Case, Contact, Recording)
        .outerjoin(Contact, Contact.id == Case.contact_id)
        .outerjoin(Recording, Recording.id == Case.recording_id)
        .where(Case.line == line, Case.number == number)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        return None
    case_, contact, recording = row
    notes = list(
        uow.session.scalars(
            select(CaseNote).where(CaseNote.case_id == case_.id).order_by(CaseNote.created_at, CaseNote.id)
        )
    )
    named = names(uow, {by for by in (case_.claimed_by, *(note.by for note in notes)) if by}, case_.line)
    texts, relayed = _texts(uow, contact)
    writers = {note.message_id: named.get(note.by or "", "") for note in notes if note.message_id}
    return CasePage(
        case=case_,
        contact=contact,
        whose=whose(contact, uow.now),
        words=uow.vault.decrypt(case_, Case.words_encrypted),
        recording=recording,
        holder=case_.claimed_name or named.get(case_.claimed_by or "", ""),
        said=[
            CaseText(text, uow.vault.decrypt(text, Message.body_encrypted), writers.get(text.id, "")) for text in texts
        ],
        noted=[
            Noted(
                kind=note.kind,
                by=note.by_name if note.by is None else named.get(note.by, ""),
                words=uow.vault.decrypt(note, CaseNote.words_encrypted),
                at=note.created_at,
            )
            for note in notes
        ],
        relayed=relayed,
        team=_team(uow, line),
    )


def recording(uow: UnitOfWork, line: str, number: int) -> Recording | None:
    """The recording of this case, if it is there to be heard."""
    return uow.session.scalars(
        select(Recording)
        .join(Case, Case.recording_id == Recording.id)
        .where(Case.line == line, Case.number == number, Recording.state == "kept")
    ).first()


def _texts(uow: UnitOfWork, contact: Contact | None) -> tuple[list[Message], int]:
    """The newest texts with them in the order of time, and how many went through relays."""
    if contact is None:
        return [], 0
    mine = (Message.contact_id == contact.id, Message.volunteer_id.is_(None))
    newest = (
        select(Message)
        .where(*mine, Message.relay_id.is_(None))
        .order_by(Message.created_at.desc(), Message.inbound, Message.id.desc())
        .limit(SHOWN)
    )
    hidden = uow.session.scalar(select(func.count()).where(*mine, Message.relay_id.is_not(None)))
    return list(reversed(uow.session.scalars(newest).all())), hidden or 0


def _team(uow: UnitOfWork, line: str) -> list[tuple[str, str]]:
    """Whom it may be handed to: id and name."""
    people: list[tuple[str, str]] = []
    for table in (Organizer, Volunteer):
        rows = uow.session.execute(
            select(table.id, table.name_encrypted).where(table.line == line, table.state == "active")
        )
        people += [
            (person_id, uow.vault.decrypted(table.name_encrypted, person_id, name)) for person_id, name in rows if name
        ]
    return sorted(people, key=lambda person: person[1].casefold())
