"""Words of one side of a text relay go to the other: under an alias, in order, without numbers; pictures as a link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from checkin.contacts.models import Contact
from checkin.core import lines
from checkin.core.rules.typed_numbers import digits_in, just_before, without_numbers
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say
from checkin.messages import pictures
from checkin.messages import service as messages
from checkin.messages.models import Message
from checkin.messages.rules.picture_notes import mark, without_marks
from checkin.relays import contact_side
from checkin.relays import queries as relay_rows
from checkin.relays.models import Relay
from checkin.relays.queries import TextThread
from checkin.volunteers.models import Volunteer

LONGEST = 1600
"""Characters that the network takes in one message."""

LATELY = timedelta(minutes=10)
"""How far back we look for the rest of a number that comes in several texts."""


@dataclass(frozen=True)
class Forwarded:
    """What became of someone's words: whether a number was taken out, and whether anything was left to pass on."""

    held: bool
    sent: bool


@dataclass(frozen=True)
class Sent:
    """One text as it came: its words, our ids of its pictures, how many other things came with it, and its row.

    A picture is passed on when it was seen to be one (`text_relays_pictures`), which is a moment after its text came.
    lost: how many could not be opened then.
    """

    body: str
    pictures: Sequence[str] = ()
    others: int = 0
    row: Message | None = None
    lost: int = 0


def to_volunteer(
    uow: UnitOfWork, relay: Relay, contact: Contact, volunteer: Volunteer, sent: Sent, sooner: str | None = None
) -> Forwarded:
    """The contact's words go to the volunteer: "42 Quiet Heron: hello".

    sooner: what they wrote just before it, where that is known.
    """
    if sooner is None:
        sooner = _written_by(uow, relay, contact, sent)
    words, held = cleaned(uow, relay, sent.body, say(uow, volunteer, "relays.number_out"), sooner)
    before = f"{relay.number} {contact.alias}: "
    for part in _in_all(uow, relay, sent, words, volunteer, before):
        messages.send(
            uow, line=relay.line, volunteer=volunteer, body=part, kind="relay", relay_id=relay.id, of=contact
        )  # fmt: skip
    relay.active_at = uow.now
    return Forwarded(held, bool(words or sent.pictures or sent.others))


def to_contact(uow: UnitOfWork, relay: Relay, contact: Contact, sent: Sent) -> Forwarded:
    """The volunteer's words go to the contact: "Peer: hello"."""
    instead = say(uow, relay.speaks, "relays.number_out")
    before = f"{say(uow, relay.speaks, 'relays.peer')}: "
    words, held = cleaned(uow, relay, sent.body, instead, _passed_to(uow, relay, before, sent, contact=contact))
    passed = _in_all(uow, relay, sent, words, relay.speaks, before)
    for part in passed:
        contact_side.write(uow, relay, contact, part, kind="relay")
    relay.active_at = uow.now
    if sent.row is not None and sent.pictures:
        sent.row.relay_id = relay.id  # where they are passed on to, once they are seen
    return Forwarded(held, bool(passed or (sent.pictures and uow.policy(relay.line).pictures)))


def _in_all(uow: UnitOfWork, relay: Relay, sent: Sent, words: str, to: Volunteer | str, before: str) -> list[str]:
    """The words, that something else came, and each picture in a text of its own: a link of ours that soon expires.

    Pictures that nobody has looked at yet follow later.
    """
    policy = uow.policy(relay.line)
    if sent.others or (sent.pictures and not policy.pictures):
        words = "\n".join(part for part in (words, say(uow, to, "relays.picture")) if part)
    minutes = max(1, round(policy.picture_link.total_seconds() / 60))
    seen = [picture for picture in sent.pictures if policy.pictures and pictures.is_kept(uow, picture)]
    links = [say(uow, to, "relays.picture_link", minutes=minutes, link=mark(picture)) for picture in seen]
    lost = [say(uow, to, "relays.picture_lost")] * min(sent.lost, 1)
    return [*in_parts(words, before), *(before + link for link in (*links, *lost))]


def to_colleague(uow: UnitOfWork, thread: TextThread, sender: Volunteer, sent: Sent) -> None:
    """Where a lead has joined, the volunteer and the lead read each other's words too: "42 Vee: hello"."""
    relay = thread.relay
    other_id = relay.volunteer_id if thread.leads else relay.lead_id
    other = uow.session.get(Volunteer, other_id) if other_id is not None else None
    if other is None:
        return
    before = f"{relay.number} {uow.vault.decrypt(sender, Volunteer.name_encrypted)}: "
    sooner = _passed_to(uow, relay, before, sent, volunteer=other)
    words, _ = cleaned(uow, relay, sent.body, say(uow, other, "relays.number_out"), sooner)
    for part in _in_all(uow, relay, sent, words, other, before):
        messages.send(
            uow, line=relay.line, volunteer=other, body=part, kind="relay", relay_id=relay.id, of=thread.contact
        )  # fmt: skip


def in_parts(words: str, before: str) -> list[str]:
    """The words in as many messages as they need, each with `before` in front, cut between words where possible."""
    parts, room = [], LONGEST - len(before)
    while words:
        at = len(words) if len(words) <= room else words.rfind(" ", room // 2, room + 1)
        at = room if at < 0 else at
        parts.append(before + words[:at])
        words = words[at:].lstrip()
    return parts


def cleaned(uow: UnitOfWork, relay: Relay, body: str, instead: str, sooner: str = "") -> tuple[str, bool]:
    """The words without telephone numbers; the line's own and the help lines may be named.

    sooner: what the same side wrote just before.
    """
    allowed = lines.may_be_named(lines.get(uow, relay.line))
    body = without_marks(body)  # from a page, it has not passed the door of texts
    kept = without_numbers(body, instead, allowed, sooner)
    return kept.strip(), kept != body


def _written_by(uow: UnitOfWork, relay: Relay, contact: Contact, sent: Sent) -> str:
    """What the contact wrote just before this text, where a number could be split over the two."""
    if not digits_in(sent.body):
        return ""
    rows = relay_rows.said_lately(uow.session, relay, contact.id, uow.now - LATELY)
    said = [(row.created_at, messages.body_of(uow, row)) for row in rows if row.inbound and row is not sent.row]
    return just_before(said, uow.now)


def _passed_to(
    uow: UnitOfWork,
    relay: Relay,
    before: str,
    sent: Sent,
    contact: Contact | None = None,
    volunteer: Volunteer | None = None,
) -> str:
    """What was passed on to them just before this text, from the same side, whose words all have this before them."""
    if not digits_in(sent.body):
        return ""
    rows = relay_rows.said_lately(uow.session, relay, contact.id if contact else None, uow.now - LATELY)
    mine = (row for row in rows if not row.inbound and (volunteer is None or row.volunteer_id == volunteer.id))
    said = [(row.created_at, messages.body_of(uow, row)) for row in mine]
    return just_before([(at, words.removeprefix(before)) for at, words in said if words.startswith(before)], uow.now)
