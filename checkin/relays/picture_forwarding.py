"""A picture in a text relay crosses when it was seen to be one. What cannot be opened is told to both sides, once."""

from __future__ import annotations

from checkin.cases import pictures as case_pictures
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import Work
from checkin.i18n.say import say
from checkin.messages import pictures, unread
from checkin.messages import service as messages
from checkin.messages.models import Message
from checkin.relays import forwarding
from checkin.relays import queries as relay_rows
from checkin.relays.forwarding import Sent
from checkin.relays.models import Relay
from checkin.volunteers.models import Volunteer


def seen(work: Work, picture_id: str) -> None:
    """It is a picture, and we have it: whoever its text went to gets a link to it."""
    text, _ = pictures.came_with(work, picture_id)
    relay = _joined(work, text)
    if text is not None and relay is not None:
        _pass_on(work, relay, text, Sent("", (picture_id,)))
    elif text is not None:
        case_pictures.came(work, text, picture_id)


def unseen(work: Work, picture_id: str) -> None:
    """Nobody can open it: whoever sent it is told how to go on, and whoever waits for it that it does not come."""
    text, told = pictures.came_with(work, picture_id)
    if text is None or told or not work.policy(text.line).pictures:
        return
    relay = _joined(work, text)
    if text.contact_id is not None:
        words = "picture_unseen" if text.relay_id is None else "picture_unpassed"
        unread.tell(work, work.session.get_one(Contact, text.contact_id), words)
    elif text.relay_id is not None:
        volunteer = work.session.get_one(Volunteer, text.volunteer_id)
        body = say(work, volunteer, "relays.picture_unpassed")
        messages.send(work, line=text.line, volunteer=volunteer, body=body, kind="notice", relay_id=text.relay_id)
    if relay is not None:
        _pass_on(work, relay, text, Sent("", lost=1))


def _joined(work: Work, text: Message | None) -> Relay | None:
    """The relay that the text went into, if the two are still in it."""
    relay = relay_rows.of_id(work.session, text.relay_id) if text is not None and text.relay_id is not None else None
    return relay if relay is not None and relay.state == "joined" else None


def _pass_on(work: Work, relay: Relay, text: Message, sent: Sent) -> None:
    contact = work.session.get_one(Contact, relay.contact_id)
    if text.contact_id is not None:
        for one in (relay.volunteer_id, relay.lead_id):
            volunteer = work.session.get(Volunteer, one) if one is not None else None
            if volunteer is not None:
                forwarding.to_volunteer(work, relay, contact, volunteer, sent)
        return
    forwarding.to_contact(work, relay, contact, sent)
    threads = relay_rows.threads_of(work.session, text.volunteer_id or "")
    thread = next((one for one in threads if one.joined and one.relay.id == relay.id), None)
    if thread is not None:
        forwarding.to_colleague(work, thread, work.session.get_one(Volunteer, text.volunteer_id), sent)
