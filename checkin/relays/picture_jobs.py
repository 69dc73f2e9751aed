"""Pictures come from the network into our own store, plain and encrypted, and leave both when they are to be gone.

In a text relay a picture crosses when it was seen to be one; what cannot be opened is told to both sides, once.
Each step may run twice: fetching replaces the same key, and deleting what is gone is no error.
"""

from __future__ import annotations

from dataclasses import dataclass

from checkin.cases import by_text
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch.steps import Claimed, Local, Steps, after_error
from checkin.i18n.say import say
from checkin.messages import pictures, unreadable
from checkin.messages import service as messages
from checkin.messages.models import Message, Picture
from checkin.outbox.outcomes import Done, Failed, Outcome, Skipped
from checkin.relays import forwarding
from checkin.relays import queries as relay_rows
from checkin.relays.forwarding import Sent
from checkin.relays.models import Relay
from checkin.runtime import Runtime
from checkin.telephony.pictures import PictureError, to_plain
from checkin.telephony.port import GatewayError, Refused, TryLater
from checkin.volunteers.models import Volunteer

TRIES = 8
"""What the network has not given us by then (about eight minutes) is lost: somebody waits for it."""


@dataclass(frozen=True)
class ToFetch:
    """ids: the network's two. whose: the contact who sent it."""

    id: str
    ids: tuple[str, str]
    whose: str | None


def _to_fetch(uow: UnitOfWork, row: Claimed) -> ToFetch | Skipped:
    ids = pictures.to_fetch(uow, row.about_id)
    if ids is None:
        return Skipped("nothing to fetch")
    return ToFetch(row.about_id, ids, uow.session.get_one(Picture, row.about_id).contact_id)


def _fetch(runtime: Runtime, wanted: ToFetch) -> None:
    """Fetch, make plain, seal; only then may it be passed on, and the network's copy be deleted."""
    try:
        plain = to_plain(runtime.gateway.fetch_picture(*wanted.ids))
    except PictureError as error:
        raise Refused(str(error)) from error
    runtime.media.put(wanted.id, plain, wanted.whose)


def _fetched(uow: UnitOfWork, row: Claimed, _wanted: ToFetch, _none: None) -> Outcome:
    if not pictures.fetched(uow, row.about_id):
        return Done("dropped meanwhile")
    _seen(uow, row.about_id)
    return Done()


def _not_fetched(uow: UnitOfWork, row: Claimed, wanted: ToFetch, error: GatewayError) -> Outcome:
    """Whoever waits for it is told when it takes too long, or it is none. Asking twice does no harm."""
    if not isinstance(error, Refused) and row.attempts < TRIES:
        return after_error(uow, row, wanted, TryLater(str(error)))
    if pictures.lost(uow, row.about_id):
        _unseen(uow, row.about_id)
    return Failed(f"refused: {error}")


def _seen(uow: UnitOfWork, picture_id: str) -> None:
    """It is a picture, and we have it: whoever its text went to gets a link to it."""
    text, _ = pictures.came_with(uow, picture_id)
    relay = _joined(uow, text)
    if text is not None and relay is not None:
        _pass_on(uow, relay, text, Sent("", (picture_id,)))
    elif text is not None:
        by_text.picture_came(uow, text, picture_id)


def _unseen(uow: UnitOfWork, picture_id: str) -> None:
    """Nobody can open it: whoever sent it is told how to go on, and whoever waits for it that it does not come."""
    text, told = pictures.came_with(uow, picture_id)
    if text is None or told or not uow.policy(text.line).pictures:
        return
    relay = _joined(uow, text)
    if text.contact_id is not None:
        words = "picture_unseen" if text.relay_id is None else "picture_unpassed"
        unreadable.tell(uow, uow.session.get_one(Contact, text.contact_id), words)
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
        for person_id in (relay.volunteer_id, relay.lead_id):
            volunteer = uow.session.get(Volunteer, person_id) if person_id is not None else None
            if volunteer is not None:
                forwarding.to_volunteer(uow, relay, contact, volunteer, sent)
        return
    forwarding.to_contact(uow, relay, contact, sent)
    threads = relay_rows.threads_of(uow.session, text.volunteer_id or "")
    thread = next(
        (open_thread for open_thread in threads if open_thread.joined and open_thread.relay.id == relay.id), None
    )
    if thread is not None:
        forwarding.to_colleague(uow, thread, uow.session.get_one(Volunteer, text.volunteer_id), sent)


def _to_delete(uow: UnitOfWork, row: Claimed) -> tuple[str, str] | Skipped:
    return pictures.to_delete(uow, row.about_id) or Skipped("gone already")


def _delete(runtime: Runtime, ids: tuple[str, str]) -> None:
    runtime.gateway.delete_picture(*ids)


def _deleted(uow: UnitOfWork, row: Claimed, _ids: tuple[str, str], _none: None) -> Outcome:
    pictures.deleted(uow, row.about_id)
    return Done()


FETCH_PICTURE = Steps(_to_fetch, _fetch, _fetched, _not_fetched)
"""Bring one into our own store."""

DELETE_PICTURE = Steps(_to_delete, _delete, _deleted)
"""Delete the network's copy."""

FORGET_PICTURE: Local = Steps(lambda uow, row: pictures.forget(uow, row.about_id))
"""Our own copy has been kept for as long as it may be."""
