"""A text relay on a volunteer's page: what was said, and saying something. The contact notices no difference.

The same words go the same way as by text (checkin.relays); only the number in front is not needed, since
each talk has a page of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from checkin.contacts.models import Contact
from checkin.core.errors import UserError
from checkin.core.rules.typed_numbers import just_before
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say
from checkin.messages import service as messages
from checkin.messages.models import Message
from checkin.relays import forwarding
from checkin.relays import queries as relay_rows
from checkin.relays.forwarding import LONGEST, Sent
from checkin.relays.models import Relay
from checkin.relays.queries import TextThread
from checkin.telephony.rules import delivery_state
from checkin.volunteers.models import Alert, Volunteer
from checkin.web.volunteer import current_volunteer

NOT_SENT = (*delivery_state.LOST, "skipped")

LEAD_WANTED = "lead_wanted"


@dataclass(frozen=True)
class Bubble:
    """One text. by: them, peers (us), the line. pictures: our ids. trouble: it did not reach them.

    coming, lost: how many pictures of it are not looked at yet, and could not be opened.
    """

    id: str
    by: str
    words: str
    at: datetime
    pictures: Sequence[str] = ()
    trouble: bool = False
    coming: int = 0
    lost: int = 0


@dataclass(frozen=True)
class Chat:
    """A talk with its texts in order. over: it has ended. leads: the one who reads joined it as a lead."""

    relay: Relay
    contact: Contact
    bubbles: Sequence[Bubble]
    over: bool
    leads: bool


def talk(uow: UnitOfWork, volunteer: Volunteer, number: int) -> Chat | None:
    """The talk with this number; None when it is nobody's or somebody else's. When it is over, its words are gone."""
    found = mine(uow.session, volunteer.id, volunteer.line, number)
    if found is None:
        return None
    relay, contact = found
    over = relay.state != "joined"
    bubbles = [] if over else _bubbles(uow, relay, volunteer)
    return Chat(relay, contact, bubbles, over, leads=relay.lead_id == volunteer.id)


def thread(uow: UnitOfWork, volunteer: Volunteer, number: int) -> TextThread | None:
    """The talk with this number that they are in now."""
    return next((thread for thread in now(uow, volunteer) if thread.relay.number == number), None)


def now(uow: UnitOfWork, volunteer: Volunteer) -> list[TextThread]:
    """The talks that they are in now."""
    return [thread for thread in relay_rows.threads_of(uow.session, volunteer.id) if thread.joined]


def write(uow: UnitOfWork, volunteer: Volunteer, at: TextThread, words: str, form: str) -> bool:
    """Pass words on to the contact, once for one form. Answers whether a number was taken out. Raises UserError."""
    said = words.strip()
    if not said:
        raise UserError("write something first")
    if len(said) > LONGEST:
        raise UserError("that's too long for one text: use at most %(most)s characters", most=LONGEST)
    if not current_volunteer.first_time(uow, volunteer.id, form, f"say {said}"):
        return False
    passed = forwarding.to_contact(uow, at.relay, at.contact, Sent(said))
    forwarding.to_colleague(uow, at, volunteer, Sent(said))
    return passed.held


def _bubbles(uow: UnitOfWork, relay: Relay, volunteer: Volunteer) -> list[Bubble]:
    """Everything that the contact wrote, as by text, and what was written to them since somebody joined them."""
    out = say(uow, volunteer, "relays.number_out")
    theirs: list[Bubble] = []
    said: list[tuple[datetime, str]] = []
    for kept in relay_rows.kept_for(uow.session, relay.id):
        at, words = kept.message.created_at, messages.body_of(uow, kept.message)
        shown = _cleaned(uow, relay, words, out, just_before(said, at))
        coming, lost = len(kept.coming), len(kept.lost)
        theirs.append(Bubble(kept.message.id, "them", shown, at, kept.pictures, coming=coming, lost=lost))
        said.append((at, words))
    before = f"{say(uow, relay.speaks, 'relays.peer')}: "
    ours = []
    for row in written(uow.session, relay, relay.joined_at or relay.opened_at):
        words = messages.body_of(uow, row)
        by = "peers" if words.startswith(before) else "the line"
        shown = _cleaned(uow, relay, words.removeprefix(before), out)
        ours.append(Bubble(row.id, by, shown, row.created_at, trouble=row.status in NOT_SENT))
    return sorted((*theirs, *ours), key=lambda their: their.at)


def _cleaned(uow: UnitOfWork, relay: Relay, words: str, instead: str, sooner: str = "") -> str:
    return forwarding.cleaned(uow, relay, words, instead, sooner)[0]


def mine(session: Session, volunteer_id: str, line: str, number: int) -> tuple[Relay, Contact] | None:
    """The text relay of this number, if this volunteer is or was the last to be in it; with its contact."""
    row = session.execute(
        select(Relay, Contact)
        .join(Contact, Contact.id == Relay.contact_id)
        .where(
            Relay.line == line,
            Relay.number == number,
            Relay.channel == "sms",
            (Relay.volunteer_id == volunteer_id) | (Relay.lead_id == volunteer_id),
        )
        .execution_options(populate_existing=True)
    ).first()
    return None if row is None else (row[0], row[1])


def written(session: Session, relay: Relay, since: datetime) -> Sequence[Message]:
    """What was passed on to the contact since then, oldest first: our volunteers' words, and the line's about them."""
    return session.scalars(
        select(Message)
        .where(
            Message.relay_id == relay.id,
            Message.contact_id == relay.contact_id,
            Message.inbound.is_(False),
            Message.kind == "relay",
            Message.created_at >= since,
        )
        .order_by(Message.created_at, Message.id)
    ).all()


def asking_for_a_lead(session: Session, lead: Volunteer) -> list[tuple[Relay, Contact]]:
    """The text relays in which a volunteer asked for a lead, and none has joined."""
    wanted = exists().where(
        Alert.line == lead.line, Alert.kind == LEAD_WANTED, Alert.about == Relay.contact_id, Alert.closed_at.is_(None),
        Alert.last_at >= Relay.joined_at,
    )  # fmt: skip
    rows = session.execute(
        select(Relay, Contact)
        .join(Contact, Contact.id == Relay.contact_id)
        .where(
            Relay.line == lead.line,
            Relay.channel == "sms",
            Relay.state == "joined",
            Relay.lead_id.is_(None),
            Relay.volunteer_id != lead.id,
            wanted,
        )
        .order_by(Relay.joined_at)
    )
    return [(relay, contact) for relay, contact in rows]
