"""A text relay on a volunteer's page: what was said, and saying something. The contact notices no difference.

The same words go the same way as by text (checkin.relays); only the number in front is not needed, since
each talk has a page of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from checkin.contacts.models import Contact
from checkin.core.errors import UserError
from checkin.core.rules.typed_numbers import just_before
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say
from checkin.messages import service as messages
from checkin.relays import forwarding
from checkin.relays import queries as relay_rows
from checkin.relays.forwarding import LONGEST, Sent
from checkin.relays.models import Relay
from checkin.relays.queries import TextThread
from checkin.telephony.rules import delivery_state
from checkin.volunteers.models import Volunteer
from checkin.web.volunteer.reads import talks as rows
from checkin.web.volunteer.services import forms

NOT_SENT = (*delivery_state.LOST, "skipped")


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
    found = rows.mine(uow.session, volunteer.id, volunteer.line, number)
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
    if not forms.first(uow, volunteer.id, form, f"say {said}"):
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
    for row in rows.written(uow.session, relay, relay.joined_at or relay.opened_at):
        words = messages.body_of(uow, row)
        by = "peers" if words.startswith(before) else "the line"
        shown = _cleaned(uow, relay, words.removeprefix(before), out)
        ours.append(Bubble(row.id, by, shown, row.created_at, trouble=row.status in NOT_SENT))
    return sorted((*theirs, *ours), key=lambda their: their.at)


def _cleaned(uow: UnitOfWork, relay: Relay, words: str, instead: str, sooner: str = "") -> str:
    return forwarding.cleaned(uow, relay, words, instead, sooner)[0]
