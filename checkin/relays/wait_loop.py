"""The wait loop: each request of the contact's own leg reads the relay anew and says the next true thing.

So no callback, worker, Redis or answer of the network is needed for a caller to get out of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update

from checkin.contacts import blocked
from checkin.core.reply import Reply, RoomLeft, WaitTick
from checkin.core.statements import changed, changed_row
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import to_contact
from checkin.relays import call_budget, contact_side, states
from checkin.relays import queries as relay_rows
from checkin.relays import service as relays
from checkin.relays.models import Relay
from checkin.relays.queries import WaitingRelay
from checkin.relays.service import OpenedRelay
from checkin.stories import listening
from flows.engine import relay_texts
from flows.engine.effects import ConnectPeer, HangUp, Join, NoteListen, Play, Say, Spoken
from flows.engine.inputs import Input, MessageWanted, NoPeer, PeerLeft, StoryFound

MOVED = 0
"""The tick of a leg that the network was asked to fetch; a leg that comes by itself has a later one."""

MOVE_TAKES = timedelta(seconds=3)
"""How long a leg that comes by itself stands aside for a fetch that is under way, which would pull it out again."""

BREATH = timedelta(seconds=8)
"""Quiet between two spoken lines while nothing is played. Any key is heard in it."""

MUSIC, MUSIC_LASTS = "clips/wait.mp3", timedelta(seconds=45)
"""A file of the flows folder, and how long it takes with the words before it. Without the file there is silence."""

RECONNECT_WAIT = timedelta(seconds=8)


def wait(uow: UnitOfWork, token: str, tick: int, keys: str | None, call_sid: str) -> Reply:
    """What a contact who waits hears next. `keys`: what they pressed (None: nothing).

    An unknown token is an ended call. A request that comes twice gets an answer that is true at that moment.
    """
    found = relay_rows.waiting(uow.session, token)
    if found is None or (found.relay.call_sid not in (None, call_sid)):
        return Reply((HangUp(),))
    relay = found.relay
    if relay.state not in relay_rows.LIVE and blocked.is_blocked(uow, found.contact):
        return blocked.on_call(uow, found.contact)
    if tick > MOVED and relay.told_at is None and relay.state != "open" and _fetch_under_way(uow, relay):
        return Reply((), WaitTick(token, tick))
    match relay.state:
        case "open":
            return _open(uow, found, tick, keys)
        case "joined":
            return _join(uow, found, tick, keys)
        case "ended":
            return _after(uow, found, keys)
        case "message":
            return _go_on(uow, found, MessageWanted())
        case "left":
            return _go_on(uow, found, NoPeer("hung_up"))
        case _:
            return _go_on(uow, found, NoPeer("no_answer"))


def lost(uow: UnitOfWork, relay: Relay) -> Reply:
    """The volunteer of a call was lost at once: one key joins the contact with somebody again."""
    said = to_contact(uow, relay.line, "voice", relay.speaks, "relay_lost")
    return Reply((said, relays.keys(relay.speaks, RECONNECT_WAIT)), WaitTick(relay.token, 1))


def _open(uow: UnitOfWork, found: WaitingRelay, tick: int, keys: str | None) -> Reply:
    """Nobody has taken it yet: leave by a key or at the limit, else wait on."""
    relay = found.relay
    left = relay_texts.KEYS.get(keys or "")
    if left is not None:
        return _leave(uow, found, left.to, tick, left.heard)
    if uow.now >= relay.limit_at:
        return _leave(uow, found, "unanswered", tick, NoPeer("no_answer"))
    _ring_from_here(uow, relay)
    return _pass_time(uow, found, tick)


def _leave(uow: UnitOfWork, found: WaitingRelay, to: states.Over, tick: int, what: Input) -> Reply:
    """Close the relay and go on in the flow; or, if a volunteer was quicker, to them."""
    why: states.WhyCanceled = "limit" if to == "unanswered" else "contact left"
    if states.close(uow, found.relay.id, to, why, told=True) is not None:
        return contact_side.go_on(uow, found.relay, what)
    return wait(uow, found.relay.token, tick, None, found.relay.call_sid or "")


def _join(uow: UnitOfWork, found: WaitingRelay, tick: int, keys: str | None) -> Reply:
    """Into the room. From now on no fetch may pull this leg out of it."""
    relay = found.relay
    joined = changed_row(
        uow.session,
        update(Relay)
        .where(Relay.id == relay.id, Relay.state == "joined")
        .values(told_at=uow.now, in_room_at=relay.in_room_at or uow.now),
        Relay,
    )
    if joined is None:
        return wait(uow, relay.token, tick, keys, relay.call_sid or "")
    said = to_contact(uow, relay.line, "voice", relay.speaks, "relay_joined")
    longest = uow.policy(relay.line).longest_talk
    return Reply((said, Join(relay.room, relay.token, "contact", longest)), RoomLeft(relay.token, "contact"))


def _after(uow: UnitOfWork, found: WaitingRelay, keys: str | None) -> Reply:
    """The talk is over. Lost before it began: say so and offer another; asked for one: look again; else go on."""
    relay = found.relay
    if relay.told_at is None and states.dropped_early(uow, relay):
        _tell(uow, relay)
        return lost(uow, relay)
    if keys == "1" and states.dropped_early(uow, relay):
        return _again(uow, found)
    return contact_side.go_on(uow, relay, PeerLeft(states.seconds_joined(relay)))


def _again(uow: UnitOfWork, found: WaitingRelay) -> Reply:
    """Look for a peer once more, for the same need, within the same conversation."""
    relay = found.relay
    if call_budget.is_spent(uow, found.contact, found.conversation):
        return contact_side.go_on(uow, relay, NoPeer("busy"))
    action = ConnectPeer(relay.topic, relay.language, relay.at_once, relay.seconds, relay.rounds, relay.wish)
    opened = relays.open(uow, found.contact, found.conversation, action, language=relay.speaks)
    if isinstance(opened, OpenedRelay):
        return relays.hold(uow, opened)
    return contact_side.go_on(uow, relay, opened)


def _go_on(uow: UnitOfWork, found: WaitingRelay, what: Input) -> Reply:
    """The relay was closed elsewhere, and now this leg hears of it."""
    _tell(uow, found.relay)
    return contact_side.go_on(uow, found.relay, what)


def _tell(uow: UnitOfWork, relay: Relay) -> None:
    """Note that this leg knows how the wait went, so that it is not fetched any more."""
    changed(uow.session, update(Relay).where(Relay.id == relay.id, Relay.told_at.is_(None)).values(told_at=uow.now))


def _fetch_under_way(uow: UnitOfWork, relay: Relay) -> bool:
    return relay.moving_at is not None and uow.now - relay.moving_at < MOVE_TAKES


def _ring_from_here(uow: UnitOfWork, relay: Relay) -> None:
    """What a worker should have done for this relay by now is done by this process, after the commit."""
    patience = uow.policy(relay.line).ring_inline_after
    if uow.now - relay.opened_at >= patience:
        uow.inline.extend(relay_rows.overdue(uow.session, relay.id, uow.now - patience))


def _pass_time(uow: UnitOfWork, found: WaitingRelay, tick: int) -> Reply:
    """A short story if there is one that fits into what is left of the wait, else a few calm words and music."""
    relay, left = found.relay, found.relay.limit_at - uow.now
    then = WaitTick(relay.token, tick + 1)
    story = _story(uow, found)
    if story is not None and timedelta(seconds=story.seconds) <= left:
        listening.note_listen(uow, NoteListen(story.story, "started"), found.contact, found.conversation)
        listening.write_down(uow, found.contact, found.conversation)
        played: Spoken = Play(story.story, story.language)
        return Reply((played, relays.keys(relay.speaks)), then)
    said = to_contact(uow, relay.line, "voice", relay.speaks, "relay_still")
    if left >= MUSIC_LASTS:
        return Reply((said, Say("", relay.speaks, clip=MUSIC), relays.keys(relay.speaks)), then)
    quiet = min(BREATH, max(left, relays.KEYS_AFTER))
    return Reply((said, replace(relays.keys(relay.speaks), wait=quiet)), then)


def _story(uow: UnitOfWork, found: WaitingRelay) -> StoryFound | None:
    relay = found.relay
    topics = uow.library.lines[relay.line].wait_topics
    chosen = listening.choose_for_waiting(uow, found.conversation, relay.speaks, topics)
    return chosen if isinstance(chosen, StoryFound) else None
