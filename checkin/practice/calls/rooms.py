"""Rooms: conferences, and the plain bridge of two legs. Who is in, who hears whom, and the receipts.

As documented for <Conference>: it starts with the second member, once one has come who may start it; receipts go to
the first member's address; it ends with its last member, or with one whose leaving ends it.
"""

from __future__ import annotations

from email.utils import format_datetime
from typing import Literal
from urllib.parse import urljoin

from checkin.practice import answers, sounds
from checkin.practice.callbacks import Callback
from checkin.practice.exchange import Exchange
from checkin.practice.ids import new_sid
from checkin.practice.state import Call, Room, RoomMember
from checkin.practice.twiml.document import Verb
from checkin.practice.twiml.grammar import VOICE, WAITING

EVENT_NAMES = {
    "start": "conference-start",
    "end": "conference-end",
    "join": "participant-join",
    "leave": "participant-leave",
    "mute": "participant-mute",
    "unmute": "participant-unmute",
    "hold": "participant-hold",
    "unhold": "participant-unhold",
    "modify": "participant-modify",
    "announced": "announcement-end",
    "not announced": "announcement-fail",
}

ASKED = {"unmute": "mute", "unhold": "hold", "announced": "announcement", "not announced": "announcement"}
"""The event that a line asks for, where it isn't called as it is."""


def open_room(
    exchange: Exchange,
    name: str,
    kind: Literal["conference", "bridge"],
    callback: Callback | None = None,
    most: int = 250,
) -> Room:
    """The living room of this name, or a new one."""
    with exchange.lock:
        for room in exchange.rooms.values():
            if kind == "conference" and room.name == name and room.kind == kind and not room.over:
                return room
        room = Room(new_sid("CF"), name, kind, exchange.clock.now(), callback, most)
        exchange.rooms[room.sid] = room
        return room


def enter(exchange: Exchange, room: Room, member: RoomMember) -> bool:
    """The leg comes in. False when the room is full or over."""
    call = member.call
    with exchange.lock:
        if room.over or len(room.members) >= room.most:
            return False
        others = [other.call.phone for other in room.members.values()]
        room.members[call.sid] = member
        call.room = room
        exchange.log.add("joined", call.phone.id, call.sid, room=room.sid, others=[phone.id for phone in others])
        for other in room.members.values():
            if other is not member:
                exchange.log.add("company", other.call.phone.id, other.call.sid, who=call.phone.id, room=room.sid)
            if member.beeps in ("true", "onEnter"):
                exchange.log.add("beep", other.call.phone.id, other.call.sid, why="room")
        tell(exchange, room, "join", member)
        if not room.started and len(room.members) > 1 and any(inside.starts for inside in room.members.values()):
            room.status, room.updated_at = "in-progress", exchange.clock.now()
            tell(exchange, room, "start")
            for found in room.members.values():
                found.call.wake()
        return True


def leave(exchange: Exchange, room: Room, call: Call, why: str) -> None:
    """The leg goes. The room ends with it if it was the last, or one that ends it."""
    with exchange.lock:
        member = room.members.pop(call.sid, None)
        if member is None:
            return
        call.room = None
        for other in room.members.values():
            exchange.log.add("left", other.call.phone.id, other.call.sid, who=call.phone.id, room=room.sid)
            if member.beeps in ("true", "onExit"):
                exchange.log.add("beep", other.call.phone.id, other.call.sid, why="room")
        tell(exchange, room, "leave", member, {"ReasonParticipantLeft": why})
        if room.over:
            if not room.members:
                _ended(exchange, room)
        elif member.ends:
            end(exchange, room, "participant-with-end-conference-on-exit-left", call.sid)
        elif not room.members:
            end(exchange, room, "last-participant-left", call.sid)


def end(exchange: Exchange, room: Room, reason: str, ended_by: str | None = None) -> None:
    """Everyone in it goes on with what comes after it."""
    with exchange.lock:
        if room.over:
            return
        room.status, room.reason, room.ended_by = "completed", reason, ended_by
        room.updated_at = exchange.clock.now()
        for member in room.members.values():
            member.call.wake()
        if not room.members:
            _ended(exchange, room)


