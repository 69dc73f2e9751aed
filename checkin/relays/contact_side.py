"""The conversation of a contact goes on after a relay, once, whoever brings the news first or again."""

from __future__ import annotations

from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.reply import Reply
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import to_contact
from checkin.messages import service as messages
from checkin.relays.models import Relay
from flows.engine.inputs import Input
from flows.model.text import Channel


def go_on(uow: UnitOfWork, relay: Relay, what: Input) -> Reply:
    """What the contact hears next. News that their conversation has heard already is answered as it was then."""
    if relay.case_id is not None:  # they were called back or written to: their conversation has gone its own way
        channel: Channel = "sms" if relay.channel == "sms" else "voice"
        return Reply((to_contact(uow, relay.line, channel, relay.speaks, "goodbye"),))
    return uow.conversations.after_peer(uow, relay.conversation_id, what)


def write_on(uow: UnitOfWork, relay: Relay, what: Input, before: str = "") -> None:
    """Go on when no text of the contact waits for an answer: the words are sent. `before` stands before them."""
    words = "\n".join(part for part in (before, go_on(uow, relay, what).words()) if part)
    if words:
        write(uow, relay, uow.session.get_one(Contact, relay.contact_id), words, kind="reply")


def write(uow: UnitOfWork, relay: Relay, contact: Contact, words: str, *, kind: str) -> None:
    """Send the contact of a text relay these words, if texts may reach them."""
    if contacts.takes_texts(uow, contact):
        messages.send(
            uow,
            line=relay.line,
            contact=contact,
            body=words,
            kind=kind,
            conversation_id=relay.conversation_id,
            relay_id=relay.id,
        )
