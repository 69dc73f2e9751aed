"""A picture in a text relay crosses when it was seen to be one. What cannot be opened is told to both sides, once."""

from __future__ import annotations

from checkin.cases import pictures as case_pictures
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say
from checkin.messages import pictures, unread
from checkin.messages import service as messages
from checkin.messages.models import Message
from checkin.relays import forwarding
from checkin.relays import queries as relay_rows
from checkin.relays.forwarding import Sent
from checkin.relays.models import Relay
from checkin.volunteers.models import Volunteer


def seen(uow: UnitOfWork, picture_id: str) -> None:
    """It is a picture, and we have it: whoever its text went to gets a link to it."""
    text, _ = pictures.came_with(uow, picture_id)
    relay = _joined(uow, text)
    if text is not None and relay is not None:
        _pass_on(uow, relay, text, Sent("", (picture_id,)))
    elif text is not None:
        case_pictures.came(uow, text, picture_id)


def unseen(uow: UnitOfWork, picture_id: str) -> None:
    """Nobody can open it: whoever sent it is told how to go on, and whoever waits for it that it does not come."""
    text, told = pictures.came_with(uow, picture_id)
    if text is None or told or not uow.policy(text.line).pictures:
        return
    relay = _joined(uow, text)
    if text.contact_id is not None:
        words = "picture_unseen" if text.relay_id is None else "picture_unpassed"
        unread.tell(uow, uow.session.get_one(Contact, text.contact_id), words)
    elif text.relay_id is not None:
        volunteer = uow.session.get_one(Volunteer, text.volunteer_id)
        body = say(uow, volunteer, "relays.picture_unpassed")
        messages.send(uow, line=text.line, volunteer=volunteer, body=body, kind="notice", relay_id=text.relay_id)
    if relay is not None:
        _pass_on(uow, relay, text, Sent("", lost=1))


def _joined(uow: UnitOfWork, text: Message | None) -> Relay | None:
    """The relay that the text went into, if the two are still in it."""
    relay = relay_rows.of_id(uow.session, text.relay_id) if text is not None and text.relay_id is not None else None
    return relay if relay is not None and relay.state == "joined" else None


def _pass_on(uow: UnitOfWork, relay: Relay, text: Message, sent: Sent) -> None:
    contact = uow.session.get_one(Contact, relay.contact_id)
    if text.contact_id is not None:
        for item in (relay.volunteer_id, relay.lead_id):
            volunteer = uow.session.get(Volunteer, item) if item is not None else None
            if volunteer is not None:
                forwarding.to_volunteer(uow, relay, contact, volunteer, sent)
        return
    forwarding.to_contact(uow, relay, contact, sent)
    threads = relay_rows.threads_of(uow.session, text.volunteer_id or "")
    thread = next((item for item in threads if item.joined and item.relay.id == relay.id), None)
    if thread is not None:
        forwarding.to_colleague(uow, thread, uow.session.get_one(Volunteer, text.volunteer_id), sent)
