"""Opens a relay for a contact who asked for a peer, and closes it when they are gone.

What goes on in a conversation after a relay stands above this module (wait_loop, text_ending, call_ending, waves): here
nothing knows of conversations being stepped, so that a action can open a relay.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

from checkin.cases import blocks
from checkin.cases.models import Block
from checkin.contacts import blocked
from checkin.contacts.models import Contact
from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.reply import Reply, WaitTick
from checkin.core.statements import insert_new
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import to_contact
from checkin.messages.models import Conversation
from checkin.outbox import outbox
from checkin.relays import aftercare, offering, states
from checkin.relays import queries as relay_rows
from checkin.relays.models import Relay
from checkin.relays.offering import RelayRow, Search
from checkin.relays.rules import ringing
from checkin.relays.rules.matching import Channel, Need
from checkin.relays.rules.waves import Wish, limit
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer
from flows.engine.effects import Ask, ConnectPeer
from flows.engine.inputs import NoPeer
from flows.model.text import Channel as FlowChannel

KEYS_AFTER = timedelta(seconds=1)
"""How long a key is waited for after what is said or played in the wait loop; then the next true thing is said."""

TRIES = 4
"""How often we try to open a relay while others open theirs with the same number."""


@dataclass(frozen=True)
class OpenedRelay:
    """A relay that waits for a volunteer. `token` stands in addresses; `limit` is what the contact is promised."""

    relay_id: str
    token: str
    line: str
    channel: FlowChannel
    language: str
    limit: timedelta


def open(
    uow: UnitOfWork, contact: Contact, conversation: Conversation, action: ConnectPeer, *, language: str | None = None
) -> OpenedRelay | NoPeer:
    """Look for a peer: choose, write the relay, ask the first wave, and write down when the next are due.

    language: the one that the contact is spoken to in. NoPeer `closed`: nobody on shift fits; `busy`: whoever fits
    is in a relay, being asked, or resting. The same conversation asking twice gets the relay it has.
    """
    text = conversation.channel == "sms"
    channel: Channel = "text" if text else "voice"
    need = Need(contact.line, channel, action.language, action.topic, action.wish, contact.number_key)
    search = Search(need, Wish(action.at_once, action.seconds, action.rounds))
    speaks = language or contact.language or uow.policy(contact.line).languages[0]
    refused = blocked.is_refused(uow, contact)
    with uow.session.no_autoflush:  # what this turn has changed so far is written once, when the turn is over
        choice = offering.choose(uow, search, contact)
        if not choice.lined_up.waves:
            reason: states.TurnedAway = "busy" if choice.lined_up.ordered.all_busy else "closed"
            _turned_away(uow, _row(uow, contact, conversation, search, speaks), reason)
            return NoPeer(reason)
        relay = _add(uow, contact, conversation, search, speaks)
        if relay is not None:
            if not refused:  # who is waits as anybody whom nobody takes
                ringing.begin(RelayRow(uow, relay, choice), choice.lined_up)
            outbox.later(uow, "give_up", relay.id, relay.limit_at)
            return _opened(relay)
        existing = relay_rows.live_of(uow.session, contact.id, conversation.channel)
    assert existing is not None, "only a live relay of the same contact can be in the way"
    return _opened(existing)


def hold(uow: UnitOfWork, opened: OpenedRelay) -> Reply:
    """What the contact is told while they wait; on a call, the first tick of the wait loop."""
    minutes = max(1, math.ceil(opened.limit.total_seconds() / 60))
    said = to_contact(uow, opened.line, opened.channel, opened.language, "relay_wait", minutes=minutes)
    if opened.channel == "sms":
        return Reply((said,))
    return Reply((said, keys(opened.language)), WaitTick(opened.token, 1))


def keys(language: str, wait: timedelta = KEYS_AFTER) -> Ask:
    """One key may be pressed at any time while the contact waits."""
    return Ask(language, wait=wait, digits=1, speech=False)


def contact_gone(uow: UnitOfWork, conversation_id: str) -> None:
    """The contact hung up, at whatever moment: nobody rings for them any more, and whoever was joined is set free."""
    states.left_by_contact(uow, Relay.conversation_id == conversation_id, Relay.case_id.is_(None))


def contact_left(uow: UnitOfWork, contact: Contact) -> None:
    """The contact texted STOP: their text relay ends at once, and the volunteer is told that they left, no more."""
    relay = relay_rows.live_of(uow.session, contact.id, "sms")
    ended = None if relay is None else states.left_by_contact(uow, Relay.id == relay.id)
    if ended is not None:
        aftercare.contact_left(uow, ended, contact)


def block(
    uow: UnitOfWork,
    contact: Contact,
    reason: str,
    by: str,
    length: timedelta = blocks.USUAL,
    review: timedelta = blocks.LOOK_AGAIN,
) -> Block:
    """Block this contact from now on, and set free whoever is with them. Raises UserError as blocks.add does."""
    made = blocks.add(uow, contact, reason, by, length, review)
    uow.session.flush()
    contact_left(uow, contact)
    call = relay_rows.live_of(uow.session, contact.id, "voice")
    if call is not None:
        states.left_by_contact(uow, Relay.id == call.id)
    return made


def _add(uow: UnitOfWork, contact: Contact, conversation: Conversation, search: Search, speaks: str) -> Relay | None:
    """Write the relay; its number is the next one of the line. None: this conversation has a live one already.

    A relay of another call of theirs is closed: they are on this one now.
    """
    for _ in range(TRIES):
        made = insert_new(uow.session, Relay, [_row(uow, contact, conversation, search, speaks)])
        if made:
            return made[0]
        other = relay_rows.live_of(uow.session, contact.id, conversation.channel)
        if other is not None and other.conversation_id == conversation.id:
            return None
        if other is not None:
            states.left_by_contact(uow, Relay.id == other.id)
    raise RuntimeError(f"no relay could be opened in {TRIES} tries: other transactions took its number each time")


def _turned_away(uow: UnitOfWork, row: dict[str, object], reason: states.TurnedAway) -> None:
    """They asked, and nobody could be: a row of its own says so, over from the start, so that reports count it."""
    for _ in range(TRIES):
        if insert_new(uow.session, Relay, [row | {"state": reason, "limit_at": uow.now, "ended_at": uow.now}]):
            return


def _row(
    uow: UnitOfWork, contact: Contact, conversation: Conversation, search: Search, speaks: str
) -> dict[str, object]:
    need, wish = search.need, search.wish
    lasts = limit(uow.policy(contact.line), need.channel)
    return states.relay_row(
        uow, contact.line, conversation.channel, contact.id, conversation.id, speaks, lasts,
        call_sid=conversation.call_sid, language=need.language, topic=need.topic, wish=need.wish and need.wish[:40],
        at_once=wish.at_once, seconds=wish.seconds, rounds=wish.rounds,
    )  # fmt: skip


def _opened(relay: Relay) -> OpenedRelay:
    promised = relay.limit_at - relay.opened_at
    channel: FlowChannel = "sms" if relay.channel == "sms" else "voice"
    return OpenedRelay(relay.id, relay.token, relay.line, channel, relay.speaks, promised)


def remove_volunteer(uow: UnitOfWork, volunteer: Volunteer, by: str) -> None:
    """Their name, number and shifts go at once; what they did stays counted, under nobody's name. Raises UserError."""
    if relay_rows.in_a_relay(uow.session, volunteer.id):
        raise UserError(
            "%(name)s is in a conversation, or their phone is ringing: try again when it's over",
            name=volunteers.name_of(uow, volunteer),
        )
    volunteers.erase(uow, volunteer)
    audit.write(uow, by, AuditAction.REMOVED_VOLUNTEER, volunteer.id)
