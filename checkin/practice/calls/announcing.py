"""Speaking into a room: AnnounceUrl of a conference (twilio.com/docs/voice/api/conference-resource).

Everyone in the room hears what the document at that address says; who talks with whom does not change by it.
"""

from __future__ import annotations

from urllib.parse import urljoin

from checkin.practice import answers, sounds
from checkin.practice.calls import rooms
from checkin.practice.exchange import Exchange
from checkin.practice.state import Room
from checkin.practice.twiml.document import Verb
from checkin.practice.twiml.grammar import VOICE, WAITING


def announce(exchange: Exchange, room: Room, url: str, method: str) -> None:
    """Ask for the document and have everyone hear it, in order. What can't be used is noted, and nobody hears it."""
    told = {"ConferenceSid": room.sid, "FriendlyName": room.name}  # nothing more of it is documented, nor is this
    answer = exchange.webhooks.ask("announcement", room.sid, url, told, method)
    try:
        play = answers.understand(exchange, answer, room.sid, VOICE, WAITING)
    except answers.Broken as problem:
        exchange.refusals.add(problem.code, problem.why, room.sid, url)
        rooms.announced(exchange, room, url, problem.why)
        return
    for verb in play.document.children if play.document else ():
        _heard(exchange, room, verb, play.base)
    rooms.announced(exchange, room, url, "")


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