def speak(exchange: Exchange, call: Call, words: str, seconds: float) -> list[str]:
    """What this leg says is heard by the others in its room; the ids of the phones that heard it."""
    with exchange.lock:
        room = call.room
        if room is None or not room.started or room.members[call.sid].muted:
            return []
        listeners = [member for member in room.members.values() if member.call is not call and not member.hold]
        for found in listeners:
            exchange.log.add(
                "heard",
                found.call.phone.id,
                found.call.sid,
                how="voice",
                text=words,
                who=call.phone.id,
                seconds=round(seconds, 1),
            )
        return [listener.call.phone.id for listener in listeners]


def company(call: Call) -> list[str]:
    """The ids of the phones that this leg can talk with now."""
    room = call.room
    if room is None or not room.started:
        return []
    return [member.call.phone.id for member in room.members.values() if member.call is not call and not member.hold]


def _ended(exchange: Exchange, room: Room) -> None:
    told = {"ReasonConferenceEnded": room.reason or ""}
    if room.ended_by:
        told["CallSidEndingConference"] = room.ended_by
    tell(exchange, room, "end", None, told)


def tell(
    exchange: Exchange, room: Room, event: str, member: RoomMember | None = None, more: dict[str, str] | None = None
) -> None:
    """Send the receipt of this event, if the line wants it. member: whom it is about."""
    if room.callback is None:
        return
    params = {
        "ConferenceSid": room.sid,
        "FriendlyName": room.name,
        "AccountSid": exchange.settings.account,
        "StatusCallbackEvent": EVENT_NAMES[event],
        "Timestamp": format_datetime(exchange.clock.now()),
        "SequenceNumber": str(room.sequence + 1),
    }
    room.sequence += 1
    if member is not None:
        params |= {
            "CallSid": member.call.sid,
            "Muted": _yes(member.muted),
            "Hold": _yes(member.hold),
            "Coaching": "false",
            "EndConferenceOnExit": _yes(member.ends),
            "StartConferenceOnEnter": _yes(member.starts),
        }
        if member.label:
            params["ParticipantLabel"] = member.label
    if room.callback.wants(ASKED.get(event, event)):
        everything = Callback(room.callback.url, room.callback.method)
        exchange.callbacks.send("room", room.sid, EVENT_NAMES[event], everything, params | (more or {}))


def _yes(value: bool) -> str:
    return "true" if value else "false"


def announce(exchange: Exchange, room: Room, url: str, method: str) -> None:
    """Ask for the document and have everyone hear it, in order. What can't be used is noted, and nobody hears it."""
    told = {"ConferenceSid": room.sid, "FriendlyName": room.name}  # nothing more of it is documented, nor is this
    answer = exchange.webhooks.ask("announcement", room.sid, url, told, method)
    try:
        play = answers.understand(exchange, answer, room.sid, VOICE, WAITING)
    except answers.Broken as problem:
        exchange.refusals.add(problem.code, problem.why, room.sid, url)
        with exchange.lock:
            tell(exchange, room, "not announced", more={"AnnounceUrl": url, "ReasonAnnouncementFailed": problem.why})
        return
    for verb in play.document.children if play.document else ():
        _heard(exchange, room, verb, play.base)
    with exchange.lock:
        tell(exchange, room, "announced", more={"AnnounceUrl": url})


def _heard(exchange: Exchange, room: Room, verb: Verb, base: str) -> None:
    if verb.name == "Say":
        what = {"how": "say", "text": verb.spoken, "seconds": round(sounds.speaking_time(verb.spoken), 1)}
    elif verb.name == "Play":
        what = {"how": "play", "url": urljoin(base, verb.text), "seconds": 0.0}
    else:
        return
    with exchange.lock:
        for member in room.members.values():
            exchange.log.add("heard", member.call.phone.id, member.call.sid, **what)
